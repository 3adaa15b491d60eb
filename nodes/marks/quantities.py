"""Does a figure say a number: by rounding to the digits shown, as a percentage, in another unit, as a duration?"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from nodes.marks.figures import Ahead, Clock, Day, Figure, Length, Month, Number, Offset, Weekday, unit_seconds
from nodes.marks.language import Language, language_of
from nodes.marks.units import converted, unit_named

#: Numbers from here on are years where a date tells them.
_YEARS = 1000
#: A member that is called by a unit alone: `miles`; shorter names mean other things.
_UNIT_ALONE = 5
_NAME = re.compile(r"(?:degrees? )?[A-Za-z]+|°[CF]")
#: Lengths of time that a member without a unit in its name may be in.
_ANY_TIME = (1, 60, 3600, 86400)


def exact(value: float) -> Decimal:
    """Return the number that JSON writes: 0.1 is one tenth, not its nearest binary fraction."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def says_number(figure: Figure, value: float, name: str = "", locale: str = "en") -> bool:
    """Say whether one of the figure's readings is the number, which stands in a member of that name."""
    if isinstance(value, float) and not math.isfinite(value):
        return False
    wanted = exact(value)
    return any(_says(reading, wanted, name, locale) for reading in figure.readings)


def _says(reading: object, value: Decimal, name: str, locale: str) -> bool:
    match reading:
        case Number():
            return is_rounded(reading, value) or any(
                is_rounded(reading, other) for other in _otherwise(reading, value, name, locale)
            )
        case Length(seconds, step, near):
            units = [size] if (size := _time_of(name, locale)) else [Decimal(unit) for unit in _ANY_TIME]
            shown = Number(seconds, step, step, near)
            return any(is_rounded(shown, abs(value) * unit) for unit in units)
        case Clock(hour, minute, second):
            length = Decimal(3600 * hour + 60 * minute) + (second or 0)
            size = _time_of(name, locale)
            whole = (value == hour or (reading.loose and value == hour % 12 + 12)) and minute == 0
            minutes = value == minute and "minute" in name.casefold()
            return (
                whole
                or minutes
                or (bool(size) and abs(value * size - length) <= (1 if second is not None else 60) / Decimal(2))
            )
        case Day(year, month, day):
            return _is_part(value, {"year": year, "month": month, "day": day, "date": day}, name)
        case Month(year, month):
            return _is_part(value, {"year": year, "month": month}, name)
        case Weekday(weekday):
            return "day" in name.casefold() and value in (weekday, weekday + 1)
        case Ahead(days, months):
            if months:
                return abs(value) * _months_of(name, locale) == abs(months)
            return days != 0 and abs(value) * _time_of(name, locale) == abs(days) * 86400
        case Offset(minutes):
            return value in (minutes, Decimal(minutes) / 60, minutes * 60)
    return False


def _is_part(value: Decimal, parts: Mapping[str, int | None], name: str) -> bool:
    """Say whether the value is the part of a date that its member is called by; a year says itself."""
    called = name.casefold()
    return any(
        value == part and (word in called or (word == "year" and value >= _YEARS)) for word, part in parts.items()
    )


def is_rounded(shown: Number, value: Decimal) -> bool:
    """Say whether the number shows the value, up to its sign and to the last digit that it shows."""
    said, held = abs(shown.value), abs(value)
    if shown.ordinal and held != held.to_integral_value():
        return False
    if said == held:
        return True
    if held.adjusted() > 300:
        return False
    step = Decimal("0.5") if shown.half and shown.near else max(shown.shown, shown.step) if shown.near else shown.step
    if shown.near in ("over", "under"):
        low, high = (said, said + step) if shown.near == "over" else (said - step, said)
        return low < held < high
    return _is_near(said, held, step)


def _is_near(said: Decimal, held: Decimal, step: Decimal) -> bool:
    return abs(said - held) <= step / 2 and (said != 0 or step < 1)


def _otherwise(number: Number, value: Decimal, name: str, locale: str) -> list[Decimal]:
    """Return the value as a percentage, and in the number's unit where its member's name has another one."""
    found = []
    if number.percent and abs(value) <= 10:
        found.append(value * 100)
    unit = number.unit
    if not unit or unit == "%" or not name:
        return found
    language = language_of(locale)
    own, told = _time_of(name, locale), unit_seconds(unit, language)
    if own and told:
        return [*found, value * own / told]
    if told:
        return found
    source = unit_of_name(name) if _NAME.fullmatch(unit) and unit_named(unit) is not None else None
    if source and (other := converted(value, source, unit)) is not None:
        found.append(other)
    return found


def _months_of(name: str, locale: str) -> int:
    """Return the months of the unit of time that the member's name speaks of: 12 of `loan_years`, or 0."""
    words, language = _words_of(name, locale)
    return next((language.words.months[word] for word in reversed(words) if word in language.words.months), 0)


def _words_of(name: str, locale: str) -> tuple[list[str], Language]:
    words = [word.casefold() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]
    language = language_of(locale)
    return words, language if language.has_words else language_of("en")


@lru_cache(maxsize=4096)
def _time_of(name: str, locale: str) -> Decimal:
    """Return the seconds of the unit of time that the member's name ends in, or 0."""
    words, language = _words_of(name, locale)
    for word in reversed(words):
        if (len(word) > 1 or len(words) > 1) and (size := unit_seconds(word, language)):
            return size
    return Decimal(0)


@lru_cache(maxsize=4096)
def unit_of_name(name: str) -> str | None:
    """Return the unit that a member's name ends in: km of `distance_km`; one letter only after a word."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    if not words or not words[-1].islower() or (len(words) < 2 and len(words[-1]) < _UNIT_ALONE):
        return None
    return words[-1] if len(words[-1]) < 12 and unit_named(words[-1]) is not None else None
