"""Spans of time: days and hours between two points, dates a span away, and ages (standard library)."""

from calendar import day_name, monthrange
from datetime import date, datetime, timedelta
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.kinds import DATE, DURATION_DAYS, DURATION_HOURS, MOMENT, WEEKDAY, kind, output
from tool_registry.builtin.local_time import a_date, moment, plain_date
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("time spans")


@KIT.tool(
    parameters=obj(
        {"start": kind(DATE, title="first date"), "end": kind(DATE, title="second date")},
        examples=[
            {"start": "2025-01-01", "end": "2025-12-25"},
            {"start": "2024-02-28", "end": "2024-03-01"},
            {"start": "2026-06-10", "end": "2026-09-01"},
            {"start": "2025-05-20", "end": "2025-04-02"},
        ],
        x_phrases=phrases("""
? how many days there are between {start} and {end}
? the number of days from {start} to {end}
? How many days lie between {start} and {end}?
? How far apart are {start} and {end} in days?
? Count the days from {start} until {end}.
= There {/days?is:are} {/days} {/days?day:days} between {start} and {end}.
= {start} and {end} are {/days} {/days?day:days} apart.

? how many full weeks fit between {start} and {end}, and the days left over
? the time between {start} and {end} in weeks and days
? How many weeks and days is it from {start} to {end}?
? Break the time between {start} and {end} down into weeks and days.
= From {start} to {end} it is {/weeks} {/weeks?week:weeks} and {/extra_days} {/extra_days?day:days}.
= It comes to {/weeks} full {/weeks?week:weeks} plus {/extra_days} {/extra_days?day:days}.

~ I keep a countdown on the fridge.
~ I'm working out how long a project runs.
~ The rental is billed by the day.
~ My visa limits how long I may stay.
"""),
    ),
    output=obj(
        {
            "days": output(
                DURATION_DAYS,
                title="number of days",
                description="Days between the two dates, whichever comes first.",
                x_phrases={
                    "refer": ["as many days as there are between {start} and {end}"],
                    "again": "that many days",
                },
            ),
            "weeks": {"type": "integer", "title": "full weeks", "description": "Full weeks in that time."},
            "extra_days": {
                "type": "integer",
                "title": "days left over",
                "description": "Days beyond the full weeks.",
            },
        }
    ),
)
def days_between(start: str, end: str) -> dict[str, Any]:
    """Count the days between two dates, and as full weeks and days left over."""
    days = abs((date.fromisoformat(end) - date.fromisoformat(start)).days)
    return {"days": days, "weeks": days // 7, "extra_days": days % 7}


@KIT.tool(
    parameters=obj(
        {"date": kind(DATE, title="start date"), "days": kind(DURATION_DAYS)},
        examples=[
            {"date": "2025-03-01", "days": 90},
            {"date": "2024-02-15", "days": 14},
            {"date": "2026-11-20", "days": 100},
            {"date": "2025-08-09", "days": 45},
        ],
        x_phrases=phrases("""
? what date I get by adding {days} to {date}
? the date I end up with if I go forward {days} from {date}
? Starting from {date}, what date is it after {days}?
? Which date do I reach by counting {days} on from {date}?
? Add {days} to {date} and tell me the date.
= Counting {days} on from {date} gives {/later}.
= The date is {/later}.

? what date I get by going back {days} from {date}
? the date {days} before {date}
? Which date is {days} before {date}?
? If I count back {days} from {date}, where do I end up?
? Subtract {days} from {date} and give me the date.
= Counting back {days} from {date} gives {/earlier}.
= That was {/earlier}.

~ The contract has a notice period.
~ I have to return a parcel in time.
~ I want to set a reminder well in advance.
~ The warranty runs from {date}.
"""),
    ),
    output=obj(
        {
            "later": a_date(
                "later date",
                "The date so many days after.",
                "the date reached by adding {days} to {date}",
                again="that date",
            ),
            "earlier": plain_date("earlier date", "The date so many days before."),
        }
    ),
)
def shift_date(date: str, days: int) -> dict[str, Any]:
    """Find the dates a number of days after and before a date."""
    day = datetime.fromisoformat(date).date()
    span = timedelta(days=days)
    return {"later": (day + span).isoformat(), "earlier": (day - span).isoformat()}


BIRTHDAY: dict[str, Any] = {
    "type": "string",
    # Not `date`: any date can follow from a holiday or a moon phase, a birth date cannot.
    "format": "birth-date",
    "title": "birth date",
    "description": "Date of birth, YYYY-MM-DD.",
    "pattern": r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
    "examples": (
        "1934-07-20 1941-01-11 1948-05-02 1953-10-30 1956-02-29 1959-08-17 1962-04-09 1965-12-24 1968-06-06 "
        "1970-03-15 1972-11-28 1975-01-31 1977-09-12 1979-07-04 1981-05-25 1983-02-14 1984-10-08 1986-12-01 "
        "1988-04-19 1990-08-30 1991-06-21 1993-03-03 1994-11-16 1996-02-29 1998-09-27 2000-01-01 2002-07-13 "
        "2004-05-10 2007-10-22 2011-03-28 2014-12-05 2018-08-08"
    ).split(),
    "x-phrases": {"again": "that birth date"},
}


@KIT.tool(
    parameters=obj(
        {"birth_date": BIRTHDAY, "date": kind(DATE, description="The day to count to, YYYY-MM-DD.")},
        examples=[
            {"birth_date": "1984-10-08", "date": "2025-06-30"},
            {"birth_date": "1996-02-29", "date": "2026-01-15"},
            {"birth_date": "2011-03-28", "date": "2024-09-01"},
        ],
        x_phrases=phrases("""
? how old somebody born on {birth_date} is on {date}
? the age on {date} of a person whose birth date is {birth_date}
? How old will someone born on {birth_date} be on {date}?
? On {date}, what is the age of a person born on {birth_date}?
? Work out the age on {date} for the birth date {birth_date}.
= Somebody born on {birth_date} is {/age} {/age?year:years} old on {date}.
= The age is {/age}.

? how many days it is from {date} to the next birthday of someone born on {birth_date}
? Counted from {date}, how many days until the birthday of a person born on {birth_date}?
? How long after {date} is the next birthday of somebody born on {birth_date}, in days?
? Count the days from {date} to the next birthday of a person born on {birth_date}.
= It is {/days_to_birthday} {/days_to_birthday?day:days} from {date} to the next birthday of someone born on
    {birth_date}.
= The birthday is {/days_to_birthday} {/days_to_birthday?day:days} away.

? on which day of the week the next birthday after {date} falls for someone born on {birth_date}
? What weekday is the first birthday after {date} for a person born on {birth_date}?
? the weekday of the first birthday after {date} of a person born on {birth_date}
? Find the weekday of the next birthday after {date} of somebody born on {birth_date}.
= The next birthday after {date} of somebody born on {birth_date} is on a {/birthday_weekday}.
= It falls on a {/birthday_weekday}.

~ I'm filling in the forms for a youth tournament.
~ My mother never admits her age.
~ I'm planning a surprise party.
~ The insurance asks for ages on {date}.
"""),
    ),
    output=obj(
        {
            "age": {"type": "integer", "title": "age", "description": "Completed years of life on the date."},
            "days_to_birthday": output(
                DURATION_DAYS,
                format="days-to-event",
                title="days to the birthday",
                description="Days from the date to the next birthday after it.",
                x_phrases={
                    "refer": ["as many days as lie between {date} and the next birthday of one born on {birth_date}"],
                    "again": "those days",
                },
            ),
            "birthday_weekday": kind(
                {key: WEEKDAY[key] for key in ("type", "format")},
                title="weekday of the birthday",
                description="Day of the week of the next birthday.",
                x_phrases={
                    "refer": ["the weekday of the first birthday after {date} of somebody born on {birth_date}"],
                    "again": "that weekday",
                },
            ),
        }
    ),
)
def age_on_date(birth_date: str, date: str) -> dict[str, Any]:
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
    return {
        "age": age,
        "days_to_birthday": (following - day).days,
        "birthday_weekday": day_name[following.weekday()],
    }


@KIT.tool(
    parameters=obj(
        {
            "start": kind(
                MOMENT,
                title="first moment",
                examples=[
                    "2025-06-21T03:48:00Z",
                    "2026-01-05T08:30:00+01:00",
                    "2025-11-14T19:00:00-05:00",
                    "2024-08-30T23:15:00Z",
                    "2025-04-02T06:45:00+09:00",
                    "2026-10-10T12:00:00Z",
                    "2027-03-01T17:20:00+02:00",
                    "2023-12-31T22:00:00Z",
                ],
            ),
            "end": kind(
                MOMENT,
                title="second moment",
                examples=[
                    "2025-06-21T19:58:00Z",
                    "2026-01-05T17:10:00-08:00",
                    "2025-11-15T11:35:00Z",
                    "2024-09-02T06:00:00Z",
                    "2025-04-02T21:05:00+01:00",
                    "2026-10-12T07:45:00Z",
                    "2027-03-02T05:00:00+02:00",
                    "2024-01-01T09:30:00Z",
                ],
            ),
        },
        examples=[
            {"start": "2025-06-21T03:48:00Z", "end": "2025-06-21T19:58:00Z"},
            {"start": "2026-01-05T08:30:00+01:00", "end": "2026-01-05T17:10:00-08:00"},
            {"start": "2024-08-30T23:15:00Z", "end": "2024-09-02T06:00:00Z"},
        ],
        x_phrases=phrases("""
? how many hours lie between {start} and {end}
? how long it is from {start} to {end}
? How many hours are there between {start} and {end}?
? How much time passes from {start} until {end}?
? Work out the hours from {start} to {end}.
= There are {/hours} hours between {start} and {end}.
= It is {/hours} hours.

~ I'm filling in my hours for the invoice.
~ The parking meter was running.
~ I want to know whether there is time for a nap.
~ The medicine must not be taken too often.
"""),
    ),
    output=obj(
        {
            "hours": output(
                DURATION_HOURS,
                format="hours-between",
                title="number of hours",
                description="Hours between the two moments, whichever comes first.",
                x_phrases={
                    "refer": [
                        "the number of hours between {start} and {end}",
                        "the time from {start} to {end}",
                    ],
                    "again": "that time",
                },
            )
        }
    ),
)
def hours_between(start: str, end: str) -> dict[str, Any]:
    """Work out the hours between two moments, each with its offset from UTC."""
    span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return {"hours": round(abs(span.total_seconds()) / 3600, 2)}


@KIT.tool(
    parameters=obj(
        {
            "start": kind(
                MOMENT,
                title="start",
                examples=[
                    "2025-06-21T03:48:00Z",
                    "2026-01-05T08:30:00+01:00",
                    "2025-11-14T19:00:00-05:00",
                    "2024-08-30T23:15:00Z",
                    "2025-04-02T06:45:00+09:00",
                    "2026-10-10T12:00:00Z",
                    "2027-03-01T17:20:00+02:00",
                    "2023-12-31T22:00:00Z",
                ],
            ),
            "hours": kind(
                DURATION_HOURS,
                maximum=1000,
                examples=[0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5.5, 6, 8, 9.75, 12, 16, 24, 36, 48, 72, 100],
            ),
        },
        examples=[
            {"start": "2025-06-21T21:58:00+02:00", "hours": 7.5},
            {"start": "2026-10-10T12:00:00Z", "hours": 36},
            {"start": "2024-08-30T23:15:00Z", "hours": 1.25},
        ],
        x_phrases=phrases("""
? what time and date it is once {hours} have passed since {start}
? the moment I get by adding {hours} to {start}
? If something starts at {start} and takes {hours}, when is it over?
? Starting from {start}, what time is it after {hours}?
? Add {hours} to {start} and give me the date and time.
= With {hours} added to {start}, it is {/end}.
= That is at {/end}.

? what time it was when {start} was still {hours} away
? the moment I get by taking {hours} off {start}
? If something takes {hours} and has to be done by {start}, when do I have to begin?
? To be ready at {start}, when do I have to start if I need {hours}?
? Subtract {hours} from {start} and give me the date and time.
= {hours} before {start}, it is {/begin}.
= That is at {/begin}.

~ I'm setting a slow cooker.
~ The timer on my washing machine only counts hours.
~ I have to plan backwards from a fixed time.
~ The tablets have to be spaced out exactly.
"""),
    ),
    output=obj(
        {
            "end": moment(
                "end",
                "The moment so many hours after, with the same offset from UTC.",
                "the moment {hours} after {start}",
                again="that moment",
            ),
            "begin": moment(
                "beginning",
                "The moment so many hours before, with the same offset from UTC.",
                "the moment {hours} before {start}",
                again="that moment",
            ),
        }
    ),
)
def shift_moment(start: str, hours: float) -> dict[str, Any]:
    """Find the moments a number of hours after and before a moment."""
    # Whole minutes, so that a quotient such as 7.33 hours does not bring in seconds.
    when, span = datetime.fromisoformat(start), timedelta(minutes=round(hours * 60))
    end, begin = (shifted.isoformat().replace("+00:00", "Z") for shifted in (when + span, when - span))
    return {"end": end, "begin": begin}
