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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from nodes.marks.figures import Figure, Number, figures_of
from nodes.marks.language import alternatives, language_of
from nodes.marks.moments import faces_of, says_moment
from nodes.marks.quantities import says_number
from nodes.marks.wording import codes_in, folded, holds, is_other_unit, names_in, says_text, titles_of
from tool_registry.json_pointer import leaves

Verdict = Literal["said", "could", "no"]

_LONG = 40
_MEMBERS_MAX = 2000
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_PER = re.compile(rf"(?:/|(?<!\w)(?:{alternatives(language_of('en').words.per)})\s)\s*\Z", re.IGNORECASE)
_OUT_OF = re.compile(rf"(?:/|(?:{alternatives(language_of('en').words.out_of)})\s)\Z", re.IGNORECASE)


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
    match place.value:
        case bool() | None:
            return Saying("could")
        case int() | float() as value:
            return _says_number(words, figures, value, place, setting, opening)
        case str() as value:
            return _says_text(words, figures, value, place, setting, opening)
        case list() as members:
            return _says_list(words, figures, members, place, setting, opening)
        case dict() as value:
            return _says_object(words, figures, value, place, setting)
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


def _unsaid(words: str, places: Sequence[Place], sayings: Sequence[Saying], setting: Setting) -> Iterator[Figure]:
    covered = frozenset().union(*(each.figures for each in sayings))
    for index, figure in enumerate(figures_of(words, setting.locale)):
        if index in covered or is_harmless(figure, words):
            continue
        number = figure.readings[0]
        is_count = isinstance(number, Number) and number.value == len(places) > 1  # "the two of them"
        if not is_count and not _is_of_member(figure, words, places):
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


def _is_of_member(figure: Figure, words: str, places: Sequence[Place]) -> bool:
    """Say whether the figure is of what the member is called (the 5 of `MA(5)`), or the most that it can be."""
    spoken = words[figure.start : figure.end]
    # A member may be called by a month or a day, as in rates by date.
    if any(spoken == place.name or spoken in _DIGITS.findall(place.name) for place in places):
        return True
    is_most = any(spoken == str(place.schema.get("maximum")) for place in places)
    return is_most and _OUT_OF.search(words, max(0, figure.start - 12), figure.start) is not None


def _saying(figures: Sequence[Figure], value: float, setting: Setting, name: str = "") -> frozenset[int]:
    """Return which of the figures say the number."""
    return frozenset(i for i, each in enumerate(figures) if says_number(each, value, name, setting.locale))


def _says_number(
    words: str, figures: tuple[Figure, ...], value: float, place: Place, setting: Setting, opening: bool
) -> Saying:
    covered = _saying(figures, value, setting, place.name)
    titles = titles_of(place.schema, value)
    said = [title for title in titles if holds(words, title)]
    covered |= frozenset(
        i for i, each in enumerate(figures) if any(_stands(words[each.start : each.end], title) for title in said)
    )
    if covered or said:
        return Saying("said", covered)
    if value not in (0, 1) or figures or titles:
        return Saying("no")
    if not value and any(holds(words, each) for each in language_of(setting.locale).words.none):
        return Saying("said")
    # Nought and one have many wordings: "the same day" for 0 days later, "its only comment".
    return Saying("no" if names_in(words, opening=opening) or codes_in(words) else "could")


# Texts


def _says_text(
    words: str, figures: tuple[Figure, ...], value: str, place: Place, setting: Setting, opening: bool
) -> Saying:
    faces = faces_of(value, (*place.zones, *setting.zones), setting.now)
    covered = says_moment(figures, faces, words, setting.now, setting.locale)
    is_long = len(value) > _LONG
    if not faces.is_calendar and not is_long:
        covered |= _runs_said(figures, value)
    if says_text(words, value, place.schema, setting.locale):
        spoken = [(i, words[each.start : each.end]) for i, each in enumerate(figures)]
        stands = frozenset(i for i, each in spoken if each in value or _stands(each, value))
        return Saying("said", covered | stands)
    if covered and (faces.is_calendar or all(_is_in_code(figures[index], words, value) for index in covered)):
        return Saying("said", covered)
    if faces.is_calendar:
        is_told = any(not (each.soft and isinstance(each.readings[0], Number)) for each in figures)
        return Saying("no" if is_told else "could")
    if not is_long and any(not each.soft for each in figures):
        # Another value may account for the figures; this one is then named by the other words.
        for figure in reversed(figures):
            words = words[: figure.start] + words[figure.end :]
    return Saying("could" if _could_be(words, value, place, setting, opening) else "no")


