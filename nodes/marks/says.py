"""Do these words say this value? The one place that knows how people write values.

number: the number in digits or words, rounded to the digits that are shown; as a percentage; in another unit where its
    member's name has one; "about 2,700" says 2,688, "a little over 15 and a half" 15.58; without its sign.
date, time, moment: any part of it as the locale writes it, also in a zone that the step has; "tomorrow", "next Friday",
    "in three weeks" as against `now`; "5 am" also says the hour 5.
length of time: "3 hours and 5 minutes" says 185 of a member in minutes, PT3H5M, and 11,100 s.
text: the same letters ("rear left" says rear_left), its title, a part of its name, a unit ("miles" says mi), a
    currency, land or language of its code, the place of a zone ("Ljubljana" says Europe/Ljubljana).
list: all of its members, some and how many are left, some and a word of part ("among others"), how many there are.
object: anything in it.

The answer is `said`, `no`, or `could`: a switch, or words that are another wording. Such words hold no figure that is
not said, no value of a member beside it, and no name that the value does not have. `hold` puts the question for a whole
mark: each of its references has to be said, and each figure of its words by one of them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from babel.numbers import get_currency_name

from nodes.marks.figures import Figure, Number, figures_of
from nodes.marks.language import alternatives, language_of
from nodes.marks.moments import Faces, faces_of, says_moment
from nodes.marks.quantities import says_number
from nodes.marks.units import same_unit, unit_named
from tool_registry.json_pointer import leaves
from tool_registry.json_schema import titles_of

Verdict = Literal["said", "could", "no"]

_LONG = 40
_MEMBERS_MAX = 2000
_WORD = re.compile(r"[^\W_]+")
#: A word, or a number with the signs in it: "12.3" is no part of "12.3.1".
_TOKEN = re.compile(r"[0-9]+(?:[.,:][0-9]+)+|[^\W_]+")
_CODE = re.compile(r"[A-Z]{2,3}|[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+")
_UNIT_NAME = re.compile(r"[^\W\d]+(?:[/_ ][^\W\d]+){0,3}|°[CFK]")
_UNIT_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?|°[CFK]")
#: A word with a digit, or with signs inside it as an address has.
_CODED = re.compile(r"[0-9]|\w[@/_.:]\w")
_TOKENS_MAX = 400
_PER = re.compile(rf"(?:/|(?<!\w)(?:{alternatives(language_of('en').words.per)})\s)\s*\Z", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Setting:
    """What words are read against: the locale, the record's present, and zones (IANA names) that may be meant."""

    locale: str = "en"
    now: datetime | None = None
    zones: tuple[str, ...] = ()


ENGLISH = Setting()


@dataclass(frozen=True)
class Place:
    """A value that words may say, with its schema, its member's name, and the values of the members beside it."""

    value: Any
    schema: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    siblings: tuple[Any, ...] = ()
    zones: tuple[str, ...] = ()


class Saying(NamedTuple):
    """The verdict, and which of the words' figures (by their index) the value accounts for."""

    verdict: Verdict
    figures: frozenset[int] = frozenset()


class Holding(NamedTuple):
    """Why a mark does not hold ("" where it does), and whether its words are another wording of all that it names."""

    problem: str
    paraphrase: bool = False


def says(words: str, place: Place, setting: Setting = ENGLISH, *, opening: bool = False) -> Saying:
    """Say whether the words say the value. `opening`: they begin a sentence, so their first capital is no name."""
    figures = figures_of(words, setting.locale)
    value = place.value
    match value:
        case bool() | None:
            return Saying("could")
        case int() | float():
            covered = frozenset(
                i for i, each in enumerate(figures) if says_number(each, value, place.name, setting.locale)
            )
            titled = any(_holds(words, title) for title in titles_of(place.schema, value))
            if value == 0 and not figures:
                titled = any(_holds(words, none) for none in language_of(setting.locale).words.none)
            return Saying("said" if covered or titled else "no", covered)
        case str():
            return _says_text(words, figures, place, setting, opening)
        case list():
            return _says_list(words, figures, place, setting, opening)
        case dict():
            return _says_object(words, figures, place, setting)
    return Saying("no")


