"""The moon: phases, light, distance, risings and its meetings with planets (PyEphem)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, overload

from tool_registry.builtin.declare import Toolkit, labelled, obj
from tool_registry.builtin.ephemeris import (
    DAYS,
    KM_PER_AU,
    PLANET,
    RISINGS,
    at_places,
    body_at,
    rise_and_set,
    rising_output,
    utc,
)
from tool_registry.builtin.kinds import DATE, DISTANCE_KM, kind, output
from tool_registry.builtin.local_time import MOMENT_TO_LOOK, PLACE, ZONE, clock, moment, plain_date, written
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("moon")

PHASES = {
    "new": "new moon",
    "first_quarter": "first quarter moon",
    "full": "full moon",
    "last_quarter": "last quarter moon",
}


@KIT.tool(
    parameters=obj(
        {
            "phase": labelled(
                PHASES,
                type="string",
                title="phase of the moon",
                description="The phase to wait for.",
                examples=list(PHASES),
            ),
            "after": kind(DATE, title="date", description="The day from whose beginning (UTC) to look."),
        },
        examples=[
            {"phase": "full", "after": "2025-03-01"},
            {"phase": "new", "after": "2026-08-01"},
            {"phase": "first_quarter", "after": "2024-11-20"},
            {"phase": "last_quarter", "after": "2027-05-05"},
        ],
        x_phrases=phrases("""
? on which date the next {phase} after {after} falls
? when the next {phase} from {after} on is
? When is the next {phase} after {after}?
? Starting from {after}, on what date is there a {phase} again?
? Look up the date of the next {phase} after {after}.
= The next {phase} after {after} is on {/date}.
= It is on {/date}.

? the exact moment of the next {phase} after {after}
? At what time, in UTC, is the next {phase} after {after}?
? When exactly does the next {phase} after {after} happen, to the minute?
? Give me the precise time of the next {phase} after {after}.
= The next {phase} after {after} is at {/moment}.
= It happens at {/moment}.

~ I sleep badly when the moon is bright.
~ We'd like to do a night hike.
~ I'm planning a beach trip and care about the tides.
~ My grandfather sows by the moon.
~ I want a dark sky for photographing stars.
"""),
    ),
    output=obj(
        {
            "date": plain_date("date of the phase", "The day, in UTC."),
            "moment": moment(
                "moment of the phase",
                "The moment, in UTC.",
                "the exact moment of the next {phase} after {after}",
                "the next {phase} after {after}",
                again="that phase of the moon",
            ),
        }
    ),
)
def next_moon_phase(phase: str, after: str) -> dict[str, Any]:
    """Find the date and the moment of the next new, full or half moon after the beginning of a date."""
    import ephem

    names = {"new": "new_moon", "first_quarter": "first_quarter_moon", "full": "full_moon"}
    find = getattr(ephem, f"next_{names.get(phase, 'last_quarter_moon')}")
    when = written(utc(find(after.replace("-", "/"))), clock("UTC"))
    return {"date": when[:10], "moment": when}


@KIT.tool(
    parameters=obj(
        {"moment": MOMENT_TO_LOOK},
        examples=[{"moment": f"{day}T{19 + i % 4}:30:00Z"} for i, day in enumerate(DAYS)],
        x_phrases=phrases("""
? how much of the moon is lit at {moment}
? what percentage of the moon is illuminated at {moment}
? How full is the moon at {moment}, in percent?
? How bright will the moon be at {moment}: what share of it is lit?
? Work out the illumination of the moon at {moment}.
= At {moment} the moon is {/illuminated_percent} percent lit.
= {/illuminated_percent} percent of it is lit.

? whether the moon is waxing at {moment}
? if the moon is still growing at {moment}
? Is the moon waxing at {moment}?
? Does the moon get fuller or slimmer around {moment}?
? Check if the moon is waxing at {moment}.
= At {moment} the moon is {/is_waxing?waxing:waning}.
= It is {/is_waxing?getting fuller:getting slimmer}.

