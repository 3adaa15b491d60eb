"""Can a figure of a message be reckoned from others? "That's 48.85 less", "so you repay 22,385.90", "in 30 minutes"."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import permutations

from nodes.marks.figures import Clock, Day, Figure, Length, Number
from nodes.marks.quantities import says_number
from nodes.marks.units import unit_named

#: Numbers that are taken together at most.
_BASE_MAX = 24
_MINUTES_A_DAY = 24 * 60
_PERCENT = 100


def is_reckoned(figure: Figure, others: Iterable[Figure], numbers: Sequence[Decimal], locale: str) -> bool:
    """Say whether the figure follows from two of the others, by one operation; `numbers` are more to reckon with.

    A number: a sum, a difference, a product, a share, or another unit of one. A time: another one and a length of time.
    A day: one that is so many days away from another.
    """
    figures = list(others)
    base = list(dict.fromkeys([*numbers, *(value for each in figures for value in _numbers(each))]))[:_BASE_MAX]
    match figure.readings[0]:
        case Number() | Length():
            return _is_number(figure, base, locale) or _is_other_unit(figure, figures, locale)
        case Clock():
            return _is_time(figure, figures)
        case Day() as day:
            days = [each.readings[0] for each in figures if isinstance(each.readings[0], Day)]
            apart = {(day.month - each.month) * 30 + day.day - each.day for each in days if isinstance(each, Day)}
            return any(abs(gap) == value or abs(abs(gap) - value) <= 1 < value for gap in apart for value in base)
    return True


def _numbers(figure: Figure) -> list[Decimal]:
    return [each.value for each in figure.readings if isinstance(each, Number)]


def _is_number(figure: Figure, base: Sequence[Decimal], locale: str) -> bool:
    shown = [(abs(each.value), each.step) for each in figure.readings if isinstance(each, Number)]

    def says(value: Decimal) -> bool:
        is_near = not shown or any(abs(abs(value) - number) <= step for number, step in shown)
        return is_near and says_number(figure, float(value), "", locale)

    for one, other in permutations(base, 2):
        if says(one + other) or says(one - other) or says(one * other):
            return True
        if other and (says(one / other) or says(_PERCENT * one / other) or says(_PERCENT * (one - other) / other)):
            return True
        if says(one * other / _PERCENT) or says(one + one * other / _PERCENT):
            return True
    return any(says(value / 60) or says(value * 60) or says(value * 2) or says(value / 2) for value in base)


def _is_other_unit(figure: Figure, others: Iterable[Figure], locale: str) -> bool:
    """Say whether another figure of the message says the same in another unit, to 2 percent."""
    number = figure.readings[0]
    unit = unit_named(number.unit, locale) if isinstance(number, Number) and number.unit else None
    if unit is None or not isinstance(number, Number):
        return False
    for other in others:
        for reading in other.readings:
            source = unit_named(reading.unit, locale) if isinstance(reading, Number) and reading.unit else None
            if isinstance(reading, Number) and source is not None and source.dimension == unit.dimension:
                mine = number.value * unit.size + unit.offset
                theirs = reading.value * source.size + source.offset
                if abs(mine - theirs) * 50 <= abs(theirs):
                    return True
    return False


def _is_time(figure: Figure, others: Sequence[Figure]) -> bool:
    """Say whether the time is as far from another one as a third figure says, in minutes, hours or both."""
    mine = [minute for each in figure.readings if (minute := _minute(each)) is not None]
    times = [(other, minute) for other in others for each in other.readings if (minute := _minute(each)) is not None]
    lengths = {length for other in others for each in other.readings for length in _lengths(each)}
    gaps = {abs(one - minute) for one in mine for _, minute in times}
    return any(min(gap, _MINUTES_A_DAY - gap) in lengths for gap in gaps)


def _minute(reading: object) -> int | None:
    return reading.hour % 24 * 60 + reading.minute if isinstance(reading, Clock) else None


def _lengths(reading: object) -> list[Decimal]:
    match reading:
        case Length():
            return [reading.seconds / 60]
        case Number():
            return [reading.value, reading.value * 60]
        case Clock():
            return [Decimal(reading.hour * 60 + reading.minute)]
    return []
