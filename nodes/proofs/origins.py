"""What a record gives a response to tell: numbers with their places, dates and words with the steps that found them.

A number in the response comes from somewhere when it is one of the record's numbers, rounded to the digits
shown (a single digit only after "about"), or one of these derivations of them:

| derivation | of |
|---|---|
| count | the members of a list in a result |
| sum | all numbers of one member name, of one list or one object of numbers; two of the former where there are few |
| difference | two numbers of one member name or one list; two dates in days, two times in hours or minutes |
| percentage | a share between -1 and 1 |
| unit conversion | a number whose unit is in its member's name or stands behind it in a text |

They are kept so narrow because the numbers of a record can be combined to almost anything. Which of a small number's
places a response means, if any, is for `anchoring.py` to say.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from nodes.proofs.dates import Calendar, Clock, Moment, Month, calendar_value, scan_calendar
from nodes.proofs.numbers import exact, scan_numbers
from nodes.proofs.places import ANYWHERE, Kind, Place, Steps, Topic
from nodes.proofs.shown import Shown, rounded, shown_numbers
from nodes.proofs.text import folded_words
from nodes.proofs.units import converted, unit_of_name
from tool_registry.json_pointer import escape, leaves, tokens

_NONE: Steps = frozenset()
_SCALARS_MAX = 20_000
_PAIRS_MAX = 12
_SUM_PAIRS_MAX = 5
_SUM_MAX = 500
_DATES_MAX = 24
_MINUTES = {"minute": Decimal(1), "hour": Decimal(60), "second": Decimal(1) / 60}
_DAYS = {"day": 1, "week": 7}
_INDEX = re.compile(r"/\d+(?=/|\Z)")
_WORDS_OF_NAME = re.compile(r"_|(?<=[a-z0-9])(?=[A-Z])|(?<=[a-zA-Z])(?=[0-9])|(?<=[0-9])(?=[a-zA-Z])")


class Quantity(NamedTuple):
    """A number with its unit, as pint names it, and its place."""

    value: Decimal
    unit: str
    place: Place


class Origins:
    """What the context, queries, arguments and results that were learnt so far give."""

    def __init__(self) -> None:
        self.numbers: dict[Decimal, list[Place]] = defaultdict(list)
        self.calendar: dict[Calendar, Steps] = {}
        self.words: set[str] = set()
        self.texts: list[str] = []
        #: Names of the members of results, letters and digits alone.
        self.member_names: set[str] = set()
        self.largest_count = 0
        self._quantities: list[Quantity] = []
        self._groups: dict[str, list[tuple[Decimal, Place]]] = defaultdict(list)
        self._maps: list[list[tuple[Decimal, Place]]] = []
        self._clocks: dict[str, list[Clock]] = defaultdict(list)
        self.moment_topics: dict[Calendar, set[str]] = defaultdict(set)
        self.topics: dict[str, Topic] = {}
        self._tables: dict[tuple[int, bool], dict[Decimal, list[Place]]] = {}
        self._derived: dict[Decimal, list[Place]] | None = None

    def learn(self, document: Any, kind: Kind = "said", topic: Topic | None = None) -> None:
        """Take in a document; of a step's arguments and result `topic` is what the step is about."""
        self._tables.clear()
        self._derived = None
        step = topic.step.id if topic is not None and kind == "result" else ""
        if topic is not None:
            self.topics[topic.step.id] = topic
        place = Place(kind, frozenset({step} - {""}), document, "", topic)
        for count, (pointer, value) in enumerate(leaves(document)):
            if count > _SCALARS_MAX:
                break
            if kind == "result":
                self._learn_names(pointer, place)
            match value:
                case bool() | None | dict() | list():
                    continue
                case str():
                    self._learn_text(value, step, place._replace(pointer=pointer))
                case int() | float() if exact(value).is_finite():
                    self._learn_number(exact(value), step, place._replace(pointer=pointer))
        if kind == "result":
            for pointer, size in _sizes(document):
                self.numbers[Decimal(size)].append(place._replace(kind="count", pointer=pointer))
                self.largest_count = max(self.largest_count, size)
            for pointer, members in _maps(document):
                self._maps.append([(value, place._replace(pointer=f"{pointer}/{name}")) for name, value in members])

    def _learn_names(self, pointer: str, place: Place) -> None:
        """Take in what the members are called: a name or a number may be told from there ("change_24h")."""
        for name in tokens(pointer):
            bare = "".join(filter(str.isalnum, name)).casefold()
            if name.isdecimal() or bare in self.member_names:
                continue
            self.member_names.add(bare)
            spaced = _WORDS_OF_NAME.sub(" ", name)
            self.words.update(folded_words(spaced))
            for span in (each for each in scan_numbers(spaced) if not each.ordinal):
                self.numbers[span.value].append(place._replace(pointer=pointer))

    def _learn_number(self, value: Decimal, step: str, place: Place) -> None:
        pointer = place.pointer
        self.numbers[value].append(place)
        name = next((token for token in reversed(pointer.split("/")) if token and not token.isdecimal()), "")
        self._groups[f"name {name}" if name else f"list {step}"].append((value, place))
        if pointer[-1:].isdecimal() and name:
            self._groups[f"list {step} {_INDEX.sub('', pointer)}"].append((value, place))
        unit = unit_of_name(name)
        if unit:
            self._quantities.append(Quantity(value, unit, place))

    def _learn_text(self, text: str, step: str, place: Place) -> None:
        self.texts.append(text)
        self.words.update(folded_words(text))
        for number in shown_numbers(text):
            at = place._replace(at=(number.start, number.end), kind="ordinal" if number.ordinal else place.kind)
            self.numbers[number.value].append(at)
            if number.unit:
                self._quantities.append(Quantity(number.value, number.unit, at))
        for meaning in (calendar_value(text), *(span.value for span in scan_calendar(text))):
            if meaning is not None:
                self._learn_moment(meaning, step, place)

    def _learn_moment(self, meaning: Calendar, step: str, place: Place) -> None:
        parts: list[Calendar] = [meaning]
        if isinstance(meaning, Moment):
            parts += [meaning.day, meaning.clock, meaning._replace(offset=None)]
        for part in parts:
            if place.topic is not None:
                self.moment_topics[part].add(place.topic.step.id)
            known = self.calendar.get(part, _NONE)
            self.calendar[part] = known | {step} if step else known
            if isinstance(part, Clock):
                self._clocks[step].append(part)
            elif isinstance(part, date | Month):
                self.numbers[Decimal(part.year)].append(place)

    def number(self, shown: Shown, beside: Sequence[Quantity] = ()) -> list[Place]:
        """Return the places that the shown number can come from; what stands `beside` it may be converted too."""
        if shown.ordinal and shown.value <= max(self.largest_count, 10):
            return [ANYWHERE]
        if shown.is_coarse:
            stated = [*self.numbers.get(shown.value, []), *(self.numbers.get(-shown.value, []) if shown.value else [])]
        else:
            stated = list(self._table(shown.exponent, False).get(shown.value, []))
        if shown.percent and (shown.is_small or not stated):
            stated += self._table(shown.exponent - 2, False).get(shown.value / 100, [])
        if shown.unit and (shown.is_small or not stated):
            stated += self._by_unit(shown, shown.unit, beside)
        if shown.is_small:
            return stated + self._derivations().get(shown.value, [])
        return stated or self._table(shown.exponent, True).get(shown.value, [])

    def _table(self, exponent: int, derived: bool) -> dict[Decimal, list[Place]]:
        found = self._tables.get((exponent, derived))
        if found is None:
            found = self._tables[exponent, derived] = {}
            for value, places in (self._derivations() if derived else self.numbers).items():
                for way in rounded(value, exponent):
                    found.setdefault(way, []).extend(places)
        return found

    def _derivations(self) -> dict[Decimal, list[Place]]:
        if self._derived is None:
            self._derived = defaultdict(list)
            for members in self._groups.values():
                for value, of in _combined(members):
                    self._derived[value].append(_made_of(of))
            for members in self._maps:
                total = sum((value for value, _ in members), Decimal(0))
                self._derived[total].append(_made_of([place for _, place in members]))
        return self._derived

    def _by_unit(self, shown: Shown, unit: str, beside: Sequence[Quantity]) -> Iterator[Place]:
        """Look for the number converted from another unit, or as the time between two dates or times."""
        for quantity in (*self._quantities, *beside):
            value = converted(quantity.value, quantity.unit, unit)
            if value is not None and shown.value in rounded(value, shown.exponent):
                yield quantity.place._replace(kind="converted")
        if unit in _MINUTES:
            wanted = shown.value * _MINUTES[unit]
            for step, clocks in self._clocks.items():
                if any(wanted == minutes for minutes in _between(clocks[:_DATES_MAX])):
                    yield self._span({step} - {""})
        if unit in _DAYS:
            days = [day for day in self.calendar if isinstance(day, date)][:_DATES_MAX]
            for one, other in combinations(days, 2):
                if abs((one - other).days) == shown.value * _DAYS[unit]:
                    yield self._span(self.calendar[one] | self.calendar[other])

    def _span(self, steps: Iterable[str]) -> Place:
        of = tuple(Place("result", frozenset({step}), None, "", self.topics.get(step)) for step in steps)
        return Place("span", frozenset(steps), None, "", None, of=of)

    def moment(self, value: Calendar) -> Steps | None:
        """Return the steps that the date or time comes from, be it exactly or less exactly told, or None."""
        if value in self.calendar:
            return self.calendar[value]
        match value:
            case Moment():
                day, clock = self.moment(value.day), self.moment(value.clock)
                return None if day is None or clock is None else day | clock
            case Clock():
                return self._like(Clock, lambda known: known[:2] == value[:2])
            case Month():
                return self._like(date, lambda known: (known.year, known.month) == tuple(value))
            case _:
                return None

    def day_of_year(self, month: int, day: int) -> Steps | None:
        """Return the steps that give a date of that day, in whatever year, or None."""
        return self._like(date, lambda known: (known.month, known.day) == (month, day))

    def clock_face(self, hour: int, minute: int) -> Steps | None:
        """Return the steps that give a time at which the hands stand so, or None."""
        return self._like(Clock, lambda known: (known.hour % 12, known.minute) == (hour % 12, minute))

    def _like(self, kind: type, is_like: Any) -> Steps | None:
        found = [steps for known, steps in self.calendar.items() if isinstance(known, kind) and is_like(known)]
        return frozenset().union(*found) if found else None


