"""An assistant's final message as it is read for a reward: sentences, figures, names. Data is no words.

What stands in braces with names, or in brackets as a long list, is a result printed, and tells nothing.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from nodes.marks.apply import FreeFigures
from nodes.marks.figures import Ahead, Clock, Day, Figure, Length, Month, Number, Offset, Weekday, figures_of
from nodes.marks.find import find_all
from nodes.marks.infer import Values
from nodes.marks.moments import faces_of
from nodes.marks.says import Place, Setting, is_harmless, says, spells
from nodes.marks.units import unit_named
from nodes.marks.wording import fold_words, names_in
from toolgrad_data.tasks.reckoned import is_reckoned
from toolgrad_data.tasks.shown import shown_text

_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
_QUESTIONS = "?\uff1f\u061f"
_INNERMOST = (re.compile(r"\{[^{}]*\}"), re.compile(r"\[[^\[\]]*\]"))
#: Commas of a list that is data; objects in one another that are looked at.
_COMMAS, _DEPTH = 3, 40
#: What a message may hold at most to be read for what it tells.
_SENTENCES_MAX, _FIGURES_MAX = 300, 300
_WORD = re.compile(r"[^\W_]+")
_KINDS: dict[type, str] = {
    Number: "number", Length: "number", Clock: "clock", Offset: "offset",
    Day: "day", Month: "day", Weekday: "day", Ahead: "day",
}  # fmt: skip
#: Characters of words around a value by which another is known to stand in its place.
_AROUND_MIN = 8
#: Digits of a told number that may be written again in groups, and of such a group.
_CODE, _PART = 8, 3
#: Unknown figures up to this many are looked at for what they follow from; more are a wall of numbers.
_RECKONED_MAX = 20
#: A whole number of so many is no chance one, but for years, which any prose may tell.
_LARGE, _YEARS = 100, (1000, 2100)
#: Number words up to this stand in any prose.
_SMALL = 12


@dataclass(frozen=True)
class Message:
    """A message and its sentences as (start, text)."""

    text: str
    setting: Setting
    has_data: bool = False

    @classmethod
    def of(cls, text: str, setting: Setting) -> "Message":
        """Return the message without the data in it; places stay where they were."""
        has_data = False
        text = shown_text(text)

        def without(found: re.Match[str]) -> str:
            nonlocal has_data
            data = found.group()
            is_object = data[0] == "{" and (":" in data or "=" in data)
            has_data = has_data or is_object
            is_data = is_object or (data[0] == "[" and data.count(",") >= _COMMAS)
            # What is none must not hide what it stands in.
            return " " * len(data) if is_data else f" {data[1:-1]} "

        for bracketed in _INNERMOST:
            for _ in range(_DEPTH):
                before, text = text, bracketed.sub(without, text)
                if before == text:
                    break
        return cls(text, setting, has_data)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures."""
        return figures_of(self.text, self.setting.locale)

    @cached_property
    def sentences(self) -> list[tuple[int, str]]:
        """Its sentences and lines, each with where it begins."""
        found, start = [], 0
        for gap in _SENTENCE.finditer(self.text):
            found.append((start, self.text[start : gap.start()]))
            start = gap.end()
        return [(at, words) for at, words in [*found, (start, self.text[start:])] if words.strip()]

    @property
    def is_too_much(self) -> bool:
        """Whether it holds more than anybody would read."""
        return len(self.sentences) > _SENTENCES_MAX or len(self.figures) > _FIGURES_MAX

    def figures_within(self, start: int, end: int) -> frozenset[int]:
        """Return the indexes of the figures that lie there."""
        return frozenset(i for i, each in enumerate(self.figures) if start <= each.start and each.end <= end)

    def is_asked(self, start: int, end: int) -> bool:
        """Say whether what stands there stands in a question: who asks for a value does not tell it."""
        for at, words in self.sentences:
            if at <= start and end <= at + len(words):
                return words.rstrip(" *_\"')”").endswith(tuple(_QUESTIONS))
        return False

    def names(self) -> Iterator[str]:
        """Yield the words that are names by their capitals."""
        for _, sentence in self.sentences:
            yield from names_in(sentence, opening=True, locale=self.setting.locale)


def kinds_said(quote: str, place: Place, setting: Setting) -> frozenset[str]:
    """Return the kinds of the quote's figures that say a date, a time or a moment: a day is not told by its hour."""
    if not _is_moment(place):
        return frozenset()
    figures = figures_of(quote, setting.locale)
    covered = says(quote, place, setting).figures
    return frozenset(_kind(figures[i]) for i in covered if i < len(figures)) - {"offset"}


