"""Time zones: offsets from UTC, clock changes and what time it is elsewhere, from the IANA database."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.gazetteer import country_name
from tool_registry.builtin.kinds import (
    CLOCK_TIME,
    COMMON_ZONES,
    COUNTRY,
    DATE,
    DURATION_HOURS,
    MOMENT,
    TIMEZONE,
    YEAR,
    kind,
)
from tool_registry.builtin.local_time import plain_date, plain_time
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("time zones")

LIST_MAX = 12

#: A person says "Tokyo time"; other parts of a sentence ("the time zone of HND") need no "time" after them.
ZONE = kind(TIMEZONE, x_phrases={"mention": ["{} time"], "again": "that time zone"})

#: Zones whose clocks change twice a year, for the tools that ask when.
CHANGING = (
    "Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Madrid Europe/Berlin Europe/Rome "
    "Europe/Zurich Europe/Vienna Europe/Stockholm Europe/Warsaw Europe/Athens Europe/Helsinki Africa/Cairo "
    "America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage America/Toronto "
    "America/Halifax America/St_Johns Australia/Sydney Australia/Adelaide Pacific/Auckland"
).split()
CHANGING_ZONE = kind(ZONE, examples=CHANGING)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ToolkitError(f"{name} is no IANA time zone. Use a name such as Asia/Tokyo.") from error


def _offset(zone: ZoneInfo, day: date) -> timedelta:
    """Return the offset from UTC at noon, which is after any change of the clocks on that day."""
    return datetime.combine(day, time(12), zone).utcoffset() or timedelta()


def _minutes(zone: ZoneInfo, day: date) -> int:
    return int(_offset(zone, day).total_seconds()) // 60


def _signed(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _changes(zone: ZoneInfo, first: date, days: int) -> list[tuple[date, int]]:
    """Return the days on which the clocks change and by how many minutes, within `days` from `first`."""
    found = []
    before = _minutes(zone, first - timedelta(days=1))
    for n in range(days):
        day = first + timedelta(days=n)
        after = _minutes(zone, day)
        if after != before:
            found.append((day, after - before))
        before = after
    return found


@cache
def _zones_by_country() -> dict[str, list[str]]:
    """Return the zones of each country, the most populous first, as the IANA database lists them."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


@KIT.tool(
    parameters=obj(
        {"timezone": ZONE, "date": kind(DATE)},
        examples=[
            {"timezone": "Asia/Kathmandu", "date": "2025-05-01"},
            {"timezone": "Europe/Berlin", "date": "2025-07-15"},
            {"timezone": "America/St_Johns", "date": "2026-01-10"},
        ],
        x_phrases=phrases("""
? how far {timezone} is from UTC on {date}
? What is the UTC offset of {timezone} on {date}?
? Look up the offset from UTC for {timezone} on {date}.
? How many hours ahead of or behind UTC is {timezone} on {date}?
= On {date}, {timezone} is UTC{/utc_offset}.
= The offset of {timezone} on {date} is UTC{/utc_offset}.

? whether {timezone} is on summer time on {date}
? Is daylight saving in force on {date} for {timezone}?
? Check if {timezone} has daylight saving on {date}.
? Are the clocks on summer time on {date}, going by {timezone}?
= {/is_summer_time?Yes:No}, on {date} summer time {/is_summer_time?is:is not} in force for {timezone}.
= On {date} summer time {/is_summer_time?applies:does not apply} to {timezone}.

~ I'm setting up a server for an international team.
~ My calendar app wants an offset and not a city.
~ I'm reading log files written in UTC.
~ We've scheduled a launch and times are in UTC.
"""),
    ),
    output=obj(
        {
            "utc_offset": {
                "type": "string",
                "format": "utc-offset",
                "title": "UTC offset",
                "description": "Offset from UTC at noon of that day, such as +09:00.",
                "x-phrases": {
                    "refer": ["the UTC offset of {timezone} on {date}"],
                    "again": "that offset",
                },
            },
            "offset_hours": {
                "type": "number",
                "title": "offset in hours",
                "description": "The same offset as a number of hours, east positive.",
            },
            "is_summer_time": {
                "type": "boolean",
                "title": "summer time",
                "description": "Whether daylight saving time is in force.",
            },
        }
    ),
)
def utc_offset_on_date(timezone: str, date: str) -> dict[str, Any]:
    """Look up a time zone's offset from UTC on a day, and whether daylight saving time is in force."""
    zone = _zone(timezone)
    noon = datetime.fromisoformat(f"{date}T12:00").replace(tzinfo=zone)
    minutes = _minutes(zone, noon.date())
    # Dublin's database entry counts its winter as the exception; people call its summer summer time.
    other = max(_minutes(zone, noon.replace(month=m, day=1).date()) for m in (1, 7))
    least = min(_minutes(zone, noon.replace(month=m, day=1).date()) for m in (1, 7))
    return {
        "utc_offset": _signed(minutes),
        "offset_hours": round(minutes / 60, 2),
        "is_summer_time": bool(noon.dst()) if timezone != "Europe/Dublin" else least < other == minutes,
    }


