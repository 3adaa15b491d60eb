"""The closed list of operations that a `derived` source may name, each recomputed from its values.

| op | values | params | gives |
|---|---|---|---|
| `sum`, `product` | two numbers or more | | number |
| `difference`, `quotient` | two numbers | | first minus, first divided by the second |
| `round` | number | `digits` 0 to 12 (0) | number |
| `date_add` | date, and how many | `unit` days, weeks, months or years (days) | date |
| `date_step` | date | `unit`; `direction` 1 or -1 (1) | the next or last day, week, month, year |
| `date_diff` | date from, date to | `unit` days or weeks (days) | whole number |
| `date_part` | date or date-time | `part` date, time, year, month or day | string or number |
| `count` | list or object | | whole number |
| `first`, `last` | list | | its member |
| `join` | two scalars or more | `separator`, at most 3 characters, no letter or digit (" ") | string |
| `lower`, `upper`, `title` | string | | string |
| `convert_unit` | number | `from`, `to` as pint names them | number, 12 significant digits |

Params choose how to compute; they carry no data: a number that nobody said enters through no param.
Decimal numbers are computed as they are written: 0.1 + 0.2 is 0.3.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, DecimalException
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from nodes.marks.quantities import exact


class DerivationError(ValueError):
    """The operation is unknown, or not defined for these values and params."""


_TEXT_MAX = 10_000
_BITS_MAX = 4096
_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "years": 12}
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_UNIT_NAME = re.compile(r"[A-Za-z°µΩ%][A-Za-z0-9°µΩ%/*^_ ·²³.-]{0,39}")


class Operation(NamedTuple):
    """What gives the value for values and params; how many values it takes, at least and at most; its params."""

    function: Callable[..., Any]
    least: int
    most: int | None
    params: Mapping[str, Any] = {}


def recompute(op: str, values: list[Any], params: Mapping[str, Any]) -> Any:
    """Return what the operation gives for the values. Raises DerivationError, saying what is allowed."""
    operation = OPERATIONS.get(op)
    if operation is None:
        raise DerivationError(f"there is no operation {op!r}; allowed: {', '.join(OPERATIONS)}")
    function, least, most, defaults = operation
    if len(values) < least or (most is not None and len(values) > most):
        wanted = str(least) if most == least else f"{least} or more" if most is None else f"{least} to {most}"
        raise DerivationError(f"{op}: it takes {wanted} values, not {len(values)}")
    if unknown := sorted(set(params) - set(defaults)):
        known = ", ".join(defaults) or "none"
        raise DerivationError(f"{op}: unknown params {', '.join(unknown)}; allowed: {known}")
    try:
        return function(*values, **{**defaults, **params})
    except DerivationError as error:
        raise DerivationError(f"{op}: {error}") from error
    except (DecimalException, ArithmeticError, ValueError) as error:
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


def _choice(value: Any, allowed: list[Any], what: str) -> Any:
    if isinstance(value, bool) or value not in allowed:
        raise DerivationError(f"{what} is {value!r}; allowed: {', '.join(map(str, allowed))}")
    return value


def _date(value: Any) -> date:
    try:
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise DerivationError(f"{str(value)[:60]!r} is not a date such as 2026-03-01") from None


def _quotient(dividend: Any, divisor: Any) -> int | float:
    if number(divisor) == 0:
        raise DerivationError("nothing is divided by zero")
    return json_number(number(dividend) / number(divisor))


def _round(value: Any, digits: Any) -> int | float:
    return json_number(round(number(value), _choice(digits, list(range(13)), "digits")))


def _date_add(value: Any, amount: Any, unit: Any) -> str:
    day, count = _date(value), number(amount)
    if count != count.to_integral_value() or abs(count) > 10**6:
        raise DerivationError(f"{count} is not a whole number up to a million")
    try:
        if _choice(unit, [*_DAYS, *_MONTHS], "unit") in _DAYS:
            return (day + timedelta(days=int(count) * _DAYS[unit])).isoformat()
        months = day.year * 12 + day.month - 1 + int(count) * _MONTHS[unit]
        year, month = months // 12, months % 12 + 1
        # The last day of a shorter month stands for the days it lacks: 31 January + 1 month.
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1])).isoformat()
    except DerivationError:
        raise
    except (ValueError, OverflowError) as error:
        raise DerivationError(f"{day} and {count} {unit} is no date of the calendar") from error


def _date_step(value: Any, unit: Any, direction: Any) -> str:
    return _date_add(value, _choice(direction, [1, -1], "direction"), unit)


def _date_diff(first: Any, last: Any, unit: Any) -> int:
    size = _DAYS[_choice(unit, list(_DAYS), "unit")]
    days = (_date(last) - _date(first)).days
    if days % size:
        raise DerivationError(f"{days} days are no whole number of {unit}")
    return days // size


def _date_part(value: Any, part: Any) -> str | int:
    _choice(part, ["date", "time", "year", "month", "day"], "part")
    moment = _ISO_MOMENT.fullmatch(value) if isinstance(value, str) else None
    if part == "time":
        if moment is None:
            raise DerivationError(f"{str(value)[:60]!r} is not a date-time")
        return moment["time"]
    day = _date(moment["date"] if moment else value)
    return day.isoformat() if part == "date" else {"year": day.year, "month": day.month, "day": day.day}[part]


def _count(value: Any) -> int:
    if not isinstance(value, list | dict):
        raise DerivationError("only the members of a list or an object are counted")
    return len(value)


def _end(index: int) -> Callable[[Any], Any]:
    def end(value: Any) -> Any:
        if not isinstance(value, list) or not value:
            raise DerivationError("it takes a list that is not empty")
        return value[index]

    return end


def _join(*values: Any, separator: Any) -> str:
    if not isinstance(separator, str) or len(separator) > 3 or any(map(str.isalnum, separator)):
        raise DerivationError("separator has at most 3 characters, none a letter or a digit")
    return separator.join(value if isinstance(value, str) else _plain(number(value)) for value in values)[:_TEXT_MAX]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if abs(value.adjusted()) < 30 else str(value)


def _case(change: Callable[[str], str]) -> Callable[[Any], str]:
    def changed(value: Any) -> str:
        if not isinstance(value, str):
            raise DerivationError(f"{str(value)[:60]!r} is not a string")
        return change(value)

    return changed


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint  # it takes a second

    return pint.UnitRegistry(cache_folder=None)


def _convert_unit(value: Any, **units: Any) -> int | float:
    amount = number(value)
    for what, unit in units.items():
        if not isinstance(unit, str) or not _UNIT_NAME.fullmatch(unit) or "**" in unit:
            raise DerivationError(f"{what!r} is {unit!r}; it is the name of a unit, such as kilometre")
    try:
        converted = _registry().Quantity(float(amount), units["from"]).to(units["to"]).magnitude
    except Exception as error:  # pint raises errors of many kinds for units it cannot read or convert
        raise DerivationError(f"{units['from']} does not convert to {units['to']}: {error}") from error
    return json_number(Decimal(f"{float(converted):.12g}"))


#: Every operation by name.
OPERATIONS: Mapping[str, Operation] = {
    "sum": Operation(lambda *values: json_number(sum(map(number, values), Decimal(0))), 2, None),
    "difference": Operation(lambda first, other: json_number(number(first) - number(other)), 2, 2),
    "product": Operation(lambda *values: json_number(prod(map(number, values), start=Decimal(1))), 2, None),
    "quotient": Operation(_quotient, 2, 2),
    "round": Operation(_round, 1, 1, {"digits": 0}),
    "date_add": Operation(_date_add, 2, 2, {"unit": "days"}),
    "date_step": Operation(_date_step, 1, 1, {"unit": "days", "direction": 1}),
    "date_diff": Operation(_date_diff, 2, 2, {"unit": "days"}),
    "date_part": Operation(_date_part, 1, 1, {"part": "date"}),
    "count": Operation(_count, 1, 1),
    "first": Operation(_end(0), 1, 1),
    "last": Operation(_end(-1), 1, 1),
    "join": Operation(_join, 2, None, {"separator": " "}),
    "lower": Operation(_case(str.lower), 1, 1),
    "upper": Operation(_case(str.upper), 1, 1),
    "title": Operation(_case(str.title), 1, 1),
    "convert_unit": Operation(_convert_unit, 1, 1, {"from": None, "to": None}),
}