def _is_in_code(figure: Figure, words: str, value: str) -> bool:
    """Say whether the value holds the code that the figure is part of: "4471-AX" is none of "4471-BQ"."""
    start, end = figure.start, figure.end
    while start and not words[start - 1].isspace():
        start -= 1
    while end < len(words) and not words[end].isspace():
        end += 1
    around = words[start : figure.start] + words[figure.end : end]
    code = filter(str.isalnum, words[start:end])
    pattern = r"(?<![^\W_])" + r"[\W_]{0,2}".join(map(re.escape, code)) + r"(?![^\W_])"
    is_code = around.isupper() or any(map(str.isdigit, around))
    return not is_code or re.search(pattern, value, re.IGNORECASE) is not None


def _runs_said(figures: Sequence[Figure], value: str) -> frozenset[int]:
    """Return the figures that are a run of digits of the text: the 12 of "room 12"."""
    runs = set(_DIGITS.findall(value))
    numbers = [(i, each.readings[0]) for i, each in enumerate(figures)]
    return frozenset(i for i, read in numbers if isinstance(read, Number) and f"{read.value.normalize():f}" in runs)


def _could_be(words: str, value: str, place: Place, setting: Setting, opening: bool) -> bool:
    """Say whether words that do not say the value could be another wording of it."""
    for other in place.siblings:
        if isinstance(other, str) and len(other) > 2 and holds(words, other) and not holds(value, other):
            return False
    if not language_of(setting.locale).has_words:
        return True  # elsewhere than in English a capital makes no name
    own = [*names_in(words, opening=opening), *codes_in(words)]
    return all(_stands(each, value) for each in own) and not is_other_unit(words, value)


def _stands(name: str, text: str) -> bool:
    return folded(name) in folded(text)


# Lists and objects


def _says_list(
    words: str, figures: tuple[Figure, ...], members: list[Any], place: Place, setting: Setting, opening: bool
) -> Saying:
    if not members:
        return Saying("could", _saying(figures, 0, setting))
    members_said = [
        says(words, Place(leaf, zones=place.zones), setting).figures
        for member in members[:_MEMBERS_MAX]
        for _, leaf in _leaves(member)
    ]
    covered = frozenset().union(*members_said) if figures else frozenset()
    told = _members_told(words, members, place, setting)
    more = language_of(setting.locale).words.more
    rest = {i for i, each in enumerate(figures) if getattr(each.readings[0], "unit", "").casefold() in more}
    counted = _saying(figures, len(members), setting) - rest
    left = _saying(figures, len(members) - told, setting) if told else frozenset()
    is_counted = counted and (not told or len(counted) == len(figures))
    if told >= len(members) or is_counted or left or (told and _tells_part(words, setting)):
        return Saying("said", covered | counted | left)
    if told or any(not each.soft for each in figures) or names_in(words, opening=opening):
        return Saying("no", covered)
    return Saying("could", covered)


def _tells_part(words: str, setting: Setting) -> bool:
    language = language_of(setting.locale)
    return not language.has_words or any(folded(part) in folded(words) for part in language.words.parts)


def _members_told(words: str, members: list[Any], place: Place, setting: Setting) -> int:
    """Return how many the words tell: by themselves, or by the one of their own members that tells most apart."""
    members = members[:_MEMBERS_MAX]
    if not all(isinstance(member, dict) for member in members):
        return sum(_is_told(words, member, place, setting) for member in members)
    most = 0
    for key in {key: None for member in members for key in member}:
        values = [member[key] for member in members if isinstance(member.get(key), str | int | float)]
        if len({str(value) for value in values}) == len(members):
            most = max(most, sum(_is_told(words, value, place, setting) for value in values))
    return most


def _is_told(words: str, value: Any, place: Place, setting: Setting) -> bool:
    if isinstance(value, str) and not any(map(str.isdigit, value)):
        items = place.schema.get("items")
        return says_text(words, value, items if isinstance(items, dict) else {}, setting.locale)
    return says(words, Place(value, zones=place.zones), setting).verdict == "said"


def _says_object(
    words: str, figures: tuple[Figure, ...], value: dict[str, Any], place: Place, setting: Setting
) -> Saying:
    sayings = [
        says(words, Place(leaf, name=pointer.rsplit("/", 1)[-1], zones=place.zones), setting)
        for pointer, leaf in _leaves(value)
    ]
    lengths = {len(each) for each in _lists(value)} if figures else set()
    covered = frozenset().union(
        *(each.figures for each in sayings), *(_saying(figures, length, setting) for length in lengths)
    )
    return Saying("said" if covered or any(each.verdict == "said" for each in sayings) else "could", covered)


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the first scalars of the value."""
    for count, (pointer, leaf) in enumerate(leaves(value)):
        if count >= _MEMBERS_MAX:
            return
        if not isinstance(leaf, dict | list):
            yield pointer, leaf


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(member)
