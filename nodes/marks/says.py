"""Do these words say this value? The one place that knows how people write values.

number: the number in digits or words, rounded to the digits that are shown; as a percentage; in another unit where its
    own is known from its member's name, schema or members beside; "about 2,700" says 2,688, "a little over 15 and a
    half" 15.58; without its sign; never with the name of another currency than one that stands beside it.
date, time, moment: any part of it as the locale writes it, also in a zone that the step has; "tomorrow", "next Friday",
    "in three weeks" as against `now`; "5 am" also says the hour 5.
length of time: "3 hours and 5 minutes" says 185 of a member in minutes, PT3H5M, and 11,100 s.
text: the same letters ("rear left" says rear_left), its title, a part of its name, a unit ("miles" says mi), a
    currency, land or language of its code, the place or land of a zone ("Ljubljana" says Europe/Ljubljana).
list, and the elements that `*` names: all of its members, some and how many are left, some and a word of part ("among
    others"), the least and the most number, how many there are.
object: anything in it.
switch: the words that its author has for yes, or no; words for the other say that it is not.

The answer is `said`, `no`, or `could`: a switch without such words, or words that are another wording. Such words hold
no figure that is not said, no value of a member beside it, and no name that the value does not have. `hold` puts the
question for a whole mark: each of its references has to be said, and each figure of its words by one of them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple

from nodes.marks.called import says_code
from nodes.marks.figures import Figure, Number, figures_of
from nodes.marks.language import alternatives, language_of
from nodes.marks.moments import faces_of, is_offset, says_moment
from nodes.marks.quantities import can_be_worded, says_number
from nodes.marks.wording import (
    codes_in,
    fold_words,
    holds,
    is_other_currency,
    is_other_unit,
    names_in,
    says_text,
    switch_words,
    titles_of,
)  # fmt: skip
from tool_registry.json.pointer import leaves

Verdict = Literal["said", "could", "no"]

_LONG = 40
_MEMBERS_MAX = 2000
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_CURRENCY = re.compile(r"(?<![A-Z])[A-Z]{3}(?![A-Z])")
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
    """A value that words may say, with its schema, its member's name, and the values of the members beside it.

    `is_each`: the value lists the elements that `*` names. `documents` may tell what a code is called.
    """

    value: Any
    schema: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    siblings: tuple[Any, ...] = ()
    zones: tuple[str, ...] = ()
    is_each: bool = False
    documents: tuple[Any, ...] = ()


class Saying(NamedTuple):
    """The verdict, and which of the words' figures (by their index) the value accounts for."""

    verdict: Verdict
    figures: frozenset[int] = frozenset()


class Holding(NamedTuple):
    """Why a mark does not hold ("" where it does), and whether its words are another wording of all that it names."""

    problem: str
    paraphrase: bool = False


def spells(words: str, value: Any, locale: str = "en") -> bool:
    """Say whether the words are the value, letter by letter as JSON writes it: what they say needs no reading."""
    match value:
        case bool():
            return False
        case str():
            return words == value
        case int() | float():
            # Elsewhere 1.234 is more than a thousand.
            is_plain = language_of(locale).decimal == "." and words.replace(".", "", 1).isdecimal()
            return is_plain and words == repr(value)
    return False


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
    if len(places) == 1 and spells(words, places[0].value, setting.locale):
        return Holding("")
    sayings = [says(words, place, setting, opening=opening) for place in places]
    covered = frozenset().union(*(each.figures for each in sayings))
    for index, figure in enumerate(figures_of(words, setting.locale)):
        number = figure.readings[0]
        is_count = isinstance(number, Number) and number.value == len(places) > 1  # "the two of them"
        is_told = index in covered or is_count or is_harmless(figure, words) or _is_of_member(figure, words, places)
        if not is_told and not is_free(figure):
            return Holding(words[figure.start : figure.end])
    if len(places) > 1 and covered:  # "10:17 the same day": the other words may say what the figures do not
        rest = _without(words, covered, setting)
        apart = zip(sayings, places, strict=True)
        sayings = [says(rest, place, setting) if _is_unsaid_number(each, place) else each for each, place in apart]
    if any(each.verdict == "no" for each in sayings):
        return Holding(words)
    return Holding("", paraphrase=all(each.verdict == "could" for each in sayings))


def _is_unsaid_number(saying: Saying, place: Place) -> bool:
    return saying.verdict == "no" and isinstance(place.value, int | float)


def _without(words: str, figures: frozenset[int], setting: Setting) -> str:
    """Return the words without the figures that are told by their index."""
    for index, figure in reversed(list(enumerate(figures_of(words, setting.locale)))):
        if index in figures:
            words = words[: figure.start] + words[figure.end :]
    return words


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


def says(words: str, place: Place, setting: Setting = ENGLISH, *, opening: bool = False) -> Saying:
    """Say whether the words say the value. `opening`: they begin a sentence, so their first capital is no name."""
    match place.value:
        case bool():
            return _says_switch(words, place, setting)
        case None:
            return Saying("could")
        case int() | float():
            return _Words(words, setting, opening).say_number(place)
        case str():
            return _Words(words, setting, opening).say_text(place)
        case list():
            return _Words(words, setting, opening).say_list(place)
        case dict():
            return _Words(words, setting, opening).say_object(place)
    return Saying("no")


