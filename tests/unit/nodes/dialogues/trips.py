"""A chain of five calls written by hand: two lines, one of which ends in a write that may be made again."""

from typing import Any

from graph.record import RecordContext, Step
from graph.sources import StepSource
from nodes.dialogues.given import Chain
from tool_registry.spec import Annotations, ToolSpec


def tool(name: str, properties: dict[str, Any], required: list[str], **notes: bool) -> ToolSpec:
    return ToolSpec(
        name=name,
        description=name,
        parameters={"type": "object", "properties": properties, "required": required},
        source="python",
        annotations=Annotations(**{"read_only": True, **notes}),
    )


CITY = {"type": "string", "examples": ["Graz", "Linz", "Wels"]}
NIGHTS = {"type": "integer", "minimum": 1, "maximum": 9}
TOOLS = {
    each.name: each
    for each in (
        tool("place", {"city": CITY, "language": {"type": "string", "default": "en"}}, ["city"]),
        tool("weather", {"lat": {"type": "number"}, "day": {"type": "string", "format": "date"}}, ["lat", "day"]),
        tool("hotels", {"city": CITY, "nights": NIGHTS}, ["city", "nights"]),
        tool("book", {"hotel": {"type": "string"}, "nights": NIGHTS}, ["hotel", "nights"], read_only=False),
        tool(
            "pay",
            {"booking": {"type": "string"}, "how": {"enum": ["card", "cash"]}},
            ["booking", "how"],
            read_only=False,
            idempotent=True,
        ),
    )
}
PLACE = Step(id="s1", tool="place", arguments={"city": "Graz", "language": "en"}, result={"lat": 47.07})
WEATHER = Step(
    id="s2",
    tool="weather",
    arguments={"lat": 47.07, "day": "2026-05-09"},
    sources={"/lat": StepSource(step="s1", pointer="/lat")},
    result={"sky": "clear"},
)
HOTELS = Step(id="s3", tool="hotels", arguments={"city": "Linz", "nights": 3}, result={"hotel": "Donau"})
BOOK = Step(
    id="s4",
    tool="book",
    arguments={"hotel": "Donau", "nights": 3},
    sources={"/hotel": StepSource(step="s3", pointer="/hotel")},
    result={"booking": "B-17"},
)
PAY = Step(
    id="s5",
    tool="pay",
    arguments={"booking": "B-17", "how": "card"},
    sources={"/booking": StepSource(step="s4", pointer="/booking")},
    after=["s4"],
    result={"paid": True},
)
CHAIN = Chain([PLACE, WEATHER, HOTELS, BOOK, PAY], TOOLS, RecordContext())
