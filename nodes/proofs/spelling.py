"""How people write a value: the everyday spellings that a writer of queries may choose from."""

from collections.abc import Iterator
from typing import Any

from nodes.proofs.dates import calendar_value, written
from nodes.proofs.numbers import exact, number_words
from nodes.proofs.polarity import words
from nodes.proofs.saying import says, spaced, unsayable
from nodes.proofs.schemas import closed_values, titles_of
from tool_registry.json_pointer import equal

#: Up to here a whole number is as often written as a word.
WORD_MAX = 12

_OPENINGS = frozenset("include includes including included with show shows use uses is has have enable enabled".split())


def spellings(value: Any, schema: dict[str, Any], name: str = "") -> list[str]:
    """Return everyday ways to write the value, the most usual first; each one `says` it.

    Empty for what a user may not say: containers, null, long texts, UUIDs, long hexadecimals, many decimals.
    """
    return list(_spellings(value, schema, name))


def has_spelling(value: Any, schema: dict[str, Any], name: str = "") -> bool:
    """Tell whether there is a spelling, without making all of them."""
    return any(True for _ in _spellings(value, schema, name))


def _spellings(value: Any, schema: dict[str, Any], name: str) -> Iterator[str]:
    if unsayable(value, schema):
        return
    titles = titles_of(schema, value)
    candidates = [*titles, *_plain(value, schema, name)]
    yield from (spelt for spelt in dict.fromkeys(candidates) if says(spelt, value, schema, name))


def _plain(value: Any, schema: dict[str, Any], name: str) -> list[str]:
    match value:
        case bool():
            return _flag(value, schema, name)
        case int() | float():
            return _number(value, schema, name)
        case str():
            meaning = calendar_value(value)
            if meaning is not None:
                return [*written(meaning), value]
            if "_" in value and any(equal(value, member) for member in closed_values(schema)):
                return [spaced(value)]  # an identifier is the tool's way to write it, not a person's
            return [value.strip()]
        case _:
            return []


def _number(value: float, schema: dict[str, Any], name: str) -> list[str]:
    number = exact(value)
    plain = f"{number.normalize():f}" if isinstance(value, float) else str(value)
    grouped = f"{number.normalize():,f}"
    if number != number.to_integral_value():
        return [grouped, plain]
    if abs(number) < 1000:
        small = [number_words(int(value))] if 0 <= number <= WORD_MAX else []
        return [plain, *small]
    if "year" in words(f"{name} {schema.get('title') or ''} {schema.get('format') or ''}") and number < 10_000:
        return [plain]
    millions = number / 1_000_000
    round_millions = [f"{millions.normalize():f} million"] if 1 <= millions < 1000 and number % 100_000 == 0 else []
    return [grouped, plain, *round_millions]


def _flag(value: bool, schema: dict[str, Any], name: str) -> list[str]:
    about = words(str(schema.get("title") or "")) or words(name)
    while about and about[0] in _OPENINGS:
        about = about[1:]
    phrase = " ".join(about)
    if not phrase:
        return []
    return [f"with {phrase}", f"including {phrase}"] if value else [f"without {phrase}", f"no {phrase}"]
