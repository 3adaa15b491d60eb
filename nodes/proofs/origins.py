"""What a record gives a response to tell: numbers, dates and words, each with the steps that found it.

A number in the response comes from somewhere when it is one of the record's numbers, rounded to the digits
shown (a single digit only after "about"), or one of these derivations of them:

| derivation | of |
|---|---|
| count | the members of a list in a result |
| sum | all numbers of one member name, or of one list; two of them where there are few |
| difference | two numbers of one member name or one list; two dates in days, two times in hours or minutes |
| percentage | a share between -1 and 1 |
| unit conversion | a number whose unit is in its member's name or stands behind it in a text |

They are kept so narrow because the numbers of a record can be combined to almost anything.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from nodes.proofs.dates import Calendar, Clock, Moment, Month, calendar_value, scan_calendar
from nodes.proofs.numbers import exact
from nodes.proofs.shown import Shown, rounded, shown_numbers
from nodes.proofs.text import folded_words
from nodes.proofs.units import Quantity, converted, unit_of_name
from tool_registry.json_pointer import leaves

Steps = frozenset[str]
_NONE: Steps = frozenset()
_SCALARS_MAX = 20_000
_PAIRS_MAX = 12
_SUM_PAIRS_MAX = 5
_SUM_MAX = 500
#: A sum or difference is rounded to three digits or more: to two there is nearly always one.
_ROUNDED_SUM_MIN = 100
_DATES_MAX = 24
_MINUTES = {"minute": Decimal(1), "hour": Decimal(60), "second": Decimal(1) / 60}
_DAYS = {"day": 1, "week": 7}
_INDEX = re.compile(r"/\d+(?=/|\Z)")


class Origins:
    """What the context, queries, arguments and results that were learnt so far give."""

    def __init__(self) -> None:
        self.numbers: dict[Decimal, Steps] = {}
        self.calendar: dict[Calendar, Steps] = {}
        self.words: set[str] = set()
        self.texts: list[str] = []
        self.largest_count = 0
        self._quantities: list[Quantity] = []
        self._groups: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
        self._clocks: dict[str, list[Clock]] = defaultdict(list)
        self._tables: dict[tuple[int, bool], dict[Decimal, Steps]] = {}
        self._derived: dict[Decimal, Steps] | None = None

    def learn(self, document: Any, step: str = "") -> None:
        """Take in a document: what a step found, or with no step what was known before."""
        self._tables.clear()
        self._derived = None
        for count, (pointer, value) in enumerate(leaves(document)):
            if count > _SCALARS_MAX:
                break
            match value:
                case bool() | None | dict() | list():
                    continue
                case str():
                    self._learn_text(value, step)
                case int() | float() if exact(value).is_finite():
                    self._learn_number(exact(value), pointer, step)

    def learn_counts(self, document: Any, step: str) -> None:
        """Take in how many members the document's lists have."""
        for size in _sizes(document):
            self._add(Decimal(size), step)
            self.largest_count = max(self.largest_count, size)

    def _add(self, value: Decimal, step: str) -> None:
        known = self.numbers.get(value, _NONE)
        self.numbers[value] = known | {step} if step else known

    def _learn_number(self, value: Decimal, pointer: str, step: str) -> None:
        self._add(value, step)
        name = next((token for token in reversed(pointer.split("/")) if token and not token.isdecimal()), "")
        self._groups[f"name {name}" if name else f"list {step}"].append((value, step))
        if pointer[-1:].isdecimal() and name:
            self._groups[f"list {step} {_INDEX.sub('', pointer)}"].append((value, step))
        unit = unit_of_name(name)
        if unit:
            self._quantities.append(Quantity(value, unit, frozenset({step} - {""})))

    def _learn_text(self, text: str, step: str) -> None:
        self.texts.append(text)
        self.words.update(folded_words(text))
        for number in shown_numbers(text):
            self._add(number.value, step)
            if number.unit:
                self._quantities.append(Quantity(number.value, number.unit, frozenset({step} - {""})))
        for meaning in (calendar_value(text), *(span.value for span in scan_calendar(text))):
            if meaning is not None:
                self._learn_moment(meaning, step)

    def _learn_moment(self, meaning: Calendar, step: str) -> None:
        parts: list[Calendar] = [meaning]
        if isinstance(meaning, Moment):
            parts += [meaning.day, meaning.clock, meaning._replace(offset=None)]
        for part in parts:
            known = self.calendar.get(part, _NONE)
            self.calendar[part] = known | {step} if step else known
            if isinstance(part, Clock):
                self._clocks[step].append(part)
            elif isinstance(part, date | Month):
                self._add(Decimal(part.year), step)

    def number(self, shown: Shown) -> Steps | None:
        """Return the steps that the shown number comes from (none for what was known before), or None."""
        if shown.ordinal and shown.value <= max(self.largest_count, 10):
            return _NONE
        if shown.is_coarse:
            stated = self.numbers.get(shown.value, self.numbers.get(-shown.value))
        else:
            stated = self._table(shown.exponent, False).get(shown.value)
        if stated is None and shown.percent:
            stated = self._table(shown.exponent - 2, False).get(shown.value / 100)
        if stated is None and shown.unit:
            stated = self._by_unit(shown, shown.unit)
        if stated is None and abs(shown.value).scaleb(-shown.exponent) < _ROUNDED_SUM_MIN:
            return self._derivations().get(shown.value)
        return self._table(shown.exponent, True).get(shown.value) if stated is None else stated

    def _table(self, exponent: int, derived: bool) -> dict[Decimal, Steps]:
        found = self._tables.get((exponent, derived))
        if found is None:
            found = self._tables[exponent, derived] = {}
            for value, steps in (self._derivations() if derived else self.numbers).items():
                for way in rounded(value, exponent):
                    found[way] = found.get(way, _NONE) | steps
        return found

    def _derivations(self) -> dict[Decimal, Steps]:
        if self._derived is None:
            self._derived = {}
            for members in self._groups.values():
                for value, steps in _combined(members):
                    self._derived[value] = self._derived.get(value, _NONE) | steps
        return self._derived

    def _by_unit(self, shown: Shown, unit: str) -> Steps | None:
        """Look for the number converted from another unit, or as the time between two dates or times."""
        for quantity in self._quantities:
            value = converted(quantity, unit)
            if value is not None and shown.value in rounded(value, shown.exponent):
                return quantity.steps
        if unit in _MINUTES:
            wanted = shown.value * _MINUTES[unit]
            for step, clocks in self._clocks.items():
                if any(wanted == minutes for minutes in _between(clocks[:_DATES_MAX])):
                    return frozenset({step} - {""})
        if unit in _DAYS:
            days = [day for day in self.calendar if isinstance(day, date)][:_DATES_MAX]
            for one, other in combinations(days, 2):
                if abs((one - other).days) == shown.value * _DAYS[unit]:
                    return self.calendar[one] | self.calendar[other]
        return None

    def also_shown(self, shown: Shown) -> None:
        """Take in a number of the response that was traced: others may be its conversion."""
        if shown.unit:
            self._quantities.append(Quantity(shown.value, shown.unit, _NONE))

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


