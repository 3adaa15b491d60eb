"""What may be reckoned: the operations of `derived` sources of arguments and of values that a response reckons.

Both lists are closed, and stand at the end of this file with how many values each takes. The values are those of their
sources; params choose how to compute and carry no data, so that a number that nobody said enters through no param.
Decimal numbers are computed as they are written: 0.1 + 0.2 is 0.3. Dates of arguments are those of ISO 8601.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, DecimalException
from functools import lru_cache
from math import prod
from types import UnionType
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from nodes.marks.moments import Face, faces_of
from nodes.marks.quantities import exact


class DerivationError(ValueError):
    """The operation is unknown, or not defined for these values and params."""


_TEXT_MAX = 10_000
_BITS_MAX = 4096
_COUNT_MAX = 10**6
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNIT_NAME = re.compile(r"[A-Za-z°µΩ%](?:[A-Za-z0-9°µΩ%/^_ ·²³.-]|\*(?!\*)){0,39}")


class Operation(NamedTuple):
    """What gives the value for values and params; how many values it takes, at least and at most; its params."""

    function: Callable[..., Any]
    least: int
    most: int | None
    params: Mapping[str, Any] = {}


def recompute(op: str, values: Sequence[Any], params: Mapping[str, Any]) -> Any:
    """Return what the operation gives for the values. Raises DerivationError, saying what is allowed."""
    return _apply(op, OPERATIONS, values, params)


def derive(op: str, values: Sequence[Any]) -> Any:
    """Return what a response reckons of the values. Raises DerivationError with the reason in words."""
    return _apply(op, TOLD_OPERATIONS, values if op == "count" else _flat(values), {})


def _apply(op: str, known: Mapping[str, Operation], values: Sequence[Any], params: Mapping[str, Any]) -> Any:
    if op not in known:
        raise DerivationError(f"there is no operation {op!r}; allowed: {', '.join(known)}")
    function, least, most, defaults = known[op]
    if len(values) < least or (most is not None and len(values) > most):
        wanted = str(least) if most == least else f"{least} or more" if most is None else f"{least} to {most}"
        raise DerivationError(f"{op}: it takes {wanted} values, not {len(values)}")
    if unknown := sorted(set(params) - set(defaults)):
        allowed = ", ".join(defaults) or "none"
        raise DerivationError(f"{op}: unknown params {', '.join(unknown)}; allowed: {allowed}")
    try:
        return function(*values, **{**defaults, **params})
    except DerivationError as error:
        raise DerivationError(f"{op}: {error}") from error
    except (DecimalException, ArithmeticError, ValueError, TypeError) as error:
        raise DerivationError(f"{op}: not defined for these values") from error


def number(value: Any) -> Decimal:
    """Return a finite JSON number exactly. Raises DerivationError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not exact(value).is_finite():
        raise DerivationError(f"{str(value)[:60]!r} is not a number")
    if isinstance(value, int) and value.bit_length() > _BITS_MAX:
        raise DerivationError("the number is too large")
    return exact(value)


def json_number(result: Decimal) -> int | float:
    """Return the number as JSON has it: whole ones as int. Raises DerivationError beyond a float's range."""
    if result.is_finite() and result == result.to_integral_value() and result.adjusted() < 300:
        return int(result)
    written = float(result)
    if written in (float("inf"), float("-inf")) or written != written:
        raise DerivationError("the result is too large")
    return written


def _choice(value: Any, allowed: Sequence[Any], what: str) -> Any:
    if isinstance(value, bool) or value not in allowed:
        raise DerivationError(f"{what} is {value!r}; allowed: {', '.join(map(str, allowed))}")
    return value


def _of_kind(value: Any, kind: type | UnionType, what: str) -> Any:
    if not isinstance(value, kind):
        raise DerivationError(f"{str(value)[:60]!r} is not {what}")
    return value


# Numbers


def _sum(*values: Any) -> int | float:
    return json_number(sum(map(number, values), Decimal(0)))


def _product(*values: Any) -> int | float:
    return json_number(prod(map(number, values), start=Decimal(1)))


def _difference(first: Any, other: Any) -> int | float:
    return json_number(number(first) - number(other))


def _quotient(dividend: Any, divisor: Any) -> int | float:
    if number(divisor) == 0:
        raise DerivationError("nothing is divided by zero")
    return json_number(number(dividend) / number(divisor))


def _convert_unit(value: Any, **units: Any) -> int | float:
    amount = number(value)
    for what, unit in units.items():
        if not isinstance(unit, str) or not _UNIT_NAME.fullmatch(unit):
            raise DerivationError(f"{what!r} is {unit!r}; it is the name of a unit, such as kilometre")
    try:
        converted = _registry().Quantity(float(amount), units["from"]).to(units["to"]).magnitude
    except Exception as error:  # pint raises errors of many kinds for units it cannot read or convert
        raise DerivationError(f"{units['from']} does not convert to {units['to']}: {error}") from error
    return json_number(Decimal(f"{float(converted):.12g}"))


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint  # loading it takes a second

    return pint.UnitRegistry(cache_folder=None)


# Dates


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value if _ISO_DATE.fullmatch(value) else "")
    except (ValueError, TypeError):
        raise DerivationError(f"{str(value)[:60]!r} is not a date such as 2026-03-01") from None


def _date_add(value: Any, amount: Any, unit: Any) -> str:
    day, count = _date(value), number(amount)
    unit = _choice(unit, ("days", "weeks", "months", "years"), "unit")
    if count != count.to_integral_value() or abs(count) > _COUNT_MAX:
        raise DerivationError(f"{count} is not a whole number up to a million")
    try:  # the last day of a shorter month stands for the days it lacks: 31 January + 1 month
        return (day + relativedelta(**{unit: int(count)})).isoformat()  # type: ignore[arg-type]
    except (ValueError, OverflowError) as error:
        raise DerivationError(f"{day} and {count} {unit} is no date of the calendar") from error