def told_by(message: Message, place: Place, kinds: frozenset[str], digits: str = "") -> frozenset[int] | None:
    """Return the figures that tell the value, in words of its own or somewhere in a sentence; None: it is not told.

    `digits` have to stand in a stretch that tells a text: "USD" is a part of 155,03 USD that does not tell it.
    """
    spans = [*find_all(message.text, place, message.setting), *_runs(message, place)]
    stretches = [(start, message.text[start:end]) for start, end in spans]
    sentences = message.sentences
    if digits and isinstance(place.value, str) and not _is_moment(place):
        stretches, sentences = (
            [each for each in some if digits in digits_of(each[1])] for some in (stretches, sentences)
        )
    told = _say(message, place, stretches)
    if told is not None and isinstance(place.value, str) and not _is_moment(place):
        return told
    whole = _say(message, place, sentences)
    if whole is None and told is None:
        return None
    covered = (whole or frozenset()) | (told or frozenset())
    if isinstance(place.value, str) and not _is_moment(place):
        return frozenset()  # any digit in its sentence might be one of a code's
    return covered if kinds <= {_kind(message.figures[i]) for i in covered} else None


def _say(message: Message, place: Place, stretches: Sequence[tuple[int, str]]) -> frozenset[int] | None:
    """Return the message's figures by which one of the stretches says the value; None when none does."""
    covered, is_told = set[int](), False
    for start, words in stretches:
        saying = says(words, place, message.setting, opening=True)
        if saying.verdict != "said" and not spells(words, place.value, message.setting.locale):
            continue
        is_told = True
        own = figures_of(words, message.setting.locale)
        for i in saying.figures:
            covered |= message.figures_within(start + own[i].start, start + own[i].end)
    return frozenset(covered) if is_told else None


def digits_of(text: str) -> str:
    """Return the text's digits, without what stands between them."""
    return "".join(filter(str.isdecimal, text))


def _is_moment(place: Place) -> bool:
    return isinstance(place.value, str) and faces_of(place.value, (), None).is_calendar


def spans_told(message: Message, place: Place) -> Iterator[tuple[int, int]]:
    """Yield the stretches of the message that are the value, where some are."""
    for start, end in find_all(message.text, place, message.setting):
        if says(message.text[start:end], place, message.setting, opening=True).verdict == "said":
            yield start, end