@KIT.tool(
    parameters=obj(
        {
            "date": kind(DATE, description="Local calendar date in the first zone, YYYY-MM-DD."),
            "time": kind(CLOCK_TIME, description="Local time in the first zone, 24-hour HH:MM."),
            "from_timezone": kind(ZONE, title="first time zone"),
            "to_timezone": kind(ZONE, title="second time zone"),
        },
        examples=[
            {
                "date": "2025-09-03",
                "time": "09:00",
                "from_timezone": "America/New_York",
                "to_timezone": "Europe/Paris",
            },
            {
                "date": "2026-02-12",
                "time": "17:30",
                "from_timezone": "Europe/London",
                "to_timezone": "Asia/Tokyo",
            },
            {
                "date": "2025-12-31",
                "time": "23:00",
                "from_timezone": "Australia/Sydney",
                "to_timezone": "America/Los_Angeles",
            },
        ],
        x_phrases=phrases("""
? what {time} on {date} in {from_timezone} is in {to_timezone}
? If it is {time} on {date} in {from_timezone}, what date and time is it in {to_timezone}?
? Convert {time} on {date} from {from_timezone} to {to_timezone}.
? What does {time} on {date} in {from_timezone} come to in {to_timezone}?
? the date and time in {to_timezone} when it is {time} on {date} in {from_timezone}
= At {time} on {date} in {from_timezone} it is {/time} on {/date} in {to_timezone}.
= In {to_timezone} that is {/time} on {/date}.

~ I've been invited to an online meeting abroad.
~ I want to watch the live stream.
~ I need to ring my grandmother without waking her.
~ The exam starts at the same moment all over the world.
~ Tickets go on sale abroad and I don't want to miss it.
"""),
    ),
    output=obj(
        {
            "date": plain_date("local date", "Date in the second zone."),
            "time": plain_time("local time", "Time of day in the second zone, HH:MM."),
            "day_shift": {
                "type": "integer",
                "title": "change of date",
                "description": "Calendar days that the second zone's date is ahead of the first's.",
            },
        }
    ),
)
def convert_between_zones(date: str, time: str, from_timezone: str, to_timezone: str) -> dict[str, Any]:
    """Convert a local date and time from one time zone to another."""
    here = datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=_zone(from_timezone))
    there = here.astimezone(_zone(to_timezone))
    return {
        "date": there.date().isoformat(),
        "time": there.strftime("%H:%M"),
        "day_shift": (there.date() - here.date()).days,
    }