def hold(
    words: str,
    places: Sequence[Place],
    setting: Setting = ENGLISH,
    *,
    opening: bool = False,
    is_free: Callable[[Figure], bool] = lambda _: False,
) -> Holding:
    """Say whether a mark holds: each place is said, and each figure of the words is said by one of them.

    `is_free` tells figures that stand elsewhere and need no mark.
    """
    sayings = [says(words, place, setting, opening=opening) for place in places]
    left = next((figure for figure in _unsaid(words, places, sayings, setting) if not is_free(figure)), None)
    if left is not None:
        return Holding(words[left.start : left.end])
    if any(each.verdict == "no" for each in sayings):
        return Holding(words)
    return Holding("", paraphrase=all(each.verdict == "could" for each in sayings))


def unsaid(words: str, places: Sequence[Place], setting: Setting, *, opening: bool = False) -> list[Figure]:
    """Return the figures of a mark's words that none of its places says."""
    sayings = [says(words, place, setting, opening=opening) for place in places]
    return list(_unsaid(words, places, sayings, setting))


def _unsaid(words: str, places: Sequence[Place], sayings: Sequence[Saying], setting: Setting) -> Iterator[Figure]:
    covered = frozenset().union(*(each.figures for each in sayings))
    for index, figure in enumerate(figures_of(words, setting.locale)):
        if index in covered or is_harmless(figure, words):
            continue
        number = figure.readings[0]
        if not isinstance(number, Number) or not (number.value == len(places) > 1 or _in_names(figure, words, places)):
            yield figure


def is_harmless(figure: Figure, words: str) -> bool:
    """Say whether the figure is none that anybody could err in: a bare 1, "first", what something is counted per."""
    number = figure.readings[0]
    if not isinstance(number, Number):
        return False
    if number.value == 1 and number.step == 1 and not number.percent:
        return True
    if figure.soft and (number.ordinal or number.unit.casefold() in ("of", "way", "ways")):
        return True
    if number.value == 0 and number.near in ("over", "under"):
        return True  # "five below zero"
    return number.value in (10, 100, 1000) and _PER.search(words, max(0, figure.start - 12), figure.start) is not None


def _in_names(figure: Figure, words: str, places: Sequence[Place]) -> bool:
    """Say whether the figure is part of what the member is called: the 5 of `MA(5)`, the 24 of `change_24h`."""
    spoken = words[figure.start : figure.end]
    is_whole = words[: figure.start].rstrip().casefold().endswith((*language_of("en").words.out_of, "/"))
    return any(
        spoken in _DIGITS.findall(place.name) or (is_whole and spoken == str(place.schema.get("maximum")))
        for place in places
    )  # "4 out of 5" of a rating


def opens_sentence(text: str, start: int) -> bool:
    """Say whether a sentence begins there, so that a capital makes no name."""
    before = text[:start].rstrip(" \"'“(*_#")
    return not before or before[-1] in ".!?:;\n-–—•"


# Texts


def _says_text(words: str, figures: tuple[Figure, ...], place: Place, setting: Setting, opening: bool) -> Saying:
    value = place.value
    faces = faces_of(value, (*place.zones, *setting.zones), setting.now)
    covered = _covered(figures, faces, value, words, setting)
    if _is_text_said(words, place, setting):
        own = frozenset(i for i, each in enumerate(figures) if _stands(words[each.start : each.end], value))
        return Saying("said", covered | own)
    if faces.is_calendar or covered:
        if covered:
            return Saying("said", covered)
        return Saying("no" if any(not each.soft or _is_calendar(each) for each in figures) else "could")
    if any(not each.soft for each in figures) and not _is_long(value):
        # Another value may account for them; this one is then named by the other words.
        rest = _without(words, figures)
        return Saying("could" if _could_be(rest, place, setting, opening) else "no")
    return Saying("could" if _could_be(words, place, setting, opening) else "no", covered)


def _covered(figures: tuple[Figure, ...], faces: Faces, value: str, words: str, setting: Setting) -> frozenset[int]:
    best: frozenset[int] = says_moment(figures, faces, words, setting.now, setting.locale)
    if not faces.is_calendar and not _is_long(value):
        runs = set(_DIGITS.findall(value))
        spoken = {
            i
            for i, each in enumerate(figures)
            if isinstance(n := each.readings[0], Number) and f"{n.value.normalize():f}" in runs
        }
        best |= spoken
    return best


