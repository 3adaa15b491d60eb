"""PyEphem for the tools about the moon and the planets: bodies, observers, risings and settings."""

from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.local_time import clock, solar_day
from tool_registry.declare import Kind

KM_PER_AU = 149_597_870.7  # IAU 2012

NAKED_EYE = ("Mercury", "Venus", "Mars", "Jupiter", "Saturn")

_PLANETS = [*NAKED_EYE, "Uranus", "Neptune"]
Planet = Annotated[
    str,
    Kind(
        "planet",
        "A planet of the solar system other than the Earth.",
        format="planet",
        labels={name: name for name in _PLANETS},
        examples=_PLANETS,
        again="that planet",
    ),
]


def utc(ephem_date: Any) -> datetime:
    """Return a PyEphem date, which is in UTC but does not say so, as an aware moment."""
    return ephem_date.datetime().replace(tzinfo=UTC)  # type: ignore[no-any-return]


def body_at(name: str, when: datetime | Any) -> Any:
    """Return a body computed for an aware moment or for a PyEphem observer."""
    import ephem

    if isinstance(when, datetime):
        when = ephem.Date(when.astimezone(UTC).replace(tzinfo=None))
    return getattr(ephem, name)(when)


def observer_at(latitude: float, longitude: float, when: datetime) -> Any:
    """Return a PyEphem observer at a place and a moment."""
    import ephem

    observer = ephem.Observer()
    # Strings are degrees to PyEphem, numbers would be radians.
    observer.lat, observer.lon = str(latitude), str(longitude)
    observer.date = when.astimezone(UTC).replace(tzinfo=None)
    return observer


def rise_and_set(
    name: str, latitude: float, longitude: float, date: str, timezone: str
) -> tuple[datetime, datetime, ZoneInfo]:
    """Return the first rising after the local midnight that begins the day, and the setting that follows it."""
    import ephem

    zone = clock(timezone)
    day, meridian = solar_day(longitude, date, timezone)
    start = datetime(day.year, day.month, day.day, tzinfo=meridian)
    if timezone != "UTC":
        wanted = datetime.fromisoformat(date)
        start = wanted.replace(tzinfo=zone)
    observer = observer_at(latitude, longitude, start)
    try:
        rising = observer.next_rising(getattr(ephem, name)())
        observer.date = rising
        setting = observer.next_setting(getattr(ephem, name)())
    except ephem.CircumpolarError as error:
        raise ToolkitError(
            f"At latitude {latitude} it does not rise and set around {date}: so near a pole it stays above "
            "or below the horizon for days. Try another date or a place nearer to the equator."
        ) from error
    return utc(rising), utc(setting), zone
