"""Records for the tests of the proofs: the design's example, and a builder of small ones."""

from typing import Any

from graph.record import Meta, Record, RecordContext, Step
from tool_registry.spec import Annotations, ToolSpec

PURE = Annotations(read_only=True, deterministic=True)
META = Meta(
    run_seed=7,
    index=12,
    policies={"propose": "offline"},
    iterations=3,
    stop_reason="target_reached",
    tool_calls=2,
    tool_failures=0,
    started_at="2026-01-01T00:00:00Z",
    finished_at="2026-01-01T00:00:01Z",
)


def spec(name: str, properties: dict[str, Any], **keywords: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "additionalProperties": False, **keywords}
    return ToolSpec(name=name, description=name, parameters=parameters, source="builtin", annotations=PURE)


AIRPORT_LOOKUP = spec("airport_lookup", {"iata": {"type": "string", "pattern": "^[A-Z]{3}$"}}, required=["iata"])
SUN_TIMES = spec(
    "sun_times",
    {
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "lon": {"type": "number", "minimum": -180, "maximum": 180},
        "date": {"type": "string", "format": "date"},
        "kind": {
            "default": "civil",
            "oneOf": [{"const": "civil", "title": "everyday"}, {"const": "nautical", "title": "at sea"}],
        },
    },
    required=["lat", "lon", "date"],
)


def of_quotes(data: dict[str, Any]) -> Record:
    """Return a record of version 1, which has no marks, and whose user sources have quotes alone."""
    return Record.model_validate({**data, "schema_version": 1})


def example() -> Record:
    """Return the record of the design page: two dependent calls, everything holds."""
    return of_quotes(
        {
            "id": "s7-000012",
            "turns": [
                {
                    "query": "I land at HND on 1 March 2026. When does the sun come up there that day?",
                    "steps": [
                        {
                            "id": "s1",
                            "tool": "airport_lookup",
                            "arguments": {"iata": "HND"},
                            "sources": {"/iata": {"kind": "user", "quote": "HND"}},
                            "result": {
                                "name": "Tokyo Haneda",
                                "lat": 35.55,
                                "lon": 139.78,
                                "tz": "Asia/Tokyo",
                            },
                        },
                        {
                            "id": "s2",
                            "tool": "sun_times",
                            "arguments": {"lat": 35.55, "lon": 139.78, "date": "2026-03-01"},
                            "sources": {
                                "/lat": {"kind": "step", "step": "s1", "pointer": "/lat"},
                                "/lon": {"kind": "step", "step": "s1", "pointer": "/lon"},
                                "/date": {"kind": "user", "quote": "1 March 2026"},
                            },
                            "result": {"sunrise": "06:11", "sunset": "17:35"},
                        },
                    ],
                    "chains": [["s1", "s2"]],
                    "response": "At Tokyo Haneda the sun rises at 06:11 on 1 March 2026.",
                }
            ],
            "tools": [AIRPORT_LOOKUP.model_dump(), SUN_TIMES.model_dump()],
            "offered": ["airport_lookup", "sun_times", "convert_units"],
            "meta": META.model_dump(),
        }
    )


def one_call(
    query: str,
    arguments: dict[str, Any],
    sources: dict[str, Any],
    properties: dict[str, Any],
    *,
    earlier: list[Step] | None = None,
    context: RecordContext | None = None,
    result: Any = "done",
    offered: list[str] | None = None,
) -> Record:
    """Return a record whose last step calls `probe_call`; earlier steps call it too."""
    plain = {"id": "x", "tool": "probe_call", "arguments": arguments, "sources": sources, "result": result}
    steps = [*(step.model_dump() for step in earlier or []), plain]
    turn = {"query": query, "steps": steps, "chains": [[step["id"] for step in steps]], "response": "It is done."}
    return of_quotes(
        {
            "id": "s1-000000",
            "context": (context or RecordContext()).model_dump(),
            "turns": [turn],
            "tools": [spec("probe_call", properties).model_dump()],
            "offered": offered or [],
            "meta": META.model_dump(),
        }
    )


def gave(result: Any, name: str = "e") -> Step:
    """Return an earlier step that took nothing and gave the result."""
    return Step(id=name, tool="probe_call", arguments={}, result=result)
