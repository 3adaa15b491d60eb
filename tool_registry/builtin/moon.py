"""The moon: phases, light, distance, risings and its meetings with planets (PyEphem)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, overload

from tool_registry.builtin.declare import Result, pure
from tool_registry.builtin.ephemeris import KM_PER_AU, Planet, body_at, rise_and_set, utc
from tool_registry.builtin.kinds import Day, DistanceKm, Latitude, Longitude, PlainDate, PlainMoment
from tool_registry.builtin.local_time import MomentToLook, Zone, clock, written
from tool_registry.declare import Kind

tool = pure(category="moon")

PHASES = {
    "new": "new moon",
    "first_quarter": "first quarter moon",
    "full": "full moon",
    "last_quarter": "last quarter moon",
}


class _NextMoonPhase(Result):
    date: Annotated[PlainDate, Kind("date of the phase", "The day, in UTC.")]
    moment: Annotated[PlainMoment, Kind("moment of the phase", "The moment, in UTC.")]


@tool
def next_moon_phase(
    phase: Annotated[str, Kind("phase of the moon", "The phase to wait for.", labels=PHASES)],
    after: Annotated[Day, Kind(description="The day from whose beginning (UTC) to look.")],
) -> _NextMoonPhase:
    """Find the date and the moment of the next new, full or half moon after the beginning of a date."""
    import ephem

    names = {"new": "new_moon", "first_quarter": "first_quarter_moon", "full": "full_moon"}
    find = getattr(ephem, f"next_{names.get(phase, 'last_quarter_moon')}")
    when = written(utc(find(after.replace("-", "/"))), clock("UTC"))
    return {"date": when[:10], "moment": when}


class _MoonAtMoment(Result):
    illuminated_percent: Annotated[float, Kind("lit part of the moon", "Percentage of the disc that is lit.")]
    is_waxing: Annotated[bool, Kind("waxing moon", "Whether the moon is getting fuller.")]
    distance_km: Annotated[
        DistanceKm, Kind("distance to the moon", "Distance between the centres of Earth and Moon in kilometres.")
    ]


@tool
def moon_at_moment(moment: MomentToLook) -> _MoonAtMoment:
    """Find how much of the moon is lit, whether it is waxing and how far away it is, at one moment."""
    when = datetime.fromisoformat(moment)
    moon, later = body_at("Moon", when), body_at("Moon", when + timedelta(hours=1))
    return {
        "illuminated_percent": round(moon.phase, 1),
        "is_waxing": later.phase > moon.phase,
        "distance_km": round(moon.earth_distance * KM_PER_AU),
    }


class _MoonRiseAndSet(Result):
    rises: Annotated[
        PlainMoment, Kind("rising", "The first rising after the beginning of the day; it may fall on the next day.")
    ]
    sets: Annotated[PlainMoment, Kind("setting", "The setting that follows the rising; it may fall on the next day.")]


@tool
def moon_rise_and_set(latitude: Latitude, longitude: Longitude, date: Day, timezone: Zone = "UTC") -> _MoonRiseAndSet:
    """Find when the moon rises at a place after the beginning of a date and then sets, in UTC or a time zone."""
    rising, setting, zone = rise_and_set("Moon", latitude, longitude, date, timezone)
    return {"rises": written(rising, zone), "sets": written(setting, zone)}


_DAY, _ROUGHLY = 24 * 60, 12 * 60


@overload
def _first_lowest(gap: Callable[[int], float], start: int, step: int) -> int: ...
@overload
def _first_lowest(gap: Callable[[int], float], start: int, step: int, end: int) -> int | None: ...
def _first_lowest(gap: Callable[[int], float], start: int, step: int, end: int | None = None) -> int | None:
    """Return the first minute, of those a step apart, at which the gap is lower than before and no lower after."""
    lowest = start + step
    before, here, after_it = gap(start), gap(lowest), gap(lowest + step)
    while not before > here <= after_it:
        lowest += step
        if end is not None and lowest > end:
            return None
        before, here, after_it = here, after_it, gap(lowest + step)
    return lowest


class _NextMoonMeeting(Result):
    moment: Annotated[PlainMoment, Kind("moment of the meeting", "When they are closest together, in UTC.")]
    separation_degrees: Annotated[float, Kind("gap", "Angle between them, seen from the centre of the Earth.")]


@tool
def next_moon_meeting(
    planet: Planet, after: Annotated[Day, Kind(description="The day from whose beginning to look.")]
) -> _NextMoonMeeting:
    """Find when the moon next passes a planet in the sky after a date, and how close it comes."""
    import ephem

    start = datetime.fromisoformat(after).replace(tzinfo=UTC)

    def gap(minutes: int) -> float:
        when = start + timedelta(minutes=minutes)
        return float(ephem.separation(body_at("Moon", when), body_at(planet, when)) * 180 / ephem.pi)

    # The moon passes each planet once in 27 to 30 days: find the hour, then the ten minutes around it.
    lowest = _first_lowest(gap, 0, 60, _DAY)
    if lowest is None:
        rough = _first_lowest(gap, _DAY - _ROUGHLY, _ROUGHLY)
        lowest = _first_lowest(gap, rough - _ROUGHLY - 60, 60)
    best = min(range(lowest - 60, lowest + 61, 10), key=gap)
    return {"moment": written(start + timedelta(minutes=best), clock("UTC")), "separation_degrees": round(gap(best), 1)}


TOOLS = [next_moon_phase, moon_at_moment, moon_rise_and_set, next_moon_meeting]
