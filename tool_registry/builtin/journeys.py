"""Trips on foot, by bicycle, by car or by train: how long, how fast, how far."""

import math
from datetime import datetime, timedelta
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.geodesy import EARTH_RADIUS_KM
from tool_registry.builtin.kinds import (
    DISTANCE_KM,
    DURATION_HOURS,
    MOMENT,
    ROUTE_KM,
    SPEED_KMH,
    TIMEZONE,
    kind,
    output,
)
from tool_registry.builtin.local_time import clock, written
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("trip planning")

DISTANCE = kind(
    ROUTE_KM,
    minimum=0.1,
    maximum=21000,
    examples=[3, 5, 8, 10, 12, 15, 21.1, 30, 42.2, 60, 85, 120, 180, 250, 340, 420, 560, 800, 1200, 2400],
)
WALK = kind(
    DISTANCE,
    description="Distance on foot in kilometres.",
    maximum=500,
    examples=[2, 3, 4.5, 5, 6, 7.5, 8, 10, 12, 14, 16, 18, 20, 21.1, 25, 30, 42.2],
)
SPEED = kind(
    SPEED_KMH,
    maximum=2000,
    examples=[4, 5, 6, 10, 12, 15, 18, 20, 25, 100, 110, 120, 130, 160, 200, 250, 300, 850],
)
HOURS = kind(
    DURATION_HOURS,
    minimum=0.05,
    maximum=1000,
    examples=[0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 11.5, 12, 13, 14.5, 16, 24],
)

ARRIVAL_ZONE = kind(
    TIMEZONE,
    title="time zone of the arrival",
    description="IANA time zone of the place of arrival; the departure's offset from UTC when left out.",
    x_phrases={"mention": ["{} time"], "again": "that time zone"},
)

HEIGHT_M: dict[str, Any] = {
    "type": "number",
    "format": "elevation-m",
    "title": "height",
    "description": "Height above sea level in metres.",
    "minimum": 1,
    "maximum": 20000,
    "examples": [2, 10, 25, 50, 80, 120, 200, 324, 1345, 2228, 3776, 4810, 5895, 8849, 10668],
    "x-phrases": {"mention": ["{} metres", "{} m"], "again": "that height"},
}


def _time(refer: list[str]) -> dict[str, Any]:
    spoken = {"refer": refer, "again": "that long"}
    return obj(
        {
            "hours": output(DURATION_HOURS, title="time in hours", x_phrases=spoken),
            "minutes": {
                "type": "integer",
                "format": "duration-minutes",
                "title": "time in minutes",
                "description": "The same time in whole minutes.",
                "x-phrases": {"refer": [f"{refer[0]} in minutes"], "again": "that many minutes"},
            },
        }
    )


@KIT.tool(
    parameters=obj(
        {"distance_km": DISTANCE, "speed_kmh": SPEED},
        examples=[
            {"distance_km": 42.2, "speed_kmh": 10},
            {"distance_km": 340, "speed_kmh": 110},
            {"distance_km": 18, "speed_kmh": 20},
            {"distance_km": 800, "speed_kmh": 250},
        ],
        x_phrases=phrases("""
? how long it takes to cover {distance_km} at {speed_kmh}
? how much time I need for {distance_km} at an average of {speed_kmh}
? How long would I be on the way for {distance_km} at {speed_kmh}?
? At {speed_kmh}, how many hours does {distance_km} take?
? Work out the travel time for {distance_km} at {speed_kmh}.
? Estimate how many hours it takes to travel {distance_km} if I average {speed_kmh}.
= At {speed_kmh}, it takes {/hours} hours to cover {distance_km}.
= You need {/hours} hours ({/minutes} minutes).

~ We're setting off early and I don't want to arrive late.
~ I'm planning a long bike ride.
~ I'm comparing the train with the car.
~ I need to tell my parents how long I'll be on the road.
~ My coach asked for my target time.
"""),
    ),
    output=_time(["the time it takes to cover {distance_km} at {speed_kmh}"]),
)
def travel_time(distance_km: float, speed_kmh: float) -> dict[str, Any]:
    """Give the time that a distance along the way, not the straight line, takes at a constant speed."""
    hours = distance_km / speed_kmh
    return {"hours": round(hours, 2), "minutes": round(hours * 60)}


