"""200 tools for benchmarks: 20 fields of life with 10 questions each, 3 to 5 arguments, answers of a wanted size.

`python:bench.workload:TOOLS` answers with about 450 bytes, `python:bench.workload:TOOLS_20KB` with about 20 KB.
An answer follows from the tool and its arguments alone. Places, days, prices and references go from one tool's
answer into another's arguments, so that chains can be deep.
"""

import hashlib
import inspect
import json
import random
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from tool_registry.declare import annotate

FIELDS = {
    "hotels": "hotel", "flights": "flight", "recipes": "recipe", "concerts": "concert", "museums": "museum",
    "books": "book", "films": "film", "trains": "train", "jobs": "job", "flats": "flat",
    "gardens": "garden", "ferries": "ferry", "markets": "market", "courses": "course", "hikes": "hike",
    "clinics": "clinic", "cafes": "cafe", "theatres": "theatre", "bicycles": "bicycle", "parcels": "parcel",
}  # fmt: skip

_CITIES = {
    "Lisbon": (38.72, -9.14), "Kyoto": (35.01, 135.77), "Oslo": (59.91, 10.75), "Nairobi": (-1.29, 36.82),
    "Quito": (-0.18, -78.47), "Vienna": (48.21, 16.37), "Hanoi": (21.03, 105.85), "Porto": (41.15, -8.61),
    "Tbilisi": (41.72, 44.79), "Perth": (-31.95, 115.86), "Halifax": (44.65, -63.57), "Cusco": (-13.53, -71.97),
    "Tallinn": (59.44, 24.75), "Dakar": (14.69, -17.45), "Bergen": (60.39, 5.32), "Sapporo": (43.06, 141.35),
}  # fmt: skip
_NAMES = (
    "Aster", "Birch", "Clover", "Dahlia", "Elder", "Fennel", "Gentian", "Heather", "Iris", "Jasmine", "Laurel",
    "Mallow", "Nettle", "Orchid", "Primrose", "Rowan", "Sorrel", "Thistle", "Verbena", "Willow",
)  # fmt: skip
_SMALL, _LARGE = 450, 20_000

Day = Annotated[str, Field(title="day", json_schema_extra={"format": "date"})]
City = Annotated[str, Field(title="city", json_schema_extra={"format": "city-name"})]
Price = Annotated[float, Field(title="price", json_schema_extra={"format": "euro-amount"})]
Latitude = Annotated[float, Field(title="latitude", json_schema_extra={"format": "latitude"})]
Longitude = Annotated[float, Field(title="longitude", json_schema_extra={"format": "longitude"})]


class Further(TypedDict):
    """A further match of an answer, there to give it its size."""

    label: str
    score: float


def _reference(field: str) -> Any:
    """Return the type of a field's references, such as `HOTE-4821`."""
    return Annotated[str, Field(title=f"{FIELDS[field]} reference", json_schema_extra={"format": f"{field}-reference"})]


def _examples(field: str) -> list[str]:
    rng = random.Random(field)
    return [f"{field[:4].upper()}-{rng.randint(1000, 9999)}" for _ in range(12)]


def _asked(type_: Any, description: str, examples: list[Any]) -> Any:
    return Annotated[type_, Field(description=description, examples=examples)]


def _days(purpose: str) -> list[str]:
    rng = random.Random(purpose)
    return [f"202{rng.randint(4, 6)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}" for _ in range(16)]


def _parameters(field: str) -> dict[str, Any]:
    noun = FIELDS[field]
    points = list(_CITIES.values())
    return {
        "city": _asked(City, "City to look in.", list(_CITIES)),
        "day": _asked(Day, "The day in question.", _days("day")),
        "until": _asked(Day, "Last day of the span.", _days("until")),
        "reference": _asked(_reference(field), f"Reference of the {noun}.", _examples(field)),
        "other": _asked(_reference(field), f"Reference of the second {noun}.", _examples(field)[::-1]),
        "latitude": _asked(Latitude, "Latitude in degrees.", [place[0] for place in points]),
        "longitude": _asked(Longitude, "Longitude in degrees.", [place[1] for place in points]),
        "price": _asked(Price, "Amount in euros.", [20.0, 45.0, 60.0, 85.0, 120.0, 250.0, 310.0]),
        "limit": _asked(Annotated[int, Field(ge=1, le=50, title="limit")], "Matches at most.", [3, 5, 8, 10, 12]),
        "days": _asked(Annotated[int, Field(ge=1, le=30, title="number of days")], "Days ahead.", [3, 5, 7, 10, 14]),
        "people": _asked(Annotated[int, Field(ge=1, le=20, title="group size")], "People in the group.", [2, 3, 4, 6]),
        "radius": _asked(
            Annotated[float, Field(gt=0, le=200, title="radius in kilometres")], "Kilometres around.", [2, 5, 10, 25]
        ),
        "sort": _asked(Annotated[Literal["price", "rating", "distance"], Field(title="order")], "What counts.", []),
    }


