"""Samples of the workflow on a desk: tools with state, what they make, and whether a fresh session makes it again."""

import asyncio
from typing import Any

from graph.context import Context
from graph.record import Record
from nodes.sample import call_limits
from nodes.stateful.branches import recorded_calls
from tests.integration.workflow import Json, compiled
from tool_registry.registry import get_registry
from tool_registry.sessions.replay import replay
from tool_registry.sessions.session import open_session
from tool_registry.sources.config import SourceConfig
from toolgrad_data.runs.sample import run_sample

DESK = "tool_registry.builtin.ticket_desk:TicketDesk"


def desk(target: str = DESK, **more: Any) -> str:
    return SourceConfig(kind="python", target=target, stateful=True, allow_writes=True, **more).as_spec()


def settings(target: str = DESK, **more: Any) -> Context:
    return Context(**{"tools": [desk(target)], "calls": "2-6:100", **more})


async def records(context: Context, count: int, seed: int = 3) -> list[Record]:
    graph = compiled()
    made = [run_sample(graph, context, seed, index, resume=False) for index in range(count)]
    return [record for record in await asyncio.gather(*made) if record is not None]


async def differences(steps: list[Json], context: Context) -> list[str]:
    """What a replay of the steps in a fresh session does not give again."""
    registry = await get_registry(context.tools)
    async with await open_session(registry) as session:
        outcomes = await replay(session, recorded_calls(steps), **call_limits(context))
    return [f"{o.id} {o.verdict} {o.where} {o.message}" for o in outcomes if o.verdict != "same"]


def steps_of(record: Record) -> list[Json]:
    return [step for turn in record.model_dump(mode="json")["turns"] for step in turn["steps"]]


def history(record: Json) -> list[Json]:
    """The chain as it grew, also what nobody needed in the end."""
    steps = [*(step for turn in record["turns"] for step in turn["steps"]), *record["pruned"]]
    return sorted(steps, key=lambda step: int(step["id"][1:]))
