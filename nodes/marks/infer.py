"""Marks that nobody wrote: where in the record a figure of a response stands.

So weak writers need few marks, and version 1 and foreign data can be audited. What is found this way exists in the
record; that the sentence means it is not proved, so several places may do, and choosing among them is for display.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import combinations, islice
from typing import Any, NamedTuple

from graph.marks import ArgumentSource, DerivedTell, GivenSource, TellSource
from graph.record import RecordContext, Step
from graph.sources import ContextSource, StepSource
from nodes.marks.figures import Clock, Day, Figure, Length, Month, Number, Reading, figures_of
from nodes.marks.moments import Faces, faces_of, says_moment
from nodes.marks.places import zones_of
from nodes.marks.quantities import exact, says_number
from nodes.marks.says import Setting
from tool_registry.json.pointer import escape, leaf_name, leaves

_LEAVES_MAX = 20_000
_TEXT_MAX = 20_000
_PLACES_MAX = 8
#: Of larger groups any number is a sum or difference of some two.
_PAIRS_MAX = 13
_SUM_MAX = 500
#: Which places come first.
_RESULT, _GIVEN, _COUNT, _NAME = range(4)


class _Leaf(NamedTuple):
    source: TellSource
    value: Any
    name: str = ""
    zones: tuple[str, ...] = ()
    step: str = ""
    rank: int = _GIVEN


class Values:
    """What a record gives a response to tell, so far: learn steps in order, then ask.

    Nothing is read before something is asked: where all is marked, nothing is.
    """

    def __init__(self, context: RecordContext, setting: Setting) -> None:
        self.setting = setting
        self._unread: list[Iterator[_Leaf]] = [_of_context(context)]
        self._numbers: list[_Leaf] = []
        self._texts: list[tuple[_Leaf, Faces, list[Reading]]] = []

    def learn_step(self, step: Step) -> None:
        """Take in what a step found and what it was called with."""
        self._unread.append(_of_step(step))

    def places(self, figure: Figure, words: str, prefer: Iterable[str] = ()) -> list[TellSource]:
        """Return where it stands: in a step of `prefer`, else in results, else in what was given, else reckoned."""
        found = list(self._find(figure, words))
        wanted, first = set(prefer), min((each.rank for each in found), default=0)
        best = [leaf for leaf in found if leaf.step in wanted] or [leaf for leaf in found if leaf.rank == first]
        sources = list({leaf.source.model_dump_json(): leaf.source for leaf in best}.values())
        return sources[:_PLACES_MAX] or self._derive(figure)

    def has(self, figure: Figure, words: str, source: TellSource) -> bool:
        """Say whether the figure stands there."""
        return any(leaf.source == source for leaf in self._find(figure, words)) or source in self._derive(figure)

    def _find(self, figure: Figure, words: str) -> Iterator[_Leaf]:
        for leaf in (leaf for unread in self._unread for leaf in unread):
            if isinstance(leaf.value, str):
                text = leaf.value[:_TEXT_MAX]
                faces = faces_of(text, (*leaf.zones, *self.setting.zones), self.setting.now)
                readings = [reading for each in figures_of(text) for reading in each.readings]
                if readings:
                    self._texts.append((leaf, faces, readings))
            elif isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool):
                self._numbers.append(leaf)
        self._unread.clear()
        if isinstance(figure.readings[0], Number | Length | Clock):
            yield from (leaf for leaf in self._numbers if self._is_number(figure, leaf))
        if isinstance(month := figure.readings[0], Month):  # a call may take the two apart
            parts = [leaf for leaf in self._numbers if says_number(figure, leaf.value, leaf.name, self.setting.locale)]
            if {month.month, month.year or month.month} <= {leaf.value for leaf in parts}:
                yield from parts
        said = {key for reading in figure.readings if (key := _key(reading)) is not None}
        now, locale = self.setting.now, self.setting.locale
        for leaf, faces, held in self._texts:
            is_told = faces.is_calendar and says_moment((figure,), faces, words, now, locale)
            keys = () if faces.is_calendar else said
            if is_told or any(_key(each) in keys or _is_rounded(figure, each) for each in held):
                yield leaf

    def _is_number(self, figure: Figure, leaf: _Leaf) -> bool:
        number = figure.readings[0]
        if isinstance(number, Number) and figure.small and not number.near and abs(leaf.value) < 10:
            # A bare digit is near to something in any record.
            held = abs(exact(leaf.value))
            if abs(number.value) not in (held, held * 100 if number.percent else held):
                return False
        return says_number(figure, leaf.value, leaf.name, self.setting.locale)

    def _derive(self, figure: Figure) -> list[TellSource]:
        """Return how it is reckoned from numbers of one member's name, or of one list; never for small figures."""
        number = figure.readings[0]
        if not isinstance(number, Number) or figure.small or (number.step >= 1 and abs(number.value) < 100):
            return []
        groups: dict[tuple[str, str], list[tuple[Decimal, StepSource]]] = {}
        for leaf in self._numbers:
            source = leaf.source
            if leaf.name and isinstance(source, StepSource):
                key = (leaf.step if source.pointer[-1:].isdecimal() else "", leaf.name)
                groups.setdefault(key, []).append((exact(leaf.value), source))
        for members in groups.values():
            if 2 <= len(members) <= _SUM_MAX and says_number(figure, float(sum(value for value, _ in members))):
                return [DerivedTell(op="sum", of=[source for _, source in members])]
        for members in groups.values():
            for one, other in combinations(members, 2) if len(members) < _PAIRS_MAX else ():
                for op, value in (("difference", abs(one[0] - other[0])), ("sum", one[0] + other[0])):
                    if says_number(figure, float(value)):
                        return [DerivedTell(op=op, of=[one[1], other[1]])]
        return []