def _is_text_said(words: str, place: Place, setting: Setting) -> bool:
    value = place.value
    if not value.strip():
        return True  # nothing to be said
    if (
        _holds(words, value)
        or _squeezed(value) in {_squeezed(words), *map(_squeezed, words.split())}
        or any(_holds(words, title) for title in titles_of(place.schema, value))
    ):
        return True
    if any(_holds(words, name) or _is_part(words, name) for name in names_of(value, setting.locale)):
        return True
    if _ZONE.fullmatch(value) and _holds(words, value.rsplit("/", 1)[-1]):
        return True
    if _is_part(words, value) and not value.islower():
        return True
    return next(unit_words(words, value), None) is not None


def unit_words(words: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield where the words name the unit that the value names, be it behind a number."""
    if len(value) > 24 or not _UNIT_NAME.fullmatch(value):
        return
    tokens = list(_UNIT_WORD.finditer(words))
    for first, token in enumerate(tokens[:_TOKENS_MAX]):
        for last in tokens[first : first + 3]:
            stretch = words[token.start() : last.end()]
            if len(stretch) < 2 or not re.fullmatch(r"[^\W\d_]+(?:[ /][^\W\d_]+)*|°[CFK]", stretch):
                break
            if same_unit(stretch, value):
                yield token.start(), last.end()


@lru_cache(maxsize=4096)
def names_of(value: str, locale: str) -> tuple[str, ...]:
    """Return what CLDR calls the land, language or currency of a code."""
    if not _CODE.fullmatch(value):
        return ()
    names = language_of(locale).names
    found = (
        [names.territories.get(value), names.languages.get(value.replace("-", "_"))]
        if value.isupper() or "-" not in value
        else []
    )
    found.append(names.languages.get(value.lower()) if value.islower() else None)
    if len(value) == 3 and value.isupper() and value in names.currencies:
        found += [names.currencies[value], get_currency_name(value, count=2, locale=names)]
    return tuple(name for name in found if name)


def _could_be(words: str, place: Place, setting: Setting, opening: bool) -> bool:
    """Say whether words that do not say the value could be another wording of it."""
    own = str(place.value)
    for other in place.siblings:
        if isinstance(other, str) and len(other) > 2 and _holds(words, other) and not _holds(own, other):
            return False
    if not language_of(setting.locale).has_words:
        return True  # elsewhere than in English a capital makes no name
    marks = [*_proper(words, opening), *(word for word in words.split() if _CODED.search(word))]
    return all(_stands(mark, own) for mark in marks) and not _is_other_unit(words, own)


def _is_other_unit(words: str, value: str) -> bool:
    """Say whether the words name a unit of what the value is a unit of, but another one."""
    if len(value) > 24 or not _UNIT_NAME.fullmatch(value) or value.istitle() or (unit := unit_named(value)) is None:
        return False
    named = [unit_named(word.group()) for word in _UNIT_WORD.finditer(words) if len(word.group()) > 1]
    return any(each is not None and each.dimensionality == unit.dimensionality for each in named)


def _proper(words: str, opening: bool) -> list[str]:
    """Return the words that are names by their capitals."""
    found = list(_WORD.finditer(words))
    first = found[0].start() if found and opening else -1
    return [
        match.group()
        for match in found
        if match.group() != "I"
        and (
            (match.group()[:1].isupper() and match.start() != first)
            or (
                not match.group()[1:].islower()
                and len(match.group()) > 1
                and match.group()[1:] != match.group()[1:].lower()
            )
        )
    ]


# Lists and objects


def _says_list(words: str, figures: tuple[Figure, ...], place: Place, setting: Setting, opening: bool) -> Saying:
    members = place.value
    if not members:
        return Saying(
            "could", frozenset(i for i, each in enumerate(figures) if says_number(each, 0, "", setting.locale))
        )
    covered = frozenset(
        i
        for i, each in enumerate(figures)
        for member in members[:_MEMBERS_MAX]
        if _figure_of(i, member, words, place, setting)
    )
    told = _members_told(words, members, place, setting)
    rest = {i for i, each in enumerate(figures) if _is_rest(each, setting)}
    counted = {i for i, each in enumerate(figures) if says_number(each, len(members), "", setting.locale)} - rest
    left = {i for i, each in enumerate(figures) if told and says_number(each, len(members) - told, "", setting.locale)}
    if (
        told >= len(members)
        or (counted and (not told or counted >= set(range(len(figures)))))
        or left
        or (told and tells_part(words, setting))
    ):
        return Saying("said", covered | counted | left)
    if told or any(not each.soft for each in figures):
        return Saying("no", covered)
    return Saying("could" if not _proper(words, opening) else "no", covered)


def _is_rest(figure: Figure, setting: Setting) -> bool:
    """Say whether the figure tells how many are left: "3 more"."""
    number = figure.readings[0]
    return isinstance(number, Number) and number.unit.casefold() in language_of(setting.locale).words.more


def tells_part(words: str, setting: Setting) -> bool:
    """Say whether the words say that they tell a part."""
    language = language_of(setting.locale)
    folded = f" {' '.join(_WORD.findall(words.casefold()))} "
    return not language.has_words or any(
        f" {' '.join(_WORD.findall(part))} " in folded for part in language.words.parts
    )


def _members_told(words: str, members: list[Any], place: Place, setting: Setting) -> int:
    """Return how many the words tell: by themselves, or by the one of their own members that tells most apart."""
    members = members[:_MEMBERS_MAX]
    if not all(isinstance(member, dict) for member in members):
        return sum(_is_told(words, member, place, setting) for member in members)
    most = 0
    for key in {key: None for member in members for key in member}:
        values = [member[key] for member in members if key in member and isinstance(member[key], str | int | float)]
        if len({str(value) for value in values}) == len(members):
            most = max(most, sum(_is_told(words, value, place, setting) for value in values))
    return most


def _is_told(words: str, value: Any, place: Place, setting: Setting) -> bool:
    if isinstance(value, str) and not any(map(str.isdigit, value)):
        return _is_text_said(words, Place(value, _items(place.schema)), setting)
    return says(words, Place(value, zones=place.zones), setting).verdict == "said"


def _items(schema: dict[str, Any]) -> dict[str, Any]:
    items = schema.get("items")
    return items if isinstance(items, dict) else {}


def _figure_of(index: int, value: Any, words: str, place: Place, setting: Setting) -> bool:
    return any(index in says(words, Place(leaf, zones=place.zones), setting).figures for leaf in _scalars(value))


def _says_object(words: str, figures: tuple[Figure, ...], place: Place, setting: Setting) -> Saying:
    covered: set[int] = set()
    told = False
    for pointer, leaf in _leaves(place.value):
        saying = says(words, Place(leaf, name=pointer.rsplit("/", 1)[-1], zones=place.zones), setting)
        covered |= saying.figures
        told = told or saying.verdict == "said"
    for _, value in _lists(place.value):
        covered |= {i for i, each in enumerate(figures) if says_number(each, len(value), "", setting.locale)}
    return Saying("said" if told or covered else "could", frozenset(covered))


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    for count, (pointer, leaf) in enumerate(leaves(value)):
        if count >= _MEMBERS_MAX:
            return
        if not isinstance(leaf, dict | list):
            yield pointer, leaf


def _scalars(value: Any) -> Iterator[Any]:
    return (leaf for _, leaf in _leaves(value))


def _lists(value: Any, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list):
        yield name, value
    members: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        if isinstance(member, dict | list):
            yield from _lists(member, str(key))


# Letters


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text's words without case, accents and signs: "Rear_Left" and "rear left" as " rear left "."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "


def _holds(words: str, value: str) -> bool:
    """Say whether the words hold the value, word for word."""
    wanted = folded(value)
    if wanted.strip():
        said = folded(words)
        return wanted in said or _plural(wanted) in f"{_plural(said)}"
    return value.strip() in words  # signs alone


def _plural(text: str) -> str:
    """Return folded words without the s of a plural or genitive."""
    return (
        " "
        + " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in text.split() if word != "s")
        + " "
    )


def _squeezed(text: str) -> str:
    """Return the text's letters and digits: "km/h" as kmh, "BA 2490" as ba2490."""
    return "".join(filter(str.isalnum, text.casefold()))


def _is_part(words: str, value: str) -> bool:
    """Say whether all of the words are words of the value: a shorter form of a name."""
    said, whole = _plural(folded(words)).split(), set(_plural(folded(value)).split())
    said = [word for word in said if word not in ("the", "a", "an", "of", "in", "on", "at")]
    return bool(said) and all(word in whole for word in said) and any(len(word) > 2 for word in said)


def _stands(name: str, text: str) -> bool:
    return folded(name) in folded(text)


def _is_calendar(figure: Figure) -> bool:
    return not isinstance(figure.readings[0], Number)


def _without(words: str, figures: tuple[Figure, ...]) -> str:
    for figure in reversed(figures):
        words = words[: figure.start] + words[figure.end :]
    return words


def _is_long(value: str) -> bool:
    return len(value) > _LONG
