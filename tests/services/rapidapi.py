"""A server that speaks ToolBench's protocol, over the library that `library` writes."""

import json
from pathlib import Path
from typing import Any

from tests.services.http import Reply, Seen

PEOPLE = {
    "Ada Lovelace": {"city": "London", "born": 1815, "motto": None},
    "Grace Hopper": {"city": "New York", "born": 1906, "motto": None},
    "Alan Turing": {"city": "London", "born": 1912, "motto": None},
    "Marie Curie": {"city": "Warsaw", "born": 1867, "motto": None},
}
CITIES = {
    city: {"river": river, "founded": founded}
    for city, river, founded in (
        ("London", "Thames", 47),
        ("New York", "Hudson", 1624),
        ("Warsaw", "Vistula", 1300),
        ("Lisbon", "Tagus", 719),
        ("Kyoto", "Kamo", 794),
        ("Oslo", "Akerselva", 1040),
        ("Toronto", "Don", 1793),
        ("Nairobi", "Athi", 1899),
        ("Vienna", "Danube", 881),
        ("Melbourne", "Yarra", 1835),
        ("Porto", "Douro", 868),
    )
}
RIVERS = {
    city["river"]: {"length_km": 100 + 7 * position, "sea": ("North Sea", "Black Sea", "Baltic Sea")[position % 3]}
    for position, city in enumerate(CITIES.values())
}
SEAS = {"North Sea": {"depth_m": 95}, "Black Sea": {"depth_m": 1253}, "Baltic Sea": {"depth_m": 55}}


def _api(name: str, parameters: list[dict[str, Any]], **members: Any) -> dict[str, Any]:
    return {
        "name": name,
        "url": "https://example.p.rapidapi.com",
        "description": "",
        "method": "GET",
        "required_parameters": parameters,
        "optional_parameters": [],
        "code": "",
        "body": {},
        "headers": {},
        "schema": "",
        **members,
    }


def parameter(name: str, kind: str, default: Any = "", description: str = "") -> dict[str, Any]:
    return {"name": name, "type": kind, "default": default, "description": description}


def library(folder: Path) -> Path:
    """Write a small library in ToolBench's layout, with the faults that real ones have; return its folder."""
    tools = {
        "Data/people.json": {
            "tool_name": "People",
            "title": "People",
            "tool_description": "Who was who.",
            "api_list": [
                _api("Find Person", [parameter("person", "STRING", "", "Whom to find")]),
                _api("Find  person!", [], description="Another of that name."),
                _api("Write", [parameter("person", "STRING")], method="POST"),
                _api(
                    "1st by id",
                    [parameter("id", "NUMBER", "3")],
                    optional_parameters=[
                        parameter("class", "BOOLEAN", "True"),
                        parameter("since", "DATE (YYYY-MM-DD)", "2024-05-01"),
                        parameter("kind", "ENUM", "x"),
                        parameter("lat", "NUMBER", "not a number"),
                    ],
                ),
            ],
        },
        "News_Media/places.json": {
            "tool_name": "Places",
            "title": "Places",
            "tool_description": None,
            "api_list": [
                _api("City", [parameter("city", "STRING", "", "Which city")], description="What a city has."),
                _api("River", [parameter("river", "STRING", "Tagus", "Which river")], description="About a river."),
                _api("Sea", [parameter("sea", "STRING", "Black Sea", "Which sea")], description="About a sea."),
                {"description": "nameless"},
                _api("***", []),
            ],
        },
    }
    for path, tool in tools.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(tool))
    (folder / "Data/broken.json").write_text('{"api_list": [')
    (folder / "Data/empty.json").write_text("{}")
    return folder


def answer(request: Seen) -> Reply:
    if request.method != "POST" or request.path != "/virtual":
        return Reply({"detail": "Not Found"}, 404)
    asked = request.json()
    if set(asked) != {"category", "tool_name", "api_name", "tool_input", "strip", "toolbench_key"}:
        return Reply({"detail": "field required"}, 422)
    # As ToolBench's own server reads it: an object in place of text is a failure.
    given = json.loads(asked["tool_input"])
    match asked["category"], asked["tool_name"], asked["api_name"]:
        case "Data", "people", "find_person":
            return _repr(PEOPLE.get(given["person"]))
        case "News_Media", "places", "city":
            return _repr(CITIES.get(given["city"]))
        case "News_Media", "places", "river":
            return _repr(RIVERS.get(given["river"]))
        case "News_Media", "places", "sea":
            return _repr(SEAS.get(given["sea"]))
        case "Data", "people", "get_1st_by_id":
            return Reply({"error": "", "response": json.dumps(given)})
    return Reply({"error": "API not working error...", "response": "no such API"})


def _repr(found: Any) -> Reply:
    if found is None:
        return Reply({"error": "Message error...", "response": "{'message': 'unknown'}"})
    return Reply({"error": "", "response": str(found)})
