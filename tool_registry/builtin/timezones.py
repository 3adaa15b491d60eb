"""Time zones: offsets from UTC, clock changes and what time it is elsewhere, from the IANA database."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Annotated, NotRequired
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.gazetteer import country_name
from tool_registry.builtin.kinds import (
    COMMON_ZONES,
    ClockTime,
    CountryCode,
    Day,
    PlainDate,
    PlainTime,
    TimeZone,
    Year,
    ZoneName,
)
from tool_registry.builtin.local_time import MomentToLook
from tool_registry.declare import Kind

tool = pure(category="time zones")

LIST_MAX = 12

#: A person says "Tokyo time"; other parts of a sentence ("the time zone of HND") need no "time" after them.
NamedZone = Annotated[TimeZone, Kind(mention=["{} time"])]

#: Zones whose clocks change twice a year, for the tools that ask when.
CHANGING = (
    "Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Madrid Europe/Berlin Europe/Rome "
    "Europe/Zurich Europe/Vienna Europe/Stockholm Europe/Warsaw Europe/Athens Europe/Helsinki Africa/Cairo "
    "America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage America/Toronto "
    "America/Halifax America/St_Johns Australia/Sydney Australia/Adelaide Pacific/Auckland"
).split()
ChangingZone = Annotated[NamedZone, Kind(examples=CHANGING)]


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


class _UtcOffsetOnDate(Result):
    utc_offset: Annotated[
        str, Kind("UTC offset", "Offset from UTC at noon of that day, such as +09:00.", format="utc-offset")
    ]
    offset_hours: Annotated[float, Kind("offset in hours", "The same offset as a number of hours, east positive.")]
    is_summer_time: Annotated[bool, Kind("summer time", "Whether daylight saving time is in force.")]


@tool
def utc_offset_on_date(timezone: NamedZone, date: Day) -> _UtcOffsetOnDate:
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


class _ConvertBetweenZones(Result):
    date: Annotated[PlainDate, Kind("local date", "Date in the second zone.")]
    time: Annotated[PlainTime, Kind("local time", "Time of day in the second zone, HH:MM.")]
    day_shift: Annotated[
        int, Kind("change of date", "Calendar days that the second zone's date is ahead of the first's.")
    ]


@tool
def convert_between_zones(
    date: Annotated[Day, Kind(description="Local calendar date in the first zone, YYYY-MM-DD.")],
    time: Annotated[ClockTime, Kind(description="Local time in the first zone, 24-hour HH:MM.")],
    from_timezone: Annotated[NamedZone, Kind("first time zone")],
    to_timezone: Annotated[NamedZone, Kind("second time zone")],
) -> _ConvertBetweenZones:
    """Convert a local date and time from one time zone to another."""
    here = datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=_zone(from_timezone))
    there = here.astimezone(_zone(to_timezone))
    return {
        "date": there.date().isoformat(),
        "time": there.strftime("%H:%M"),
        "day_shift": (there.date() - here.date()).days,
    }


class _MomentInZone(Result):
    date: Annotated[PlainDate, Kind("local date", "Date of the moment in the zone.")]
    time: Annotated[PlainTime, Kind("local time", "Time of day of the moment in the zone, HH:MM.")]


@tool
def moment_in_zone(
    moment: Annotated[
        MomentToLook, Kind(description="Date and time with an offset from UTC, such as 2025-06-21T18:30:00Z.")
    ],
    timezone: NamedZone,
) -> _MomentInZone:
    """Tell the local date and time that a moment, given with its UTC offset, has in a time zone."""
    local = datetime.fromisoformat(moment).astimezone(_zone(timezone))
    return {"date": local.date().isoformat(), "time": local.strftime("%H:%M")}


class _NextClockChange(Result):
    date: Annotated[PlainDate, Kind("date of the change", "First day after the given one on which the clocks change.")]
    goes_forward: Annotated[
        bool, Kind("clocks go forward", "Whether the clocks go forward (an hour is lost) and not back.")
    ]
    shift_minutes: Annotated[
        int, Kind("shift in minutes", "By how many minutes the clocks are set forward, negative if back.")
    ]


@tool
def next_clock_change(
    timezone: ChangingZone, date: Annotated[Day, Kind("date from which to look")]
) -> _NextClockChange:
    """Find the next day after a date on which a time zone's clocks change, and in which direction."""
    start = datetime.fromisoformat(date).date() + timedelta(days=1)
    found = _changes(_zone(timezone), start, 400)
    if not found:
        raise ToolkitError(f"The clocks of {timezone} do not change within 400 days after {date}.")
    day, shift = found[0]
    return {"date": day.isoformat(), "goes_forward": shift > 0, "shift_minutes": shift}


class _ClockChangesInYear(Result):
    forward_on: Annotated[PlainDate, Kind("start of summer time", "The day on which the clocks go forward.")]
    back_on: Annotated[PlainDate, Kind("end of summer time", "The day on which the clocks go back.")]
    summer_days: Annotated[
        int,
        Kind(
            "days of summer time",
            "How many days of the year start or go on in summer time, counted at noon.",
            format="days-of-season",
        ),
    ]


@tool
def clock_changes_in_year(timezone: ChangingZone, year: Year) -> _ClockChangesInYear:
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


class _ZoneTimeDifference(Result):
    difference_hours: Annotated[
        float,
        Kind(
            "time difference",
            "Hours between the two clocks at noon of that day, never negative.",
            format="hours-apart",
            minimum=0,
        ),
    ]
    second_is_ahead: Annotated[
        bool, Kind("second zone ahead", "Whether the second zone's clocks are ahead of the first's.")
    ]


@tool
def zone_time_difference(
    first_timezone: Annotated[NamedZone, Kind("first time zone")],
    second_timezone: Annotated[NamedZone, Kind("second time zone")],
    date: Day,
) -> _ZoneTimeDifference:
    """Compute how many hours apart two time zones are on a day, and which one is ahead."""
    day = datetime.fromisoformat(date).date()
    minutes = _minutes(_zone(second_timezone), day) - _minutes(_zone(first_timezone), day)
    return {"difference_hours": round(abs(minutes) / 60, 2), "second_is_ahead": minutes > 0}


class _WorkingHoursOverlap(Result):
    overlaps: Annotated[bool, Kind("shared office hours", "Whether there is a time at which both work.")]
    starts_at: NotRequired[Annotated[ClockTime, Kind("start of the overlap", format="time-at-place")]]
    ends_at: NotRequired[Annotated[ClockTime, Kind("end of the overlap", format="time-at-place")]]
    overlap_hours: Annotated[
        float,
        Kind(
            "length of the overlap",
            "Hours in which both work; 0 where there are none.",
            format="office-hours",
            minimum=0,
        ),
    ]


@tool
def working_hours_overlap(
    first_timezone: Annotated[NamedZone, Kind("first time zone")],
    second_timezone: Annotated[NamedZone, Kind("second time zone")],
    date: Day,
) -> _WorkingHoursOverlap:
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


class _Zone(Result):
    timezone: ZoneName


class _ZonesOfCountry(Result):
    zones: Annotated[
        list[_Zone], Kind("time zones", "At most twelve zones, one for each standard time, in the database's order.")
    ]
    count: Annotated[int, Kind("number of time zones", "How many different standard times the country keeps.")]


@tool
def zones_of_country(country: CountryCode) -> _ZonesOfCountry:
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


TOOLS = [
    utc_offset_on_date, convert_between_zones, moment_in_zone, next_clock_change, clock_changes_in_year,
    zone_time_difference, working_hours_overlap, zones_of_country,
]  # fmt: skip
