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

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from nodes.marks.moments import Face, faces_of
from nodes.marks.operations import DerivationError, json_number, number, recompute


def derive(op: str, values: Sequence[Any]) -> Any:
    """Return what the operation gives, as JSON. Raises DerivationError with the reason in words."""
    operation = _OPERATIONS.get(op)
    if operation is None:
        raise DerivationError(f"there is no operation {op!r}; allowed: {', '.join(_OPERATIONS)}")
    return operation(values)


def _flat(values: Sequence[Any]) -> list[Any]:
    return [each for value in values for each in (value if isinstance(value, list) else [value])]


def _count(values: Sequence[Any]) -> int:
    return len(values[0]) if len(values) == 1 and isinstance(values[0], list | dict) else len(values)


def _extreme(choose: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    def found(values: Sequence[Any]) -> Any:
        flat = _flat(values)
        if flat and all(isinstance(each, str) and faces_of(each, (), None).faces for each in flat):
            return choose(flat)
        if not flat:
            raise DerivationError("it takes a value or more")
        return json_number(choose([number(each) for each in flat]))

    return found


def _face(value: Any) -> Face:
    faces = faces_of(value, (), None).faces if isinstance(value, str) else ()
    if not faces:
        raise DerivationError(f"{str(value)[:40]!r} is no date or time")
    return faces[0]


def _day(value: Any) -> str:
    day = _face(value).day
    if day is None:
        raise DerivationError(f"{str(value)[:40]!r} is no date")
    return day.isoformat()


def _days_between(values: Sequence[Any]) -> int:
    return abs(int(recompute("date_diff", [_day(value) for value in values], {})))


def _time_between(seconds: int) -> Callable[[Sequence[Any]], int | float]:
    def found(values: Sequence[Any]) -> int | float:
        faces = [_face(value) for value in values]
        moments = [
            datetime.combine(face.day or date(2000, 1, 1), face.clock) - timedelta(minutes=face.offset or 0)
            for face in faces
            if face.clock is not None
        ]
        if len(values) != 2 or len(moments) != 2:
            raise DerivationError("it takes two times or moments")
        apart = moments[1] - moments[0]
        if all(face.day is None for face in faces):
            apart %= timedelta(days=1)
        return json_number(Decimal(str(abs(apart.total_seconds()))) / seconds)

    return found


def _of_numbers(op: str) -> Callable[[Sequence[Any]], Any]:
    return lambda values: recompute(op, _flat(values), {})


_OPERATIONS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "count": _count,
    "sum": _of_numbers("sum"),
    "product": _of_numbers("product"),
    "difference": lambda values: abs(recompute("difference", _flat(values), {})),
    "ratio": _of_numbers("quotient"),
    "min": _extreme(min),
    "max": _extreme(max),
    "days": _days_between,
    "weeks": lambda values: recompute("quotient", [_days_between(values), 7], {}),
    "hours": _time_between(3600),
    "minutes": _time_between(60),
    "date": lambda values: recompute("date_add", [_day(values[0]) if values else None, *values[1:]], {}),
}
OPERATIONS = tuple(_OPERATIONS)
