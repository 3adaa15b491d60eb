"""What conditions compute and compare: numbers, texts, dates and moments, none of which can raise or grow."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from nodes.rules.language import Operation, Operator
from tool_registry.json.pointer import equal

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LARGEST = 10**24

#: A value that is known not to be there: an argument that was left out, a member that a result has not.
ABSENT: Final = object()


class MismatchError(Exception):
    """Values cannot be compared or computed with; the message says which and why."""


def computed(operation: Operation, values: Sequence[Any]) -> Any:
    """Return what the operation makes of the values; ABSENT where one of them is. Raises MismatchError."""
    if any(value is ABSENT for value in values):
        return ABSENT
    try:
        return _OPERATIONS[operation](values)
    except (OverflowError, ValueError) as error:
        raise MismatchError(f"{operation}: {error}") from error


def holds(operator: Operator, value: Any, other: Any) -> bool:
    """Say whether the comparison holds. Raises MismatchError for values that cannot be compared.

    What is absent equals nothing, is in no list and is neither less nor greater.
    """
    if value is ABSENT or other is ABSENT:
        return operator == "ne"
    match operator:
        case "eq":
            return equal(value, other)
        case "ne":
            return not equal(value, other)
        case "in":
            return _contains(other, value)
        case "contains":
            return _contains(value, other)
        case "exists":
            return (value is not ABSENT) is other
    order = _order(value, other)
    return {"lt": order < 0, "le": order <= 0, "gt": order > 0, "ge": order >= 0}[operator]


def _contains(whole: Any, part: Any) -> bool:
    if isinstance(whole, list):
        return any(equal(part, each) for each in whole)
    if isinstance(whole, str) and isinstance(part, str):
        return part in whole
    raise MismatchError(f"{show(whole)} is no list or text that could hold {show(part)}")


def _order(value: Any, other: Any) -> int:
    """Return which comes first: negative, 0 or positive."""
    if _is_number(value) and _is_number(other):
        return _sign(_number(value) - _number(other))
    if isinstance(value, str) and isinstance(other, str):
        if _TIME.fullmatch(value) and _TIME.fullmatch(other):
            return (value > other) - (value < other)
        one, two = moment_of(value), moment_of(other)
        if one is not None and two is not None:
            if not isinstance(one, datetime) or not isinstance(two, datetime):
                return _sign(Decimal((_day(one, two) - _day(two, one)).days))
            return _sign(_seconds(two, one))
    raise MismatchError(f"{show(value)} and {show(other)} have no order: compare numbers, dates, moments or times")


def moment_of(value: Any) -> date | datetime | None:
    """Return the date, or the date and time, that a text is; None for another value."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
        return datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
    except ValueError:
        return None


def _moment(value: Any) -> date | datetime:
    found = moment_of(value)
    if found is None:
        raise MismatchError(f"{show(value)} is no date or moment, such as 2026-05-01 or 2026-05-01T09:30:00Z")
    return found


def _day(moment: date | datetime, other: date | datetime) -> date:
    """Return the calendar day, by the clock of `other` where both say their offset from UTC."""
    if not isinstance(moment, datetime):
        return moment
    if isinstance(other, datetime) and other.tzinfo is not None and moment.tzinfo is not None:
        return moment.astimezone(other.tzinfo).date()
    return moment.date()


def _days(values: Sequence[Any]) -> int:
    begin, end = map(_moment, values)
    return (_day(end, end) - _day(begin, end)).days


def _hours(values: Sequence[Any]) -> Any:
    begin, end = map(_moment, values)
    return _plain(_seconds(begin, end) / 3600)


def _seconds(begin: date | datetime, end: date | datetime) -> Decimal:
    """Return the seconds between two moments; a date is its midnight, what says no offset is by the other's clock."""
    one, two = (each if isinstance(each, datetime) else datetime.combine(each, time()) for each in (begin, end))
    clock = one.tzinfo or two.tzinfo or UTC
    one, two = (each if each.tzinfo else each.replace(tzinfo=clock) for each in (one, two))
    return Decimal(str((two - one).total_seconds()))


def _weekday(values: Sequence[Any]) -> str:
    return _WEEKDAYS[_moment(values[0]).weekday()]


def _hour(values: Sequence[Any]) -> int:
    (value,) = values
    if isinstance(value, str) and _TIME.fullmatch(value):
        return time.fromisoformat(value).hour
    found = _moment(value)
    if not isinstance(found, datetime):
        raise MismatchError(f"{show(value)} tells no time of the day")
    return found.hour


def _sum(values: Sequence[Any]) -> Any:
    return _plain(sum((_number(each) for value in values for each in _listed(value)), Decimal(0)))


def _product(values: Sequence[Any]) -> Any:
    whole = Decimal(1)
    for value in values:
        whole *= _number(value)
    return _plain(whole)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _count(values: Sequence[Any]) -> int:
    (value,) = values
    if not isinstance(value, list | str):
        raise MismatchError(f"{show(value)} is no list or text to count")
    return len(value)


_OPERATIONS: dict[Operation, Callable[[Sequence[Any]], Any]] = {
    "days": _days,
    "hours": _hours,
    "sum": _sum,
    "difference": lambda values: _plain(_number(values[0]) - _number(values[1])),
    "product": _product,
    "count": _count,
    "weekday": _weekday,
    "hour": _hour,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> Decimal:
    if not _is_number(value):
        raise MismatchError(f"{show(value)} is no number")
    if not -_LARGEST <= value <= _LARGEST:
        raise MismatchError(f"a number beyond {_LARGEST:.0e} is not computed with")
    return Decimal(repr(value))


def _plain(value: Decimal) -> int | float:
    if abs(value) > _LARGEST:
        raise MismatchError(f"a number beyond {_LARGEST:.0e} is not computed with")
    return int(value) if value == value.to_integral_value() else float(value)


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


def show(value: Any) -> str:
    """Return the value as a message names it, short."""
    text = "nothing" if value is ABSENT else repr(value) if isinstance(value, str | int | float | bool) else ""
    return (text or f"a {type(value).__name__}")[:80]
