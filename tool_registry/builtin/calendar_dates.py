"""The calendar: weekdays, week numbers and Easter (standard library and dateutil)."""

from calendar import day_name, monthrange
from datetime import date, datetime, timedelta
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, labelled, obj
from tool_registry.builtin.kinds import DATE, MONTH, WEEKDAY, YEAR, kind, output
from tool_registry.builtin.local_time import plain_date
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("calendar")

ISO_WEEK: dict[str, Any] = {
    "type": "integer",
    "format": "iso-week",
    "title": "week number",
    "description": "ISO 8601 week number, 1 to 53; week 1 holds the year's first Thursday.",
    "minimum": 1,
    "maximum": 53,
    "examples": [1, 2, 5, 8, 10, 12, 14, 17, 20, 22, 25, 27, 30, 33, 36, 40, 42, 45, 48, 51, 52],
    "x-phrases": {"mention": ["week {}"], "again": "that week"},
}


@KIT.tool(
    parameters=obj(
        {"date": kind(DATE)},
        examples=[{"date": day} for day in ("2025-03-14", "2026-02-28", "2024-12-31", "2027-07-04", "2023-05-19")],
        x_phrases=phrases("""
? what day of the week {date} is
? the weekday of {date}
? Which day of the week does {date} fall on?
? Remind me: what weekday is {date}?
? Look up the weekday of {date}.
= {date} is a {/weekday}.
= It falls on a {/weekday}.

? which calendar week {date} is in
? the ISO week number of {date}
? What week number does {date} have?
? In which week of the year is {date}?
? Give me the week number for {date}.
= {date} is in week {/week}.
= The week number is {/week}.

? how many days of the year are over once {date} is done
? what number {date} has among the days of its year
? Which day of the year is {date}, counted from 1 January?
? Work out which day of the year {date} is.
= {date} is day {/day_of_year} of the year.
= It is day number {/day_of_year}.

~ I'm filling in a timesheet that wants more than the date.
~ My colleagues abroad plan everything by week numbers.
~ I'm booking a table and want to avoid the weekend rush.
~ We want to put {date} on the invitation.
"""),
    ),
    output=obj(
        {
            "weekday": kind(
                {key: WEEKDAY[key] for key in ("type", "format", "title")},
                description="Day of the week.",
                x_phrases={
                    "refer": ["the weekday of {date}", "the day of the week that {date} falls on"],
                    "again": "that weekday",
                },
            ),
            # Not of the kind of a week that other tools take: it says little without its year.
            "week": output(ISO_WEEK, format="week-of-date", description="ISO week number."),
            "day_of_year": {
                "type": "integer",
                "title": "day of the year",
                "description": "Ordinal of the day in its year: 1 January is 1.",
            },
        }
    ),
)
def weekday_of_date(date: str) -> dict[str, Any]:
    """Find the day of the week, the ISO week number and the day of the year of a date."""
    day = datetime.fromisoformat(date)
    return {
        "weekday": day_name[day.weekday()],
        "week": day.isocalendar().week,
        "day_of_year": day.timetuple().tm_yday,
    }


@KIT.tool(
    parameters=obj(
        {
            "year": kind(YEAR, minimum=1950, maximum=2099, examples=list(range(2019, 2036))),
            "church": labelled(
                {"western": "Western", "orthodox": "Orthodox"},
                type="string",
                title="church",
                description="Whose Easter: western (Catholic and Protestant) or orthodox.",
                default="western",
                examples=["western", "orthodox"],
            ),
        },
        optional=("church",),
        examples=[{"year": 2025}, {"year": 2026, "church": "orthodox"}, {"year": 2027}, {"year": 2024}],
        x_phrases=phrases("""
? on which date[ {church}] Easter falls in {year}
? the date of[ {church}] Easter Sunday in {year}
? When is[ {church}] Easter in {year}?
? What day is Easter Sunday in {year}[ in the {church} tradition]?
? Look up when[ {church}] Easter is in {year}.
= [{church} ]Easter Sunday of {year} is on {/easter_sunday}.
= Easter falls on {/easter_sunday}.

? when Good Friday is in {year}[ in the {church} tradition]
? which date Good Friday has in {year}[, going by the {church} calendar]
? When is[ {church}] Good Friday in {year}?
? Find the date of[ {church}] Good Friday in {year}.
= [{church} ]Good Friday of {year} is on {/good_friday}.
= It is on {/good_friday}.

~ We want to avoid the holiday traffic in spring.
~ The school break depends on it.
~ My grandmother cooks for everybody at Easter.
~ I'm drawing up the spring rota.
"""),
    ),
    output=obj(
        {
            "easter_sunday": plain_date("Easter Sunday", "Date of Easter Sunday in the Gregorian calendar."),
            "good_friday": plain_date("Good Friday", "Date of Good Friday in the Gregorian calendar."),
        }
    ),
)
def easter_date(year: int, church: str = "western") -> dict[str, Any]:
    """Find the dates of Easter Sunday and Good Friday in a year, in the western or the orthodox church."""
    from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

    sunday = easter(year, EASTER_ORTHODOX if church == "orthodox" else EASTER_WESTERN)
    return {"easter_sunday": sunday.isoformat(), "good_friday": (sunday - timedelta(days=2)).isoformat()}


