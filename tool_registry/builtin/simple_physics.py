"""Physics of every day: moving, falling, mixing, wiring, lifting, and what appliances use."""

import math
from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import Amount, Money
from tool_registry.declare import Kind

tool = pure(category="simple physics")


class _Leg(Result):
    kilometres: Annotated[float, Kind("distance", "In kilometres.", minimum=0.1, maximum=20_000)]
    minutes: Annotated[float, Kind("time", "In minutes.", minimum=1, maximum=10_000)]


class _Speed(Result):
    speed: Annotated[float, Kind("average speed", "In the unit wanted.", minimum=0)]
    hours: Annotated[float, Kind("time", "All legs together, in hours.", format="duration-hours", minimum=0)]


@tool
def average_speed(
    legs: Annotated[list[_Leg], Kind("legs", "Parts of the way.", minItems=2, maxItems=8, again="those legs")],
    unit: Annotated[
        Literal["kilometres per hour", "metres per second", "miles per hour"], Kind("unit", "Of the speed.")
    ],
    pause_minutes: Annotated[int, Kind("pause", "Minutes of rest that count as well.", minimum=1, maximum=600)] = 0,
) -> _Speed:
    """Give the average speed over several legs of a way, with a pause counted in if there is one."""
    hours = (sum(each["minutes"] for each in legs) + pause_minutes) / 60
    speed = sum(each["kilometres"] for each in legs) / hours
    factor = {"kilometres per hour": 1.0, "metres per second": 1 / 3.6, "miles per hour": 1 / 1.609344}[unit]
    return {"speed": round(speed * factor, 2), "hours": round(hours, 3)}


class _Resistance(Result):
    ohms: Annotated[float, Kind("resistance", "In ohms.", format="resistance-ohm", minimum=0)]


@tool
def combine_resistors(
    resistors: Annotated[
        list[Annotated[float, Kind("resistor", "In ohms.", exclusiveMinimum=0, maximum=10_000_000)]],
        Kind("resistors", "In ohms.", minItems=2, maxItems=8, again="those resistors"),
    ],
    wiring: Annotated[Literal["series", "parallel"], Kind("wiring", "How they are connected.")],
    lead: Annotated[float, Kind("lead", "Resistance of the wire on top, in ohms.", minimum=0.1, maximum=1000)] = 0,
) -> _Resistance:
    """Give the resistance of resistors in series or in parallel, with that of the wire if it counts."""
    total = sum(resistors) if wiring == "series" else 1 / sum(1 / each for each in resistors)
    return {"ohms": round(total + lead, 3)}


class _Fall(Result):
    seconds: Annotated[float, Kind("time", "Until it lands, in seconds.", minimum=0)]
    speed: Annotated[float, Kind("speed", "When it lands, in kilometres per hour.", format="speed-of-fall", minimum=0)]


_GRAVITY = {"Earth": 9.81, "the Moon": 1.62, "Mars": 3.71, "Jupiter": 24.79}


@tool
def free_fall(
    height: Annotated[float, Kind("height", "In the unit given.", exclusiveMinimum=0, maximum=10_000)],
    unit: Annotated[Literal["metres", "feet"], Kind("unit", "Of the height.")],
    place: Annotated[Literal["Earth", "the Moon", "Mars", "Jupiter"], Kind("place", "Where it falls.")] = "Earth",
) -> _Fall:
    """Tell how long something falls from a height without air and how fast it lands, on Earth unless said otherwise."""
    metres = height * (0.3048 if unit == "feet" else 1)
    seconds = math.sqrt(2 * metres / _GRAVITY[place])
    return {"seconds": round(seconds, 2), "speed": round(_GRAVITY[place] * seconds * 3.6, 1)}


class _Water(Result):
    litres: Annotated[float, Kind("amount", "In litres.", exclusiveMinimum=0, maximum=10_000)]
    degrees: Annotated[float, Kind("temperature", "In degrees.", minimum=-5, maximum=220)]


