"""Running and driving: paces, finish times, fuel and charging costs."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, labelled, obj
from tool_registry.builtin.finance import exact, money_result, rounded
from tool_registry.builtin.kinds import DISTANCE_KM, MONEY, ROUTE_KM, SPEED_KMH, kind
from tool_registry.builtin.phrasebook import phrases, told
from tool_registry.builtin.units import VOLUME_L

KIT = Toolkit("running and driving")

_KM_PER_MILE = Decimal("1.609344")
_LITRES_PER_GALLON = {"US": Decimal("3.785411784"), "UK": Decimal("4.54609")}

#: By how much roads are longer than the straight line: 1.2 to 1.46 by country (Ballou, Rahardja and Sakai, 2002).
_DETOUR = Decimal("1.3")
#: Beyond this there is mostly a sea in between.
_LONGEST_STRAIGHT_KM = 2_000

#: The speed of a sprint, which nobody keeps up for a kilometre.
_FASTEST_KMH = 40
RUN = kind(
    ROUTE_KM,
    description="Distance run in kilometres.",
    minimum=0.5,
    maximum=250,
    examples=[1.5, 3, 5, 6.5, 8, 10, 12, 15, 16.1, 21.1, 30, 42.2, 50],
)
DRIVE = kind(
    ROUTE_KM,
    title="distance by road",
    description="Distance by road in kilometres, not the straight line.",
    minimum=1,
    maximum=20_000,
    examples=[25, 60, 85, 120, 180, 240, 310, 450, 580, 720, 950, 1300],
)
PACE: dict[str, Any] = {
    "type": "string",
    "format": "pace-per-km",
    "title": "pace",
    "description": "Minutes and seconds a kilometre, such as 5:30.",
    "pattern": "^[1-9][0-9]?:[0-5][0-9]$",
    "examples": [
        "4:00",
        "4:15",
        "4:40",
        "5:00",
        "5:20",
        "5:30",
        "5:45",
        "6:00",
        "6:30",
        "7:00",
        "7:15",
        "8:00",
    ],
    "x-phrases": {"mention": ["{} a kilometre", "{} per kilometre"], "again": "that pace"},
}
CONSUMPTION: dict[str, Any] = {
    "type": "number",
    "format": "fuel-l-per-100km",
    "title": "fuel consumption",
    "description": "Fuel consumption in litres per 100 kilometres.",
    "minimum": 1,
    "maximum": 60,
    "examples": [4.2, 4.8, 5.1, 5.5, 6, 6.4, 6.9, 7.5, 8.2, 9.5, 11],
    "x-phrases": {"mention": ["{} litres per 100 km", "{} l/100 km"], "again": "that consumption"},
}


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


@KIT.tool(
    parameters=obj(
        {
            "distance_km": RUN,
            "minutes": {
                "type": "number",
                # A kind of its own: the time that another way of travelling takes is nobody's running time.
                "format": "running-minutes",
                "title": "running time",
                "description": "Time taken, in minutes.",
                "minimum": 1,
                "maximum": 600,
                "examples": [14, 19.5, 24, 27, 32, 45, 50, 58, 75, 95, 118, 150, 210, 245],
                "x-phrases": {"mention": ["{} minutes"], "again": "that time"},
            },
        },
        examples=[
            {"distance_km": 10, "minutes": 50},
            {"distance_km": 42.2, "minutes": 245},
            {"distance_km": 5, "minutes": 24},
        ],
        x_phrases=phrases("""
            ? the pace per kilometre for covering {distance_km} in {minutes}
            ? what pace it takes to run {distance_km} in {minutes}
            ? What is my pace if I run {distance_km} in {minutes}?
            ? How many minutes a kilometre is {distance_km} in {minutes}?
            ? Work out the running pace for {distance_km} in {minutes}.
            = Covering {distance_km} in {minutes} is a pace of {/pace} a kilometre.
            = For {distance_km} in {minutes} that is {/pace} per kilometre, or {/speed} km/h.

            ? how fast I run if I cover {distance_km} in {minutes}, in kilometres per hour
            ? the average running speed for {distance_km} in {minutes}
            ? What speed is {distance_km} in {minutes}?
            ? Calculate the running speed for {distance_km} in {minutes}.
            = Covering {distance_km} in {minutes} is a speed of {/speed} km/h.
            = For {distance_km} in {minutes} that is an average of {/speed} km/h.

            ~ I'm training for a race.
            ~ My running app crashed halfway.
            ~ My coach asks for the numbers after each run.
            ~ I want to know whether I have improved.
            """),
    ),
    output=obj(
        {
            "pace": told(
                PACE,
                "the pace for covering {distance_km} in {minutes}",
                "the pace it takes to run {distance_km} in {minutes}",
                title="running pace",
                pattern="^[0-9]+:[0-5][0-9](:[0-5][0-9])?$",
            ),
            "speed": told(
                SPEED_KMH,
                "the average speed for {distance_km} in {minutes}",
                title="average speed",
                description="Average speed in kilometres per hour, to two decimals.",
            ),
        }
    ),
)
def running_pace(distance_km: float, minutes: float) -> dict[str, Any]:
    """Compute the pace in minutes per kilometre, and the speed, of a run."""
    distance, time = exact(distance_km), exact(minutes)
    if distance / time * 60 > _FASTEST_KMH:
        raise ToolkitError(f"Nobody runs faster than {_FASTEST_KMH} km/h; check the distance and the time.")
    return {"pace": _clock(_whole(time * 60 / distance)), "speed": rounded(distance / time * 60)}


@KIT.tool(
    parameters=obj(
        {"distance_km": RUN, "pace": PACE},
        examples=[
            {"distance_km": 42.195, "pace": "5:30"},
            {"distance_km": 10, "pace": "4:40"},
            {"distance_km": 21.1, "pace": "6:00"},
        ],
        x_phrases=phrases("""
            ? how long {distance_km} takes at a pace of {pace}
            ? the finish time for {distance_km} at {pace}
            ? How long will I need for {distance_km} at a pace of {pace}?
            ? If I keep up {pace}, what is my time over {distance_km}?
            ? Predict my finish time over {distance_km} at a pace of {pace}.
            = Your finish time over {distance_km} is {/finish_time}.
            = At {pace}, {distance_km} takes {/finish_time}.

            ~ I have signed up for a race.
            ~ I'd like to plan where my family can cheer.
            ~ I'm pacing a friend.
            ~ The course closes at some point and I'm slow.
            """),
    ),
    output=obj(
        {
            "finish_time": {
                "type": "string",
                "title": "finish time",
                "description": "Time taken, as H:MM:SS or M:SS.",
                "x-phrases": {"refer": ["the finish time over {distance_km} at {pace}"]},
            },
            "minutes": {
                "type": "number",
                "format": "duration-minutes",
                "title": "time in minutes",
                "description": "Time taken in minutes, to two decimals.",
                "x-phrases": {
                    "refer": ["the time {distance_km} takes at a pace of {pace}"],
                    "again": "that time",
                },
            },
        }
    ),
)
def race_finish_time(distance_km: float, pace: str) -> dict[str, Any]:
    """Compute how long a distance takes at a running pace given in minutes per kilometre."""
    minutes, seconds = pace.split(":")
    total = (int(minutes) * 60 + int(seconds)) * exact(distance_km)
    return {"finish_time": _clock(_whole(total)), "minutes": rounded(total / 60)}


@KIT.tool(
    parameters=obj(
        {
            "straight_km": kind(
                DISTANCE_KM,
                title="straight-line distance",
                description="Distance as the crow flies in kilometres.",
                minimum=1,
                maximum=_LONGEST_STRAIGHT_KM,
                examples=[25, 60, 95, 140, 210, 280, 360, 450, 580, 720, 950, 1300],
            )
        },
        examples=[{"straight_km": 450}, {"straight_km": 85}, {"straight_km": 1200}],
        x_phrases=phrases("""
            ? about how far {straight_km} as the crow flies is by road
            ? roughly what {straight_km} in a straight line comes to on the road
            ? About how many kilometres by road is {straight_km} as the crow flies?
            ? How long is the drive likely to be over {straight_km} in a straight line, in kilometres?
            ? Estimate the distance by road for {straight_km} as the crow flies.
            = As the crow flies it is {straight_km}, so by road about {/road_km} km.
            = By road that is roughly {/road_km} km.

            ~ We're going there by car.
            ~ The map only shows me the straight line.
            ~ I have to claim the kilometres that I drive.
            ~ My removal firm charges by the kilometre.
            """),
    ),
    output=obj(
        {
            "road_km": told(
                ROUTE_KM,
                "the estimated distance by road for {straight_km} as the crow flies",
                "the rough distance by road for {straight_km} in a straight line",
                title="distance by road",
                description="Estimated distance by road in kilometres.",
                again="that drive",
            )
        }
    ),
)
def road_distance_estimate(straight_km: float) -> dict[str, Any]:
    """Estimate the distance by road from a straight-line distance, where a road leads there: 30 % more."""
    return {"road_km": _whole(exact(straight_km) * _DETOUR)}


@KIT.tool(
    parameters=obj(
        {
            "distance_km": DRIVE,
            "consumption": CONSUMPTION,
            "price_per_litre": kind(
                MONEY,
                format="price-per-litre",
                title="price of fuel",
                description="Price of a litre of fuel.",
                minimum=0.1,
                maximum=100_000,
                examples=[1.39, 1.45, 1.52, 1.59, 1.64, 1.72, 1.79, 1.85, 1.94, 2.05],
                x_phrases={"mention": ["{} a litre", "{} per litre"]},
            ),
        },
        examples=[
            {"distance_km": 580, "consumption": 6.4, "price_per_litre": 1.72},
            {"distance_km": 120, "consumption": 4.8, "price_per_litre": 1.59},
            {"distance_km": 1300, "consumption": 9.5, "price_per_litre": 1.85},
        ],
        x_phrases=phrases("""
            ? what the fuel for {distance_km} costs at {consumption} and {price_per_litre}
            ? the fuel bill for {distance_km} with {consumption} when fuel is {price_per_litre}
            ? How much is the fuel for {distance_km} at {consumption}, with fuel at {price_per_litre}?
            ? With {consumption} and fuel at {price_per_litre}, what does driving {distance_km} cost?
            ? Estimate the fuel cost of {distance_km} at {consumption} and {price_per_litre}.
            = The fuel for {distance_km} costs {/cost}.
            = Driving {distance_km} takes {/litres} litres, which cost {/cost}.

            ? how much fuel {distance_km} takes at {consumption}, and its cost at {price_per_litre}
            ? both the litres and the cost for {distance_km} at {consumption} and {price_per_litre}
            ? How much fuel is {distance_km} at {consumption}, and what is that at {price_per_litre}?
            ? Give me the litres for {distance_km} at {consumption} and their cost at {price_per_litre}.
            = Driving {distance_km} takes {/litres} litres and costs {/cost}.
            = For {distance_km} you need {/litres} litres, so {/cost} in fuel.

            ~ We're sharing the driving and the costs.
            ~ I'm weighing up the car against the train.
            ~ My company pays back the fuel.
            ~ The hire car comes with an empty tank.
            """),
    ),
    output=obj(
        {
            "litres": told(
                VOLUME_L,
                "the fuel needed for {distance_km} at {consumption}",
                "the amount of fuel used on {distance_km} at {consumption}",
                title="fuel needed",
                description="Fuel needed in litres, to two decimals.",
                again="that much fuel",
            ),
            "cost": money_result(
                "fuel cost",
                "Cost of the fuel.",
                "the fuel cost of {distance_km} at {consumption} and {price_per_litre}",
                "the fuel bill for {distance_km} at {consumption} and {price_per_litre}",
            ),
        }
    ),
)
def fuel_for_trip(distance_km: float, consumption: float, price_per_litre: float) -> dict[str, Any]:
    """Compute the fuel that a drive takes over a distance by road, and what it costs."""
    litres = exact(distance_km) * exact(consumption) / 100
    return {"litres": rounded(litres), "cost": rounded(litres * exact(price_per_litre))}


@KIT.tool(
    parameters=obj(
        {
            "distance_km": DRIVE,
            "consumption_kwh": {
                "type": "number",
                "title": "power consumption",
                "description": "Power consumption in kilowatt-hours per 100 kilometres.",
                "minimum": 5,
                "maximum": 60,
                "examples": [13.5, 14.8, 15.5, 16.2, 17, 18.4, 19.5, 21, 23.5, 27],
                "x-phrases": {"mention": ["{} kWh per 100 km", "{} kWh/100 km"]},
            },
            "price_per_kwh": kind(
                MONEY,
                format="price-per-kwh",
                title="price of power",
                description="Price of a kilowatt-hour.",
                maximum=10_000,
                examples=[0.14, 0.19, 0.25, 0.29, 0.34, 0.39, 0.45, 0.52, 0.59, 0.69, 0.79],
                x_phrases={"mention": ["{} a kWh", "{} per kWh"]},
            ),
        },
        examples=[
            {"distance_km": 310, "consumption_kwh": 17, "price_per_kwh": 0.59},
            {"distance_km": 60, "consumption_kwh": 15.5, "price_per_kwh": 0.29},
            {"distance_km": 950, "consumption_kwh": 21, "price_per_kwh": 0.45},
        ],
        x_phrases=phrases("""
            ? what charging for {distance_km} costs at {consumption_kwh} and {price_per_kwh}
            ? the cost of {distance_km} in an electric car at {consumption_kwh} and {price_per_kwh}
            ? What would {distance_km} cost me in an electric car at {consumption_kwh} and {price_per_kwh}?
            ? With {consumption_kwh} and power at {price_per_kwh}, what does driving {distance_km} cost?
            ? Work out the charging cost for {distance_km} at {consumption_kwh} and {price_per_kwh}.
            = Charging for {distance_km} costs {/cost}.
            = Driving {distance_km} takes {/energy_kwh} kWh, which cost {/cost}.

            ~ I've switched to an electric car.
            ~ We are planning a road trip with charging stops.
            ~ I'm comparing electric with petrol.
            ~ The charging card sends its bill weeks later.
            """),
    ),
    output=obj(
        {
            "energy_kwh": {
                "type": "number",
                "title": "energy needed",
                "description": "Energy needed in kilowatt-hours, to two decimals.",
                "x-phrases": {"refer": ["the energy needed for {distance_km} at {consumption_kwh}"]},
            },
            "cost": money_result(
                "charging cost",
                "Cost of the energy.",
                "the charging cost of {distance_km} at {consumption_kwh} and {price_per_kwh}",
                "the cost of charging for {distance_km} at {consumption_kwh} and {price_per_kwh}",
            ),
        }
    ),
)
def charging_for_trip(distance_km: float, consumption_kwh: float, price_per_kwh: float) -> dict[str, Any]:
    """Compute the energy that an electric car needs for a distance by road, and what it costs."""
    energy = exact(distance_km) * exact(consumption_kwh) / 100
    return {"energy_kwh": rounded(energy), "cost": rounded(energy * exact(price_per_kwh))}


@KIT.tool(
    parameters=obj(
        {
            "miles_per_gallon": {
                "type": "number",
                "title": "fuel economy",
                "description": "Fuel economy in miles per gallon.",
                "minimum": 5,
                "maximum": 150,
                "examples": [15, 18, 22, 25, 28, 31, 34, 38, 42, 48, 52, 58],
                "x-phrases": {"mention": ["{} miles per gallon", "{} mpg"]},
            },
            "gallon": labelled(
                {"US": "American gallons", "UK": "British gallons"},
                type="string",
                title="kind of gallon",
                description="Which gallon the figure counts in.",
            ),
        },
        examples=[
            {"miles_per_gallon": 28, "gallon": "US"},
            {"miles_per_gallon": 48, "gallon": "UK"},
            {"miles_per_gallon": 34, "gallon": "US"},
        ],
        x_phrases=phrases("""
            ? how many litres per 100 km {miles_per_gallon} in {gallon} is
            ? the metric fuel consumption of a car that does {miles_per_gallon} in {gallon}
            ? What is {miles_per_gallon}, counted in {gallon}, in litres per 100 kilometres?
            ? How much does a car with {miles_per_gallon} in {gallon} use per 100 km?
            ? Convert {miles_per_gallon} in {gallon} to litres per 100 km.
            = {miles_per_gallon} is {/consumption} litres per 100 km.
            = A car that does {miles_per_gallon} uses {/consumption} litres per 100 km.

            ~ I'm about to buy an imported car.
            ~ The brochure only gives miles per gallon.
            ~ I rented a pickup and wonder about the fuel.
            ~ We are moving back from overseas with our old car.
            """),
    ),
    output=obj(
        {
            "consumption": told(
                CONSUMPTION,
                "the metric fuel consumption of a car that does {miles_per_gallon} in {gallon}",
                "the consumption that {miles_per_gallon} in {gallon} amounts to",
                description="Fuel consumption in litres per 100 kilometres, to two decimals.",
                maximum=100,
            )
        }
    ),
)
def fuel_consumption_from_mpg(miles_per_gallon: float, gallon: str) -> dict[str, Any]:
    """Turn a fuel economy in miles per US or imperial gallon into litres per 100 kilometres."""
    if gallon not in _LITRES_PER_GALLON:
        raise ToolkitError(f"There is no gallon of {gallon!r}; choose US or UK.")
    litres = 100 / (exact(miles_per_gallon) * _KM_PER_MILE) * _LITRES_PER_GALLON[gallon]
    return {"consumption": rounded(litres)}
