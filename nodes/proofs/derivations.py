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
from typing import Any

from nodes.marks.quantities import exact
from nodes.marks.units import registry


class DerivationError(ValueError):
    """The operation is unknown, or not defined for these values and params."""


Operation = Callable[[list[Any], Mapping[str, Any]], Any]

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


def _arity(values: list[Any], least: int, most: int | None = None) -> None:
    if len(values) < least or (most is not None and len(values) > most):
        wanted = str(least) if most == least else f"{least} or more" if most is None else f"{least} to {most}"
        raise DerivationError(f"it takes {wanted} values, not {len(values)}")


def _params(params: Mapping[str, Any], **allowed: Any) -> dict[str, Any]:
    unknown = sorted(set(params) - set(allowed))
    if unknown:
        raise DerivationError(f"unknown params {', '.join(unknown)}; allowed: {', '.join(allowed) or 'none'}")
    return {**allowed, **params}


def _choice(value: Any, allowed: list[Any], what: str) -> Any:
    if isinstance(value, bool) or value not in allowed:
        raise DerivationError(f"{what} is {value!r}; allowed: {', '.join(map(str, allowed))}")
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not exact(value).is_finite():
        raise DerivationError(f"{str(value)[:60]!r} is not a number")
    if isinstance(value, int) and value.bit_length() > _BITS_MAX:
        raise DerivationError("the number is too large")
    return exact(value)


def _whole(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value() or abs(number) > 10**6:
        raise DerivationError(f"{number} is not a whole number up to a million")
    return int(number)


def json_number(number: Decimal) -> int | float:
    """Return the number as JSON has it: whole ones as int. Raises DerivationError beyond a float's range."""
    if number.is_finite() and number == number.to_integral_value() and number.adjusted() < 300:
        return int(number)
    result = float(number)
    if result in (float("inf"), float("-inf")) or result != result:
        raise DerivationError("the result is too large")
    return result


def _date(value: Any) -> date:
    try:
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise DerivationError(f"{str(value)[:60]!r} is not a date such as 2026-03-01") from None


def _string(values: list[Any]) -> str:
    _arity(values, 1, 1)
    if not isinstance(values[0], str):
        raise DerivationError(f"{str(values[0])[:60]!r} is not a string")
    return values[0]


def _sum(values: list[Any], params: Mapping[str, Any]) -> int | float:
    _arity(values, 2)
    _params(params)
    return json_number(sum(map(_number, values), Decimal(0)))


def _product(values: list[Any], params: Mapping[str, Any]) -> int | float:
    _arity(values, 2)
    _params(params)
    result = Decimal(1)
    for value in values:
        result *= _number(value)
    return json_number(result)


def _difference(values: list[Any], params: Mapping[str, Any]) -> int | float:
    _arity(values, 2, 2)
    _params(params)
    return json_number(_number(values[0]) - _number(values[1]))


def _quotient(values: list[Any], params: Mapping[str, Any]) -> int | float:
    _arity(values, 2, 2)
    _params(params)
    divisor = _number(values[1])
    if divisor == 0:
        raise DerivationError("nothing is divided by zero")
    return json_number(_number(values[0]) / divisor)


def _round(values: list[Any], params: Mapping[str, Any]) -> int | float:
    _arity(values, 1, 1)
    digits = _choice(_params(params, digits=0)["digits"], list(range(13)), "digits")
    return json_number(round(_number(values[0]), digits))


def _shifted(day: date, amount: int, unit: str) -> str:
    try:
        if unit in _DAYS:
            return (day + timedelta(days=amount * _DAYS[unit])).isoformat()
        months = day.year * 12 + day.month - 1 + amount * _MONTHS[unit]
        year, month = months // 12, months % 12 + 1
        # The last day of a shorter month stands for the days it lacks: 31 January + 1 month.
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1])).isoformat()
    except (ValueError, OverflowError) as error:
        raise DerivationError(f"{day} and {amount} {unit} is no date of the calendar") from error


def _date_add(values: list[Any], params: Mapping[str, Any]) -> str:
    _arity(values, 2, 2)
    unit = _choice(_params(params, unit="days")["unit"], [*_DAYS, *_MONTHS], "unit")
    return _shifted(_date(values[0]), _whole(values[1]), unit)


def _date_step(values: list[Any], params: Mapping[str, Any]) -> str:
    _arity(values, 1, 1)
    given = _params(params, unit="days", direction=1)
    unit = _choice(given["unit"], [*_DAYS, *_MONTHS], "unit")
    return _shifted(_date(values[0]), _choice(given["direction"], [1, -1], "direction"), unit)