#: What each tool asks, its parameters and the members of its answer.
_QUESTIONS: dict[str, tuple[str, str, str]] = {
    "search": ("Find the best {noun} of a city", "city limit sort", "reference city price"),
    "details": ("Find out what is known of one {noun}", "reference day people", "city price latitude longitude"),
    "recent": ("Find the newest {noun} of a city", "city days limit", "reference day"),
    "compare": ("Compare two {noun} offers", "reference other sort", "price city"),
    "outlook": ("Estimate the {noun} prices of the coming days", "city day days sort", "price day"),
    "figures": ("Find the average {noun} price over a span of days", "city day until sort", "price"),
    "nearby": ("Find a {noun} near a point", "latitude longitude radius limit", "reference city price"),
    "advice": ("Suggest a {noun} for a budget", "city price people limit sort", "reference day"),
    "place": ("Locate a {noun} on a day", "reference day sort", "latitude longitude city"),
    "slots": ("Find the next free {noun} for a group", "city day people", "day reference price"),
}


def _tool(field: str, question: str, size: int) -> Callable[..., Any]:
    sentence, names, answers = _QUESTIONS[question]
    parameters = {name: type_ for name, type_ in _parameters(field).items() if name in names.split()}
    name = f"{field}_{question}"
    types: dict[str, Any] = {
        "name": str,
        "reference": _reference(field),
        "city": City,
        "price": Price,
        "day": Day,
        "latitude": Latitude,
        "longitude": Longitude,
    }
    members = {member: types[member] for member in ["name", *answers.split()]}
    answer = TypedDict("answer", {**members, "further": list[Further]})  # type: ignore[misc]

    def call(**arguments: Any) -> dict[str, Any]:
        return _answer(field, question, arguments, list(members), size)

    call.__name__ = name
    call.__doc__ = f"{sentence.format(noun=FIELDS[field])}."
    call.__annotations__ = {**parameters, "return": answer}
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    )
    return annotate(read_only=True, deterministic=True, idempotent=True, open_world=False, category=field)(call)


def _answer(field: str, question: str, arguments: dict[str, Any], members: list[str], size: int) -> dict[str, Any]:
    key = f"{field} {question} {json.dumps(arguments, sort_keys=True, default=str)}"
    rng = random.Random(hashlib.sha256(key.encode()).digest())
    city, point = rng.choice(list(_CITIES.items()))
    values = {
        "name": f"{rng.choice(_NAMES)} {rng.choice(_NAMES)}",
        "reference": f"{field[:4].upper()}-{rng.randint(1000, 9999)}",
        "city": city,
        "price": round(rng.uniform(10, 900), 2),
        "day": f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "latitude": round(point[0] + rng.uniform(-0.1, 0.1), 4),
        "longitude": round(point[1] + rng.uniform(-0.1, 0.1), 4),
    }
    answer = {member: values[member] for member in members}
    further: list[dict[str, Any]] = []
    missing = size - len(json.dumps(answer))
    while missing > 0:
        item = {"label": f"{rng.choice(_NAMES)} {rng.randint(10000, 99999)}", "score": round(rng.uniform(1, 5), 3)}
        further.append(item)
        missing -= len(json.dumps(item)) + 2
    return {**answer, "further": further}


def tools(size: int) -> list[Callable[..., Any]]:
    """Return the 200 tools; their answers have about `size` bytes of JSON."""
    return [_tool(field, question, size) for field in FIELDS for question in _QUESTIONS]


TOOLS = tools(_SMALL)
TOOLS_20KB = tools(_LARGE)