@KIT.tool(
    parameters=obj(
        {"speed_kmh": SPEED, "hours": kind(HOURS, format="hours-on-the-way")},
        examples=[
            {"speed_kmh": 5, "hours": 2.5},
            {"speed_kmh": 120, "hours": 4},
            {"speed_kmh": 20, "hours": 1.5},
        ],
        x_phrases=phrases("""
? how far I get at {speed_kmh} in {hours}
? what distance {hours} at {speed_kmh} makes
? How many kilometres do I cover if I travel at {speed_kmh} for {hours}?
? Travelling at {speed_kmh} for {hours}, how far would I come?
? Compute the distance covered at {speed_kmh} in {hours}.
= You cover {/distance_km} km.
= At {speed_kmh}, you get {/distance_km} km far.

~ I want to know how far I can get before dark.
~ I'm planning how far apart the stops should be.
~ I'm working out the range of a day trip.
~ My phone lost the track of my ride.
"""),
    ),
    output=obj(
        {
            "distance_km": output(
                ROUTE_KM,
                title="distance covered",
                x_phrases={
                    "refer": ["the distance covered at {speed_kmh} in {hours}"],
                    "again": "that distance",
                },
            )
        }
    ),
)
def distance_covered(speed_kmh: float, hours: float) -> dict[str, Any]:
    """Give the distance covered at a constant speed in a time."""
    return {"distance_km": round(speed_kmh * hours, 2)}


@KIT.tool(
    parameters=obj(
        {
            "departure": kind(MOMENT, title="departure", description="Moment of departure with its offset from UTC."),
            "hours": HOURS,
            "timezone": ARRIVAL_ZONE,
        },
        optional=("timezone",),
        examples=[
            {"departure": "2025-06-21T18:30:00Z", "hours": 2.5},
            {"departure": "2026-03-01T07:45:00+01:00", "hours": 11.5},
            {"departure": "2024-12-31T22:00:00-05:00", "hours": 4, "timezone": "America/Los_Angeles"},
        ],
        x_phrases=phrases("""
? when I arrive if I leave at {departure} and travel for {hours}[, in {timezone}]
? what time it is when I get there, leaving at {departure} and travelling for {hours}[, told in {timezone}]
? If we set off at {departure} and are on the way for {hours}, when do we get there[ in {timezone}]?
? When does a trip that starts at {departure} and lasts for {hours} end[, in {timezone}]?
? Add up the arrival time[ in {timezone}] for leaving at {departure} and being on the way for {hours}.
= Leaving at {departure}, you arrive at {/arrival}.
= A trip of {hours} that starts at {departure} ends at {/arrival}.

~ Somebody is picking me up at the other end.
~ I need to book a table for after we arrive.
~ I have to hand back the rental car on time.
~ I don't want to miss my connection.
"""),
    ),
    output=obj(
        {
            "arrival": output(
                MOMENT,
                title="arrival",
                description="Moment of arrival, in the time zone that was given, else by the clock of the departure.",
                x_phrases={
                    "refer": ["the arrival time when leaving at {departure} and travelling for {hours}"],
                    "again": "that arrival time",
                },
            )
        }
    ),
)
def arrival_time(departure: str, hours: float, timezone: str | None = None) -> dict[str, Any]:
    """Give the moment of arrival for a departure and a travel time, in the time zone of the arrival.

    Where no time zone is given, the answer is by the clock of the departure.
    """
    try:
        start = datetime.fromisoformat(departure)
    except ValueError as error:
        raise ToolkitError(f"{departure} is no moment; write it like 2025-06-21T18:30:00Z.") from error
    end = start + timedelta(minutes=round(hours * 60))
    if timezone is not None:
        return {"arrival": written(end.astimezone(clock(timezone)), clock(timezone))}
    return {"arrival": end.isoformat(timespec="seconds").replace("+00:00", "Z")}


@KIT.tool(
    parameters=obj(
        {
            "distance_km": WALK,
            "ascent_m": {
                "type": "number",
                "format": "ascent-m",
                "title": "ascent",
                "description": "Height to climb in metres, all climbs added up.",
                "minimum": 0,
                "maximum": 9000,
                "examples": [0, 100, 150, 250, 300, 400, 900, 1100, 1200, 1400, 1500, 1800],
                "x-phrases": {"mention": ["{} metres", "{} m"], "again": "that climb"},
            },
        },
        examples=[
            {"distance_km": 12, "ascent_m": 600},
            {"distance_km": 18, "ascent_m": 1100},
            {"distance_km": 7.5, "ascent_m": 250},
        ],
        x_phrases=phrases("""
? how long a hike of {distance_km} with {ascent_m} of climbing takes
? how many hours to plan for walking {distance_km} with {ascent_m} of ascent
? How long should I plan for a hike over {distance_km} with {ascent_m} uphill?
? By Naismith's rule, how long does it take to walk {distance_km} and climb {ascent_m}?
? Estimate the walking time over {distance_km} with {ascent_m} of ascent.
= Plan {/hours} hours of walking for {distance_km}.
= By Naismith's rule, {distance_km} with {ascent_m} of ascent take {/hours} hours, breaks not included.

~ We want to be back at the hut before dinner.
~ I'm planning a day in the mountains with beginners.
~ The guidebook gives no times for this trail.
~ I'm leading a scout hike on Saturday.
"""),
    ),
    output=_time(["the walking time for {distance_km} with {ascent_m} of ascent"]),
)
def hiking_time(distance_km: float, ascent_m: float) -> dict[str, Any]:
    """Estimate walking time by Naismith's rule: 5 km an hour plus one hour for each 600 m of ascent."""
    hours = distance_km / 5 + ascent_m / 600
    return {"hours": round(hours, 2), "minutes": round(hours * 60)}