def _date_diff(values: list[Any], params: Mapping[str, Any]) -> int:
    _arity(values, 2, 2)
    unit = _choice(_params(params, unit="days")["unit"], list(_DAYS), "unit")
    days = (_date(values[1]) - _date(values[0])).days
    if days % _DAYS[unit]:
        raise DerivationError(f"{days} days are no whole number of {unit}")
    return days // _DAYS[unit]


def _date_part(values: list[Any], params: Mapping[str, Any]) -> str | int:
    _arity(values, 1, 1)
    part = _choice(_params(params, part="date")["part"], ["date", "time", "year", "month", "day"], "part")
    moment = _ISO_MOMENT.fullmatch(values[0]) if isinstance(values[0], str) else None
    if part == "time":
        if moment is None:
            raise DerivationError(f"{str(values[0])[:60]!r} is not a date-time")
        return moment["time"]
    day = _date(moment["date"] if moment else values[0])
    numbers = {"year": day.year, "month": day.month, "day": day.day}
    return day.isoformat() if part == "date" else numbers[part]


def _count(values: list[Any], params: Mapping[str, Any]) -> int:
    _arity(values, 1, 1)
    _params(params)
    if not isinstance(values[0], list | dict):
        raise DerivationError("only the members of a list or an object are counted")
    return len(values[0])


def _end(index: int) -> Operation:
    def end(values: list[Any], params: Mapping[str, Any]) -> Any:
        _arity(values, 1, 1)
        _params(params)
        if not isinstance(values[0], list) or not values[0]:
            raise DerivationError("it takes a list that is not empty")
        return values[0][index]

    return end


def _join(values: list[Any], params: Mapping[str, Any]) -> str:
    _arity(values, 2)
    separator = _params(params, separator=" ")["separator"]
    if not isinstance(separator, str) or len(separator) > 3 or any(map(str.isalnum, separator)):
        raise DerivationError("separator has at most 3 characters, none a letter or a digit")
    parts = []
    for value in values:
        if isinstance(value, str):
            parts.append(value)
        else:
            number = _number(value)
            parts.append(f"{number.normalize():f}" if abs(number.adjusted()) < 30 else str(number))
    return separator.join(parts)[:_TEXT_MAX]


def _case(change: Callable[[str], str]) -> Operation:
    def changed(values: list[Any], params: Mapping[str, Any]) -> str:
        _params(params)
        return change(_string(values))

    return changed


def _convert_unit(values: list[Any], params: Mapping[str, Any]) -> int | float:
    _arity(values, 1, 1)
    given = _params(params, **{"from": None, "to": None})
    number = _number(values[0])
    for what in ("from", "to"):
        if not isinstance(given[what], str) or not _UNIT_NAME.fullmatch(given[what]) or "**" in given[what]:
            raise DerivationError(f"{what!r} is {given[what]!r}; it is the name of a unit, such as kilometre")
    units = registry()
    try:
        converted = units.Quantity(float(number), given["from"]).to(given["to"]).magnitude
    except Exception as error:  # pint raises errors of many kinds for units it cannot read or convert
        raise DerivationError(f"{given['from']} does not convert to {given['to']}: {error}") from error
    return json_number(Decimal(f"{float(converted):.12g}"))


#: Every operation by name; a call gives JSON or raises DerivationError.
OPERATIONS: Mapping[str, Operation] = {
    "sum": _sum,
    "difference": _difference,
    "product": _product,
    "quotient": _quotient,
    "round": _round,
    "date_add": _date_add,
    "date_step": _date_step,
    "date_diff": _date_diff,
    "date_part": _date_part,
    "count": _count,
    "first": _end(0),
    "last": _end(-1),
    "join": _join,
    "lower": _case(str.lower),
    "upper": _case(str.upper),
    "title": _case(str.title),
    "convert_unit": _convert_unit,
}


def recompute(op: str, values: list[Any], params: Mapping[str, Any]) -> Any:
    """Return what the operation gives for the values. Raises DerivationError, saying what is allowed."""
    operation = OPERATIONS.get(op)
    if operation is None:
        raise DerivationError(f"there is no operation {op!r}; allowed: {', '.join(OPERATIONS)}")
    try:
        return operation(values, params)
    except DerivationError as error:
        raise DerivationError(f"{op}: {error}") from error
    except (DecimalException, ArithmeticError, ValueError) as error:
        raise DerivationError(f"{op}: not defined for these values") from error
