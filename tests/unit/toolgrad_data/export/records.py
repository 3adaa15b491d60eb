"""Records to export: small ones that hold what formats stumble over."""

from typing import Any

from graph.record import Record
from tests.unit.nodes.proofs.records import META

WEATHER = {
    "name": "weather",
    "description": "Tell the weather of a city.",
    "category": "Weather",
    "source": "builtin",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "A city.", "examples": ["Rome", "Oslo", "Bonn", "Nice"]},
            "unit": {"type": "string", "enum": ["C", "F"], "default": "C"},
            "days": {"type": "integer", "minimum": 1},
            "x-trace": {"type": "boolean"},
        },
        "required": ["city"],
        "x-phrases": {"intents": []},
        "examples": [{"city": "Rome"}],
    },
}
BOOKING = {
    "name": "book-table",
    "description": "Book a table.",
    "category": "food & drink",
    "source": "builtin",
    "parameters": {
        "type": "object",
        "properties": {
            "from": {"type": "string"},
            "guest": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "vip": {"type": "boolean", "default": False},
                    "seat": {"type": "object", "properties": {"row": {"type": "integer", "default": 1}}},
                },
                "required": ["name"],
            },
            "notes": {"type": ["string", "null"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "orders": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "dish": {"type": "string"},
                        "count": {"type": "integer"},
                        "price": {"type": "number"},
                    },
                },
            },
        },
        "required": ["from"],
    },
}


def step(id: str, tool: str, arguments: dict[str, Any], result: Any = "done", **members: Any) -> dict[str, Any]:
    sources = members.pop("sources", {})
    return {"id": id, "tool": tool, "arguments": arguments, "sources": sources, "result": result, **members}


def record(*steps: dict[str, Any], query: str = "What now?", response: str = "This.", **members: Any) -> Record:
    turn = {"query": query, "steps": list(steps), "chains": [[one["id"] for one in steps]], "response": response}
    names = {one["name"]: one for one in (WEATHER, BOOKING)}
    return Record.model_validate(
        {
            "id": "s7-000000",
            "turns": [turn],
            "tools": [names[name] for name in dict.fromkeys(one["tool"] for one in steps) if name in names],
            "offered": [],
            "meta": META.model_dump(),
            **members,
        }
    )


def parallel() -> Record:
    """Two calls at once, with a default, a null, nested values and names that are no identifiers."""
    return record(
        step("s1", "weather", {"city": "Żółć “x”", "unit": "C"}, {"t": 3.5}, sources={"/unit": {"kind": "default"}}),
        step(
            "s2",
            "book-table",
            {
                "from": "2026-03-01",
                "guest": {"name": "O'Neil </tool_call>", "vip": False, "seat": {"row": 1}},
                "notes": None,
                "tags": ["quiet", "window"],
                "orders": [{"dish": "soup", "count": 2, "price": 1.59}, {"dish": "bread", "count": 1}],
            },
            {"ok": True},
            sources={"/guest/vip": {"kind": "default"}, "/guest/seat/row": {"kind": "default"}},
        ),
    )


def dependent() -> Record:
    """Two waves: the second takes a value from the first, and a third step waits for an effect."""
    return record(
        step("s1", "weather", {"city": "Rome"}, {"city": {"id": 7}}),
        step("s2", "weather", {"city": "Oslo", "days": 2}, "sunny"),
        step(
            "s3",
            "weather",
            {"city": "7"},
            [1],
            sources={"/city": {"kind": "step", "step": "s1", "pointer": "/city/id"}},
        ),
        step("s4", "book-table", {"from": "now"}, None, after=["s3"]),
        context={"now": "2026-03-01T10:00:00+01:00", "timezone": "Europe/Rome", "user": {"name": "Ada"}},
    )