@KIT.tool(
    parameters=obj(
        {
            "moment": kind(
                MOMENT,
                examples=[
                    "2025-03-20T09:01:00Z",
                    "2025-06-21T02:42:00Z",
                    "2025-07-04T18:00:00-04:00",
                    "2025-10-12T07:30:00+02:00",
                    "2025-12-31T23:00:00Z",
                    "2026-02-08T23:30:00Z",
                    "2026-04-15T08:00:00+09:00",
                    "2026-08-12T17:46:00Z",
                ],
            ),
            "timezone": ZONE,
        },
        examples=[
            {"moment": "2026-08-12T17:46:00Z", "timezone": "Europe/Madrid"},
            {"moment": "2025-07-04T18:00:00-04:00", "timezone": "Asia/Tokyo"},
            {"moment": "2025-12-31T23:00:00Z", "timezone": "Pacific/Auckland"},
        ],
        x_phrases=phrases("""
? the local date and time of {moment}, going by {timezone}
? What does the clock show at {moment}, going by {timezone}, and on which date?
? Give me {moment} as a local date and time in {timezone}.
? On which date and at what time does {moment} fall in {timezone}?
? what {moment} is as a date and time in {timezone}
= In {timezone}, {moment} is {/time} on {/date}.
= Clocks on {timezone} show {/time} on {/date} at {moment}.

~ I want to set an alarm for it.
~ I'm putting it into a calendar for friends abroad.
~ We'll be travelling then and live by another clock.
~ I keep mixing up UTC and local time.
"""),
    ),
    output=obj(
        {
            "date": plain_date("local date", "Date of the moment in the zone."),
            "time": plain_time("local time", "Time of day of the moment in the zone, HH:MM."),
        }
    ),
)
def moment_in_zone(moment: str, timezone: str) -> dict[str, Any]:
    """Tell the local date and time that a moment, given with its UTC offset, has in a time zone."""
    local = datetime.fromisoformat(moment).astimezone(_zone(timezone))
    return {"date": local.date().isoformat(), "time": local.strftime("%H:%M")}


@KIT.tool(
    parameters=obj(
        {"timezone": CHANGING_ZONE, "date": kind(DATE, title="date from which to look")},
        examples=[
            {"timezone": "Europe/London", "date": "2025-02-01"},
            {"timezone": "America/New_York", "date": "2025-08-20"},
            {"timezone": "Pacific/Auckland", "date": "2026-01-05"},
        ],
        x_phrases=phrases("""
? when the clocks change next after {date} in {timezone}
? On which date do the clocks change next after {date} in {timezone}?
? Find the date of the first clock change after {date} in {timezone}.
? After {date}, what day is the next switch to or from summer time in {timezone}?
= In {timezone} the next clock change after {date} is on {/date}.
= After {date}, the clocks in {timezone} change next on {/date}.

? whether the next clock change after {date} in {timezone} goes forward
? Do the clocks go forward at the first change after {date} in {timezone}?
? Check if the clocks go forward the next time they change after {date} in {timezone}.
? Will we lose an hour the next time the clocks change after {date}, going by {timezone}?
= {/goes_forward?Yes:No}, the clocks in {timezone} go {/goes_forward?forward:back} at the next change after {date}.
= After {date}, the clocks in {timezone} next go {/goes_forward?forward:back}.

~ I always forget to change the oven clock.
~ My shift roster covers the weekend of the time change.
~ I'm scheduling a nightly job and don't want it to run twice.
~ The baby's sleep depends on it.
"""),
    ),
    output=obj(
        {
            "date": plain_date("date of the change", "First day after the given one on which the clocks change."),
            "goes_forward": {
                "type": "boolean",
                "title": "clocks go forward",
                "description": "Whether the clocks go forward (an hour is lost) and not back.",
            },
            "shift_minutes": {
                "type": "integer",
                "title": "shift in minutes",
                "description": "By how many minutes the clocks are set forward, negative if back.",
            },
        }
    ),
)
def next_clock_change(timezone: str, date: str) -> dict[str, Any]:
    """Find the next day after a date on which a time zone's clocks change, and in which direction."""
    start = datetime.fromisoformat(date).date() + timedelta(days=1)
    found = _changes(_zone(timezone), start, 400)
    if not found:
        raise ToolkitError(f"The clocks of {timezone} do not change within 400 days after {date}.")
    day, shift = found[0]
    return {"date": day.isoformat(), "goes_forward": shift > 0, "shift_minutes": shift}