@KIT.tool(
    parameters=obj(
        {
            "ordinal": labelled(
                {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"},
                type="integer",
                title="ordinal",
                description="Which one in the month: 1 to 4, or -1 for the last.",
                examples=[1, 2, 3, 4, -1],
            ),
            # No format: a weekday that is only found out later cannot stand in "the second Sunday of May".
            "weekday": {
                "type": "string",
                "title": "weekday",
                "description": "Day of the week by its English name.",
                "enum": list(day_name),
                "examples": list(day_name),
            },
            "month": kind(MONTH, examples=list(range(1, 13))),
            "year": kind(YEAR),
        },
        examples=[
            {"ordinal": 4, "weekday": "Thursday", "month": 11, "year": 2025},
            {"ordinal": -1, "weekday": "Monday", "month": 5, "year": 2026},
            {"ordinal": 2, "weekday": "Sunday", "month": 5, "year": 2025},
            {"ordinal": 1, "weekday": "Friday", "month": 10, "year": 2024},
        ],
        x_phrases=phrases("""
? which date the {ordinal} {weekday} of {month} {year} is
? on what date the {ordinal} {weekday} in {month} {year} falls
? What is the date of the {ordinal} {weekday} in {month} {year}?
? When is the {ordinal} {weekday} of {month} {year}?
? Find the date of the {ordinal} {weekday} of {month} {year}.
= The {ordinal} {weekday} of {month} {year} is {/date}.
= In {month} {year} the {ordinal} {weekday} is {/date}.

~ Our book club meets by a fixed rule.
~ The bins are only collected once a month.
~ I'm putting recurring meetings into the calendar.
~ The flea market has its fixed day.
"""),
    ),
    output=obj({"date": plain_date("date", "The date asked for.")}),
)
def nth_weekday_of_month(ordinal: int, weekday: str, month: int, year: int) -> dict[str, Any]:
    """Find the date of the first, second, third, fourth or last given weekday of a month."""
    days = _weekdays(weekday, month, year)
    return {"date": days[ordinal if ordinal < 0 else ordinal - 1].isoformat()}


def _weekdays(weekday: str, month: int, year: int) -> list[date]:
    """Return the dates of a weekday in a month, in order."""
    days = (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))
    return [day for day in days if day_name[day.weekday()] == weekday]


@KIT.tool(
    parameters=obj(
        {
            "weekday": kind(WEEKDAY, examples=list(day_name)),
            "month": kind(MONTH, examples=list(range(1, 13))),
            "year": kind(YEAR),
        },
        examples=[
            {"weekday": "Friday", "month": 5, "year": 2026},
            {"weekday": "Sunday", "month": 2, "year": 2024},
            {"weekday": "Wednesday", "month": 10, "year": 2025},
        ],
        x_phrases=phrases("""
? how many times {weekday} comes up in {month} {year}
? how often {weekday} comes round in {month} {year}
? How many times does {weekday} occur in {month} {year}?
? Does {weekday} come four or five times in {month} {year}?
? Count how often {month} {year} gets to {weekday}.
= In {month} {year}, {weekday} comes up {/count} {/count?time:times}.
= It occurs {/count} times.

? all the dates in {month} {year} that fall on {weekday}
? Which dates in {month} {year} fall on {weekday}?
? What are the dates for {weekday} in {month} {year}?
? List every date of {month} {year} that falls on {weekday}.
= The dates in {month} {year} that fall on {weekday} are {/dates/*}.
= They are {/dates/*}.

~ I get paid for each lesson.
~ The yoga class is weekly and I pay by the month.
~ I'm planning the shifts for {month}.
~ The choir rehearses once a week.
"""),
    ),
    output=obj(
        {
            "count": {
                "type": "integer",
                "title": "number of times",
                "description": "How often the weekday occurs.",
            },
            "dates": array(
                plain_date("date", "A date of that weekday."),
                title="dates",
                description="The dates of that weekday, in order.",
            ),
        }
    ),
)
def weekdays_in_month(weekday: str, month: int, year: int) -> dict[str, Any]:
    """Count how often a weekday occurs in a month and list its dates."""
    days = _weekdays(weekday, month, year)
    return {"count": len(days), "dates": [day.isoformat() for day in days]}


@KIT.tool(
    parameters=obj(
        {"week": ISO_WEEK, "year": kind(YEAR)},
        examples=[{"week": 27, "year": 2025}, {"week": 1, "year": 2026}, {"week": 53, "year": 2026}],
        x_phrases=phrases("""
? which dates {week} of {year} covers
? from when to when {week} of {year} runs
? What are the first and last day of {week} in {year}?
? When does {week} of {year} start, and when does it end?
? Give me the Monday and the Sunday of {week} in {year}.
= Going by ISO weeks, {week} of {year} runs from {/monday} to {/sunday}.
= It starts on {/monday} and ends on {/sunday}.

~ A supplier promised delivery by calendar week.
~ The school sends its plan with week numbers only.
~ My colleagues in Germany talk in week numbers.
~ The cottage is let by the week.
"""),
    ),
    output=obj(
        {
            "monday": plain_date("Monday of the week", "First day of the ISO week."),
            "sunday": plain_date("Sunday of the week", "Last day of the ISO week."),
        }
    ),
)
def dates_of_week(week: int, year: int) -> dict[str, Any]:
    """Find the first and last day of an ISO calendar week."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise ToolkitError(f"{year} has no week {week}; its last ISO week is 52.") from error
    return {"monday": monday.isoformat(), "sunday": (monday + timedelta(days=6)).isoformat()}