def _sizes(document: Any, pointer: str = "") -> Iterator[tuple[str, int]]:
    """Yield pointer and length of each list."""
    if isinstance(document, list):
        yield pointer, len(document)
    if isinstance(document, dict | list):
        members = document.items() if isinstance(document, dict) else enumerate(document)
        for name, member in members:
            if isinstance(member, dict | list):
                yield from _sizes(member, f"{pointer}/{escape(str(name))}")


def _maps(document: Any, pointer: str = "") -> Iterator[tuple[str, list[tuple[str, Decimal]]]]:
    """Yield pointer and members of each object that has numbers alone, of what there are several."""
    if isinstance(document, dict):
        numbers = [
            (escape(name), exact(value))
            for name, value in document.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        if 2 <= len(numbers) == len(document) <= _SUM_MAX and all(value.is_finite() for _, value in numbers):
            yield pointer, numbers
    if isinstance(document, dict | list):
        for name, member in document.items() if isinstance(document, dict) else enumerate(document):
            if isinstance(member, dict | list):
                yield from _maps(member, f"{pointer}/{escape(str(name))}")


def _combined(members: list[tuple[Decimal, Place]]) -> Iterator[tuple[Decimal, list[Place]]]:
    """Yield the differences of pairs, the sum of all and, of few, the sums of pairs."""
    if not 2 <= len(members) <= _SUM_MAX:
        return
    yield sum((value for value, _ in members), Decimal(0)), [place for _, place in members]
    once = list({(value, place.steps): (value, place) for value, place in members}.values())
    if len(once) != len(members):
        yield sum((value for value, _ in once), Decimal(0)), [place for _, place in once]
    if len(once) > _PAIRS_MAX:
        return
    for one, other in combinations(once, 2):
        yield abs(one[0] - other[0]), [one[1], other[1]]
        if len(once) <= _SUM_PAIRS_MAX:
            yield one[0] + other[0], [one[1], other[1]]


def _made_of(places: list[Place]) -> Place:
    return Place("derived", _NONE.union(*(place.steps for place in places)), None, "", None, of=tuple(places))


def _between(clocks: list[Clock]) -> Iterator[Decimal]:
    for one, other in combinations(dict.fromkeys(clocks), 2):
        apart = abs(60 * (one.hour - other.hour) + one.minute - other.minute)
        yield from (Decimal(apart), Decimal(24 * 60 - apart))
