"""Does a figure say a number: by rounding to the digits shown, as a percentage, in another unit, as a duration?"""

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from nodes.marks.figures import Ahead, Clock, Day, Figure, Length, Month, Number, Offset, Weekday
from nodes.marks.units import Unit, convert_number, unit_named

#: Numbers from here on are years where a date tells them.
_YEARS = 1000
#: A member that is called by a unit alone: `miles`; shorter names mean other things.
_UNIT_ALONE = 5
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_IN_UNIT = re.compile(r"(?:\bin |\()(°[CF]|[^\W\d_]+(?:/[^\W\d_]+| per [^\W\d_]+)?)")
#: Lengths of time that a member without a unit in its name may be in.
_ANY_TIME = (1, 60, 3600, 86400)
#: A whole number rounds another one whose error it makes is at most one of so many parts.
_ERROR = 8
_ONE = Decimal(1)
_PERCENT = frozenset({"percent", "percentage", "pct"})
_SHARE = frozenset({"ratio", "share", "fraction"})


def exact(value: float) -> Decimal:
    """Return the number that JSON writes: 0.1 is one tenth, not its nearest binary fraction."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def says_number(
    figure: Figure,
    value: float,
    name: str = "",
    locale: str = "en",
    schema: Mapping[str, Any] | None = None,
    siblings: tuple[Any, ...] = (),
) -> bool:
    """Say whether one of the figure's readings is the number: of a member of that name, schema and members beside."""
    if isinstance(value, float) and not math.isfinite(value):
        return False
    held = exact(value)
    return any(
        any(_is_shown(reading, each) for each in _values(reading, held, name, locale, schema or {}, siblings))
        if isinstance(reading, Number | Length)
        else _is_part(reading, held, name, locale)
        for reading in figure.readings
    )


def _values(
    reading: Number | Length,
    value: Decimal,
    name: str,
    locale: str,
    schema: Mapping[str, Any],
    siblings: tuple[Any, ...],
) -> Iterator[Decimal]:
    """Yield the value as the reading tells it: in its unit where the value's own is known, as a percentage."""
    own = unit_of(name, locale) or _unit_in(str(schema.get("description", "")), locale)
    if isinstance(reading, Length):
        sizes = [own.size] if own and own.dimension == "duration" else [Decimal(size) for size in _ANY_TIME]
        yield from (abs(value) * size for size in sizes)
        return
    called = _words_of(name) | _words_of(f"{schema.get('title', '')} {schema.get('description', '')}"[:400])
    is_share = bool(_SHARE & called) or schema.get("maximum") == 1
    if reading.percent:
        if not is_share or value.copy_abs() > 1:
            yield value
        if (is_share or value.copy_abs() <= 10) and not _PERCENT & called:
            yield value * 100
        return
    unit = unit_named(reading.unit, locale) if reading.unit else None
    if own is None and unit is not None:
        beside = {unit_named(each, locale) for each in siblings if isinstance(each, str) and 1 < len(each) < 16}
        kin = [each for each in beside if each is not None and each.dimension == unit.dimension]
        own = kin[0] if len(kin) == 1 else None
    if own and unit and own.dimension == unit.dimension:
        yield convert_number(value, own, unit)
        return
    if own and unit and "per" not in called and not _is_kin(own, unit):
        return
    yield value
    if reading.value < 1 < reading.value * 100 and _PERCENT & called:
        yield value / 100  # "a fifth" of 20 percent


def _is_kin(own: Unit, unit: Unit) -> bool:
    """Say whether the units may be of one thing: "38 degrees" of an angle or of Celsius, months of a length of time."""
    kinds = {own.dimension, unit.dimension}
    return len(kinds) == 1 or kinds == {"duration", "months"} or "degree" in (own.name, unit.name)


