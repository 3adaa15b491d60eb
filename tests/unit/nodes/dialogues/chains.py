"""Chains that real runs have made, to be cut in every way: of the built-in tools, of parcels, and of a ticket desk."""

import asyncio
from functools import cache

from graph.app import build_graph
from graph.context import Context
from nodes.dialogues.given import Chain
from nodes.sample import Sample
from tool_registry.registry import get_registry
from tool_registry.sources.config import SourceConfig

DESK = SourceConfig(
    kind="python", target="tool_registry.builtin.ticket_desk:TicketDesk", stateful=True, allow_writes=True
).as_spec()
RUNS = [
    (10, Context(calls="1:10,2-4:40,5-9:50")),
    (5, Context(calls="3-8:100", tools=["python:tests.fixtures.parcels:TOOLS"])),
    (6, Context(calls="2-6:100", tools=[DESK])),
]


@cache
def chains() -> list[Chain]:
    """Return the chains as they are before a plan is made."""
    return asyncio.run(_made())


async def _made() -> list[Chain]:
    graph = build_graph().compile()
    found: list[Chain] = []
    for samples, context in RUNS:
        registry = await get_registry(context.tools)
        for index in range(samples):
            given = {"seed": 11, "index": index}
            async for state in graph.astream(given, context=context, stream_mode="values"):
                if state.get("plan"):
                    sample = Sample(state, context, registry)
                    specs = sample.specs(step.tool for step in sample.steps)
                    found.append(Chain(sample.steps, specs, sample.setting))
                    break
    return found