def _sizes(document: Any) -> Iterator[int]:
    if isinstance(document, list):
        yield len(document)
    if isinstance(document, dict | list):
        for member in document.values() if isinstance(document, dict) else document:
            yield from _sizes(member)


def _combined(members: list[tuple[Decimal, str]]) -> Iterator[tuple[Decimal, Steps]]:
    """Yield the differences of pairs, the sum of all and, of few, the sums of pairs."""
    if not 2 <= len(members) <= _SUM_MAX:
        return
    yield sum((value for value, _ in members), Decimal(0)), _steps(members)
    once = list(dict.fromkeys(members))
    if len(once) != len(members):
        yield sum((value for value, _ in once), Decimal(0)), _steps(once)
    if len(once) > _PAIRS_MAX:
        return
    for one, other in combinations(once, 2):
        yield abs(one[0] - other[0]), _steps((one, other))
        if len(once) <= _SUM_PAIRS_MAX:
            yield one[0] + other[0], _steps((one, other))


def _steps(members: Iterable[tuple[Decimal, str]]) -> Steps:
    return frozenset(step for _, step in members if step)


def _between(clocks: list[Clock]) -> Iterator[Decimal]:
    for one, other in combinations(dict.fromkeys(clocks), 2):
        apart = abs(60 * (one.hour - other.hour) + one.minute - other.minute)
        yield from (Decimal(apart), Decimal(24 * 60 - apart))
