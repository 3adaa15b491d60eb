"""Working days of a country, with its weekend and nationwide public holidays taken out (holidays)."""

from calendar import day_name, monthrange
from datetime import date, timedelta
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.holidays_kit import day_of, is_working_day, national_calendar
from tool_registry.builtin.kinds import CountryCode, Day, Month, PlainDate, PlainDay, Weekday, Year
from tool_registry.declare import Kind

tool = pure(category="working days")

WorkingDays = Annotated[
    int,
    Kind(
        "number of working days",
        "A number of working days.",
        format="working-days",
        minimum=0,
        maximum=400,
        examples=[1, 2, 3, 5, 7, 10, 12, 14, 15, 20, 25, 30, 40, 45, 60, 90],
        mention=["{} working days"],
        again="that many working days",
    ),
]


class _WorkingTimeInMonth(Result):
    working_days: Annotated[WorkingDays, Kind(format="working-days-counted", description="Working days in the month.")]
    hours: Annotated[
        float, Kind("working hours", "Working days times the hours worked a day.", format="office-hours", minimum=0)
    ]


@tool
def working_time_in_month(
    country: CountryCode,
    month: Month,
    year: Year,
    hours_a_day: Annotated[float, Kind("hours a day", "Hours worked on a working day.", minimum=1, maximum=12)] = 8,
) -> _WorkingTimeInMonth:
    """Count the working days and working hours of a month in a country, without nationwide holidays."""
    length = monthrange(year, month)[1]
    days = sum(is_working_day(country, date(year, month, day)) for day in range(1, length + 1))
    return {"working_days": days, "hours": round(days * hours_a_day, 2)}


class _CountWorkingDays(Result):
    working_days: Annotated[
        WorkingDays,
        Kind(
            format="working-days-counted",
            description="Days that are neither weekend nor public holiday, both ends included.",
        ),
    ]
    holidays: Annotated[
        int, Kind("holidays on working days", "Public holidays in the span that are not on the weekend.")
    ]


@tool
def count_working_days(
    country: CountryCode, start: Annotated[Day, Kind("first day")], end: Annotated[Day, Kind("last day")]
) -> _CountWorkingDays:
    """Count the working days in a country between two dates, both included, without nationwide holidays."""
    first, last = sorted((day_of(start), day_of(end)))
    if (last - first).days > 3660:
        raise ToolkitError("The two dates are more than ten years apart; choose a shorter span.")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekdays = [day for day in days if day.weekday() not in national_calendar(country, day.year).weekend]
    free = sum(day in national_calendar(country, day.year) for day in weekdays)
    return {"working_days": sum(is_working_day(country, day) for day in days), "holidays": free}


class _AddWorkingDays(Result):
    date: Annotated[
        PlainDay, Kind(description="Working day on which the count is complete; the start date is not counted.")
    ]
    weekday: Annotated[Weekday, Kind(description="Day of the week of that date.", enum=None)]


@tool
def add_working_days(
    country: CountryCode,
    date: Annotated[Day, Kind("start date")],
    working_days: Annotated[WorkingDays, Kind(minimum=1, maximum=250)],
) -> _AddWorkingDays:
    """Find the date a number of working days after a date in a country; only nationwide holidays are left out."""
    day = day_of(date)
    left = working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(country, day)
    return {"date": day.isoformat(), "weekday": day_name[day.weekday()]}


class _Weekend(Result):
    start: Annotated[PlainDate, Kind("start of the long weekend", "First day off.")]
    days: Annotated[int, Kind("days off", "Days off in a row.")]


class _LongWeekends(Result):
    count: Annotated[int, Kind("number of long weekends", "How many there are.")]
    weekends: Annotated[
        list[Annotated[_Weekend, Kind("long weekend", "One long weekend.")]],
        Kind("long weekends", "The long weekends in order: three or more days off in a row."),
    ]


@tool
def long_weekends(country: CountryCode, year: Year) -> _LongWeekends:
    """Find the long weekends of a year: three or more days off in a row, at least one a nationwide holiday."""
    found: list[_Weekend] = []
    run: list[date] = []
    day = date(year, 1, 1)
    while day.year == year or run:
        if not is_working_day(country, day):
            run.append(day)
        else:
            # A run belongs to the year in which it starts.
            if len(run) >= 3 and run[0].year == year:
                found.append({"start": run[0].isoformat(), "days": len(run)})
            run = []
        day += timedelta(days=1)
    return {"count": len(found), "weekends": found}


TOOLS = [working_time_in_month, count_working_days, add_working_days, long_weekends]
