"""PyEphem for the tools about the moon and the planets: bodies, observers, risings and settings."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tool_registry.builtin.declare import ToolkitError, labelled, obj
from tool_registry.builtin.kinds import PLACES
from tool_registry.builtin.local_time import clock, moment, solar_day

KM_PER_AU = 149_597_870.7  # IAU 2012

NAKED_EYE = ("Mercury", "Venus", "Mars", "Jupiter", "Saturn")

PLANET: dict[str, Any] = labelled(
    {name: name for name in (*NAKED_EYE, "Uranus", "Neptune")},
    type="string",
    format="planet",
    title="planet",
    description="A planet of the solar system other than the Earth.",
    examples=[*NAKED_EYE, "Uranus", "Neptune"],
)

PLANET["x-phrases"] = {"again": "that planet"}

DAYS = ("2025-03-14", "2026-08-12", "2024-10-17", "2025-12-05", "2027-02-20", "2026-01-10")


def at_places(*, planets: bool = False) -> list[dict[str, Any]]:
    """Return whole sets of arguments, every other one in local time, with a planet if asked."""
    names = ("Jupiter", "Venus", "Saturn", "Mars")
    examples = []
    for i, (latitude, longitude, zone) in enumerate(PLACES):
        example: dict[str, Any] = {"latitude": latitude, "longitude": longitude, "date": DAYS[i % len(DAYS)]}
        if planets:
            example["planet"] = names[i % 4]
        if i % 2:
            example["timezone"] = zone
        examples.append(example)
    return examples


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


#: Asks and answers about the rising and setting of `{thing}`.
RISINGS = """
? when {thing} rises and sets at {latitude+longitude} on {date}[, given in {timezone}]
? the rise and set times of {thing} for {latitude+longitude} on {date}[, in {timezone}]
? When does {thing} come up and go down at {latitude+longitude} on {date}[, going by {timezone}]?
? At what times do I see {thing} rise and set on {date} from {latitude+longitude}[, in {timezone}]?
? Look up rise and set of {thing} on {date} at {latitude+longitude}[ and give them in {timezone}].
= At {latitude+longitude}, {thing} rises at {/rises} and sets at {/sets}.
= It rises at {/rises} and sets at {/sets}.

? when {thing} comes up at {latitude+longitude} on {date}[, in {timezone}]
? When does {thing} rise on {date}, seen from {latitude+longitude}[, going by {timezone}]?
? What time is the rising of {thing} at {latitude+longitude} on {date}[, given in {timezone}]?
? Find out when {thing} rises on {date} at {latitude+longitude}[, in {timezone}].
= At {latitude+longitude}, {thing} rises at {/rises}.
= It comes up at {/rises}.
"""


def rising_output(thing: str) -> dict[str, Any]:
    """Return the output schema of a tool that finds a rising and a setting."""
    return obj(
        {
            name: moment(
                noun,
                when,
                f"the moment when {thing} {name} at {{latitude+longitude}} on {{date}}",
                f"the {noun} of {thing} at {{latitude+longitude}} on {{date}}",
                again=f"that {noun}",
            )
            for name, noun, when in (
                ("rises", "rising", "The first rising after the beginning of the day; it may fall on the next day."),
                ("sets", "setting", "The setting that follows the rising; it may fall on the next day."),
            )
        }
    )
