"""Running and driving: paces, finish times, fuel and charging costs."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.finance import exact, rounded
from tool_registry.builtin.kinds import DistanceKm, MoneyResult, RouteKm, SpeedKmh
from tool_registry.builtin.units import VolumeL
from tool_registry.declare import Kind

tool = pure(category="running and driving")

_KM_PER_MILE = Decimal("1.609344")
_LITRES_PER_GALLON = {"US": Decimal("3.785411784"), "UK": Decimal("4.54609")}

#: By how much roads are longer than the straight line: 1.2 to 1.46 by country (Ballou, Rahardja and Sakai, 2002).
_DETOUR = Decimal("1.3")

#: The speed of a sprint, which nobody keeps up for a kilometre.
_FASTEST_KMH = 40
Run = Annotated[
    RouteKm,
    Kind(
        description="Distance run in kilometres.",
        minimum=0.5,
        maximum=250,
        examples=[1.5, 3, 5, 6.5, 8, 10, 12, 15, 16.1, 21.1, 30, 42.2, 50],
    ),
]
Drive = Annotated[
    Run,
    Kind(
        "distance by road",
        "Distance by road in kilometres, not the straight line.",
        minimum=1,
        maximum=20_000,
        examples=[25, 60, 85, 120, 180, 240, 310, 450, 580, 720, 950, 1300],
    ),
]
Pace = Annotated[
    str,
    Kind(
        "pace",
        "Minutes and seconds a kilometre, such as 5:30.",
        format="pace-per-km",
        pattern="^[1-9][0-9]?:[0-5][0-9]$",
        examples="4:00 4:15 4:40 5:00 5:20 5:30 5:45 6:00 6:30 7:00 7:15 8:00".split(),
        mention=["{} a kilometre", "{} per kilometre"],
        again="that pace",
    ),
]
Consumption = Annotated[
    float,
    Kind(
        "fuel consumption",
        "Fuel consumption in litres per 100 kilometres.",
        format="fuel-l-per-100km",
        minimum=1,
        maximum=60,
        examples=[4.2, 4.8, 5.1, 5.5, 6, 6.4, 6.9, 7.5, 8.2, 9.5, 11],
        mention=["{} litres per 100 km", "{} l/100 km"],
        again="that consumption",
    ),
]


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


class _RunningPace(Result):
    pace: Annotated[Pace, Kind("running pace", pattern="^[0-9]+:[0-5][0-9](:[0-5][0-9])?$")]
    speed: Annotated[SpeedKmh, Kind("average speed", "Average speed in kilometres per hour, to two decimals.")]


@tool
def running_pace(
    distance_km: Run,
    # A kind of its own: the time that another way of travelling takes is nobody's running time.
    minutes: Annotated[
        float, Kind("running time", "Time taken, in minutes.", format="running-minutes", minimum=1, maximum=600)
    ],
) -> _RunningPace:
    """Compute the pace in minutes per kilometre, and the speed, of a run."""
    distance, time = exact(distance_km), exact(minutes)
    if distance / time * 60 > _FASTEST_KMH:
        raise ToolkitError(f"Nobody runs faster than {_FASTEST_KMH} km/h; check the distance and the time.")
    return {"pace": _clock(_whole(time * 60 / distance)), "speed": rounded(distance / time * 60)}


class _RaceFinishTime(Result):
    finish_time: Annotated[str, Kind("finish time", "Time taken, as H:MM:SS or M:SS.")]
    minutes: Annotated[
        float, Kind("time in minutes", "Time taken in minutes, to two decimals.", format="duration-minutes")
    ]


@tool
def race_finish_time(distance_km: Run, pace: Pace) -> _RaceFinishTime:
    """Compute how long a distance takes at a running pace given in minutes per kilometre."""
    minutes, seconds = pace.split(":")
    total = (int(minutes) * 60 + int(seconds)) * exact(distance_km)
    return {"finish_time": _clock(_whole(total)), "minutes": rounded(total / 60)}


class _RoadDistanceEstimate(Result):
    road_km: Annotated[RouteKm, Kind("distance by road", "Estimated distance by road in kilometres.")]


@tool
def road_distance_estimate(
    straight_km: Annotated[
        DistanceKm, Kind("straight-line distance", "Distance as the crow flies in kilometres.", minimum=1, maximum=2000)
    ],
) -> _RoadDistanceEstimate:
    """Estimate the distance by road from a straight-line distance, where a road leads there: 30 % more."""
    return {"road_km": _whole(exact(straight_km) * _DETOUR)}


class _FuelForTrip(Result):
    litres: Annotated[VolumeL, Kind("fuel needed", "Fuel needed in litres, to two decimals.")]
    cost: Annotated[MoneyResult, Kind("fuel cost", "Cost of the fuel.")]


@tool
def fuel_for_trip(
    distance_km: Drive,
    consumption: Consumption,
    price_per_litre: Annotated[
        float,
        Kind("price of fuel", "Price of a litre of fuel.", format="price-per-litre", minimum=0.1, maximum=100_000),
    ],
) -> _FuelForTrip:
    """Compute the fuel that a drive takes over a distance by road, and what it costs."""
    litres = exact(distance_km) * exact(consumption) / 100
    return {"litres": rounded(litres), "cost": rounded(litres * exact(price_per_litre))}


class _ChargingForTrip(Result):
    energy_kwh: Annotated[float, Kind("energy needed", "Energy needed in kilowatt-hours, to two decimals.")]
    cost: Annotated[MoneyResult, Kind("charging cost", "Cost of the energy.")]


@tool
def charging_for_trip(
    distance_km: Drive,
    consumption_kwh: Annotated[
        float,
        Kind("power consumption", "Power consumption in kilowatt-hours per 100 kilometres.", minimum=5, maximum=60),
    ],
    price_per_kwh: Annotated[
        float, Kind("price of power", "Price of a kilowatt-hour.", format="price-per-kwh", minimum=0.01, maximum=10_000)
    ],
) -> _ChargingForTrip:
    """Compute the energy that an electric car needs for a distance by road, and what it costs."""
    energy = exact(distance_km) * exact(consumption_kwh) / 100
    return {"energy_kwh": rounded(energy), "cost": rounded(energy * exact(price_per_kwh))}


class _FuelConsumptionFromMpg(Result):
    consumption: Annotated[
        Consumption, Kind(description="Fuel consumption in litres per 100 kilometres, to two decimals.", maximum=100)
    ]


@tool
def fuel_consumption_from_mpg(
    miles_per_gallon: Annotated[
        float, Kind("fuel economy", "Fuel economy in miles per gallon.", minimum=5, maximum=150)
    ],
    gallon: Annotated[
        str,
        Kind(
            "kind of gallon",
            "Which gallon the figure counts in.",
            labels={"US": "American gallons", "UK": "British gallons"},
        ),
    ],
) -> _FuelConsumptionFromMpg:
    """Turn a fuel economy in miles per US or imperial gallon into litres per 100 kilometres."""
    if gallon not in _LITRES_PER_GALLON:
        raise ToolkitError(f"There is no gallon of {gallon!r}; choose US or UK.")
    litres = 100 / (exact(miles_per_gallon) * _KM_PER_MILE) * _LITRES_PER_GALLON[gallon]
    return {"consumption": rounded(litres)}


TOOLS = [
    running_pace, race_finish_time, road_distance_estimate, fuel_for_trip, charging_for_trip,
    fuel_consumption_from_mpg,
]  # fmt: skip
