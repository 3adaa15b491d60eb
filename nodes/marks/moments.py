"""Does a figure say a date, a time or a moment? Also in another zone, and as against the present."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nodes.marks.figures import Ahead, Clock, Day, Figure, Length, Month, Number, Offset, Weekday, figures_of
from nodes.marks.language import language_of

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_SIZES = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
#: Far longer than any date or time that a tool writes; a text with a date in it is a text.
_VALUE_MAX = 48
#: A year that is not told is the one that is meant within these days of the present.
_NEAR_DAYS = 370
#: So near to an hour "tonight" tells which half of the day it is in.
_HINT = 24


class Face(NamedTuple):
    """What a value shows in one zone; what it does not tell is None."""

    day: date | None = None
    clock: time | None = None
    month: tuple[int, int] | None = None
    weekday: int | None = None
    offset: int | None = None


class Faces(NamedTuple):
    """A value's faces: its own first, then in other zones; and its length in seconds where it is one."""

    faces: tuple[Face, ...]
    length: Decimal | None = None
    day_of_month: tuple[int, int] | None = None

    @property
    def is_calendar(self) -> bool:
        """Say whether the value is of the calendar or the clock."""
        return bool(self.faces) or self.length is not None or self.day_of_month is not None


NONE = Faces(())


def faces_of(value: str, zones: tuple[str, ...], now: datetime | None) -> Faces:
    """Return what a text that is a date, a time, a moment, a month, a weekday or a length of time shows."""
    if len(value) > _VALUE_MAX or not value.strip():
        return NONE
    return _faces(value, zones, now.date() if now else None)


@lru_cache(maxsize=4096)
def _faces(value: str, zones: tuple[str, ...], today: date | None) -> Faces:
    if match := _DURATION.fullmatch(value):
        parts = {name: Decimal(part) for name, part in match.groupdict().items() if part}
        if parts:
            return Faces((), sum((part * _SIZES[name] for name, part in parts.items()), Decimal(0)))
    day: Day | None = None
    clock: Clock | None = None
    offset: int | None = None
    month: Month | None = None
    weekday: int | None = None
    covered = ""
    position = 0
    for figure in figures_of(value, "en"):
        covered += value[position : figure.start]
        position = figure.end
        match figure.readings[0]:
            case Day() as read if day is None:
                day = read
            case Clock() as read if clock is None:
                clock = read
            case Offset(minutes):
                offset = minutes
            case Month() as read if month is None:
                month = read
            case Weekday(number):
                weekday = number
            case Length(seconds, _, _):
                return Faces((), seconds)
            case _:
                return NONE
    rest = covered + value[position:]
    if re.search(r"[^\W\d_]{2,}", re.sub(r"\b(?:at|on|of|the|T|UTC|GMT|local|time)\b", "", rest)):
        return NONE
    if clock is not None and clock.hour > 23:
        return Faces((), Decimal(3600 * clock.hour + 60 * clock.minute) + (clock.second or 0))
    if day is None and clock is None:
        if month is not None:
            return Faces((Face(month=(month.year or 0, month.month)),))
        return Faces((Face(weekday=weekday),)) if weekday is not None else NONE
    shown = time(clock.hour, clock.minute, int(clock.second or 0)) if clock else None
    if day is not None and day.year is None:
        if today is None or (day.month, day.day) == (2, 29):
            return Faces((Face(clock=shown, offset=offset),) if shown else (), day_of_month=(day.month, day.day))
        day = day._replace(year=today.year)
    full = date(day.year or 1, day.month, day.day) if day else None
    own = Face(full, shown, offset=offset)
    if full is None or shown is None or offset is None:
        return Faces((own,))
    moment = datetime.combine(full, shown, timezone(timedelta(minutes=offset)))
    return Faces((own, *(_in_zone(moment, zone) for zone in dict.fromkeys((*zones, "UTC")))))


