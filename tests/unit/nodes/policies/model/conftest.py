"""What the tests of the model policy share: a fresh process memory, and no key of the developer's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from graph.record import RecordContext, Step
from nodes.policies.base import ProposeRequest
from nodes.policies.model import client, endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.settings import AskSettings
from tool_registry.spec import ToolSpec

QUICK = RetryLimits(attempts=4, base_s=0.001, cap_s=0.01, total_s=5.0)


@pytest.fixture(autouse=True)
async def fresh_process(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_API_BASE",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    endpoint.endpoint.cache_clear()
    yield
    await client.close_clients()


def settings(url: str, **changes: Any) -> AskSettings:
    return AskSettings(**{"model": "m", "base_url": url, **changes})


AIRPORT = ToolSpec(
    name="airport_lookup",
    description="Look up an airport by its IATA code. More words.",
    parameters={
        "type": "object",
        "properties": {"iata": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "IATA code."}},
        "required": ["iata"],
        "additionalProperties": False,
    },
    output_schema={
        "type": "object",
        "properties": {"name": {"type": "string"}, "lat": {"type": "number"}, "lon": {"type": "number"}},
    },
    source="python",
)
SUN = ToolSpec(
    name="sun_times",
    description="Compute sunrise and sunset at a place on a date.",
    parameters={
        "type": "object",
        "properties": {
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lon": {"type": "number", "minimum": -180, "maximum": 180},
            "date": {"type": "string", "format": "date"},
            "note": {"type": "string"},
        },
        "required": ["lat", "lon", "date"],
        "additionalProperties": False,
    },
    source="python",
)
CURRENCY = ToolSpec(
    name="convert",
    description="Convert an amount of money.",
    parameters={
        "type": "object",
        "properties": {
            "amount": {"type": "number"},
            "to": {"oneOf": [{"const": "EUR", "title": "euros"}, {"const": "JPY", "title": "yen"}]},
        },
        "required": ["amount", "to"],
        "additionalProperties": False,
    },
    source="python",
)
TOOLS = {spec.name: spec for spec in (AIRPORT, SUN, CURRENCY)}
HANEDA = Step(
    id="s1",
    tool="airport_lookup",
    arguments={"iata": "HND"},
    result={"name": "Tokyo Haneda", "lat": 35.5523, "lon": 139.7798, "tz": "Asia/Tokyo", "iata": "HND"},
)


def view_members(**changes: Any) -> dict[str, Any]:
    return {
        "seed": 7,
        "iteration": 2,
        "target_calls": 3,
        "context": RecordContext(now="2026-03-01T09:00:00+09:00"),
        "tools": TOOLS,
        "steps": [HANEDA],
        "chains": [["s1"]],
        "gradients": [],
        **changes,
    }


def propose_request(**changes: Any) -> ProposeRequest:
    members = {"batch": list(TOOLS), "count": 3, "attempts": [], **changes}
    return ProposeRequest(**view_members(**members))


def calls(*entries: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"calls": [{"why": "to know", "tool": tool, "arguments": arguments} for tool, arguments in entries]}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is waited for knows nothing of the test
            await asyncio.sleep(0.01)