def _date_diff(first: Any, last: Any, unit: Any) -> int:
    size = {"days": 1, "weeks": 7}[_choice(unit, ("days", "weeks"), "unit")]
    days = (_date(last) - _date(first)).days
    if days % size:
        raise DerivationError(f"{days} days are no whole number of {unit}")
    return days // size


def _date_part(value: Any, part: Any) -> str | int:
    _choice(part, ("date", "time", "year", "month", "day"), "part")
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise DerivationError(f"{str(value)[:60]!r} is not a date-time") from None
    if part == "time" and ":" not in value:
        raise DerivationError(f"{value!r} is not a date-time")
    parts = {"date": moment.date().isoformat(), "time": f"{moment:%H:%M}"}
    return parts.get(part) or {"year": moment.year, "month": moment.month, "day": moment.day}[part]


def _face(value: Any) -> Face:
    faces = faces_of(value, (), None).faces if isinstance(value, str) else ()
    if not faces:
        raise DerivationError(f"{str(value)[:40]!r} is no date or time")
    return faces[0]


def _day(value: Any) -> str:
    return str(_of_kind(_face(value).day, date, "a date"))


def _days_apart(first: Any, last: Any) -> int:
    return abs(_date_diff(_day(first), _day(last), "days"))


def _apart(first: Any, last: Any, seconds: int) -> int | float:
    faces = (_face(first), _face(last))
    moments = [
        datetime.combine(face.day or date(2000, 1, 1), face.clock) - timedelta(minutes=face.offset or 0)
        for face in faces
        if face.clock is not None
    ]
    if len(moments) < 2:
        raise DerivationError("it takes two times or moments")
    apart = moments[1] - moments[0]
    if all(face.day is None for face in faces):
        apart %= timedelta(days=1)
    return json_number(Decimal(str(abs(apart.total_seconds()))) / seconds)


# Lists and texts


def _flat(values: Sequence[Any]) -> list[Any]:
    return [each for value in values for each in (value if isinstance(value, list) else [value])]


def _extreme(choose: Callable[[Any], Any]) -> Callable[..., Any]:
    def found(*values: Any) -> Any:
        if all(isinstance(each, str) and faces_of(each, (), None).faces for each in values):
            return choose(values)
        return json_number(choose(map(number, values)))

    return found


def _end(value: Any, index: int) -> Any:
    if not _of_kind(value, list, "a list"):
        raise DerivationError("it takes a list that is not empty")
    return value[index]


def _join(*values: Any, separator: Any) -> str:
    if not isinstance(separator, str) or len(separator) > 3 or any(map(str.isalnum, separator)):
        raise DerivationError("separator has at most 3 characters, none a letter or a digit")
    return separator.join(each if isinstance(each, str) else f"{number(each).normalize():f}" for each in values)[
        :_TEXT_MAX
    ]


#: The operations of `derived` sources, by name.
OPERATIONS: Mapping[str, Operation] = {
    "sum": Operation(_sum, 2, None),
    "difference": Operation(_difference, 2, 2),
    "product": Operation(_product, 2, None),
    "quotient": Operation(_quotient, 2, 2),
    "round": Operation(
        lambda value, digits: json_number(round(number(value), _choice(digits, range(13), "digits"))),
        1,
        1,
        {"digits": 0},
    ),
    "date_add": Operation(_date_add, 2, 2, {"unit": "days"}),
    "date_step": Operation(
        lambda value, unit, direction: _date_add(value, _choice(direction, (1, -1), "direction"), unit),
        1,
        1,
        {"unit": "days", "direction": 1},
    ),
    "date_diff": Operation(_date_diff, 2, 2, {"unit": "days"}),
    "date_part": Operation(_date_part, 1, 1, {"part": "date"}),
    "count": Operation(lambda value: len(_of_kind(value, list | dict, "a list or an object")), 1, 1),
    "first": Operation(lambda value: _end(value, 0), 1, 1),
    "last": Operation(lambda value: _end(value, -1), 1, 1),
    "join": Operation(_join, 2, None, {"separator": " "}),
    "lower": Operation(lambda value: _of_kind(value, str, "a string").lower(), 1, 1),
    "upper": Operation(lambda value: _of_kind(value, str, "a string").upper(), 1, 1),
    "title": Operation(lambda value: _of_kind(value, str, "a string").title(), 1, 1),
    "convert_unit": Operation(_convert_unit, 1, 1, {"from": None, "to": None}),
}
#: The operations of values that a response reckons, by name.
TOLD_OPERATIONS: Mapping[str, Operation] = {
    "count": Operation(lambda *values: len(values[0] if isinstance(values[0], list | dict) else values), 1, None),
    "sum": Operation(_sum, 2, None),
    "product": Operation(_product, 2, None),
    "difference": Operation(lambda first, other: abs(_difference(first, other)), 2, 2),
    "ratio": Operation(_quotient, 2, 2),
    "min": Operation(_extreme(min), 1, None),
    "max": Operation(_extreme(max), 1, None),
    "days": Operation(_days_apart, 2, 2),
    "weeks": Operation(lambda first, last: _quotient(_days_apart(first, last), 7), 2, 2),
    "hours": Operation(lambda first, last: _apart(first, last, 3600), 2, 2),
    "minutes": Operation(lambda first, last: _apart(first, last, 60), 2, 2),
    "date": Operation(lambda day, count: _date_add(_day(day), count, "days"), 2, 2),
}
