"""Small numbers stand beside what they count or measure: paraphrases pass, what is beside another thing is found."""

from typing import Any

import pytest

from graph.record import Record, Step, Turn
from nodes.proofs import faithful
from tests.unit.proofs.records import META
from tool_registry.spec import Annotations, ToolSpec

READ_ONLY = Annotations(read_only=True, deterministic=True)


def tool(name: str, description: str, takes: dict[str, Any], gives: dict[str, str]) -> ToolSpec:
    """Return a tool; `gives` are the descriptions of the members of its result."""
    properties = {member: {"description": text} for member, text in gives.items()}
    return ToolSpec(
        name=name,
        description=description,
        parameters={"type": "object", "properties": {member: {"description": text} for member, text in takes.items()}},
        output_schema={"type": "object", "properties": properties},
        source="builtin",
        annotations=READ_ONLY,
    )


TOOLS = [
    tool(
        "forecast",
        "The weather forecast of a city for a day.",
        {"city": "City.", "days": "Days ahead."},
        {
            "summary": "In words.",
            "high_c": "Highest temperature.",
            "low_c": "Lowest temperature.",
            "wind": "Wind force.",
        },
    ),
    tool(
        "hotel_info",
        "Looks up a hotel.",
        {"hotel": "Name of the hotel."},
        {"stars": "Stars of the hotel.", "rooms": "", "rating": "Average guest rating.", "floors": "", "pool": ""},
    ),
    tool("open_issues", "Lists the open issues of a project.", {"project": "Project."}, {"issues": ""}),
    tool("route", "A route by car.", {"start": "", "end": ""}, {"minutes": "Driving time.", "km": "", "tolls": ""}),
    tool(
        "recipe",
        "A recipe for a dish.",
        {"dish": "", "servings": "Number of people."},
        {"eggs": "", "flour_g": "", "minutes": ""},
    ),
    tool(
        "match_result", "How a match ended.", {"team": ""}, {"home": "", "away": "", "home_goals": "", "away_goals": ""}
    ),
]
RESULTS: dict[str, tuple[dict[str, Any], dict[str, str], Any]] = {
    "forecast": (
        {"city": "Oslo", "days": 2},
        {"/city": "Oslo", "/days": "2"},
        {"summary": "light snow", "high_c": 4, "low_c": -7, "wind": 3},
    ),
    "hotel_info": (
        {"hotel": "Hotel Alba"},
        {"/hotel": "Hotel Alba"},
        {"stars": 4, "rooms": 86, "rating": 8.7, "floors": 6, "pool": True},
    ),
    "open_issues": (
        {"project": "lantern"},
        {"/project": "lantern"},
        {
            "issues": [
                {"id": 12, "title": "Wet wick"},
                {"id": 17, "title": "Flame colours"},
                {"id": 31, "title": "Typo"},
            ]
        },
    ),
    "route": (
        {"start": "Leeds", "end": "York"},
        {"/start": "Leeds", "/end": "York"},
        {"minutes": 38, "km": 41, "tolls": 0},
    ),
    "recipe": (
        {"dish": "pancakes", "servings": 6},
        {"/dish": "pancakes", "/servings": "6"},
        {"eggs": 5, "flour_g": 375, "minutes": 25},
    ),
    "match_result": (
        {"team": "Union"},
        {"/team": "Union"},
        {"home": "Union", "away": "Mainz", "home_goals": 3, "away_goals": 1},
    ),
}
QUERIES = {
    "forecast": "What will the weather be in Oslo in 2 days?",
    "hotel_info": "Tell me about Hotel Alba.",
    "open_issues": "Which issues of lantern are open?",
    "route": "How long does it take to drive from Leeds to York?",
    "recipe": "What do I need to cook pancakes for 6?",
    "match_result": "How did Union play?",
}


def record(response: str, *names: str) -> Record:
    steps = []
    for number, name in enumerate(names, start=1):
        arguments, quotes, result = RESULTS[name]
        sources = {pointer: {"kind": "user", "quote": quote} for pointer, quote in quotes.items()}
        steps.append(
            Step.model_validate(
                {"id": f"s{number}", "tool": name, "arguments": arguments, "sources": sources, "result": result}
            )
        )
    query = " ".join(QUERIES[name] for name in names)
    turn = Turn(query=query, steps=steps, chains=[[step.id] for step in steps], response=response)
    specs = [spec for spec in TOOLS if spec.name in names]
    return Record(id="s1-000000", turns=[turn], tools=specs, offered=list(names), meta=META)


def unfounded(response: str, *names: str) -> list[str]:
    return [
        finding.message for finding in faithful.check(record(response, *names)) if finding.code == "untraced_number"
    ]