def _of_context(context: RecordContext) -> Iterator[_Leaf]:
    for pointer, value in leaves(context.model_dump(mode="json")):
        yield _Leaf(GivenSource(of=ContextSource(pointer=pointer)), value)


def _of_step(step: Step) -> Iterator[_Leaf]:
    zones = zones_of(step)
    for pointer, value in islice(leaves(step.result), _LEAVES_MAX):
        name = leaf_name(pointer)
        source = StepSource(step=step.id, pointer=pointer)
        yield _Leaf(source, value, name, zones, step.id, _RESULT)
        if any(map(str.isdigit, name)):  # what the member is called may be told too: "the 5-day average" of MA(5)
            yield _Leaf(source, name, "", (), step.id, _NAME)
    for pointer, length in _lengths(step.result):
        counted = DerivedTell(op="count", of=[StepSource(step=step.id, pointer=pointer)])
        yield _Leaf(counted, length, "", (), step.id, _COUNT)
    for pointer, value in leaves(step.arguments):
        argument = ArgumentSource(step=step.id, pointer=pointer)
        yield _Leaf(GivenSource(of=argument), value, leaf_name(pointer), zones, step.id)


def _lengths(document: Any, pointer: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(document, list):
        yield pointer, len(document)
    members = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, member in members:
        if isinstance(member, dict | list):
            yield from _lengths(member, f"{pointer}/{escape(str(name))}")


def _key(reading: object) -> object:
    """Return what two readings have in common that say the same number, day or time."""
    match reading:
        case Number(value):
            return abs(value)
        case Day(_, month, day):
            return month, day
        case Clock(hour, minute):
            return hour, minute, ""
    return None


def _is_rounded(figure: Figure, reading: object) -> bool:
    """Say whether the figure, a number, rounds the other one, or is its year."""
    if figure.small or not isinstance(figure.readings[0], Number):
        return False
    if isinstance(reading, Day | Month):
        return figure.readings[0].value == reading.year
    return isinstance(reading, Number) and says_number(figure, float(reading.value))


def setting_of(context: RecordContext) -> Setting:
    """Return what words are read against in a record."""
    try:
        now = datetime.fromisoformat(context.now) if context.now else None
    except ValueError:
        now = None
    return Setting(context.writing_locale, now, (context.timezone,) if context.timezone else ())
