"""Sport and health: splits, heart rates, steps, body measures, what exercise uses, and drinking enough."""

from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.declare import Kind

tool = pure(category="training log")

Kilograms = Annotated[float, Kind("weight", "In kilograms.", minimum=20, maximum=300)]


class _Lap(Result):
    kilometres: Annotated[float, Kind("distance", "In kilometres.", exclusiveMinimum=0, maximum=100)]
    minutes: Annotated[float, Kind("time", "In minutes.", exclusiveMinimum=0, maximum=1000)]


class _Laps(Result):
    pace: Annotated[str, Kind("pace", "Minutes and seconds in the unit wanted.", format="pace-told")]
    fastest: Annotated[int, Kind("fastest lap", "Its number, from 1.", minimum=1)]
    total: Annotated[float, Kind("distance", "All laps, in kilometres.", format="route-km", minimum=0)]


@tool
def lap_summary(
    laps: Annotated[list[_Lap], Kind("laps", "In order.", minItems=2, maxItems=12, again="those laps")],
    pace_per: Annotated[Literal["kilometre", "mile"], Kind("pace unit", "What the pace is for.")] = "kilometre",
    without_first: Annotated[bool, Kind("warm-up", "Leave the first lap out, as a warm-up.")] = False,
) -> _Laps:
    """Sum up laps: the pace for a kilometre or a mile, the fastest lap, the distance."""
    counted = laps[1:] if without_first else laps
    distance = sum(each["kilometres"] for each in counted)
    pace = sum(each["minutes"] for each in counted) / distance * (1.609344 if pace_per == "mile" else 1)
    speeds = [each["kilometres"] / each["minutes"] for each in counted]
    seconds = round(pace * 60)
    fastest = speeds.index(max(speeds)) + (2 if without_first else 1)
    return {"pace": f"{seconds // 60}:{seconds % 60:02d}", "fastest": fastest, "total": round(distance, 2)}


class _Zone(Result):
    low: Annotated[int, Kind("lower end", "Beats a minute.", minimum=0)]
    high: Annotated[int, Kind("upper end", "Beats a minute.", minimum=0)]


@tool
def heart_rate_zone(
    age: Annotated[int, Kind("age", "In years.", minimum=10, maximum=100)],
    effort: Annotated[
        Literal["very light", "light", "moderate", "hard", "all out"], Kind("effort", "How hard it is to be.")
    ],
    resting: Annotated[int, Kind("resting heart rate", "Beats a minute at rest.", minimum=30, maximum=110)] = 0,
) -> _Zone:
    """Give the heart rates of a training zone by age, and by the resting heart rate if it is known."""
    low = {"very light": 0.5, "light": 0.6, "moderate": 0.7, "hard": 0.8, "all out": 0.9}[effort]
    span = 220 - age - resting
    return {"low": round(resting + low * span), "high": round(resting + (low + 0.1) * span)}


class _Steps(Result):
    average: Annotated[int, Kind("average", "Steps a day.", minimum=0)]
    days_reached: Annotated[int, Kind("days", "On how many the goal was reached.", minimum=0)]
    kilometres: Annotated[float, Kind("distance", "In kilometres.", format="route-km", minimum=0)]


@tool
def step_report(
    steps: Annotated[
        list[Annotated[int, Kind("steps", "Of a day.", minimum=0, maximum=100_000)]],
        Kind("steps", "Of each day.", minItems=3, maxItems=14, again="those steps"),
    ],
    goal: Annotated[
        int, Kind("goal", "Steps a day, 10,000 unless said otherwise.", minimum=500, maximum=50_000)
    ] = 10_000,
    long_legs: Annotated[bool, Kind("stride", "Whether the stride is long, 80 cm instead of 70.")] = False,
) -> _Steps:
    """Report on the steps of several days: the average, how often the goal was reached, the distance."""
    reached = sum(each >= goal for each in steps)
    kilometres = sum(steps) * (0.8 if long_legs else 0.7) / 1000
    return {"average": round(sum(steps) / len(steps)), "days_reached": reached, "kilometres": round(kilometres, 2)}


