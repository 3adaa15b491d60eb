"""Tours of several stops: dates, budgets, luggage, legs, sharing a car; countries by their plain names."""

from datetime import date, timedelta
from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import Amount, ClockTime, Money, Names, clock_of, different, minutes_of
from tool_registry.builtin.kinds import Day, PlainDay
from tool_registry.declare import Kind

tool = pure(category="tours")

Place = Annotated[str, Kind("place", "Where it is, by its everyday name.", minLength=1)]
Told = Annotated[str, Kind("place", "As given.", format="entry-told")]


class _Stop(Result):
    place: Place
    nights: Annotated[int, Kind("nights", "How many nights.", minimum=1, maximum=60)]


class _Arrival(Result):
    place: Told
    arrives: Annotated[PlainDay, Kind(format="plain-date")]


class _Tour(Result):
    stops: Annotated[list[_Arrival], Kind("stops", "With the day of arrival.")]
    home: Annotated[PlainDay, Kind("day of return", "When the last stay ends.", format="plain-date")]
    nights: Annotated[int, Kind("nights", "In all.", minimum=1)]


@tool
def tour_dates(
    start: Annotated[Day, Kind("first day", "Day of arrival at the first stop, YYYY-MM-DD.")],
    stops: Annotated[list[_Stop], Kind("stops", "In order.", minItems=2, maxItems=8, again="those stops")],
    night_trains: Annotated[
        bool, Kind("night trains", "Whether each journey between stops takes a night of its own.")
    ] = False,
) -> _Tour:
    """Tell on which day each stop of a tour is reached and when one is home, from the nights at each stop."""
    day, arrivals = date.fromisoformat(start), list[_Arrival]()
    for each in stops:
        arrivals.append({"place": each["place"], "arrives": day.isoformat()})
        day += timedelta(days=each["nights"] + (1 if night_trains else 0))
    home = day - timedelta(days=1 if night_trains else 0)
    return {"stops": arrivals, "home": home.isoformat(), "nights": (home - date.fromisoformat(start)).days}


class _Leg(Result):
    to: Annotated[Place, Kind("place", "Where the leg ends.")]
    kilometres: Annotated[float, Kind("distance", "In kilometres.", minimum=0.1, maximum=5000)]


class _Legs(Result):
    total: Annotated[float, Kind("distance", "In the unit wanted.", minimum=0)]
    longest: Annotated[str, Kind("longest leg", "Where it ends.", format="entry-told")]


@tool
def tour_distance(
    legs: Annotated[list[_Leg], Kind("legs", "In order.", minItems=2, maxItems=10, again="those legs")],
    unit: Annotated[Literal["kilometres", "miles", "nautical miles"], Kind("unit", "What the distance is given in.")],
    same_way_back: Annotated[bool, Kind("way back", "Whether one comes back the same way.")] = False,
) -> _Legs:
    """Add up the legs of a tour in kilometres, miles or nautical miles, there and back if wanted; name the longest."""
    total = sum(each["kilometres"] for each in legs) * (2 if same_way_back else 1)
    total /= {"kilometres": 1.0, "miles": 1.609344, "nautical miles": 1.852}[unit]
    return {"total": round(total, 2), "longest": max(legs, key=lambda each: each["kilometres"])["to"]}


class _Bags(Result):
    over: Annotated[float, Kind("excess", "Kilograms above what is free.", minimum=0)]
    fee: Annotated[Money, Kind("fee", "For the excess.", format="plain-money")]


@tool
def luggage_fee(
    bags: Annotated[
        list[Annotated[float, Kind("bag", "In kilograms.", exclusiveMinimum=0, maximum=50)]],
        Kind("bags", "Weight of each, in kilograms.", minItems=1, maxItems=8, again="those bags"),
    ],
    free: Annotated[float, Kind("free weight", "Kilograms that are free.", minimum=0, maximum=100)],
    fee_per_kilogram: Annotated[Amount, Kind("fee", "For each kilogram above.", exclusiveMinimum=0, maximum=100)],
    pooled: Annotated[bool, Kind("pooling", "Whether the free weight is for all bags together, not for each.")] = False,
) -> _Bags:
    """Tell what excess luggage costs: kilograms above the free weight, of each bag or of all together."""
    over = max(sum(bags) - free, 0) if pooled else sum(max(each - free, 0) for each in bags)
    return {"over": round(over, 2), "fee": round(over * fee_per_kilogram, 2)}


