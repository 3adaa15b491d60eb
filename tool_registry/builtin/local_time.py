"""Places, dates, moments and the local day: what the tools about the sky and the calendar share."""

from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.kinds import DATE, LATITUDE, LONGITUDE, MOMENT, TIMEZONE, kind

PLACE = {"latitude": kind(LATITUDE), "longitude": kind(LONGITUDE)}

ZONE = kind(
    TIMEZONE,
    description="IANA time zone in which to give the times, such as Europe/Paris; UTC when left out.",
    default="UTC",
    x_phrases={"mention": ["{} time"], "again": "that time zone"},
)

MOMENT_TO_LOOK = kind(
    MOMENT,
    description="Date and time with an offset from UTC at which to look, such as 2025-06-21T12:00:00Z.",
    examples=[
        "2025-06-21T12:00:00Z",
        "2025-03-20T09:00:00Z",
        "2025-12-24T14:30:00Z",
        "2026-07-04T18:00:00-04:00",
        "2024-09-15T08:00:00+09:00",
        "2026-05-01T16:45:00+02:00",
        "2025-10-31T17:20:00Z",
        "2027-01-15T11:10:00+01:00",
        "2026-08-12T17:45:00Z",
        "2024-04-08T18:15:00Z",
    ],
)

#: The kind of a date that answers a question and starts nothing.
PLAIN = "plain-date"

PLAIN_DATE = {key: DATE[key] for key in ("type", "format", "title", "description")}


def a_date(title: str, description: str, *refer: str, again: str = "that day") -> dict[str, Any]:
    """Return the schema of a date in a result."""
    phrase = {"refer": list(refer), "again": again}
    return kind(PLAIN_DATE, title=title, description=description, x_phrases=phrase)


def plain_date(title: str, description: str) -> dict[str, Any]:
    """Return the schema of a date in a result that is an answer and no start for another tool.

    A kind of its own and not `date`, because if every date led to every tool that takes one, chains would be
    about little else.
    """
    pattern = r"^\d{4}-\d\d-\d\d$"
    return {"type": "string", "format": PLAIN, "pattern": pattern, "title": title, "description": description}


def plain_time(title: str, description: str) -> dict[str, Any]:
    """Return the schema of a time of day in a result that is an answer and no start for another tool."""
    pattern = r"^\d\d:\d\d$"
    return {"type": "string", "format": "plain-time", "pattern": pattern, "title": title, "description": description}


def moment(title: str, description: str, *refer: str, again: str) -> dict[str, Any]:
    """Return the schema of a moment in a result: RFC 3339 with an offset, to the minute."""
    return {
        "type": "string",
        "format": "date-time",
        "title": title,
        "description": description,
        "x-phrases": {"refer": list(refer), "again": again},
    }


def clock(name: str) -> ZoneInfo:
    """Return the time zone of that name, or raise ToolkitError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ToolkitError(f"{name!r} is not an IANA time zone; use a name such as Europe/Paris or UTC.") from error


def written(when: datetime, zone: ZoneInfo) -> str:
    """Return a moment in a zone to the nearest minute; UTC is written Z."""
    rounded = (when + timedelta(seconds=30)).replace(second=0, microsecond=0).astimezone(zone)
    return rounded.isoformat().replace("+00:00", "Z")


def solar_day(longitude: float, day: str, zone: str) -> tuple[date, timezone]:
    """Return the day and the solar time zone of the meridian in which that day's noon falls.

    Near the date line a country's clocks may be a day ahead of its sun. When a zone is named, the day is the
    one on its calendar.
    """
    meridian = timezone(timedelta(minutes=round(longitude * 4)))
    wanted = date.fromisoformat(day)
    if zone == "UTC":
        return wanted, meridian
    noon = datetime(wanted.year, wanted.month, wanted.day, 12, tzinfo=meridian)
    return wanted + (wanted - noon.astimezone(clock(zone)).date()), meridian
