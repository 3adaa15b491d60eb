"""Values that the query gives and no call takes: a screen of foreign rows.

People also say things around a request ("I have 3 children"), so a value that stands nowhere in the calls and their
results is only found where the rest of the row says that it was meant for one:

| value | is meant for a call where |
|---|---|
| figure, name, quoted text | it is enumerated with one that a call takes: "of 16, 81 and 144" |
| figure | one with the same unit is taken: "4000 euros … and 9000 euros" |
| | a call leaves out a number of which its schema speaks in the word beside it: "for 5 days", `days` |
| date, time | another of its kind is taken, or a call leaves out one of its kind |
| e-mail or web address | always |
| date, figure of three digits or more | in one sentence with a value that a call takes |

A date is taken as well in another notation or in parts, a figure as part of a text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nodes.proofs.dates import MONTHS, WEEKDAYS, Calendar, Clock, Moment, Month, calendar_value, scan_calendar
from nodes.proofs.numbers import exact, scan_numbers
from nodes.proofs.polarity import stems, words

from graph.record import DefaultSource, Finding, Record, Step, Turn
from nodes.proofs.executed import quotes
from nodes.proofs.schemas import specs_of
from nodes.proofs.text import folded_words, normalised, occurrences
from tool_registry.json_pointer import scalars

_SCALARS_MAX = 5000
_LARGE = 100
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:https?://|www\.)[^\s<>\"'“”|]*[\w/]", re.IGNORECASE
)
_QUOTED = re.compile(r"\"([^\"\n]{1,80})\"|“([^”\n]{1,80})”|(?<!\w)'([^'\n]{2,80})'(?!\w)|‘([^’\n]{1,80})’")
_NAME = re.compile(r"(?<![\w'’.])[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*")
_BETWEEN = re.compile(
    r"[\s\"'“”‘’]*(?:,|;|,?\s*(?:and|or|&|plus|as well as)\b)\s*"
    r"(?:(?:in|of|for|at|on|to|from|the|also)\s+){0,2}[\"'“”‘’$€£#]*"
)
_OPENS_SENTENCE = re.compile(r"(?:\A|[.!?:\n])\W*\Z")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_UNIT_AFTER = re.compile(r"\s?(%|°\w?|[^\W\d_]+)")
_SIGN_BEFORE = re.compile(r"([$€£¥])\s?\Z")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\s+\Z")
_CALENDAR_NAMES = frozenset(name.casefold() for name in (*MONTHS, *WEEKDAYS))
_KIND_WORDS = {"date": frozenset({"date", "day"}), "time": frozenset({"time", "hour"})}


@dataclass(frozen=True)
class _Value:
    """A value at `query[start:end]`: its kind, and what it says."""

    start: int
    end: int
    kind: str
    said: Any
    is_taken: bool
    unit: str = ""


def check(record: Record) -> Iterator[Finding]:
    """Yield a finding a value."""
    taken = _Taken.of(record)
    for index, turn in enumerate(record.turns):
        if not turn.steps:
            continue
        values = list(_values(turn, taken))
        omitted = _Omitted.of(record, turn)
        for value in values:
            reason = None if value.is_taken else _meant(value, values, turn.query, omitted)
            if reason:
                message = f"the query gives {turn.query[value.start : value.end]!r}, {reason}, and no call takes it"
                yield Finding(promise="faithful", code="not_taken", message=message, where=f"/turns/{index}/query")


@dataclass
class _Taken:
    """What stands in the calls of a record, and in what they found."""

    numbers: set[Any] = field(default_factory=set)
    calendar: set[Calendar] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    quotes: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, record: Record) -> "_Taken":
        taken = cls()
        for turn in record.turns:
            for step in turn.steps:
                taken.quotes.update(quote for source in step.sources.values() for quote in quotes(source))
                for document in (step.arguments, step.result):
                    for (_, value), _ in zip(scalars(document), range(_SCALARS_MAX), strict=False):
                        taken._add(value)
        return taken

    def _add(self, value: Any) -> None:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float):
            self.numbers.update({exact(value), abs(exact(value))} if exact(value).is_finite() else ())
            return
        self.texts.append(normalised(value))
        self.numbers.update(span.value for span in scan_numbers(value))
        whole = calendar_value(value)
        for meaning in (*((whole,) if whole else ()), *(span.value for span in scan_calendar(value))):
            self.calendar.update(_parts(meaning))

    def has_number(self, value: Any) -> bool:
        """Say whether the figure is taken: as it is, as a share, or within a text ("16+81", "A22")."""
        digits = re.compile(rf"(?<!\d){re.escape(f'{value.normalize():f}')}(?!\d)")
        return bool({value, value / 100} & self.numbers) or any(digits.search(text) for text in self.texts)

    def has_moment(self, meaning: Calendar) -> bool:
        """Say whether the date or time is taken: as it is, in its parts, or in figures ("03/05/2026")."""
        if meaning in self.calendar:
            return True
        match meaning:
            case Clock(hour, minute):
                compact = {f"{hour:02d}{minute:02d}", f"{hour % 12 or 12}{minute:02d}"}
                return self._has_all(hour, *((minute,) if minute else ())) or self._has_digits(compact)
            case Month(year, month):
                return self._has_all(year, month) or any(known[:2] == (year, month) for known in self._days())
            case Moment(day, _):
                return self.has_moment(day)
            case day:
                parts = (f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}")
                compact = {"".join(parts[at] for at in order) for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0))}
                return self._has_all(day.month, day.day) or self._has_digits(compact)

    def _days(self) -> Iterator[tuple[int, int]]:
        return ((day.year, day.month) for day in self.calendar if isinstance(day, date))

    def _has_all(self, *numbers: int) -> bool:
        return self.numbers.issuperset(map(exact, numbers))

    def _has_digits(self, compact: set[str]) -> bool:
        figures = (re.sub(r"\D", "", text) for text in self.texts if len(text) <= 40)
        return any(each in digits for digits in figures for each in compact)

    def has_text(self, said: str) -> bool:
        """Say whether the words are taken, be it with others."""
        wanted = normalised(said)
        return any(wanted in text for text in self.texts) or any(wanted in normalised(quote) for quote in self.quotes)


def _parts(meaning: Calendar) -> tuple[Calendar, ...]:
    return (meaning, meaning.day, meaning.clock) if isinstance(meaning, Moment) else (meaning,)


@dataclass
class _Omitted:
    """What the turn's calls leave out, or leave to the default: the stems of numbers; which kinds of moments."""

    numbers: frozenset[str]
    kinds: frozenset[str]

    @classmethod
    def of(cls, record: Record, turn: Turn) -> "_Omitted":
        specs = specs_of(record)
        about: set[str] = set()
        kinds: set[str] = set()
        for step in turn.steps:
            spec = specs.get(step.tool)
            for name, schema in _left_out(step, spec.parameters if spec else {}):
                text = " ".join((name, str(schema.get("title") or ""), str(schema.get("description") or "")))
                if {"integer", "number"} & _types(schema):
                    about |= stems(text)
                called = {*words(name), *str(schema.get("format") or "").split("-")}
                kinds.update(kind for kind, known in _KIND_WORDS.items() if known & called)
        return cls(frozenset(about), frozenset(kinds))


