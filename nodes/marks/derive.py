"""Values that a response may reckon itself: a closed list, each recomputed from the values that its mark names.

| op | values | gives |
|---|---|---|
| `count` | a list or object, or several values | how many |
| `sum`, `product` | numbers | |
| `difference`, `ratio` | two numbers | their distance; the first divided by the second |
| `min`, `max` | numbers, or dates or times of one form | |
| `days`, `weeks` | two dates | their distance |
| `hours`, `minutes` | two times or moments | their distance, within a day for times |
| `date` | a date and a number of days | the later date |
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from nodes.marks.moments import Face, faces_of
from nodes.marks.quantities import exact


class UnderivableError(ValueError):
    """The operation is unknown or not defined for these values."""


def derive(op: str, values: Sequence[Any]) -> Any:
    """Return what the operation gives, as JSON. Raises UnderivableError with the reason in words."""
    operation = _OPERATIONS.get(op)
    if operation is None:
        raise UnderivableError(f"there is no operation {op!r}; allowed: {', '.join(_OPERATIONS)}")
    try:
        return operation(values)
    except (DecimalException, ArithmeticError, TypeError, IndexError) as error:
        raise UnderivableError(f"{op} is not defined for these values") from error


def _numbers(values: Sequence[Any], least: int = 2) -> list[Decimal]:
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    if len(flat) < least or any(isinstance(each, bool) or not isinstance(each, int | float) for each in flat):
        raise UnderivableError(f"it takes {least} numbers or more")
    return [exact(each) for each in flat]


def _json(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() and number.adjusted() < 300 else float(number)


def _count(values: Sequence[Any]) -> int:
    return len(values[0]) if len(values) == 1 and isinstance(values[0], list | dict) else len(values)


def _product(values: Sequence[Any]) -> int | float:
    result = Decimal(1)
    for each in _numbers(values):
        result *= each
    return _json(result)


def _pair(values: Sequence[Any]) -> tuple[Decimal, Decimal]:
    numbers = _numbers(values)
    if len(numbers) != 2:
        raise UnderivableError("it takes two numbers")
    return numbers[0], numbers[1]


def _difference(values: Sequence[Any]) -> int | float:
    first, second = _pair(values)
    return _json(abs(first - second))


def _ratio(values: Sequence[Any]) -> int | float:
    first, second = _pair(values)
    return _json(first / second)


def _extreme(choose: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    def found(values: Sequence[Any]) -> Any:
        flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
        if flat and all(isinstance(each, str) and faces_of(each, (), None).faces for each in flat):
            return choose(flat)
        return _json(choose(_numbers(values, 1)))

    return found


def _face(value: Any) -> Face:
    faces = faces_of(value, (), None).faces if isinstance(value, str) else ()
    if not faces:
        raise UnderivableError(f"{str(value)[:40]!r} is no date or time")
    return faces[0]


def _days_between(values: Sequence[Any]) -> int:
    if len(values) != 2:
        raise UnderivableError("it takes two dates")
    first, second = _face(values[0]).day, _face(values[1]).day
    if first is None or second is None:
        raise UnderivableError("it takes two dates")
    return abs((first - second).days)


def _time_between(seconds: int) -> Callable[[Sequence[Any]], int | float]:
    def found(values: Sequence[Any]) -> int | float:
        if len(values) != 2:
            raise UnderivableError("it takes two times or moments")
        moments = []
        for face in map(_face, values):
            if face.clock is None:
                raise UnderivableError("it takes two times or moments")
            moment = datetime.combine(face.day or date(2000, 1, 1), face.clock)
            moments.append(moment - timedelta(minutes=face.offset or 0))
        apart = moments[1] - moments[0]
        if all(_face(value).day is None for value in values):
            apart %= timedelta(days=1)
        return _json(Decimal(str(abs(apart.total_seconds()))) / seconds)

    return found


def _later(values: Sequence[Any]) -> str:
    day, number = _face(values[0]).day, values[1]
    if day is None or isinstance(number, bool) or not isinstance(number, int) or abs(number) > 10**6:
        raise UnderivableError("it takes a date and a whole number of days")
    return (day + timedelta(days=number)).isoformat()


_OPERATIONS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "count": _count,
    "sum": lambda values: _json(sum(_numbers(values), Decimal(0))),
    "product": _product,
    "difference": _difference,
    "ratio": _ratio,
    "min": _extreme(min),
    "max": _extreme(max),
    "days": _days_between,
    "weeks": lambda values: _json(Decimal(_days_between(values)) / 7),
    "hours": _time_between(3600),
    "minutes": _time_between(60),
    "date": _later,
}
OPERATIONS = tuple(_OPERATIONS)