class _Mixed(Result):
    degrees: Annotated[float, Kind("temperature", "Of the mixture, in the same unit.")]
    litres: Annotated[float, Kind("amount", "In all.", format="volume-plain", minimum=0)]


@tool
def mix_water(
    parts: Annotated[list[_Water], Kind("parts", "What is mixed.", minItems=2, maxItems=6, again="those parts")],
    unit: Annotated[Literal["Celsius", "Fahrenheit"], Kind("unit", "Of the temperatures.")] = "Celsius",
    tub_cools: Annotated[
        bool, Kind("loss", "Whether the tub takes up 5 percent of the warmth above room temperature.")
    ] = False,
) -> _Mixed:
    """Give the temperature of water mixed from parts of several temperatures."""
    litres = sum(each["litres"] for each in parts)
    degrees = sum(each["litres"] * each["degrees"] for each in parts) / litres
    room = 20 if unit == "Celsius" else 68
    if tub_cools and degrees > room:
        degrees -= 0.05 * (degrees - room)
    return {"degrees": round(degrees, 1), "litres": round(litres, 2)}


class _Appliance(Result):
    name: Annotated[str, Kind("appliance", "What it is.", minLength=1)]
    watts: Annotated[float, Kind("power", "In watts.", minimum=0.5, maximum=20_000)]
    hours: Annotated[float, Kind("hours", "Hours a day.", exclusiveMinimum=0, maximum=24)]


class _PowerCost(Result):
    kilowatt_hours: Annotated[float, Kind("energy", "In kilowatt-hours.", format="energy-kwh", minimum=0)]
    cost: Annotated[Money, Kind("cost", "Of all of it.", format="money-amount")]


@tool
def appliance_cost(
    appliances: Annotated[
        list[_Appliance],
        Kind("appliances", "What runs how long a day.", minItems=2, maxItems=8, again="those appliances"),
    ],
    price: Annotated[Amount, Kind("price", "Of a kilowatt-hour.", exclusiveMinimum=0, maximum=5)],
    days: Annotated[int, Kind("days", "For how many days, one unless said otherwise.", minimum=1, maximum=366)] = 1,
    solar_share: Annotated[
        float, Kind("solar share", "Fraction of it that solar panels give for free.", minimum=0, maximum=1)
    ] = 0,
) -> _PowerCost:
    """Tell what appliances use and cost in some days at a price for a kilowatt-hour, less what solar panels give."""
    used = sum(each["watts"] * each["hours"] for each in appliances) * days / 1000 * (1 - solar_share)
    return {"kilowatt_hours": round(used, 2), "cost": round(used * price, 2)}


class _Weight(Result):
    kilograms: Annotated[float, Kind("weight", "In kilograms.", exclusiveMinimum=0, maximum=1000)]
    centimetres: Annotated[float, Kind("distance", "From the pivot, in centimetres.", exclusiveMinimum=0, maximum=2000)]


class _Balance(Result):
    balanced: Annotated[bool, Kind("balance", "Whether it is in balance.")]
    missing: Annotated[
        float, Kind("missing weight", "Kilograms missing on the lighter side, one metre out.", minimum=0)
    ]


@tool
def balance_beam(
    left: Annotated[list[_Weight], Kind("left side", "Weights.", minItems=1, maxItems=5, again="the left side")],
    right: Annotated[list[_Weight], Kind("right side", "Weights.", minItems=1, maxItems=5, again="the right side")],
    tolerance: Annotated[
        float, Kind("tolerance", "Kilograms one metre out that do not count.", exclusiveMinimum=0, maximum=10)
    ] = 0.01,
) -> _Balance:
    """Tell whether a beam with weights on both sides is in balance and what the lighter side lacks, one metre out."""
    turn = [sum(each["kilograms"] * each["centimetres"] / 100 for each in side) for side in (left, right)]
    apart = abs(turn[0] - turn[1])
    if not math.isfinite(apart):
        raise ToolkitError("The weights are too large to reckon with.")
    return {"balanced": apart <= tolerance, "missing": round(apart, 2)}


TOOLS = [average_speed, combine_resistors, free_fall, mix_water, appliance_cost, balance_beam]