PASS = [
    ("In 2 days Oslo gets light snow, with a high of 4 and a low of -7.", "forecast"),
    ("Light snow in Oslo, between -7 and 4 degrees.", "forecast"),
    ("Expect light snow: 4 °C at most, -7 °C at night, wind force 3.", "forecast"),
    ("Expect temperatures from -7 to 4 in Oslo, with a wind of about 3.", "forecast"),
    ("Your 2-day forecast for Oslo: light snow.", "forecast"),
    ("| City | High | Low |\n|---|---|---|\n| Oslo | 4 | -7 |", "forecast"),
    ("**Oslo**\n- High: 4\n- Low: -7\n- Wind: 3", "forecast"),
    ("Hotel Alba has 4 stars, 86 rooms on 6 floors and a guest rating of 8.7.", "hotel_info"),
    ("Hotel Alba is a 4-star hotel with 86 rooms.", "hotel_info"),
    ("It's a four-star hotel rated 8.7 by its guests.", "hotel_info"),
    ("Hotel Alba (4 stars, rated 8.7) has six floors.", "hotel_info"),
    ("Guests rate Hotel Alba 8.7 out of 10.", "hotel_info"),
    ("Yes, Hotel Alba has a pool. It has 86 rooms.", "hotel_info"),
    ("Three issues of lantern are open: #12 Wet wick, #17 Flame colours and #31 Typo.", "open_issues"),
    ("There are 3 open issues:\n1. Wet wick (12)\n2. Flame colours (17)\n3. Typo (31)", "open_issues"),
    ("lantern has 3 of them: Wet wick, Flame colours, Typo.", "open_issues"),
    ("The first is 12, Wet wick; the third is 31, Typo.", "open_issues"),
    ("Issue 17 is about the flame colours.", "open_issues"),
    ("The drive from Leeds to York takes 38 minutes for 41 km, with no tolls.", "route"),
    ("You'll be in York after 38 minutes.", "route"),
    ("It takes 38 minutes.", "route"),
    ("38.", "route"),
    ("About 38 minutes.", "route"),
    ("It takes a bit more than half an hour: 38 min.", "route"),
    ("York is 41 km away, a 38-minute drive from Leeds.", "route"),
    ("From Leeds to York: 41 km (about 25 miles), 38 min.", "route"),
    ("For 6 people you need 5 eggs and 375 g of flour. They are done in 25 minutes.", "recipe"),
    ("For six servings of pancakes, take 5 eggs and 375 grams of flour.", "recipe"),
    ("You need:\n\n- 5 eggs\n- 375 g flour\n\nTime: 25 minutes", "recipe"),
    ("Step 1: mix 375 g of flour with 5 eggs.\nStep 2: bake the pancakes. It takes 25 minutes.", "recipe"),
    ("Pancakes for 6 take 25 minutes.", "recipe"),
    ("Union beat Mainz 3-1.", "match_result"),
    ("Union won by 3 goals to 1.", "match_result"),
    ("Union scored 3, Mainz only 1.", "match_result"),
    ("Union won 3 to 1 against Mainz.", "match_result"),
    ("Oslo gets light snow with a high of 4. From Leeds to York it takes 38 minutes.", "forecast", "route"),
    ("Hotel Alba has 4 stars. The pancakes need 5 eggs and 25 minutes.", "hotel_info", "recipe"),
]
FOUND = [
    ("Oslo gets light snow. It is 4 here.", "forecast", "4"),
    ("In 2 days Oslo 4 gets light snow and a low of -7.", "forecast", "4"),
    ("Oslo gets light snow, with a high of 3.", "forecast", "3"),
    ("Oslo gets light snow, with a low of 4.", "forecast", "4"),
    ("Oslo gets 4 light snow.", "forecast", "4"),
    ("Oslo gets light snow with 3 a high of 4.", "forecast", "3"),
    ("Oslo gets light snow, with a high of 4 and 4 friends.", "forecast", "4"),
    ("Hotel Alba has 6 stars.", "hotel_info", "6"),
    ("Hotel Alba has 4 floors.", "hotel_info", "4"),
    ("Hotel Alba has 86 floors.", "hotel_info", "86"),
    ("Hotel Alba has a guest rating of 6.", "hotel_info", "6"),
    ("Hotel 6 Alba has 4 stars.", "hotel_info", "6"),
    ("Hotel Alba has 4 4 stars.", "hotel_info", "4"),
    ("Hotel Alba has 4 stars. It is 6 here.", "hotel_info", "6"),
    ("Hotel Alba has 4 stars. That is seven in all.", "hotel_info", "seven"),
    ("Wet wick, Flame colours and Typo are open, 3 since Monday.", "open_issues", "3"),
    ("Wet wick 3 is open.", "open_issues", "3"),
    ("Wet wick, Flame colours and Typo are open. It is three here.", "open_issues", "three"),
    ("The drive takes 41 minutes.", "route", "41"),
    ("York is 38 km away.", "route", "38"),
    ("The drive from 38 Leeds to York is 41 km long.", "route", "38"),
    ("You need 6 eggs.", "recipe", "6"),
    ("You need 25 eggs.", "recipe", "25"),
    ("For 5 people you need 375 g of flour.", "recipe", "5"),
    ("You need 375 g of flour and 25 five eggs.", "recipe", "25"),
    ("The pancakes take 5 minutes.", "recipe", "5"),
    ("Oslo gets light snow. From Leeds to York it takes 4 minutes.", "forecast", "4"),
    ("Union scored 3 goals in the first 9 minutes.", "match_result", "9"),
]


@pytest.mark.parametrize("case", PASS, ids=lambda case: case[0])
def test_an_honest_paraphrase_passes(case: tuple[str, ...]) -> None:
    assert unfounded(*case) == []


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case[0])
def test_a_number_beside_another_thing_is_found(case: tuple[str, str, str]) -> None:
    response, name, number = case
    found = unfounded(response, name) or unfounded(response, name, "route")
    assert any(repr(number) in message for message in found), found