@KIT.tool(
    parameters=obj(
        {"timezone": CHANGING_ZONE, "year": kind(YEAR)},
        examples=[
            {"timezone": "Europe/Paris", "year": 2025},
            {"timezone": "America/Chicago", "year": 2026},
            {"timezone": "Australia/Sydney", "year": 2025},
        ],
        x_phrases=phrases("""
? on which days the clocks change in {year} for {timezone}
? When do the clocks go forward and back in {year}, going by {timezone}?
? Give me the dates of both clock changes in {year} for {timezone}.
? Which days of {year} bring a clock change for {timezone}?
= In {timezone} the clocks go forward on {/forward_on} and back on {/back_on}.
= For {timezone} it is forward on {/forward_on} and back on {/back_on}.

? how many days of {year} are on summer time in {timezone}
? For how many days does summer time last in {year}, going by {timezone}?
? Count the days of {year} with daylight saving for {timezone}.
? How many days of summer time are there in {year} in {timezone}?
= In {year}, {timezone} has {/summer_days} days of summer time.
= Summer time lasts {/summer_days} days in {year}, going by {timezone}.

~ I'm printing a calendar for the office.
~ I have to plan night shifts for the whole year.
~ We publish a timetable and mark the clock changes.
~ I'm writing an article against changing the clocks.
"""),
    ),
    output=obj(
        {
            "forward_on": plain_date("start of summer time", "The day on which the clocks go forward."),
            "back_on": plain_date("end of summer time", "The day on which the clocks go back."),
            "summer_days": {
                "type": "integer",
                "format": "days-of-season",
                "title": "days of summer time",
                "description": "How many days of the year start or go on in summer time, counted at noon.",
                "x-phrases": {
                    "refer": ["the number of days of summer time that {timezone} has in {year}"],
                    "again": "that many days",
                },
            },
        }
    ),
)
def clock_changes_in_year(timezone: str, year: int) -> dict[str, Any]:
    """Find the days of a year on which a time zone's clocks go forward and back."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    found = _changes(_zone(timezone), first, days)
    forward = [day for day, shift in found if shift > 0]
    back = [day for day, shift in found if shift < 0]
    if len(forward) != 1 or len(back) != 1:
        raise ToolkitError(f"The clocks of {timezone} do not go forward and back once each in {year}.")
    apart = (back[0] - forward[0]).days
    return {
        "forward_on": forward[0].isoformat(),
        "back_on": back[0].isoformat(),
        "summer_days": apart if apart > 0 else days + apart,
    }


@KIT.tool(
    parameters=obj(
        {
            "first_timezone": kind(ZONE, title="first time zone"),
            "second_timezone": kind(ZONE, title="second time zone"),
            "date": kind(DATE),
        },
        examples=[
            {"first_timezone": "Europe/London", "second_timezone": "Asia/Tokyo", "date": "2025-07-01"},
            {"first_timezone": "America/New_York", "second_timezone": "Europe/Berlin", "date": "2026-03-15"},
            {"first_timezone": "Asia/Kolkata", "second_timezone": "Australia/Sydney", "date": "2025-11-11"},
        ],
        x_phrases=phrases("""
? how many hours lie between {first_timezone} and {second_timezone} on {date}
? On {date}, what is the time difference between {first_timezone} and {second_timezone}?
? How big is the time difference from {first_timezone} to {second_timezone} on {date}?
? Work out the hours between {first_timezone} and {second_timezone} for {date}.
= The difference between {first_timezone} and {second_timezone} on {date} is {/difference_hours}
    {/difference_hours?hour:hours}.
= On {date}, {first_timezone} and {second_timezone} are {/difference_hours} {/difference_hours?hour:hours} apart.

