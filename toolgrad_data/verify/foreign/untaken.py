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
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graph.marks import DerivedTell
from graph.record import Finding, Record, Step, Turn
from graph.sources import DefaultSource, UserSource
from nodes.marks.figures import Clock, Day, Figure, Month, Number, figures_of
from nodes.marks.find import Span
from nodes.marks.infer import Values, setting_of
from nodes.marks.wording import fold_words, opens_sentence
from nodes.proofs.schemas import specs_of
from tool_registry.json.pointer import scalars

_SCALARS_MAX = 5000
_LARGE = 100
_COMPACT_MAX = 40
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:https?://|www\.)[^\s<>\"'“”|]*[\w/]", re.IGNORECASE
)
_QUOTED = re.compile(r"\"([^\"\n]{1,80})\"|“([^”\n]{1,80})”|(?<!\w)'([^'\n]{2,80})'(?!\w)|‘([^’\n]{1,80})’")
_NAME = re.compile(r"(?<![\w'’.])[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*")
_BETWEEN = re.compile(
    r"[\s\"'“”‘’]*(?:,|;|,?\s*(?:and|or|&|plus|as well as)\b)\s*"
    r"(?:(?:in|of|for|at|on|to|from|the|also)\s+){0,2}[\"'“”‘’$€£#]*"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_UNIT_AFTER = re.compile(r"\s?(%|°\w?|[^\W\d_]+)")
_SIGN_BEFORE = re.compile(r"([$€£¥])\s?\Z")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\s+\Z")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_KIND_WORDS = {"date": frozenset({"date", "day"}), "time": frozenset({"time", "hour"})}


@dataclass(frozen=True)
class _Value:
    """A value at `query[start:end]`, its kind, and whether a call takes it."""

    start: int
    end: int
    kind: str
    is_taken: bool
    unit: str = ""
    is_large: bool = False


def check(record: Record) -> Iterator[Finding]:
    """Yield a finding a value."""
    taken = _Taken(record)
    for index, turn in enumerate(record.turns):
        if not turn.steps:
            continue
        values = list(_values(turn, _own_spans(record, index), taken))
        numbers, kinds = _words_left_out(record, turn)
        for value in values:
            reason = None if value.is_taken else _why_meant(value, values, turn.query, numbers, kinds)
            if reason:
                message = f"the query gives {turn.query[value.start : value.end]!r}, {reason}, and no call takes it"
                yield Finding(promise="faithful", code="not_taken", message=message, where=f"/turns/{index}/query")


def _user_sources(record: Record) -> Iterator[UserSource]:
    for step in (step for turn in record.turns for step in turn.steps):
        for source in step.sources.values():
            yield from source.quotes()


def _own_spans(record: Record, index: int) -> list[Span]:
    return [(source.start, source.end) for source in _user_sources(record) if source.turn == index]


class _Taken:
    """What stands in the calls of a record, and in what they found."""

    def __init__(self, record: Record) -> None:
        self._values = Values(record.context, setting_of(record.context))
        texts = [source.quote for source in _user_sources(record)]
        for step in (step for turn in record.turns for step in turn.steps):
            self._values.learn_step(step)
            for document in (step.arguments, step.result):
                texts += [str(value) for _, value in islice(scalars(document), _SCALARS_MAX)]
        self._texts = [fold_words(text) for text in texts]
        self._digits = {digits.lstrip("0") for text in texts for digits in _DIGITS.findall(text)}
        self._compact = {re.sub(r"\D", "", text) for text in texts if len(text) <= _COMPACT_MAX}

    def has_figure(self, figure: Figure, query: str) -> bool:
        """Say whether the figure is taken: as its value, in its parts, or within a text ("16+81", "03052026")."""
        if any(not isinstance(source, DerivedTell) for source in self._values.places(figure, query)):
            return True
        return any(self._has_parts(reading) for reading in figure.readings)

    def _has_parts(self, reading: object) -> bool:
        match reading:
            case Number(value=value):
                return f"{abs(value).normalize():f}" in self._digits
            case Day(year=year, month=month, day=day):
                parts = (f"{month:02d}{day:02d}", f"{day:02d}{month:02d}")
                return self._has_all(month, day) or any(
                    each in digits
                    for digits in self._compact
                    for part in parts
                    for each in (f"{year}{part}", f"{part}{year}")
                )
            case Month(year=year, month=month):
                return self._has_all(month, year or month)
            case Clock(hour=hour, minute=minute):
                times = (f"{hour:02d}{minute:02d}", f"{hour % 12 or 12}{minute:02d}")
                return self._has_all(hour, minute) or any(time in digits for digits in self._compact for time in times)
        return False

    def _has_all(self, *numbers: int) -> bool:
        return self._digits.issuperset(str(number) for number in numbers if number)

    def has_text(self, said: str) -> bool:
        """Say whether the words are taken, be it with others."""
        return any(fold_words(said) in text for text in self._texts)


def _words_left_out(record: Record, turn: Turn) -> tuple[set[str], set[str]]:
    """Return what the turn's calls leave out, or leave to the default: words about numbers; kinds of moments."""
    specs = specs_of(record)
    about: set[str] = set()
    kinds: set[str] = set()
    for step in turn.steps:
        spec = specs.get(step.tool)
        for name, schema in _free_parameters(step, spec.parameters if spec else {}):
            if {"integer", "number"} & _types(schema):
                about |= _stems(" ".join((name, str(schema.get("title") or ""), str(schema.get("description") or ""))))
            called = _stems(name) | set(str(schema.get("format") or "").split("-"))
            kinds.update(kind for kind, known in _KIND_WORDS.items() if known & called)
    return about, kinds


def _free_parameters(step: Step, parameters: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    properties = parameters.get("properties")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        is_default = isinstance(step.sources.get(f"/{name}"), DefaultSource)
        if isinstance(schema, dict) and (name not in step.arguments or is_default):
            yield name, schema


def _types(schema: dict[str, Any]) -> set[str]:
    named = schema.get("type")
    return set(named) if isinstance(named, list) else {named} if isinstance(named, str) else set()


def _stems(text: str) -> set[str]:
    """Return the words that say something, without the s of a plural."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return {word.removesuffix("s") for word in fold_words(spaced).split() if len(word) > 2}


def _values(turn: Turn, own: list[Span], taken: _Taken) -> Iterator[_Value]:
    query = turn.query
    yield from (_Value(*span, "quote", True) for span in own)
    addresses = [match.span() for match in _ADDRESS.finditer(query)]
    yield from (_Value(*span, "address", taken.has_text(query[slice(*span)])) for span in addresses)
    calendar = []
    for figure in figures_of(query):
        kind = _kind(figure)
        if kind != "figure":
            calendar.append((figure.start, figure.end))
        if kind is not None and not _is_within(figure.start, figure.end, addresses):
            is_taken = _is_within(figure.start, figure.end, own) or taken.has_figure(figure, query)
            number = figure.readings[0]
            is_large = kind == "date" or (isinstance(number, Number) and abs(number.value) >= _LARGE)
            unit = _unit(query, figure.start, figure.end) if kind == "figure" else ""
            yield _Value(figure.start, figure.end, kind, is_taken, unit, is_large)
    for match in _QUOTED.finditer(query):
        said = next(group for group in match.groups() if group)
        yield _Value(*match.span(), "text", taken.has_text(said))
    for match in _NAME.finditer(query):
        start = match.start()
        first, _, rest = match.group().partition(" ")
        if rest and opens_sentence(query, start):
            start += len(first) + 1  # "Compare Oslo"
        name = query[start : match.end()]
        if name != "I" and not any(start < last and begin < match.end() for begin, last in calendar):
            yield _Value(start, match.end(), "name", taken.has_text(name))


def _kind(figure: Figure) -> str | None:
    match figure.readings[0]:
        case Number(ordinal=False):
            return "figure"
        case Clock():
            return "time"
        case Day() | Month(year=int()):
            return "date"
    return None


def _is_within(start: int, end: int, spans: list[Span]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _unit(query: str, start: int, end: int) -> str:
    sign = _SIGN_BEFORE.search(query, max(0, start - 2), start)
    after = _UNIT_AFTER.match(query, end)
    return sign[1] if sign else _word(after)


def _word(match: re.Match[str] | None) -> str:
    """Return the word of a match as `_stems` has it, a sign as it is, "" for a short word."""
    found = match[1] if match else ""
    return found if not found.isalpha() else next(iter(_stems(found)), "")


def _why_meant(value: _Value, values: list[_Value], query: str, numbers: set[str], kinds: set[str]) -> str | None:
    """Return why the value is meant for a call, or None."""
    if value.kind == "address":
        return "an address"
    others = [other for other in values if other is not value and other.is_taken]
    if _is_enumerated(value, [other for other in values if other.kind == value.kind], query):
        return "beside others that calls take"
    if value.kind == "figure":
        if value.unit and any(other.unit == value.unit for other in others):
            return "as another that a call takes"
        if numbers & {value.unit, _word(_WORD_BEFORE.search(query, max(0, value.start - 30), value.start))}:
            return "which a call has a parameter for"
    if value.kind in _KIND_WORDS:
        if any(other.kind == value.kind for other in others):
            return "as another that a call takes"
        if value.kind in kinds:
            return "which a call has a parameter for"
    if value.is_large:
        begin = max((match.end() for match in _SENTENCE.finditer(query, 0, value.start)), default=0)
        following = _SENTENCE.search(query, value.end)
        end = following.start() if following else len(query)
        if any(begin <= other.start and other.end <= end for other in others):
            return "in one sentence with what a call takes"
    return None


def _is_enumerated(value: _Value, alike: list[_Value], query: str) -> bool:
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
                return not (value.kind == "name" and opens_sentence(query, value.start))
    return False