def _in_zone(moment: datetime, zone: str) -> Face:
    try:
        there = moment.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
    except Exception:
        return Face()
    offset = there.utcoffset() or timedelta(0)
    return Face(there.date(), there.time(), offset=int(offset.total_seconds()) // 60)


def says_moment(
    figures: tuple[Figure, ...], faces: Faces, words: str, now: datetime | None, locale: str, *, is_whole: bool = True
) -> frozenset[int]:
    """Return the figures (by index) that say the value: those that fit one of its faces, of the face that most fit.

    An offset from UTC that is told chooses the face, where the words are those of one mark (`is_whole`).
    """
    if faces.length is not None:
        return frozenset(i for i, each in enumerate(figures) if _says_length(each, faces.length, locale))
    best: frozenset[int] = frozenset()
    if faces.day_of_month:
        month, day = faces.day_of_month
        best = frozenset(
            i
            for i, each in enumerate(figures)
            for read in each.readings
            if isinstance(read, Day) and (read.month, read.day) == (month, day)
        )
    # Right behind a date a number is no other day: "10 January 10".
    behind = {i for i in range(1, len(figures)) if _is_right_behind(figures[i - 1], figures[i], words)}
    for face in faces.faces:
        fits = frozenset(
            i
            for i, each in enumerate(figures)
            if i not in behind and any(_fits(read, face, _around(each, words, now, locale)) for read in each.readings)
        )
        offsets = {i for i, each in enumerate(figures) if isinstance(each.readings[0], Offset)}
        if (not is_whole or face.offset is None or offsets <= fits) and len(fits) > len(best):
            best = fits
    return best


def _is_right_behind(day: Figure, figure: Figure, words: str) -> bool:
    is_number = isinstance(figure.readings[0], Number) and isinstance(day.readings[0], Day)
    return is_number and not words[day.end : figure.start].strip(" ,")


def _says_length(figure: Figure, seconds: Decimal, locale: str) -> bool:
    from nodes.marks.quantities import says_number

    return says_number(figure, float(seconds), "seconds", locale)


def _hours_of(hour: int, words: str, locale: str, *, is_loose: bool) -> set[int]:
    """Return the hours of the day that a told hour may be: "8" beside "tonight" is 20, "2 at night" is 2."""
    if hour > 12:
        return {hour % 24}
    table, spoken = language_of(locale).words, set(re.findall(r"\w+", words.casefold()))
    written = set() if is_loose else {hour % 24}
    if spoken.intersection(table.morning):
        return written | {hour % 12}
    if spoken.intersection(table.later):
        return written | {hour % 12 + 12}
    if spoken.intersection(table.night):
        return written | {hour % 12 if hour % 12 < 5 else hour % 12 + 12}
    return written or {hour % 12, hour % 12 + 12}


class _Said(NamedTuple):
    """The words around a figure, and what they are read against."""

    words: str
    now: datetime | None
    locale: str


def _around(figure: Figure, words: str, now: datetime | None, locale: str) -> _Said:
    return _Said(words[max(0, figure.start - _HINT) : figure.end + _HINT], now, locale)


def _fits(reading: object, face: Face, said: _Said) -> bool:
    day, clock, now = face.day, face.clock, said.now
    match reading:
        case Day(year, month, number, weekday):
            if day is None:
                return False
            same = (day.month, day.day) == (month, number) and (year is None or year == day.year)
            far = year is None and now is not None and abs((day - now.date()).days) > _NEAR_DAYS
            return same and not far and (weekday is None or weekday == day.weekday())
        case Month(year, month):
            if day is not None:
                return month == day.month and year in (None, day.year)
            return face.month is not None and month == face.month[1] and year in (None, face.month[0])
        case Weekday(weekday, which):
            if day is None:
                return face.weekday == weekday
            return weekday == day.weekday() and (not which or now is None or _is_which(which, day, now.date()))
        case Clock(hour, minute, second, loose):
            return clock is not None and _is_time(clock, hour, minute, second, said, is_loose=loose)
        case Offset(minutes):
            return face.offset == minutes
        case Ahead() if now is not None and day is not None:
            return day in _ahead(reading, now.date())
        case Ahead(_, months) if now is not None and months and face.month is not None:
            return face.month[0] * 12 + face.month[1] == now.year * 12 + now.month + months
        case Number() if reading.step == 1 and not reading.percent:
            return _is_part(reading, face, said)
    return False


def _is_part(number: Number, face: Face, said: _Said) -> bool:
    """Say whether a bare number is the face's day of the month, its year, or its full hour."""
    value, day, clock = number.value, face.day, face.clock
    if day is not None and (value == day.year or (value == day.day and (number.ordinal or not number.unit))):
        return True
    if clock is None or number.ordinal or clock.minute or value not in range(25):
        return False
    return _is_time(clock, int(value), 0, None, said, is_loose=True)


def _is_time(clock: time, hour: int, minute: int, second: Decimal | None, said: _Said, *, is_loose: bool) -> bool:
    hours = _hours_of(hour, said.words, said.locale, is_loose=is_loose)
    if second is not None:
        return clock.hour in hours and clock.minute == minute and clock.second == int(second)
    shown = [clock]
    if clock.second >= 30:  # rounded to the minute, or cut
        shown.append((datetime.combine(date(2000, 1, 1), clock) + timedelta(minutes=1)).time())
    return any(each.hour in hours and each.minute == minute for each in shown)


def _is_which(which: str, day: date, today: date) -> bool:
    """Say whether it is meant: "next Friday" is one of the coming two, "last" of the last two, "this" near."""
    apart = (day - today).days
    return {"next": 0 < apart <= 14, "last": -14 <= apart < 0}.get(which, -7 < apart < 7)


def _ahead(ahead: Ahead, today: date) -> set[date]:
    from dateutil.relativedelta import relativedelta

    there = today + timedelta(days=ahead.days) + relativedelta(months=ahead.months)
    if ahead.whole:
        return {there}
    if ahead.months:  # "next month" is any of its days
        return {
            there + timedelta(days=n)
            for n in range(-31, 32)
            if (there + timedelta(days=n)).month == there.month or abs(ahead.months) == 12
        }
    return {there + timedelta(days=n) for n in range(-6, 7)}