? whether {second_timezone} is ahead of {first_timezone} on {date}
? Is {second_timezone} ahead of {first_timezone} on {date}?
? Check if {second_timezone} runs ahead of {first_timezone} on {date}.
? On {date}, does {second_timezone} get to midnight before {first_timezone} does?
= {/second_is_ahead?Yes:No}, {second_timezone} {/second_is_ahead?is:is not} ahead of {first_timezone} on {date}.
= On {date}, {second_timezone} {/second_is_ahead?is:is not} ahead of {first_timezone}.

~ I'm starting a job with colleagues abroad.
~ I call my parents every Sunday.
~ I'd like to know how bad the jet lag will be.
~ We're comparing suppliers by how easy they are to reach.
"""),
    ),
    output=obj(
        {
            "difference_hours": told(
                DURATION_HOURS,
                "the time difference between {first_timezone} and {second_timezone} on {date}",
                title="time difference",
                description="Hours between the two clocks at noon of that day, never negative.",
                again="that difference",
                format="hours-apart",
            ),
            "second_is_ahead": {
                "type": "boolean",
                "title": "second zone ahead",
                "description": "Whether the second zone's clocks are ahead of the first's.",
            },
        }
    ),
)
def zone_time_difference(first_timezone: str, second_timezone: str, date: str) -> dict[str, Any]:
    """Compute how many hours apart two time zones are on a day, and which one is ahead."""
    day = datetime.fromisoformat(date).date()
    minutes = _minutes(_zone(second_timezone), day) - _minutes(_zone(first_timezone), day)
    return {"difference_hours": round(abs(minutes) / 60, 2), "second_is_ahead": minutes > 0}


@KIT.tool(
    parameters=obj(
        {
            "first_timezone": kind(ZONE, title="first time zone"),
            "second_timezone": kind(ZONE, title="second time zone"),
            "date": kind(DATE),
        },
        examples=[
            {"first_timezone": "Europe/London", "second_timezone": "America/New_York", "date": "2025-05-06"},
            {"first_timezone": "Europe/Berlin", "second_timezone": "Asia/Kolkata", "date": "2026-01-20"},
            {"first_timezone": "Asia/Singapore", "second_timezone": "Europe/Paris", "date": "2025-10-02"},
        ],
        x_phrases=phrases("""
? when working hours overlap on {date} between {first_timezone} and {second_timezone}, by the first clock
? If both sides work nine to five on {date}, from when to when do {first_timezone} and {second_timezone}
    overlap, by the first clock?
? Find the office hours that {first_timezone} and {second_timezone} share on {date}, by the first of the two.
? Between what times on {date} could a call happen in office hours of both {first_timezone} and
    {second_timezone}, as seen from the first?
= On {date} working hours in {first_timezone} and {second_timezone} overlap from {/starts_at} to {/ends_at} by the
    first clock.
= By the first clock, offices on {first_timezone} and {second_timezone} are both open between {/starts_at} and
    {/ends_at} on {date}.

? whether working hours in {first_timezone} and {second_timezone} overlap at all on {date}
? Is there a time on {date} when it is between nine and five in {first_timezone} and in {second_timezone}?
? Do nine-to-five days in {first_timezone} and {second_timezone} overlap on {date}?
? Check if offices in {first_timezone} and {second_timezone} are ever open at once on {date}.
= {/overlaps?Yes:No}, working hours in {first_timezone} and {second_timezone} {/overlaps?overlap:do not overlap} on
    {date}.
= Working hours in {first_timezone} and {second_timezone} {/overlaps?do overlap:do not overlap} on {date}.

? how long nine-to-five days in {first_timezone} and {second_timezone} overlap on {date}, in hours
? How many office hours do {first_timezone} and {second_timezone} have in common on {date}?
? Count the working hours that {first_timezone} and {second_timezone} share on {date}.
? How many hours of a nine-to-five day on {date} do {first_timezone} and {second_timezone} share?
= On {date}, {first_timezone} and {second_timezone} share {/overlap_hours} working {/overlap_hours?hour:hours}.
= The overlap of {first_timezone} and {second_timezone} on {date} is {/overlap_hours} {/overlap_hours?hour:hours}
    long.

