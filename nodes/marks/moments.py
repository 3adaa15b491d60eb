"""Does a figure say a date, a time or a moment? Also in another zone, and as against the present."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic import TypeAdapter, ValidationError

from nodes.marks.figures import Ahead, Clock, Day, Figure, Length, Month, Number, Offset, Reading, Weekday, figures_of
from nodes.marks.quantities import says_number
from nodes.marks.units import unit_named

_LENGTH = TypeAdapter(timedelta)
_OFFSET = re.compile(r"[+−-][0-9]{2}:?[0-9]{2}")
_AROUND = re.compile(r"\b(?:at|on|of|the|T|UTC|GMT|local|time)\b")
#: Far longer than any date or time that a tool writes; a text with a date in it is a text.
_VALUE_MAX = 48
#: A year that is not told is the one that is meant within these days of the present.
_NEAR_DAYS = 370


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
    if len(value) > _VALUE_MAX:
        return NONE
    return _faces(value, zones, now.date() if now else None)


@lru_cache(maxsize=4096)
def _faces(value: str, zones: tuple[str, ...], today: date | None) -> Faces:
    if re.match(r"P[T0-9]", value):
        try:
            return Faces((), Decimal(str(_LENGTH.validate_python(value).total_seconds())))
        except (ValidationError, ArithmeticError):
            return NONE
    rest = value
    parts: dict[type[Reading], Reading] = {}
    for figure in reversed(figures_of(f"UTC{value}" if _OFFSET.fullmatch(value) else value)):
        rest = rest[: figure.start] + rest[figure.end :]
        kind = type(figure.readings[0])
        if kind in parts or kind in (Number, Ahead):
            return NONE
        parts[kind] = figure.readings[0]
    if not parts or re.search(r"[^\W\d_]{2,}", _AROUND.sub("", rest)):
        return NONE
    day, clock, month, weekday = parts.get(Day), parts.get(Clock), parts.get(Month), parts.get(Weekday)
    length, offset = parts.get(Length), parts.get(Offset)
    minutes = offset.minutes if isinstance(offset, Offset) else None
    if isinstance(length, Length):
        return Faces((), length.seconds)
    if isinstance(clock, Clock) and clock.hour > 23:
        return Faces((), Decimal(3600 * clock.hour + 60 * clock.minute) + (clock.second or 0))
    shown = time(clock.hour, clock.minute, int(clock.second or 0)) if isinstance(clock, Clock) else None
    if isinstance(day, Day):
        if day.year is None and (today is None or (day.month, day.day) == (2, 29)):
            return Faces((Face(clock=shown, offset=minutes),) if shown else (), day_of_month=(day.month, day.day))
        full = date(day.year or (today or date.min).year, day.month, day.day)
        own = Face(full, shown, offset=minutes)
        if shown is None or minutes is None:
            return Faces((own,))
        moment = datetime.combine(full, shown, timezone(timedelta(minutes=minutes)))
        return Faces((own, *(_in_zone(moment, zone) for zone in dict.fromkeys((*zones, "UTC")))))
    if shown is None and isinstance(month, Month):
        return Faces((Face(month=(month.year or 0, month.month)),))
    if shown is None and isinstance(weekday, Weekday):
        return Faces((Face(weekday=weekday.weekday),))
    return Faces((Face(clock=shown, offset=minutes),))


def _in_zone(moment: datetime, zone: str) -> Face:
    try:
        there = moment.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
    except Exception:  # no such zone, or beyond the calendar
        return Face()
    offset = there.utcoffset() or timedelta(0)
    return Face(there.date(), there.time(), offset=int(offset.total_seconds()) // 60)


def is_offset(figure: Figure, zone: str) -> bool:
    """Say whether the figure is an offset from UTC that the time zone has, in winter or in summer."""
    told = figure.readings[0]
    if not isinstance(told, Offset) or "/" not in zone:
        return False
    faces = [_in_zone(datetime(2026, month, 1, tzinfo=UTC), zone) for month in (1, 7)]
    return any(face.offset == told.minutes for face in faces)


def says_moment(
    figures: tuple[Figure, ...], faces: Faces, words: str, now: datetime | None, locale: str, *, is_whole: bool = True
) -> frozenset[int]:
    """Return the figures (by index) that say the value: those that fit one of its faces, of the face that most fit.

    An offset from UTC that is told chooses the face, where the words are those of one mark (`is_whole`).
    """
    if faces.length is not None:
        seconds = float(faces.length)
        return frozenset(i for i, each in enumerate(figures) if says_number(each, seconds, "seconds", locale))
    # Right behind a date a number is no other day: "10 January 10".
    behind = {i for i in range(1, len(figures)) if _is_right_behind(figures[i - 1], figures[i], words)}
    own = {i for i, each in enumerate(figures) for read in each.readings if isinstance(read, Day)
           and (read.month, read.day) == faces.day_of_month}  # fmt: skip
    best = frozenset(own)
    told = {i for i, each in enumerate(figures) if isinstance(each.readings[0], Offset)}
    for face in faces.faces:
        fits = frozenset(
            i
            for i, each in enumerate(figures)
            if i not in behind
            and (any(_fits(read, face, now) for read in each.readings) or _is_length(each, face, locale))
        )
        if (not is_whole or face.offset is None or told <= fits) and len(fits) > len(best):
            best = fits
    return best


def _is_right_behind(day: Figure, figure: Figure, words: str) -> bool:
    is_number = isinstance(figure.readings[0], Number) and isinstance(day.readings[0], Day)
    return is_number and not words[day.end : figure.start].strip(" ,")


def _is_length(figure: Figure, face: Face, locale: str) -> bool:
    """Say whether the figure is a length of time that the clock shows: "1:06:40" may be one, "5:40" also of minutes."""
    read, clock = figure.readings[0], face.clock
    unit = unit_named(read.unit, locale) if isinstance(read, Number) and read.unit else None
    has_unit = isinstance(read, Length) or (unit is not None and unit.dimension == "duration")
    if clock is None or face.day is not None or face.offset is not None or not has_unit:
        return False
    lengths = [3600 * clock.hour + 60 * clock.minute + clock.second]
    if not clock.second:
        lengths.append(60 * clock.hour + clock.minute)
    return any(says_number(figure, float(each), "seconds", locale) for each in lengths)


def _fits(reading: object, face: Face, now: datetime | None) -> bool:
    day, clock = face.day, face.clock
    match reading:
        case Day(year, month, number, weekday):
            far = year is None and now is not None and day is not None and abs((day - now.date()).days) > _NEAR_DAYS
            same = day is not None and (day.month, day.day) == (month, number) and year in (None, day.year) and not far
            return same and (weekday is None or (day is not None and weekday == day.weekday()))
        case Month(year, month):
            there = face.month if day is None else (day.year, day.month)
            return there is not None and month == there[1] and year in (None, there[0])
        case Weekday(weekday, which):
            if day is None or which is None or now is None:
                return weekday == (face.weekday if day is None else day.weekday())
            apart = (day - now.date()).days  # "next Friday" is one of the coming two, "this" is near
            return weekday == day.weekday() and (-7 < apart < 7 if which == 0 else 0 < apart * which <= 14)
        case Clock():
            return clock is not None and _is_time(reading, clock)
        case Offset(minutes):
            return face.offset == minutes
        case Ahead() if now is not None:
            return _is_ahead(reading, face, now.date())
        case Number(value, step, near, unit, percent, ordinal) if step == 1 and not percent:
            if day is not None and (value == day.year or (value == day.day and (ordinal or not unit))):
                return True  # the day of the month, or the year
            is_hour = clock is not None and not ordinal and value in range(25)
            return is_hour and _is_time(Clock(int(value) % 24, 0, None, value <= 12, near), clock or time())
    return False


def _is_time(said: Clock, clock: time) -> bool:
    """Say whether the time is told: to the minute as it is cut or rounded, or near a full hour or five minutes."""
    hours = {said.hour, (said.hour + 12) % 24} if said.loose and said.hour <= 12 else {said.hour % 24}
    reach = 15 if said.minute in (0, 30) else 5 if said.minute % 5 == 0 else 1
    held = clock.hour * 3600 + clock.minute * 60 + clock.second
    for hour in hours:
        apart = (held - hour * 3600 - said.minute * 60 - int(said.second or 0) + 43200) % 86400 - 43200
        low, high = (0, 0) if said.second is not None else (-30, 59)
        if said.near:
            low = min(low, 0 if said.near == "over" else -60 * reach)
            high = max(high, 0 if said.near == "under" else 60 * reach)
        if low <= apart <= high:
            return True
    return False


def _is_ahead(ahead: Ahead, face: Face, today: date) -> bool:
    there = today + timedelta(days=ahead.days) + relativedelta(months=ahead.months)
    if face.day is None:
        return bool(ahead.months) and face.month == (there.year, there.month)
    if ahead.whole:
        return face.day == there
    if ahead.months:  # "next month" is any of its days
        return face.day.year == there.year and (abs(ahead.months) == 12 or face.day.month == there.month)
    return abs((face.day - there).days) <= 6