def rivals_of(message: Message, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what stands in another sentence where a span stands in its own, the words around both being the same."""
    for start, end in spans:
        for at, words in message.sentences:
            if not at <= start < end <= at + len(words):
                continue
            before, after = words[: start - at], words[end - at :]
            for other_at, other in message.sentences:
                is_alike = other.startswith(before) and other.endswith(after) and len(other) > len(before) + len(after)
                if other_at != at and is_alike and len((before + after).strip()) >= _AROUND_MIN:
                    yield other_at + len(before), other_at + len(other) - len(after)


def _runs(message: Message, place: Place) -> Iterator[tuple[int, int]]:
    """Yield stretches of the message that are words of the value's own: a shorter form of a name."""
    if not isinstance(place.value, str) or len(place.value) > 200:
        return
    own = set(fold_words(place.value).split())
    start = end = -1
    for word in _WORD.finditer(message.text):
        if fold_words(word.group()).strip() in own:
            start, end = (word.start(), word.end()) if start < 0 else (start, word.end())
        elif start >= 0:
            yield start, end
            start = -1
    if start >= 0:
        yield start, end


def foreign_days(message: Message, known: Collection[tuple[int, int]]) -> bool:
    """Say whether the message names a day, as (month, day), that is none of the known ones."""
    days = [{(each.month, each.day) for each in figure.readings if isinstance(each, Day)} for figure in message.figures]
    return any(each and each.isdisjoint(known) for each in days)


def days_of(message: Message) -> set[tuple[int, int]]:
    """Return the days that the message names, each as (month, day), in all readings."""
    return {(each.month, each.day) for figure in message.figures for each in figure.readings if isinstance(each, Day)}


class ToldFigures:
    """Which figures of a message tell something that is to be told, and what the others are."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._told: set[int] = set()

    def add(self, told: frozenset[int]) -> None:
        """Note figures that tell a value."""
        self._told |= told

    def untold(self, free: FreeFigures) -> tuple[set[str], set[str]]:
        """Return the others as they are written, in digits and in words, without those that nobody could err in."""
        hard, soft = set[str](), set[str]()
        for figure in self._others(free):
            (soft if figure.soft else hard).add(self._words(figure))
        return hard, soft

    def against(self, free: FreeFigures, known: Values, numbers: Sequence[Decimal] = ()) -> Iterator[str]:
        """Yield figures that stand nowhere in what is known, and are of the kind of a told one.

        Those in its place, and those in other sentences that say as much as it does: a time, a day, a number of its
        unit or as precise. Not what can be reckoned from what is told or known, and from `numbers`.
        """
        message = self._message
        told = [message.figures[i] for i in self._told]
        unknown = self._unknown(free, known) if told else []
        invented = self._invented(unknown, numbers)
        for figure in unknown:
            rivals = [each for each in told if _sort_of(each, message) == _sort_of(figure, message)]
            is_in_place = any(self._is_in_place_of(each, figure) for each in rivals)
            # Without a unit it may be meant in any.
            alike = told if _sort_of(figure, message) == ("number", "") else rivals
            if is_in_place or (figure in invented and any(_says_as_much(figure, each) for each in alike)):
                yield self._words(figure)

    def invented(self, free: FreeFigures, known: Values, numbers: Sequence[Decimal] = ()) -> set[str]:
        """Return the figures in digits that stand nowhere in what is known and cannot be reckoned from it."""
        found = self._invented(self._unknown(free, known), numbers)
        return {self._words(each) for each in found if not each.soft}

    def _unknown(self, free: FreeFigures, known: Values) -> list[Figure]:
        return [each for each in self._others(free) if not known.places(each, self._message.text)]

    def _invented(self, unknown: Sequence[Figure], numbers: Sequence[Decimal]) -> list[Figure]:
        if len(unknown) > _RECKONED_MAX:
            return list(unknown)
        base = [each for each in self._message.figures if each not in unknown]
        return [each for each in unknown if not is_reckoned(each, base, numbers, self._message.setting.locale)]

    def _others(self, free: FreeFigures) -> Iterator[Figure]:
        text = self._message.text
        codes = [digits for i in self._told if len(digits := digits_of(self._words(self._message.figures[i]))) >= _CODE]
        for i, figure in enumerate(self._message.figures):
            number = figure.readings[0]
            is_small = figure.soft and isinstance(number, Number) and abs(number.value) <= _SMALL
            # "9 770098 748009" is 9770098748009 once more.
            is_part = any(len(digits := digits_of(self._words(figure))) >= _PART and digits in code for code in codes)
            if i in self._told or is_small or is_part or is_harmless(figure, text) or free.has(figure, text):
                continue
            yield figure

    def _is_in_place_of(self, told: Figure, other: Figure) -> bool:
        """Say whether both stand in one sentence, or behind or before the same word."""
        for start, words in self._message.sentences:
            if all(start <= each.start and each.end <= start + len(words) for each in (told, other)):
                return True
        return not _around(told, self._message.text).isdisjoint(_around(other, self._message.text))

    def _words(self, figure: Figure) -> str:
        return self._message.text[figure.start : figure.end]


def is_quantity(figure: Figure) -> bool:
    """Say whether the figure is a number or a time, no date."""
    return _kind(figure) in ("number", "clock")


def _kind(figure: Figure) -> str:
    return _KINDS.get(type(figure.readings[0]), "number")


def _sort_of(figure: Figure, message: Message) -> tuple[str, str]:
    """Return what can be taken for one another: the kind, and of numbers what they count."""
    number = figure.readings[0]
    if isinstance(number, Length):
        return "number", "duration"
    if not isinstance(number, Number):
        return _kind(figure), ""
    unit = unit_named(number.unit, message.setting.locale) if number.unit else None
    return "number", "%" if number.percent else str(unit.dimension) if unit is not None else ""


def _says_as_much(figure: Figure, told: Figure) -> bool:
    """Say whether a figure of the told one's kind is no chance number of the prose."""
    number, other = figure.readings[0], told.readings[0]
    if figure.soft:
        return False
    if not isinstance(number, Number) or not isinstance(other, Number):
        return _kind(figure) == _kind(told)
    has_unit = bool(number.unit) and number.unit.casefold() == other.unit.casefold()
    is_precise = number.step < 1 or (abs(number.value) >= _LARGE and not _is_year(number))
    return has_unit or number.percent or (is_precise and (other.step < 1 or abs(other.value) >= _LARGE))


def _is_year(number: Number) -> bool:
    return number.step == 1 and not number.unit and _YEARS[0] <= number.value <= _YEARS[1]


def _around(figure: Figure, text: str) -> set[str]:
    before = text[max(0, figure.start - 40) : figure.start].casefold().split()[-2:]
    after = text[figure.end : figure.end + 40].casefold().split()[:1]
    return {" ".join(before), *(f">{word.strip('.,;:!?()')}" for word in after if word.strip(".,;:!?()"))} - {""}