class _BodyMass(Result):
    index: Annotated[float, Kind("body mass index", "In kilograms for a square metre.", minimum=0)]
    in_range: Annotated[bool, Kind("range", "Whether it is from 18.5 to 25.")]


class _Body(Result):
    height: Annotated[float, Kind("height", "In centimetres or inches.", minimum=20, maximum=250)]
    weight: Annotated[float, Kind("weight", "In kilograms or pounds.", minimum=10, maximum=700)]


@tool
def body_mass_index(
    body: Annotated[_Body, Kind("measures", "Height and weight.", again="those measures")],
    units: Annotated[Literal["metric", "imperial"], Kind("units", "Centimetres and kilograms, or inches and pounds.")],
    clothed: Annotated[bool, Kind("clothes", "Take a kilogram off for clothes.")] = False,
) -> _BodyMass:
    """Give the body mass index from height and weight, in metric or imperial units."""
    metres = body["height"] * (2.54 if units == "imperial" else 1) / 100
    kilograms = body["weight"] * (0.45359237 if units == "imperial" else 1) - (1 if clothed else 0)
    index = kilograms / metres**2
    if not 5 < index < 150:
        raise ToolkitError("Nobody has those measures; check the units.")
    return {"index": round(index, 1), "in_range": 18.5 <= index < 25}


class _Used(Result):
    kilocalories: Annotated[int, Kind("energy", "In kilocalories.", format="energy-kcal", minimum=0)]
    minutes: Annotated[int, Kind("time", "In all.", format="minutes-of-sport", minimum=0)]


_EFFORTS = {"walking": 3.5, "jogging": 7.0, "cycling": 6.8, "swimming": 6.0, "rowing": 7.0, "yoga": 2.5, "dancing": 5.0}


class _Session(Result):
    activity: Annotated[
        Literal["walking", "jogging", "cycling", "swimming", "rowing", "yoga", "dancing"],
        Kind("activity", "What is done."),
    ]
    minutes: Annotated[int, Kind("minutes", "How long.", minimum=1, maximum=600)]


@tool
def energy_of_sessions(
    sessions: Annotated[
        list[_Session], Kind("sessions", "What was done.", minItems=1, maxItems=10, again="that training")
    ],
    weight: Kilograms,
    intense: Annotated[bool, Kind("intensity", "Whether it was intense: a quarter more.")] = False,
) -> _Used:
    """Estimate the energy that sessions of sport use, from their minutes and the body's weight."""
    used = sum(_EFFORTS[each["activity"]] * each["minutes"] / 60 for each in sessions) * weight
    minutes = sum(each["minutes"] for each in sessions)
    return {"kilocalories": round(used * (1.25 if intense else 1)), "minutes": minutes}


class _Drink(Result):
    litres: Annotated[float, Kind("water", "Litres a day.", format="volume-l", minimum=0)]
    glasses: Annotated[int, Kind("glasses", "Of the size given.", minimum=0)]


@tool
def water_a_day(
    weight: Kilograms,
    hot_day: Annotated[bool, Kind("heat", "Whether it is hot: half a litre more.")] = False,
    sport_minutes: Annotated[int, Kind("sport", "Minutes of sport that day.", minimum=5, maximum=600)] = 0,
    glass: Annotated[int, Kind("glass", "What a glass holds, in millilitres.", minimum=100, maximum=1000)] = 250,
) -> _Drink:
    """Estimate how much water somebody should drink in a day, more when it is hot and with sport."""
    litres = weight * 0.033 + (0.5 if hot_day else 0) + sport_minutes / 60 * 0.5
    return {"litres": round(litres, 2), "glasses": round(litres * 1000 / glass)}


TOOLS = [lap_summary, heart_rate_zone, step_report, body_mass_index, energy_of_sessions, water_a_day]