def _left_out(step: Step, parameters: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    properties = parameters.get("properties")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        is_default = isinstance(step.sources.get(f"/{name}"), DefaultSource)
        if isinstance(schema, dict) and (name not in step.arguments or is_default):
            yield name, schema


def _types(schema: dict[str, Any]) -> set[str]:
    named = schema.get("type")
    return set(named) if isinstance(named, list) else {named} if isinstance(named, str) else set()


def _values(turn: Turn, taken: _Taken) -> Iterator[_Value]:
    query = turn.query
    own = [
        span
        for step in turn.steps
        for source in step.sources.values()
        for quote in quotes(source)
        for span in occurrences(quote, query)
    ]
    yield from (_Value(*span, "quote", None, True) for span in own)
    covered: list[tuple[int, int]] = []
    for match in _ADDRESS.finditer(query):
        yield _Value(*match.span(), "address", match.group(), taken.has_text(match.group()))
        covered.append(match.span())
    for span in sorted(scan_calendar(query), key=lambda span: span.start - span.end):
        if not _is_within(span.start, span.end, covered):
            kind = "time" if isinstance(span.value, Clock) else "date"
            is_taken = _is_within(span.start, span.end, own) or taken.has_moment(span.value)
            yield _Value(span.start, span.end, kind, span.value, is_taken)
            covered.append((span.start, span.end))
    for number in scan_numbers(query):
        if not number.ordinal and not _is_within(number.start, number.end, covered):
            is_taken = _is_within(number.start, number.end, own) or taken.has_number(number.value)
            unit = _unit(query, number.start, number.end)
            yield _Value(number.start, number.end, "figure", number.value, is_taken, unit)
    for match in _QUOTED.finditer(query):
        said = next(group for group in match.groups() if group)
        yield _Value(*match.span(), "text", said, taken.has_text(said))
    for match in _NAME.finditer(query):
        start = match.start()
        first, _, rest = match.group().partition(" ")
        if rest and _OPENS_SENTENCE.search(query, 0, start):
            start += len(first) + 1  # "Compare Oslo"
        name = query[start : match.end()]
        if not {*folded_words(name)} & (_CALENDAR_NAMES | {"i"}):
            yield _Value(start, match.end(), "name", name, taken.has_text(name))


def _is_within(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _unit(query: str, start: int, end: int) -> str:
    sign = _SIGN_BEFORE.search(query, max(0, start - 2), start)
    after = _UNIT_AFTER.match(query, end)
    if sign:
        return sign[1]
    found = after[1].casefold() if after else ""
    return found if not found.isalpha() else next(iter(stems(found)), "")


def _meant(value: _Value, values: list[_Value], query: str, omitted: _Omitted) -> str | None:
    """Return why the value is meant for a call, or None."""
    others = [other for other in values if other is not value and other.is_taken]
    if value.kind == "address":
        return "an address"
    alike = [other for other in values if other.kind == value.kind]
    if _enumerated(value, alike, query):
        return "beside others that calls take"
    if value.kind == "figure":
        if value.unit and any(other.unit == value.unit for other in others if other.kind == "figure"):
            return "as another that a call takes"
        beside = _WORD_BEFORE.search(query, max(0, value.start - 30), value.start)
        if omitted.numbers & {value.unit, *(stems(beside[1]) if beside else ())}:
            return "which a call has a parameter for"
    if value.kind in _KIND_WORDS:
        if any(other.kind == value.kind for other in others):
            return "as another that a call takes"
        if value.kind in omitted.kinds:
            return "which a call has a parameter for"
    if value.kind == "date" or (value.kind == "figure" and abs(value.said) >= _LARGE):
        begin = max((match.end() for match in _SENTENCE.finditer(query, 0, value.start)), default=0)
        following = _SENTENCE.search(query, value.end)
        end = following.start() if following else len(query)
        if any(begin <= other.start and other.end <= end for other in others):
            return "in one sentence with what a call takes"
    return None


def _enumerated(value: _Value, alike: list[_Value], query: str) -> bool:
    """Say whether the value stands in an enumeration with one that is taken."""
    ordered = sorted(alike, key=lambda each: each.start)
    at = ordered.index(value)
    for step in (1, -1):
        here = at
        while 0 <= here + step < len(ordered):
            first, second = sorted((ordered[here], ordered[here + step]), key=lambda each: each.start)
            if not _BETWEEN.fullmatch(query, first.end, second.start):
                break
            here += step
            if ordered[here].is_taken:
                return not (value.kind == "name" and _OPENS_SENTENCE.search(query, 0, value.start))
    return False