~ I'm arranging a call with a client abroad.
~ Our team is spread over two continents.
~ I'm interviewing for a remote job.
~ Support has to be handed over between two offices.
"""),
    ),
    output=obj(
        {
            "overlaps": {
                "type": "boolean",
                "title": "shared office hours",
                "description": "Whether there is a time at which both work.",
            },
            "starts_at": told(
                CLOCK_TIME,
                "the start of the office hours that {first_timezone} and {second_timezone} share on {date}",
                format="time-at-place",
                title="start of the overlap",
            ),
            "ends_at": told(
                CLOCK_TIME,
                "the end of the office hours that {first_timezone} and {second_timezone} share on {date}",
                format="time-at-place",
                title="end of the overlap",
            ),
            "overlap_hours": told(
                DURATION_HOURS,
                "the length of the office hours shared by {first_timezone} and {second_timezone} on {date}",
                format="office-hours",
                title="length of the overlap",
                description="Hours in which both work; 0 where there are none.",
            ),
        },
        optional=("starts_at", "ends_at"),
    ),
)
def working_hours_overlap(first_timezone: str, second_timezone: str, date: str) -> dict[str, Any]:
    """Tell whether and when working hours, 09:00 to 17:00 in both zones, overlap on a day, in the first zone's time."""
    first, second = _zone(first_timezone), _zone(second_timezone)
    day = datetime.fromisoformat(date).date()

    def at(hour: int, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, time(hour), zone).astimezone(UTC)

    start = max(at(9, first), at(9, second))
    end = min(at(17, first), at(17, second))
    if start >= end:
        return {"overlaps": False, "overlap_hours": 0.0}
    return {
        "overlaps": True,
        "starts_at": start.astimezone(first).strftime("%H:%M"),
        "ends_at": end.astimezone(first).strftime("%H:%M"),
        "overlap_hours": round((end - start).total_seconds() / 3600, 2),
    }


@KIT.tool(
    parameters=obj(
        {"country": kind(COUNTRY)},
        examples=[{"country": "US"}, {"country": "ID"}, {"country": "ES"}],
        x_phrases=phrases("""
? how many time zones {country} has
? How many time zones are there in {country}?
? Count the time zones of {country}, whatever they do in summer.
? the number of time zones in {country}
= There {/count?is:are} {/count} time {/count?zone:zones} in {country}, counted by standard time.
= By standard time, {country} has {/count} time {/count?zone:zones}.

? what time zones there are in {country}
? Which time zones does {country} use?
? List the time zones of {country}.
? What time zones would I come across in {country}?
= Time zones in {country}: {/zones/*/timezone}.
= In {country} you would come across {/zones/*/timezone}.

~ I'm filling in a form that asks for a time zone.
~ I'm planning a road trip right across {country}.
~ Our web shop is opening in {country}.
~ I'm calling several offices in {country}.
"""),
    ),
    output=obj(
        {
            "zones": array(
                obj({"timezone": told(TIMEZONE, "the {#} time zone listed for {country}")}),
                title="time zones",
                description="At most twelve zones, one for each standard time, in the database's order.",
            ),
            "count": {
                "type": "integer",
                "title": "number of time zones",
                "description": "How many different standard times the country keeps.",
            },
        }
    ),
)
def zones_of_country(country: str) -> dict[str, Any]:
    """List a country's time zones, one for each standard time it keeps, and how many there are."""
    found = _zones_by_country().get(country)
    if not found:
        raise ToolkitError(f"The database lists no time zone for {country_name(country)}.")
    # Indiana alone has eight zones that differ only in their past; people count standard times and know
    # each by its largest city.
    by_standard: dict[int, str] = {}
    for name in sorted(found, key=lambda zone_name: zone_name not in COMMON_ZONES):
        zone = _zone(name)
        by_standard.setdefault(min(_minutes(zone, date(2025, month, 1)) for month in (1, 7)), name)
    zones = list(by_standard.values())
    return {"zones": [{"timezone": name} for name in zones[:LIST_MAX]], "count": len(zones)}