def _says_switch(words: str, place: Place, setting: Setting) -> Saying:
    """Say whether the words are how the switch's author says it: the longest such words that stand there decide."""
    known = [
        (len(fold_words(each)), value, each) for value in (True, False) for each in switch_words(place.schema, value)
    ]
    held = [(length, value, each) for length, value, each in known if holds(words, each)]
    longest = max((length for length, *_ in held), default=0)
    meant = {value for length, value, _ in held if length == longest}
    if len(meant) != 1:
        return Saying("could")
    own = [each for length, _, each in held if length == longest]  # "moved to Monday"
    figures = enumerate(figures_of(words, setting.locale))
    return Saying(
        "said" if place.value in meant else "no",
        frozenset(i for i, each in figures if any(holds(words_of, words[each.start : each.end]) for words_of in own)),
    )


class _Words:
    """The words of a mark."""

    def __init__(self, words: str, setting: Setting, opening: bool) -> None:
        self.words, self.setting, self.opening, self.locale = words, setting, opening, setting.locale
        self.figures = figures_of(words, setting.locale)

    def say_number(self, place: Place) -> Saying:
        """Say whether they say a number, or its title."""
        value, titles = place.value, titles_of(place.schema, place.value)
        covered = self._saying(value, place)
        said = [fold_words(title) for title in titles if holds(self.words, title)]
        covered |= {i for i, spoken in self._spoken() if any(fold_words(spoken) in title for title in said)}
        if covered and not said and self._is_other_currency(place):
            return Saying("no")
        if covered or said:
            return Saying("said", covered)
        if self.figures or titles or not can_be_worded(value, place.name, self.locale):
            return Saying("no")
        if not value and any(holds(self.words, each) for each in language_of(self.locale).words.none):
            return Saying("said")
        # Nought, one and all of it have many wordings: "the same day" for 0 days later, "its only comment".
        return Saying("no" if self._names() else "could")

    def say_text(self, place: Place) -> Saying:
        """Say whether they say a text, a date, a time or a moment."""
        value, words = place.value, self.words
        faces = faces_of(value, (*place.zones, *self.setting.zones), self.setting.now)
        covered = says_moment(self.figures, faces, words, self.setting.now, self.locale)
        is_long = len(value) > _LONG
        if not faces.is_calendar and not is_long:
            covered |= self._runs_in(value)
        named = frozenset() if faces.is_calendar else self._moments_named_in(value)
        covered |= {i for i, each in enumerate(self.figures) if is_offset(each, value)}
        # "10:01 in the evening" is not 10:01.
        is_untold = not covered and self.figures and any(face.clock for face in faces.faces)
        if not is_untold and says_text(words, value, place.schema, self.locale):
            stands = {i for i, spoken in self._spoken() if spoken in value or fold_words(spoken) in fold_words(value)}
            return Saying("said", covered | stands)
        if covered and (faces.is_calendar or all(self._is_in_code(self.figures[i], value) for i in covered)):
            return Saying("said", covered)
        if faces.is_calendar:
            is_told = any(not (each.soft and isinstance(each.readings[0], Number)) for each in self.figures)
            return Saying("no" if is_told else "could")
        if not is_long and any(not each.soft for i, each in enumerate(self.figures) if i not in named):
            # Another value may account for the figures; this one is then named by the other words.
            for figure in reversed(self.figures):
                words = words[: figure.start] + words[figure.end :]
        if place.documents and (verdict := says_code(words, value, place.documents, self.locale)):
            return Saying(verdict)
        beside = [each for each in place.siblings if isinstance(each, str) and len(each) > 2 and not holds(value, each)]
        names = [*names_in(words, opening=self.opening, locale=self.locale), *codes_in(words)]
        is_other = any(holds(words, each) for each in beside) or is_other_unit(words, value, self.locale)
        is_other = is_other or any(fold_words(each) not in fold_words(value) for each in names)
        return Saying("no" if is_other else "could", named)

    def say_list(self, place: Place) -> Saying:
        """Say whether they say the members of a list, all or some, or how many there are."""
        members, figures = place.value[:_MEMBERS_MAX], self.figures
        if not members:
            return Saying("could", self._saying(0))
        inner = [self._member(leaf, place) for member in members for _, leaf in _leaves(member)] if figures else []
        covered = frozenset().union(*(says(self.words, each, self.setting).figures for each in inner))
        told, count = self._members_told(members, place), len(place.value)
        words = language_of(self.locale).words
        rest = {i for i, each in enumerate(figures) if getattr(each.readings[0], "unit", "").casefold() in words.more}
        counted = self._saying(count) - rest
        left = self._saying(count - told) if told else frozenset()
        is_part = words.parts == () or any(fold_words(part) in fold_words(self.words) for part in words.parts)
        is_counted = counted and (not told or len(counted) == len(figures))
        if told >= count or is_counted or left or (told and (is_part or self._is_range(members, place))):
            return Saying("said", covered | counted | left)
        is_no = told or any(not each.soft for each in figures) or names_in(self.words, opening=self.opening)
        return Saying("no" if is_no else "could", covered)

    def say_object(self, place: Place) -> Saying:
        """Say whether they say something of an object."""
        within = [Place(v, name=at.rsplit("/", 1)[-1], zones=place.zones) for at, v in _leaves(place.value)]
        sayings = [says(self.words, each, self.setting) for each in within]
        lengths = {len(each) for each in _lists(place.value)} if self.figures else set()
        covered = frozenset().union(*(each.figures for each in sayings), *(self._saying(each) for each in lengths))
        return Saying("said" if covered or any(each.verdict == "said" for each in sayings) else "could", covered)

    def _saying(self, value: float, place: Place | None = None) -> frozenset[int]:
        """Return which of the figures say the number."""
        around: tuple[Any, ...] = (
            (place.name, self.locale, place.schema, place.siblings) if place else ("", self.locale)
        )
        return frozenset(i for i, each in enumerate(self.figures) if says_number(each, value, *around))

    def _spoken(self) -> list[tuple[int, str]]:
        return [(i, self.words[each.start : each.end]) for i, each in enumerate(self.figures)]

    def _names(self) -> list[str]:
        return [*names_in(self.words, opening=self.opening), *codes_in(self.words)]

    def _is_other_currency(self, place: Place) -> bool:
        """Say whether the words name a currency, and its name, its description or a member beside it only others."""
        known = language_of(self.locale).names.currencies
        texts = [place.name.upper().replace("_", " "), str(place.schema.get("description", ""))]
        texts += [each for each in place.siblings if isinstance(each, str) and len(each) == 3]
        codes = {code for text in texts for code in _CURRENCY.findall(text) if code in known}
        return bool(codes) and is_other_currency(self.words, codes, self.locale)

    def _runs_in(self, value: str) -> frozenset[int]:
        """Return the figures that are a run of digits of the text: the 12 of "room 12"."""
        runs = set(_DIGITS.findall(value))
        numbers = [(i, each.readings[0]) for i, each in enumerate(self.figures)]
        return frozenset(i for i, read in numbers if isinstance(read, Number) and f"{read.value.normalize():f}" in runs)

    def _moments_named_in(self, value: str) -> frozenset[int]:
        """Return the dates and times that are words of the text: "last year" of menu_last_year.txt."""
        apart = [(i, spoken) for i, spoken in self._spoken() if not isinstance(self.figures[i].readings[0], Number)]
        return frozenset(i for i, spoken in apart if fold_words(spoken) in fold_words(value))

    def _is_in_code(self, figure: Figure, value: str) -> bool:
        """Say whether the value holds the code that the figure is part of: "4471-AX" is none of "4471-BQ"."""
        start, end, words = figure.start, figure.end, self.words
        while start and not words[start - 1].isspace():
            start -= 1
        while end < len(words) and not words[end].isspace():
            end += 1
        around = words[start : figure.start] + words[figure.end : end]
        code = r"[\W_]{0,2}".join(map(re.escape, filter(str.isalnum, words[start:end])))
        is_code = around.isupper() or any(map(str.isdigit, around))
        return not is_code or re.search(rf"(?<![^\W_]){code}(?![^\W_])", value, re.IGNORECASE) is not None

    def _member(self, value: Any, place: Place) -> Place:
        items = place.schema.get("items")
        name = place.name if place.is_each else ""
        return Place(value, items if isinstance(items, dict) else {}, name, zones=place.zones)

    def _members_told(self, members: list[Any], place: Place) -> int:
        """Return how many the words tell: by themselves, or by the one of their own members that tells most apart."""
        if not all(isinstance(member, dict) for member in members):
            return sum(self._is_told(self._member(member, place)) for member in members)
        columns = ([member.get(key) for member in members] for key in {key for member in members for key in member})
        apart = [each for each in columns if len({str(value) for value in each if value is not None}) == len(members)]
        return max((sum(self._is_told(Place(v, zones=place.zones)) for v in each) for each in apart), default=0)

    def _is_told(self, place: Place) -> bool:
        if isinstance(place.value, str) and not any(map(str.isdigit, place.value)):
            return says_text(self.words, place.value, place.schema, self.locale)
        return says(self.words, place, self.setting).verdict == "said"

    def _is_range(self, members: list[Any], place: Place) -> bool:
        """Say whether the least and the most number of the list are said: "from 12 to 17 degrees"."""
        numbers = [each for each in members if isinstance(each, int | float) and not isinstance(each, bool)]
        ends = [self._member(end(numbers), place) for end in (min, max)] if len(numbers) == len(members) else []
        return bool(ends) and len(self.figures) == 2 and all(self._is_told(each) for each in ends)


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the first scalars of the value."""
    return ((at, leaf) for at, leaf in islice(leaves(value), _MEMBERS_MAX) if not isinstance(leaf, dict | list))


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(member)
