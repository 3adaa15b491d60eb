"""Spans of time: days and hours between two points, dates a span away, and ages (standard library)."""

from calendar import day_name, monthrange
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import Day, DurationDays, DurationHours, PlainDate, PlainDay, PlainMoment, Weekday
from tool_registry.builtin.local_time import MomentToLook
from tool_registry.declare import Kind

tool = pure(category="time spans")


class _DaysBetween(Result):
    days: Annotated[DurationDays, Kind(description="Days between the two dates, whichever comes first.")]
    weeks: Annotated[int, Kind("full weeks", "Full weeks in that time.")]
    extra_days: Annotated[int, Kind("days left over", "Days beyond the full weeks.")]


@tool
def days_between(start: Annotated[Day, Kind("first date")], end: Annotated[Day, Kind("second date")]) -> _DaysBetween:
    """Count the days between two dates, and as full weeks and days left over."""
    days = abs((date.fromisoformat(end) - date.fromisoformat(start)).days)
    return {"days": days, "weeks": days // 7, "extra_days": days % 7}


class _ShiftDate(Result):
    later: Annotated[PlainDay, Kind("later date", "The date so many days after.")]
    earlier: Annotated[PlainDate, Kind("earlier date", "The date so many days before.")]


@tool
def shift_date(date: Annotated[Day, Kind("start date")], days: DurationDays) -> _ShiftDate:
    """Find the dates a number of days after and before a date."""
    day = datetime.fromisoformat(date).date()
    span = timedelta(days=days)
    return {"later": (day + span).isoformat(), "earlier": (day - span).isoformat()}


# Not `date`: any date can follow from a holiday or a moon phase, a birth date cannot.
Birthday = Annotated[
    str,
    Kind(
        "birth date",
        "Date of birth, YYYY-MM-DD.",
        format="birth-date",
        pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        examples=(
            "1934-07-20 1941-01-11 1948-05-02 1953-10-30 1956-02-29 1959-08-17 1962-04-09 1965-12-24 1968-06-06 "
            "1970-03-15 1972-11-28 1975-01-31 1977-09-12 1979-07-04 1981-05-25 1983-02-14 1984-10-08 1986-12-01 "
            "1988-04-19 1990-08-30 1991-06-21 1993-03-03 1994-11-16 1996-02-29 1998-09-27 2000-01-01 2002-07-13 "
            "2004-05-10 2007-10-22 2011-03-28 2014-12-05 2018-08-08"
        ).split(),
        again="that birth date",
    ),
]


class _AgeOnDate(Result):
    age: Annotated[int, Kind("age", "Completed years of life on the date.")]
    days_to_birthday: Annotated[
        DurationDays,
        Kind("days to the birthday", "Days from the date to the next birthday after it.", format="days-to-event"),
    ]
    birthday_weekday: Annotated[
        Weekday, Kind("weekday of the birthday", "Day of the week of the next birthday.", enum=None)
    ]


@tool
def age_on_date(
    birth_date: Birthday, date: Annotated[Day, Kind(description="The day to count to, YYYY-MM-DD.")]
) -> _AgeOnDate:
    """Work out somebody's age on a date, the days left to the next birthday and its weekday.

    For a birth on 29 February the birthday is 1 March in common years.
    """
    try:
        born, day = datetime.fromisoformat(birth_date).date(), datetime.fromisoformat(date).date()
    except ValueError as error:
        raise ToolkitError(f"{birth_date} is not a day of the calendar; check the birth date.") from error
    if born > day:
        raise ToolkitError(f"The birth date {birth_date} is after {date}; give a later date.")

    def birthday(year: int) -> Any:
        leap_day_missing = (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28
        return born.replace(year=year, month=3, day=1) if leap_day_missing else born.replace(year=year)

    age = day.year - born.year - (birthday(day.year) > day)
    following = birthday(day.year) if birthday(day.year) > day else birthday(day.year + 1)
    return {"age": age, "days_to_birthday": (following - day).days, "birthday_weekday": day_name[following.weekday()]}


class _HoursBetween(Result):
    hours: Annotated[
        DurationHours, Kind(format="hours-between", description="Hours between the two moments, whichever comes first.")
    ]


@tool
def hours_between(
    start: Annotated[
        MomentToLook, Kind("first moment", "Date and time with an offset from UTC, such as 2025-06-21T18:30:00Z.")
    ],
    end: Annotated[
        MomentToLook, Kind("second moment", "Date and time with an offset from UTC, such as 2025-06-21T18:30:00Z.")
    ],
) -> _HoursBetween:
    """Work out the hours between two moments, each with its offset from UTC."""
    span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return {"hours": round(abs(span.total_seconds()) / 3600, 2)}


class _ShiftMoment(Result):
    end: Annotated[PlainMoment, Kind("end", "The moment so many hours after, with the same offset from UTC.")]
    begin: Annotated[PlainMoment, Kind("beginning", "The moment so many hours before, with the same offset from UTC.")]


@tool
def shift_moment(
    start: Annotated[
        MomentToLook, Kind("start", "Date and time with an offset from UTC, such as 2025-06-21T18:30:00Z.")
    ],
    hours: Annotated[DurationHours, Kind(maximum=1000)],
) -> _ShiftMoment:
    """Find the moments a number of hours after and before a moment."""
    # Whole minutes, so that a quotient such as 7.33 hours does not bring in seconds.
    when, span = datetime.fromisoformat(start), timedelta(minutes=round(hours * 60))
    end, begin = (shifted.isoformat().replace("+00:00", "Z") for shifted in (when + span, when - span))
    return {"end": end, "begin": begin}


TOOLS = [days_between, shift_date, age_on_date, hours_between, shift_moment]
