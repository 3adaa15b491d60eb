"""The calendar: weekdays, week numbers and Easter (standard library and dateutil)."""

from calendar import day_name, monthrange
from datetime import date, datetime, timedelta
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import Day, Month, PlainDate, Weekday, Year
from tool_registry.declare import Kind

tool = pure(category="calendar")

IsoWeek = Annotated[
    int,
    Kind(
        "week number",
        "ISO 8601 week number, 1 to 53; week 1 holds the year's first Thursday.",
        format="iso-week",
        minimum=1,
        maximum=53,
        examples=[1, 2, 5, 8, 10, 12, 14, 17, 20, 22, 25, 27, 30, 33, 36, 40, 42, 45, 48, 51, 52],
        mention=["week {}"],
        again="that week",
    ),
]


class _WeekdayOfDate(Result):
    weekday: Annotated[Weekday, Kind(description="Day of the week.", enum=None)]
    # Not of the kind of a week that other tools take: it says little without its year.
    week: Annotated[IsoWeek, Kind(format="week-of-date", description="ISO week number.")]
    day_of_year: Annotated[int, Kind("day of the year", "Ordinal of the day in its year: 1 January is 1.")]


@tool
def weekday_of_date(date: Day) -> _WeekdayOfDate:
    """Find the day of the week, the ISO week number and the day of the year of a date."""
    day = datetime.fromisoformat(date)
    return {"weekday": day_name[day.weekday()], "week": day.isocalendar().week, "day_of_year": day.timetuple().tm_yday}


class _EasterDate(Result):
    easter_sunday: Annotated[PlainDate, Kind("Easter Sunday", "Date of Easter Sunday in the Gregorian calendar.")]
    good_friday: Annotated[PlainDate, Kind("Good Friday", "Date of Good Friday in the Gregorian calendar.")]


@tool
def easter_date(
    year: Annotated[Year, Kind(minimum=1950, maximum=2099)],
    church: Annotated[
        str,
        Kind(
            "church",
            "Whose Easter: western (Catholic and Protestant) or orthodox.",
            labels={"western": "Western", "orthodox": "Orthodox"},
        ),
    ] = "western",
) -> _EasterDate:
    """Find the dates of Easter Sunday and Good Friday in a year, in the western or the orthodox church."""
    from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

    sunday = easter(year, EASTER_ORTHODOX if church == "orthodox" else EASTER_WESTERN)
    return {"easter_sunday": sunday.isoformat(), "good_friday": (sunday - timedelta(days=2)).isoformat()}


class _NthWeekdayOfMonth(Result):
    date: Annotated[PlainDate, Kind("date", "The date asked for.")]


@tool
def nth_weekday_of_month(
    ordinal: Annotated[
        int,
        Kind(
            "ordinal",
            "Which one in the month: 1 to 4, or -1 for the last.",
            labels={1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"},
        ),
    ],
    # No format: a weekday that is only found out later cannot stand in "the second Sunday of May".
    weekday: Annotated[str, Kind("weekday", "Day of the week by its English name.", enum=list(day_name))],
    month: Month,
    year: Year,
) -> _NthWeekdayOfMonth:
    """Find the date of the first, second, third, fourth or last given weekday of a month."""
    days = _weekdays(weekday, month, year)
    return {"date": days[ordinal if ordinal < 0 else ordinal - 1].isoformat()}


def _weekdays(weekday: str, month: int, year: int) -> list[date]:
    """Return the dates of a weekday in a month, in order."""
    days = (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))
    return [day for day in days if day_name[day.weekday()] == weekday]


class _WeekdaysInMonth(Result):
    count: Annotated[int, Kind("number of times", "How often the weekday occurs.")]
    dates: Annotated[
        list[Annotated[PlainDate, Kind("date", "A date of that weekday.")]],
        Kind("dates", "The dates of that weekday, in order."),
    ]


@tool
def weekdays_in_month(weekday: Weekday, month: Month, year: Year) -> _WeekdaysInMonth:
    """Count how often a weekday occurs in a month and list its dates."""
    days = _weekdays(weekday, month, year)
    return {"count": len(days), "dates": [day.isoformat() for day in days]}


class _DatesOfWeek(Result):
    monday: Annotated[PlainDate, Kind("Monday of the week", "First day of the ISO week.")]
    sunday: Annotated[PlainDate, Kind("Sunday of the week", "Last day of the ISO week.")]


@tool
def dates_of_week(week: IsoWeek, year: Year) -> _DatesOfWeek:
    """Find the first and last day of an ISO calendar week."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise ToolkitError(f"{year} has no week {week}; its last ISO week is 52.") from error
    return {"monday": monday.isoformat(), "sunday": (monday + timedelta(days=6)).isoformat()}


TOOLS = [weekday_of_date, easter_date, nth_weekday_of_month, weekdays_in_month, dates_of_week]