class _TourBudget(Result):
    total: Annotated[Money, Kind("budget", "For all of it.", format="money-amount")]
    each: Annotated[float, Kind("share of each", "For each traveller.", format="plain-money", minimum=0)]


_DAILY = {
    "Portugal": 75, "Norway": 150, "Japan": 110, "Vietnam": 40, "Mexico": 60, "Greece": 80, "Canada": 125,
    "New Zealand": 120, "South Africa": 65, "United Kingdom": 130, "Czech Republic": 65, "Morocco": 50,
}  # fmt: skip
Country = Annotated[
    Literal[
        "Portugal", "Norway", "Japan", "Vietnam", "Mexico", "Greece", "Canada", "New Zealand", "South Africa",
        "United Kingdom", "Czech Republic", "Morocco",
    ],
    Kind("country", "Its plain English name, no code.", again="that country"),
]  # fmt: skip


@tool
def travel_budget(
    country: Country,
    days: Annotated[int, Kind("days", "How many days.", minimum=1, maximum=120)],
    travellers: Annotated[int, Kind("travellers", "How many travel.", minimum=1, maximum=20)] = 1,
    comfort: Annotated[Literal["simple", "medium", "comfortable"], Kind("comfort", "How one lives.")] = "medium",
    shared_rooms: Annotated[bool, Kind("rooms", "Whether two share a room: a fifth less for each.")] = False,
) -> _TourBudget:
    """Estimate in euros what some days in a country cost, flights apart, by how many travel and how they live."""
    daily = _DAILY[country] * {"simple": 0.6, "medium": 1.0, "comfortable": 1.9}[comfort] * (0.8 if shared_rooms else 1)
    return {"total": round(daily * days * travellers, 2), "each": round(daily * days, 2)}


class _Dialled(Result):
    prefix: Annotated[str, Kind("dialling code", "With its plus sign.", format="dialling-code")]
    number: Annotated[str, Kind("number", "As dialled from abroad.", format="phone-told")]


_CODES = {
    "Portugal": "351", "Norway": "47", "Japan": "81", "Vietnam": "84", "Mexico": "52", "Greece": "30", "Canada": "1",
    "New Zealand": "64", "South Africa": "27", "United Kingdom": "44", "Czech Republic": "420", "Morocco": "212",
}  # fmt: skip


@tool
def number_from_abroad(
    number: Annotated[str, Kind("number", "As dialled inside the country.", pattern="^[0-9 ]{5,16}$")],
    country: Country,
    grouped: Annotated[bool, Kind("groups", "Whether to put the digits in groups of three.")] = False,
) -> _Dialled:
    """Write a phone number of a country, given by its plain name, as it is dialled from abroad."""
    digits = number.replace(" ", "")
    local = digits.removeprefix("0") if country not in ("Greece", "Czech Republic", "Norway", "Portugal") else digits
    parts = [local[place : place + 3] for place in range(0, len(local), 3)] if grouped else [local]
    if not local:
        raise ToolkitError("There is no digit but zero in it; give the whole number.")
    return {"prefix": f"+{_CODES[country]}", "number": f"+{_CODES[country]} {' '.join(parts)}"}


class _PickUp(Result):
    name: Annotated[str, Kind("name", "Who is picked up.", format="payer-name")]
    at: Annotated[str, Kind("time", "When, HH:MM.", format="clock-time-told")]


class _PickUps(Result):
    stops: Annotated[list[_PickUp], Kind("stops", "Who is picked up when.")]
    arrives: Annotated[str, Kind("arrival", "When all are there, HH:MM.", format="clock-time-told")]


@tool
def pick_up_times(
    passengers: Names,
    start: Annotated[ClockTime, Kind("start", "When the driver leaves.")],
    minutes_between: Annotated[
        int, Kind("minutes between", "Minutes from one stop to the next.", minimum=1, maximum=120)
    ],
    last_stretch: Annotated[
        int, Kind("last stretch", "Minutes from the last stop to the end, 30 unless said.", minimum=1, maximum=600)
    ] = 30,
    reverse: Annotated[bool, Kind("order", "Whether the last one named is picked up first.")] = False,
) -> _PickUps:
    """Tell when each passenger of a shared car is picked up and when all arrive."""
    different(passengers)
    at, stops = minutes_of(start), list[_PickUp]()
    for name in reversed(passengers) if reverse else passengers:
        at += minutes_between
        stops.append({"name": name, "at": clock_of(at)})
    return {"stops": stops, "arrives": clock_of(at + last_stretch)}


TOOLS = [tour_dates, tour_distance, luggage_fee, travel_budget, number_from_abroad, pick_up_times]
