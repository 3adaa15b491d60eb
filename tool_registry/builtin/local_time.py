"""Places, dates, moments and the local day: what the tools about the sky and the calendar share."""

from datetime import date, datetime, timedelta, timezone
from typing import Annotated
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.kinds import Moment, TimeZone
from tool_registry.declare import Kind

#: In which to give times.
Zone = Annotated[
    TimeZone,
    Kind(
        description="IANA time zone in which to give the times, such as Europe/Paris; UTC when left out.",
        mention=["{} time"],
    ),
]
_TIMES_TO_LOOK = (
    "2025-06-21T12:00:00Z 2025-03-20T09:00:00Z 2025-12-24T14:30:00Z 2026-07-04T18:00:00-04:00 "
    "2024-09-15T08:00:00+09:00 2026-05-01T16:45:00+02:00 2025-10-31T17:20:00Z 2027-01-15T11:10:00+01:00 "
    "2026-08-12T17:45:00Z 2024-04-08T18:15:00Z"
).split()
MomentToLook = Annotated[
    Moment,
    Kind(
        description="Date and time with an offset from UTC at which to look, such as 2025-06-21T12:00:00Z.",
        examples=_TIMES_TO_LOOK,
    ),
]


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