? how far away the moon is at {moment}
? the distance from the Earth to the moon at {moment}
? How many kilometres away is the moon at {moment}?
? What is the distance to the moon at {moment}?
? Look up the moon's distance at {moment}.
= At {moment} the moon is {/distance_km} km away.
= The distance is {/distance_km} km.

~ I want to see as many stars as possible.
~ My son asked me about the moon at bedtime.
~ I'm writing a story and want the night sky to be right.
~ We're camping without lamps.
"""),
    ),
    output=obj(
        {
            "illuminated_percent": {
                "type": "number",
                "title": "lit part of the moon",
                "description": "Percentage of the disc that is lit.",
            },
            "is_waxing": {
                "type": "boolean",
                "title": "waxing moon",
                "description": "Whether the moon is getting fuller.",
            },
            "distance_km": output(
                DISTANCE_KM,
                title="distance to the moon",
                description="Distance between the centres of Earth and Moon in kilometres.",
                x_phrases={
                    "refer": ["the distance to the moon at {moment}", "the moon's distance at {moment}"],
                    "again": "that distance",
                },
            ),
        }
    ),
)
def moon_at_moment(moment: str) -> dict[str, Any]:
    """Find how much of the moon is lit, whether it is waxing and how far away it is, at one moment."""
    when = datetime.fromisoformat(moment)
    moon, later = body_at("Moon", when), body_at("Moon", when + timedelta(hours=1))
    return {
        "illuminated_percent": round(moon.phase, 1),
        "is_waxing": later.phase > moon.phase,
        "distance_km": round(moon.earth_distance * KM_PER_AU),
    }


@KIT.tool(
    parameters=obj(
        {**PLACE, "date": kind(DATE), "timezone": ZONE},
        optional=("timezone",),
        examples=at_places(),
        x_phrases=phrases(
            RISINGS.replace("{thing}", "the moon")
            + """
~ I want to photograph the moon behind the skyline.
~ We're setting up a telescope for the kids.
~ I fish at night and like some light.
~ Moonlight ruins my long exposures.
"""
        ),
    ),
    output=rising_output("the moon"),
)
def moon_rise_and_set(latitude: float, longitude: float, date: str, timezone: str = "UTC") -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {
            "planet": PLANET,
            "after": kind(DATE, title="date", description="The day from whose beginning to look."),
        },
        examples=[
            {"planet": "Venus", "after": "2025-01-05"},
            {"planet": "Jupiter", "after": "2026-02-01"},
            {"planet": "Saturn", "after": "2024-09-20"},
        ],
        x_phrases=phrases("""
? when the moon next passes {planet} after {after}
? the moment after {after} when the moon and {planet} are closest together in the sky
? When does the moon come near {planet} in the sky after {after}?
? After {after}, when do the moon and {planet} next meet in the sky?
? Find when the moon next passes by {planet} after {after}.
= After {after} the moon next passes {planet} at {/moment}.
= They meet at {/moment}.

? how close the moon gets to {planet} at their next meeting after {after}
? How many degrees apart are the moon and {planet} when they next meet after {after}?
? By how many degrees does the moon miss {planet} the next time after {after}?
? Work out the gap in degrees between the moon and {planet} at their first meeting after {after}.
= At their next meeting after {after} the moon is {/separation_degrees} degrees from {planet}.
= The gap is {/separation_degrees} degrees.

~ I'd love a picture of the moon next to a planet.
~ I'm new to astronomy and want an easy way to find {planet}.
~ Our newsletter lists sights for the naked eye.
~ My kids only look up when something special happens.
"""),
    ),
    output=obj(
        {
            "moment": moment(
                "moment of the meeting",
                "When they are closest together, in UTC.",
                "the next meeting of the moon and {planet} after {after}",
                "the moment after {after} when the moon next passes {planet}",
                again="that meeting",
            ),
            "separation_degrees": {
                "type": "number",
                "title": "gap",
                "description": "Angle between them, seen from the centre of the Earth.",
            },
        }
    ),
)
def next_moon_meeting(planet: str, after: str) -> dict[str, Any]:
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
    return {
        "moment": written(start + timedelta(minutes=best), clock("UTC")),
        "separation_degrees": round(gap(best), 1),
    }
