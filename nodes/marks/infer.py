"""Marks that nobody wrote: where in the record a figure of a response stands, and which words of a query say a value.

So weak writers need few marks, and version 1 and foreign data can be audited. What is found this way exists in the
record; that the sentence means it is not proved, so several places may do, and choosing among them is for display.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from graph.record import (
    ArgumentSource,
    ContextSource,
    DerivedTell,
    GivenSource,
    RecordContext,
    Step,
    StepSource,
    TellSource,
)
from nodes.marks.figures import Ahead, Clock, Day, Figure, Length, Month, Number, Offset, Weekday, figures_of
from nodes.marks.moments import faces_of, says_moment
from nodes.marks.places import zones_of
from nodes.marks.quantities import exact, says_number
from nodes.marks.says import Setting
from tool_registry.json_pointer import escape, leaves

_LEAVES_MAX = 20_000
_TEXT_MAX = 20_000
_PLACES_MAX = 8
_DIGITS = re.compile(r"[0-9]+")
_PARTS_OF_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
#: Of larger groups any number is a sum or difference of some two.
_PAIRS_MAX = 12
_SUM_MAX = 500


class _Leaf(NamedTuple):
    source: TellSource
    value: Any
    name: str
    zones: tuple[str, ...]
    step: str
    rank: int  # results first, then what was given, then counts


class Values:
    """What a record gives a response to tell, so far: learn steps in order, then ask.

    Nothing is read before something is asked: where all is marked, nothing is.
    """

    def __init__(self, context: RecordContext, setting: Setting) -> None:
        self.setting = setting
        self._unread: list[RecordContext | Step] = [context]
        self._numbers: list[tuple[Decimal, _Leaf]] = []
        self._sorted: list[Decimal] | None = None
        self._days: dict[tuple[int, int], list[_Leaf]] = defaultdict(list)
        self._clocks: dict[tuple[int, int], list[_Leaf]] = defaultdict(list)
        self._calendar: list[_Leaf] = []
        self._timed: list[_Leaf] = []
        self._groups: dict[tuple[str, str], list[tuple[Decimal, StepSource]]] = defaultdict(list)

    def learn_step(self, step: Step) -> None:
        """Take in what a step found and what it was called with."""
        self._unread.append(step)

    def _read(self) -> None:
        for each in self._unread:
            match each:
                case Step():
                    self._read_step(each)
                case RecordContext():
                    for pointer, value in leaves(each.model_dump(mode="json")):
                        self._learn(_Leaf(GivenSource(of=ContextSource(pointer=pointer)), value, "", (), "", 1))
        self._unread.clear()

    def _read_step(self, step: Step) -> None:
        zones = zones_of(step)
        for count, (pointer, value) in enumerate(leaves(step.result)):
            if count > _LEAVES_MAX:
                break
            name = next((token for token in reversed(pointer.split("/")) if token and not token.isdecimal()), "")
            source = StepSource(step=step.id, pointer=pointer)
            leaf = _Leaf(source, value, name, zones, step.id, 0)
            self._learn(leaf)
            for digits in _DIGITS.findall(
                name
            ):  # what the member is called may be told too: "the 5-day average" of MA(5)
                self._add_number(Decimal(digits), leaf._replace(value=name, rank=3))
            if isinstance(value, int | float) and not isinstance(value, bool) and name:
                self._groups[(step.id if pointer[-1:].isdecimal() else "", name)].append((exact(value), source))
        for pointer, length in _lengths(step.result):
            counted = DerivedTell(op="count", of=[StepSource(step=step.id, pointer=pointer)])
            self._add_number(Decimal(length), _Leaf(counted, length, "", (), step.id, 2))
        for pointer, value in leaves(step.arguments):
            name = next((token for token in reversed(pointer.split("/")) if token and not token.isdecimal()), "")
            given = GivenSource(of=ArgumentSource(step=step.id, pointer=pointer))
            self._learn(_Leaf(given, value, name, zones, step.id, 1))

    def _add_number(self, value: Decimal, leaf: _Leaf) -> None:
        if value.is_finite():
            self._numbers.append((abs(value), leaf))
            self._sorted = None

    def _learn(self, leaf: _Leaf) -> None:
        match leaf.value:
            case bool() | None:
                return
            case int() | float():
                self._add_number(exact(leaf.value), leaf)
                if len(_PARTS_OF_NAME.findall(leaf.name)) > 1:  # its last part may be a unit
                    self._timed.append(leaf)
            case str() if any(map(str.isalnum, leaf.value[:_TEXT_MAX])):
                self._learn_text(leaf)

    def _learn_text(self, leaf: _Leaf) -> None:
        text = leaf.value[:_TEXT_MAX]
        faces = faces_of(text, (*leaf.zones, *self.setting.zones), self.setting.now)
        if faces.is_calendar:
            self._calendar.append(leaf)
            if faces.day_of_month:
                self._days[faces.day_of_month].append(leaf)
            for face in faces.faces:
                if face.day:
                    self._days[(face.day.month, face.day.day)].append(leaf)
                if face.clock:
                    self._clocks[(face.clock.hour, face.clock.minute)].append(leaf)
                    if face.clock.second >= 30:
                        later = face.clock.hour * 60 + face.clock.minute + 1
                        self._clocks[(later // 60 % 24, later % 60)].append(leaf)
        if not any(map(str.isdigit, text)):
            return
        for figure in figures_of(text, "en"):
            for reading in figure.readings:
                match reading:
                    case Number(value):
                        self._add_number(value, leaf)
                    case Day(year, month, day) if not faces.is_calendar:
                        self._days[(month, day)].append(leaf)
                        if year:
                            self._add_number(Decimal(year), leaf)
                    case Day(year, _, _) | Month(year, _) if year:
                        self._add_number(Decimal(year), leaf)
                    case Clock(hour, minute) if not faces.is_calendar:
                        self._clocks[(hour, minute)].append(leaf)

    def places(self, figure: Figure, words: str, prefer: Iterable[str] = ()) -> list[TellSource]:
        """Return where it stands: in a step of `prefer`, else in results, else in what was given, else reckoned."""
        self._read()
        found = list(self._found(figure, words))
        wanted = [leaf for leaf in found if leaf.step in set(prefer)]
        best = wanted or [leaf for leaf in found if leaf.rank == min(each.rank for each in found)]
        sources = _distinct(leaf.source for leaf in best)
        return sources[:_PLACES_MAX] if sources else self._derived(figure)

    def has(self, figure: Figure, words: str, source: TellSource) -> bool:
        """Say whether the figure stands there."""
        self._read()
        return any(leaf.source == source for leaf in self._found(figure, words)) or source in self._derived(figure)

    def _found(self, figure: Figure, words: str) -> Iterator[_Leaf]:
        for reading in figure.readings:
            match reading:
                case Number():
                    yield from self._numbers_near(figure, reading)
                    if reading.ordinal:
                        yield from (
                            leaf for (_, day), leaves in self._days.items() if day == reading.value for leaf in leaves
                        )
                case Day():
                    yield from self._said(figure, words, self._days.get((reading.month, reading.day), []))
                case Clock(hour, minute):
                    hours = {hour, (hour + 12) % 24} if reading.loose else {hour % 24}
                    yield from self._said(
                        figure, words, [leaf for each in hours for leaf in self._clocks.get((each, minute), [])]
                    )
                    yield from (
                        leaf for leaf in self._timed if says_number(figure, leaf.value, leaf.name, self.setting.locale)
                    )
                    yield from self._said(
                        figure, words, [leaf for leaf in self._calendar if faces_of(leaf.value, (), None).length]
                    )
                case Length():
                    yield from (
                        leaf
                        for _, leaf in self._numbers
                        if _is_number(leaf) and says_number(figure, leaf.value, leaf.name)
                    )
                    yield from self._said(figure, words, self._calendar)
                case Month() | Weekday() | Ahead() | Offset():
                    yield from self._said(figure, words, self._calendar)

    def _said(self, figure: Figure, words: str, among: Iterable[_Leaf]) -> Iterator[_Leaf]:
        for leaf in among:
            faces = faces_of(leaf.value, (*leaf.zones, *self.setting.zones), self.setting.now)
            if not faces.is_calendar or says_moment((figure,), faces, words, self.setting.now, self.setting.locale):
                yield leaf

    def _numbers_near(self, figure: Figure, number: Number) -> Iterator[_Leaf]:
        if self._sorted is None:
            self._numbers.sort(key=lambda each: each[0])
            self._sorted = [value for value, _ in self._numbers]
        said, reach = abs(number.value), max(number.step, number.shown if number.near else number.step)
        spans = [(said - reach, said + reach)]
        if number.percent:
            spans.append(((said - reach) / 100, (said + reach) / 100))
        for low, high in spans:
            for value, leaf in self._numbers[bisect_left(self._sorted, low) : bisect_right(self._sorted, high)]:
                is_bare = figure.small and not number.near and value != said
                if (
                    is_bare
                    and not (number.percent and value * 100 == said)
                    and (value < 10 or not says_number(figure, float(value)))
                ):
                    continue  # a bare digit is near to something in any record
                if not _is_number(leaf):
                    if value == said or (not figure.small and says_number(figure, float(value))):
                        yield leaf
                elif says_number(figure, leaf.value, leaf.name, self.setting.locale):
                    yield leaf
        if number.unit and not figure.small:
            yield from (leaf for leaf in self._timed if says_number(figure, leaf.value, leaf.name, self.setting.locale))

    def _derived(self, figure: Figure) -> list[TellSource]:
        """Return how it is reckoned from numbers of one member's name, or of one list; never for small figures."""
        number = figure.readings[0]
        if not isinstance(number, Number) or figure.small or (number.step >= 1 and abs(number.value) < 100):
            return []
        for members in self._groups.values():
            if 2 <= len(members) <= _SUM_MAX and says_number(figure, float(sum(value for value, _ in members))):
                return [DerivedTell(op="sum", of=[source for _, source in members])]
        for members in self._groups.values():
            for one, other in combinations(members[: _PAIRS_MAX + 1] if len(members) <= _PAIRS_MAX else [], 2):
                for op, value in (("difference", abs(one[0] - other[0])), ("sum", one[0] + other[0])):
                    if says_number(figure, float(value)):
                        return [DerivedTell(op=op, of=[one[1], other[1]])]
        return []


def _is_number(leaf: _Leaf) -> bool:
    return isinstance(leaf.value, int | float)


def _lengths(document: Any, pointer: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(document, list):
        yield pointer, len(document)
    members = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, member in members:
        if isinstance(member, dict | list):
            yield from _lengths(member, f"{pointer}/{escape(str(name))}")


def _distinct(sources: Iterable[TellSource]) -> list[TellSource]:
    return list({source.model_dump_json(): source for source in sources}.values())


def setting_of(context: RecordContext) -> Setting:
    """Return what words are read against in a record."""
    try:
        now = datetime.fromisoformat(context.now) if context.now else None
    except ValueError:
        now = None
    return Setting(context.writing_locale, now, (context.timezone,) if context.timezone else ())
