"""What samples are made of where no file is given: people and situations of our own, cities of the built-in tools."""

from functools import cache
from importlib.resources import files

from tool_registry.drawing.made_words import word_list


@cache
def people() -> tuple[str, ...]:
    """Return who may ask, such as "a retired nurse"."""
    return _lines("people.txt")


@cache
def situations() -> tuple[str, ...]:
    """Return what they may be about, such as "moving an office"."""
    return _lines("situations.txt")


@cache
def given_names() -> tuple[str, ...]:
    """Return first names of many countries."""
    return word_list("given-name")


@cache
def family_names() -> tuple[str, ...]:
    """Return family names of many countries; any goes with any first name."""
    return word_list("family-name")


@cache
def cities() -> tuple[str, ...]:
    """Return capitals and large cities with their country, such as "Graz, Austria", in the order of the countries."""
    from tool_registry.builtin.gazetteer import cities as known
    from tool_registry.builtin.gazetteer import country_name

    ordered = sorted(known().values(), key=lambda city: (city.country, city.name))
    return tuple(f"{city.name}, {country_name(city.country)}" for city in ordered)


def _lines(name: str) -> tuple[str, ...]:
    return tuple(files(__package__).joinpath(name).read_text(encoding="utf-8").split("\n")[:-1])
