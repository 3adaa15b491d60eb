"""Small records, and a compiled graph that stands in for the workflow."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from langgraph.graph import END, START, StateGraph

from graph.context import Context
from graph.marks import Ask, Tell
from graph.record import Meta, Record, RejectedRecord, Step, Turn, record_id
from graph.sources import StepSource, UserSource
from graph.state import WORKFLOW, InputState, OutputState, State
from tool_registry.spec import ToolSpec
from toolgrad_data.runs.sample import Graph
from toolgrad_data.runs.settings import RunSettings

SPEC = ToolSpec(
    name="double",
    description="Double a number. It is fast.",
    parameters={"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
    category="arithmetic",
    source="builtin",
)
TOOLS = {"double": SPEC}


def record(index: int = 0, *, seed: int = 0, number: int | None = None, reasons: list[str] | None = None) -> Record:
    number = index if number is None else number
    step = Step(
        id="s1",
        tool="double",
        arguments={"number": number},
        sources={"/number": UserSource(start=15, end=15 + len(str(number)), quote=str(number))},
        result={"answer": 2 * number},
    )
    answer = str(2 * number)
    turn = Turn(
        query=f"What is number {number} of kind {number * 7919} times two for case {number * 104729}?",
        steps=[step],
        chains=[["s1"]],
        response=f"It is {answer}.",
        asks=[Ask(start=0, end=7, quote="What is", steps=["s1"])],
        tells=[
            Tell(start=6, end=6 + len(answer), quote=answer, source=StepSource(step="s1", pointer="/answer")),
        ],
    )
    made: dict[str, Any] = {
        "id": record_id(seed, index),
        "turns": [turn],
        "tools": [SPEC],
        "offered": ["double"],
        "meta": Meta(
            run_seed=seed,
            index=index,
            policies={},
            iterations=1,
            stop_reason="target_reached",
            tool_calls=2,
            tool_failures=1,
            started_at="2026-01-01T00:00:00+00:00",
            finished_at="2026-01-01T00:00:03+00:00",
        ),
    }
    return RejectedRecord(**made, reasons=reasons) if reasons else Record(**made)


def settings(out: Path, samples: int = 5, seed: int = 0, concurrency: int = 2, **context: Any) -> RunSettings:
    return RunSettings(
        out=out, samples=samples, seed=seed, concurrency=concurrency, context=Context.model_validate(context)
    )


Work = Callable[[int], Awaitable[None]]


async def nothing(index: int) -> None:
    await asyncio.sleep(0)


def stub_factory(work: Work = nothing, verdict: Callable[[int, int], Record] | None = None) -> Callable[[Any], Graph]:
    """Return a factory of a graph: `prepare` counts, `work` awaits, `verdict` sets the record of (seed, index).

    The record's `meta.iterations` tells how often the sample was started.
    """

    async def run_prepare(state: State) -> dict[str, Any]:
        return {"workflow": WORKFLOW, "iteration": state.get("iteration", 0) + 1}

    async def run_work(state: State) -> dict[str, Any]:
        await work(state["index"])
        return {"started_at": "2026-01-01T00:00:00+00:00"}

    async def run_verdict(state: State) -> dict[str, Any]:
        index, seed = state["index"], state["seed"]
        made = verdict(seed, index) if verdict else record(index, seed=seed)
        made.meta.iterations = state["iteration"]
        reasons = made.reasons if isinstance(made, RejectedRecord) else []
        status = "rejected" if reasons else "accepted"
        return {"status": status, "record": made.model_dump(mode="json"), "reasons": reasons}

    def make(saver: Any) -> Graph:
        builder = StateGraph(State, context_schema=Context, input_schema=InputState, output_schema=OutputState)
        builder.add_node("prepare", run_prepare)
        builder.add_node("work", run_work)
        builder.add_node("verdict", run_verdict)
        builder.add_edge(START, "prepare")
        builder.add_edge("prepare", "work")
        builder.add_edge("work", "verdict")
        builder.add_edge("verdict", END)
        return builder.compile(checkpointer=saver)

    return make
