"""Working days of a country, with its weekend and nationwide public holidays taken out (holidays)."""

from calendar import day_name, monthrange
from datetime import date, timedelta
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.holidays_kit import day_of, is_working_day, national_calendar
from tool_registry.builtin.kinds import COUNTRY, DATE, DURATION_HOURS, MONTH, WEEKDAY, YEAR, kind, output
from tool_registry.builtin.local_time import a_date, plain_date
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("working days")

WORKING_DAYS: dict[str, Any] = {
    "type": "integer",
    "format": "working-days",
    "title": "number of working days",
    "description": "A number of working days.",
    "minimum": 0,
    "maximum": 400,
    "examples": [1, 2, 3, 5, 7, 10, 12, 14, 15, 20, 25, 30, 40, 45, 60, 90],
    "x-phrases": {"mention": ["{} working days"], "again": "that many working days"},
}


@KIT.tool(
    parameters=obj(
        {
            "country": kind(COUNTRY),
            "month": kind(MONTH, examples=list(range(1, 13))),
            "year": kind(YEAR),
            "hours_a_day": {
                "type": "number",
                "title": "hours a day",
                "description": "Hours worked on a working day.",
                "minimum": 1,
                "maximum": 12,
                "default": 8,
                "examples": [4, 5, 6, 7, 7.5, 8, 8.5, 9, 10],
                "x-phrases": {"mention": ["{} hours a day"], "again": "those hours a day"},
            },
        },
        optional=("hours_a_day",),
        examples=[
            {"country": "DE", "month": 5, "year": 2025},
            {"country": "US", "month": 7, "year": 2026, "hours_a_day": 8},
            {"country": "SE", "month": 12, "year": 2024, "hours_a_day": 7.5},
        ],
        x_phrases=phrases("""
? how many working days {month} {year} has in {country}
? the number of working days in {country} in {month} {year}
? How many working days are there in {month} {year} in {country}?
? On how many days do people in {country} go to work in {month} {year}?
? Count the working days of {month} {year} in {country}.
= {month} {year} has {/working_days} working days in {country}.
= There are {/working_days} working days.

? how many hours a full month of work comes to in {country} in {month} {year}[, at {hours_a_day}]
? the working hours of {month} {year} in {country}[, counting {hours_a_day}]
? How many hours of work does {month} {year} hold in {country}[ at {hours_a_day}]?
? Work out the working hours in {country} for {month} {year}[, at {hours_a_day}].
= In {country}, {month} {year} comes to {/hours} working hours[ at {hours_a_day}].
= It comes to {/hours} hours.

~ I'm doing the payroll for our people in {country}.
~ My contract pays by the hour and I'm planning my income.
~ I have to report the capacity of the team.
~ The client wants an estimate for {month}.
"""),
    ),
    output=obj(
        {
            "working_days": output(
                WORKING_DAYS,
                format="working-days-counted",
                description="Working days in the month.",
                x_phrases={
                    "refer": ["as many working days as {country} has in {month} {year}"],
                    "again": "that many working days",
                },
            ),
            "hours": output(
                DURATION_HOURS,
                format="office-hours",
                title="working hours",
                description="Working days times the hours worked a day.",
                x_phrases={
                    "refer": ["the working hours of {month} {year} in {country}[ at {hours_a_day}]"],
                    "again": "those working hours",
                },
            ),
        }
    ),
)
def working_time_in_month(country: str, month: int, year: int, hours_a_day: float = 8) -> dict[str, Any]:
    """Count the working days and working hours of a month in a country, without nationwide holidays."""
    length = monthrange(year, month)[1]
    days = sum(is_working_day(country, date(year, month, day)) for day in range(1, length + 1))
    return {"working_days": days, "hours": round(days * hours_a_day, 2)}


@KIT.tool(
    parameters=obj(
        {
            "country": kind(COUNTRY),
            "start": kind(DATE, title="first day"),
            "end": kind(DATE, title="last day"),
        },
        examples=[
            {"country": "NL", "start": "2025-04-01", "end": "2025-05-31"},
            {"country": "US", "start": "2025-11-01", "end": "2025-12-31"},
            {"country": "JP", "start": "2026-04-25", "end": "2026-05-10"},
            {"country": "EG", "start": "2024-03-01", "end": "2024-03-31"},
        ],
        x_phrases=phrases("""
? how many working days {country} has from {start} to {end}
? the number of working days in {country} between {start} and {end}, both included
? How many working days are there in {country} from {start} through {end}?
? With public holidays taken out, how many days do people in {country} work from {start} to {end}?
? Count the working days in {country} from {start} to {end}, both days included.
= From {start} to {end} there are {/working_days} working days in {country}.
= It comes to {/working_days} working days.

? how many public holidays cost a working day in {country} from {start} to {end}
? How many working days are lost to public holidays in {country} between {start} and {end}?
? the number of public holidays that cost a working day in {country} between {start} and {end}
? Count the public holidays on weekdays in {country} from {start} to {end}.
= Between {start} and {end}, public holidays take away {/holidays} working {/holidays?day:days} in {country}.
= Public holidays take away {/holidays} working days.

~ I'm invoicing a client in {country} by the day.
~ We have to plan a sprint with the team in {country}.
~ I want to know how much leave a long trip would cost me.
~ The notice says working days, not calendar days.
"""),
    ),
    output=obj(
        {
            "working_days": output(
                WORKING_DAYS,
                format="working-days-counted",
                description="Days that are neither weekend nor public holiday, both ends included.",
                x_phrases={
                    "refer": ["as many working days as {country} has from {start} to {end}"],
                    "again": "that many working days",
                },
            ),
            "holidays": {
                "type": "integer",
                "title": "holidays on working days",
                "description": "Public holidays in the span that are not on the weekend.",
            },
        }
    ),
)
def count_working_days(country: str, start: str, end: str) -> dict[str, Any]:
    """Count the working days in a country between two dates, both included, without nationwide holidays."""
    first, last = sorted((day_of(start), day_of(end)))
    if (last - first).days > 3660:
        raise ToolkitError("The two dates are more than ten years apart; choose a shorter span.")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekdays = [day for day in days if day.weekday() not in national_calendar(country, day.year).weekend]
    free = sum(day in national_calendar(country, day.year) for day in weekdays)
    return {"working_days": sum(is_working_day(country, day) for day in days), "holidays": free}


