"""Trips on foot, by bicycle, by car or by train: how long, how fast, how far."""

import math
from datetime import datetime, timedelta
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.geodesy import EARTH_RADIUS_KM
from tool_registry.builtin.kinds import DurationHours, Moment, RouteKm, SpeedKmh
from tool_registry.builtin.local_time import Zone, clock, written
from tool_registry.declare import Kind

tool = pure(category="trip planning")

Distance = Annotated[
    RouteKm,
    Kind(
        minimum=0.1,
        maximum=21_000,
        examples=[3, 5, 8, 10, 12, 15, 21.1, 30, 42.2, 60, 85, 120, 180, 250, 340, 420, 560, 800, 1200, 2400],
    ),
]
Walk = Annotated[
    Distance,
    Kind(
        description="Distance on foot in kilometres.",
        maximum=500,
        examples=[2, 3, 4.5, 5, 6, 7.5, 8, 10, 12, 14, 16, 18, 20, 21.1, 25, 30, 42.2],
    ),
]
Speed = Annotated[
    SpeedKmh,
    Kind(maximum=2000, examples=[4, 5, 6, 10, 12, 15, 18, 20, 25, 100, 110, 120, 130, 160, 200, 250, 300, 850]),
]
Hours = Annotated[
    DurationHours,
    Kind(
        minimum=0.05,
        maximum=1000,
        examples=[0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 11.5, 12, 13, 14.5, 16, 24],
    ),
]

ArrivalZone = Annotated[
    Zone,
    Kind(
        "time zone of the arrival",
        "IANA time zone of the place of arrival; the departure's offset from UTC when left out.",
    ),
]

HeightM = Annotated[
    float,
    Kind(
        "height",
        "Height above sea level in metres.",
        format="elevation-m",
        minimum=1,
        maximum=20_000,
        examples=[2, 10, 25, 50, 80, 120, 200, 324, 1345, 2228, 3776, 4810, 5895, 8849, 10_668],
        mention=["{} metres", "{} m"],
        again="that height",
    ),
]


class _TravelTime(Result):
    hours: Annotated[DurationHours, Kind("time in hours")]
    minutes: Annotated[int, Kind("time in minutes", "The same time in whole minutes.", format="duration-minutes")]


@tool
def travel_time(distance_km: Distance, speed_kmh: Speed) -> _TravelTime:
    """Give the time that a distance along the way, not the straight line, takes at a constant speed."""
    hours = distance_km / speed_kmh
    return {"hours": round(hours, 2), "minutes": round(hours * 60)}


class _DistanceCovered(Result):
    distance_km: Annotated[RouteKm, Kind("distance covered")]


@tool
def distance_covered(speed_kmh: Speed, hours: Annotated[Hours, Kind(format="hours-on-the-way")]) -> _DistanceCovered:
    """Give the distance covered at a constant speed in a time."""
    return {"distance_km": round(speed_kmh * hours, 2)}


class _ArrivalTime(Result):
    arrival: Annotated[
        Moment,
        Kind("arrival", "Moment of arrival, in the time zone that was given, else by the clock of the departure."),
    ]


@tool
def arrival_time(
    departure: Annotated[Moment, Kind("departure", "Moment of departure with its offset from UTC.")],
    hours: Hours,
    timezone: ArrivalZone = "",
) -> _ArrivalTime:
    """Give the moment of arrival for a departure and a travel time, in the time zone of the arrival.

    Where no time zone is given, the answer is by the clock of the departure.
    """
    try:
        start = datetime.fromisoformat(departure)
    except ValueError as error:
        raise ToolkitError(f"{departure} is no moment; write it like 2025-06-21T18:30:00Z.") from error
    end = start + timedelta(minutes=round(hours * 60))
    if timezone:
        return {"arrival": written(end.astimezone(clock(timezone)), clock(timezone))}
    return {"arrival": end.isoformat(timespec="seconds").replace("+00:00", "Z")}


@tool
def hiking_time(
    distance_km: Walk,
    ascent_m: Annotated[
        float,
        Kind("ascent", "Height to climb in metres, all climbs added up.", format="ascent-m", minimum=0, maximum=9000),
    ],
) -> _TravelTime:
    """Estimate walking time by Naismith's rule: 5 km an hour plus one hour for each 600 m of ascent."""
    hours = distance_km / 5 + ascent_m / 600
    return {"hours": round(hours, 2), "minutes": round(hours * 60)}


class _WalkingEnergy(Result):
    kilocalories: Annotated[
        int, Kind("energy burned", "Energy used in kilocalories, rest included.", format="energy-kcal")
    ]


@tool
def walking_energy(
    distance_km: Walk,
    body_mass_kg: Annotated[
        float, Kind("body weight", "Body mass in kilograms.", format="mass-kg", minimum=20, maximum=250)
    ],
) -> _WalkingEnergy:
    """Estimate the energy used by walking on the flat at 5 km/h, by the ACSM walking equation."""
    # ACSM: VO2 = 0.1 × speed in m/min + 3.5 ml/kg/min; a litre of oxygen yields 5 kcal.
    minutes = distance_km / 5 * 60
    litres = (0.1 * 5000 / 60 + 3.5) * body_mass_kg * minutes / 1000
    return {"kilocalories": round(litres * 5)}


class _HorizonDistance(Result):
    # A kind of its own: nobody drives to the horizon.
    distance_km: Annotated[
        float,
        Kind(
            "distance to the horizon",
            "Geometric distance to the sea horizon in kilometres, without refraction.",
            format="distance-to-horizon",
            minimum=0,
        ),
    ]


@tool
def horizon_distance(height_m: HeightM) -> _HorizonDistance:
    """Give the distance to the sea horizon from a height above sea level, without refraction."""
    height = height_m / 1000
    return {"distance_km": round(math.sqrt(height * (2 * EARTH_RADIUS_KM + height)), 1)}


TOOLS = [travel_time, distance_covered, arrival_time, hiking_time, walking_energy, horizon_distance]