@KIT.tool(
    parameters=obj(
        {
            "distance_km": WALK,
            "body_mass_kg": {
                "type": "number",
                "format": "mass-kg",
                "title": "body weight",
                "description": "Body mass in kilograms.",
                "minimum": 20,
                "maximum": 250,
                "examples": [48, 52, 55, 58, 60, 63, 65, 68, 70, 72, 75, 78, 80, 84, 88, 90, 95, 100, 110],
                "x-phrases": {"mention": ["{} kg", "{} kilograms"], "again": "that weight"},
            },
        },
        examples=[
            {"distance_km": 5, "body_mass_kg": 70},
            {"distance_km": 12, "body_mass_kg": 84},
            {"distance_km": 21.1, "body_mass_kg": 60},
        ],
        x_phrases=phrases("""
? how many calories somebody with a body weight of {body_mass_kg} burns walking {distance_km}
? How many calories does walking {distance_km} burn at a body weight of {body_mass_kg}?
? With a body weight of {body_mass_kg}, what do I burn by walking {distance_km}?
? Estimate the calories burned walking {distance_km} at a body weight of {body_mass_kg}.
= It burns about {/kilocalories} kilocalories.
= A walk over {distance_km} comes to about {/kilocalories} kcal.

~ I'm trying to walk more instead of taking the bus.
~ My doctor told me to keep an eye on my energy balance.
~ I'm filling in my fitness diary.
~ I want to know whether I've earned dessert.
"""),
    ),
    output=obj(
        {
            "kilocalories": {
                "type": "integer",
                "format": "energy-kcal",
                "title": "energy burned",
                "description": "Energy used in kilocalories, rest included.",
                "x-phrases": {
                    "refer": ["the calories burned by walking {distance_km} at {body_mass_kg}"],
                    "again": "that many calories",
                },
            }
        }
    ),
)
def walking_energy(distance_km: float, body_mass_kg: float) -> dict[str, Any]:
    """Estimate the energy used by walking on the flat at 5 km/h, by the ACSM walking equation."""
    # ACSM: VO2 = 0.1 × speed in m/min + 3.5 ml/kg/min; a litre of oxygen yields 5 kcal.
    minutes = distance_km / 5 * 60
    litres = (0.1 * 5000 / 60 + 3.5) * body_mass_kg * minutes / 1000
    return {"kilocalories": round(litres * 5)}


@KIT.tool(
    parameters=obj(
        {"height_m": HEIGHT_M},
        examples=[{"height_m": 2}, {"height_m": 324}, {"height_m": 3776}],
        x_phrases=phrases("""
? how far away the horizon is, seen from {height_m}
? how far you can see from {height_m} up on a clear day
? From {height_m} above sea level, how far off is the horizon?
? How many kilometres is it to the horizon from {height_m} above the sea?
? Work out the distance to the horizon, seen from {height_m}.
= From {height_m} up, the horizon is {/distance_km} km away.
= The horizon lies {/distance_km} km off.

~ I'm hoping for a good view from the top.
~ I'm scouting a spot for landscape photography.
~ A friend claims you can see the coast from up there.
~ I'm planning a radio link between two towers.
"""),
    ),
    output=obj(
        {
            "distance_km": output(
                # A kind of its own: nobody drives to the horizon.
                DISTANCE_KM,
                format="distance-to-horizon",
                title="distance to the horizon",
                description="Geometric distance to the sea horizon in kilometres, without refraction.",
                x_phrases={
                    "refer": ["the distance to the horizon from {height_m} up"],
                    "again": "that distance",
                },
            )
        }
    ),
)
def horizon_distance(height_m: float) -> dict[str, Any]:
    """Give the distance to the sea horizon from a height above sea level, without refraction."""
    height = height_m / 1000
    return {"distance_km": round(math.sqrt(height * (2 * EARTH_RADIUS_KM + height)), 1)}