@KIT.tool(
    parameters=obj(
        {
            "country": kind(COUNTRY),
            "date": kind(DATE, title="start date"),
            "working_days": kind(WORKING_DAYS, minimum=1, maximum=250),
        },
        examples=[
            {"country": "DE", "date": "2025-12-19", "working_days": 10},
            {"country": "GB", "date": "2026-04-01", "working_days": 5},
            {"country": "AU", "date": "2025-01-22", "working_days": 20},
            {"country": "CH", "date": "2024-07-29", "working_days": 3},
        ],
        x_phrases=phrases("""
? which date it is in {country} once {working_days} have passed after {date}
? the deadline in {country} for a period of {working_days} that starts on {date}
? If something takes {working_days} from {date}, on what date is it done in {country}?
? Going by the calendar of {country}, which date comes {working_days} after {date}?
? Count {working_days} on from {date} in {country} and give me the date.
= Counting {working_days} on from {date} in {country} leads to {/date}.
= In {country}, {working_days} after {date} is {/date}.

? on which weekday a period of {working_days} from {date} ends in {country}
? What weekday is it in {country} {working_days} after {date}?
? On which day of the week does a deadline {working_days} after {date} fall in {country}?
? Find the day of the week that lies {working_days} after {date} in {country}.
= In {country}, the deadline {working_days} after {date} falls on a {/weekday}.
= They are over on a {/weekday}.

~ The courier quotes delivery times in working days.
~ I have to answer a letter from an authority in {country}.
~ The bank said the transfer takes some working days.
~ I handed in my notice and am counting the days.
"""),
    ),
    output=obj(
        {
            "date": a_date(
                "date",
                "Working day on which the count is complete; the start date is not counted.",
                "the deadline {working_days} after {date} in {country}",
                "the deadline in {country} for {working_days} counted from {date}",
                again="that deadline",
            ),
            "weekday": kind(
                {key: WEEKDAY[key] for key in ("type", "format", "title")},
                description="Day of the week of that date.",
                x_phrases={
                    "refer": ["the weekday {working_days} after {date} in {country}"],
                    "again": "that weekday",
                },
            ),
        }
    ),
)
def add_working_days(country: str, date: str, working_days: int) -> dict[str, Any]:
    """Find the date a number of working days after a date in a country; only nationwide holidays are left out."""
    day = day_of(date)
    left = working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(country, day)
    return {"date": day.isoformat(), "weekday": day_name[day.weekday()]}


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY), "year": kind(YEAR)},
        examples=[
            {"country": "DE", "year": 2026},
            {"country": "US", "year": 2025},
            {"country": "JP", "year": 2025},
            {"country": "CA", "year": 2024},
        ],
        x_phrases=phrases("""
? when the long weekends are in {country} in {year}
? on which dates the long weekends of {year} start in {country}
? When are the long weekends in {country} in {year}?
? Which long weekends does {year} have in {country}?
? List the long weekends of {year} in {country} with their first day.
= In {year}, {country} has {/count} long {/count?weekend:weekends}: {/weekends/*|from [start] for [days] days}.
= Long weekends in {country} in {year}: {/weekends/*|[days] days from [start]}.

? how many long weekends {country} gets in {year}
? How many long weekends are there in {country} in {year}?
? How often does a public holiday make a long weekend in {country} in {year}?
? Count the long weekends in {country} in {year}.
= {country} gets {/count} long {/count?weekend:weekends} in {year}.
= The number of long weekends in {country} in {year} is {/count}.

~ We'd like to plan some short trips without using up leave.
~ I run a small hotel with many guests from {country}.
~ Traffic out of town is terrible on long weekends.
~ I'm putting in my leave requests early.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of long weekends",
                "description": "How many there are.",
            },
            "weekends": array(
                obj(
                    {
                        "start": plain_date("start of the long weekend", "First day off."),
                        "days": {"type": "integer", "title": "days off", "description": "Days off in a row."},
                    },
                    title="long weekend",
                    description="One long weekend.",
                ),
                title="long weekends",
                description="The long weekends in order: three or more days off in a row.",
            ),
        }
    ),
)
def long_weekends(country: str, year: int) -> dict[str, Any]:
    """Find the long weekends of a year: three or more days off in a row, at least one a nationwide holiday."""
    found: list[dict[str, Any]] = []
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