def _is_shown(shown: Number | Length, value: Decimal) -> bool:
    """Say whether the number shows the value, up to its sign and to the last digit that it shows."""
    said, step = (shown.seconds, shown.step) if isinstance(shown, Length) else (abs(shown.value), shown.step)
    held = abs(value)
    if isinstance(shown, Number) and shown.ordinal and held != held.to_integral_value():
        return False
    if said == held or held.adjusted() > 300:
        return said == held
    if shown.near and isinstance(shown, Length):
        step *= next((size for size in (10, 5) if said / step % size == 0), 1)
    elif shown.near and said:
        zeros = said.normalize().as_tuple().exponent
        step = max(step, Decimal(1).scaleb(zeros if isinstance(zeros, int) and zeros > 0 else 0) if step >= 1 else step)
    if shown.near in ("over", "under"):
        least = step if said < 10 else min(shown.step if isinstance(shown, Length) else _ONE, shown.step)
        step = max(least, min(step, said / 10))  # "just under 1,000" is not 39
        low, high = (said, said + step) if shown.near == "over" else (said - step, said)
        return low < held < high
    reach = step / 2
    if step == 1 and not shown.near and isinstance(shown, Number):
        reach = min(reach, held / _ERROR)  # "one" is not 1.25
    return abs(said - held) <= reach and (said != 0 or step < 1)


def can_be_worded(value: float, name: str, locale: str) -> bool:
    """Say whether other words than figures may say the number: none of it, one, all of it, a direction."""
    own = unit_of(name, locale)
    is_all = value == 100 and bool(_PERCENT & _words_of(name))
    return value in (0, 1) or is_all or (own is not None and own.dimension == "angle")


def _is_part(reading: object, value: Decimal, name: str, locale: str) -> bool:
    """Say whether the value is a part of the date or time by which its member is called, or its length."""
    called = name.casefold()
    parts: dict[str, int | None] = {}
    match reading:
        case Clock(hour, minute, second):
            own = unit_of(name, locale)
            length = Decimal(3600 * hour + 60 * minute) + (second or 0)
            if (
                own
                and own.dimension == "duration"
                and abs(value * own.size - length) <= (1 if second else 60) / Decimal(2)
            ):
                return True
            is_hour = not minute and (value == hour or (reading.loose and value == hour % 12 + 12))
            return is_hour or (value == minute and "minute" in called)
        case Day(year, month, day):
            parts = {"year": year, "month": month, "day": day, "date": day}
        case Month(year, month):
            parts = {"year": year, "month": month}
        case Weekday(weekday):
            return "day" in called and value in (weekday, weekday + 1)
        case Ahead(days, months):
            own = unit_of(name, locale)
            apart, size = (abs(months), 1) if months else (abs(days), 86400)
            kind = "months" if months else "duration"
            return bool(apart and own and own.dimension == kind and abs(value) * own.size == apart * size)
        case Offset(minutes):
            return value in (minutes, Decimal(minutes) / 60, minutes * 60)
    return any(
        value == part and (word in called or (word == "year" and value >= _YEARS)) for word, part in parts.items()
    )


def _words_of(name: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _PARTS.findall(name))


@lru_cache(maxsize=4096)
def unit_of(name: str, locale: str) -> Unit | None:
    """Return the unit that a member's name ends in, or the unit of time of which it speaks."""
    if last := unit_of_name(name):
        return unit_named(last)
    words = _PARTS.findall(name)
    units = [unit_named(word.casefold(), locale) for word in reversed(words) if len(word) > 1]
    return next((unit for unit in units if unit and unit.dimension in ("duration", "months")), None)


@lru_cache(maxsize=4096)
def _unit_in(description: str, locale: str) -> Unit | None:
    """Return the unit that a description names ("in litres", "(km)"), if it names no other one of the kind."""
    named = [unit for name in _IN_UNIT.findall(description[:400]) if (unit := unit_named(name, locale))]
    words = [unit for name in re.findall(r"[^\W\d_]{3,}", description[:400]) if (unit := unit_named(name, locale))]
    kin = {unit for unit in (*named, *words) if named and unit.dimension == named[0].dimension}
    return named[0] if len(kin) == 1 else None


@lru_cache(maxsize=4096)
def unit_of_name(name: str) -> str | None:
    """Return the unit that a member's name ends in: km of `distance_km`; one letter only after a word."""
    words = _PARTS.findall(name)
    if not words or not words[-1].islower() or (len(words) < 2 and len(words[-1]) < _UNIT_ALONE):
        return None
    stretches = (" ".join(words[-count:]) for count in range(min(3, len(words)), 0, -1))
    return next((each for each in stretches if unit_named(each) is not None), None)
