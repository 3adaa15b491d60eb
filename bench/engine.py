"""What the workflow costs beside the decisions and the tools: against an empty LangGraph graph of the same shape.

Both run the same supersteps: eight nodes, the same edges, a fan-out of three branches an iteration. Ours has a
policy and tools that do nothing, and its proofs; the empty one counts iterations.

Run: python -m bench.engine
"""

import asyncio
import operator
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from bench.noop import noop_policy
from graph.app import build_graph
from graph.context import Context
from toolgrad_data.runs.checkpoints import checkpoints

ITERATIONS, FAN_OUT = 6, 3
SAMPLES, ROUNDS = 12, 5
CONTEXT = Context(
    tools=["python:bench.noop:SMALL_ANSWERS"], proposals=FAN_OUT, accept_per_iteration=1, max_iterations=ITERATIONS
)

Builder = StateGraph[Any, Any, Any, Any]


class Counter(TypedDict, total=False):
    """The least that the shape needs."""

    iteration: int
    reports: Annotated[list[int], operator.add]


def empty_graph() -> Builder:
    """Return the workflow's nodes and edges without anything in them."""

    async def nothing(state: Counter) -> dict[str, Any]:  # noqa: ARG001
        return {}

    async def count(state: Counter) -> dict[str, Any]:
        return {"iteration": state.get("iteration", 0) + 1}

    async def report(state: Counter) -> dict[str, Any]:  # noqa: ARG001
        return {"reports": [1]}

    builder = StateGraph(Counter)
    for name in (
        "propose_calls",
        "critique_calls",
        "update_chain",
        "check_stop",
        "prune_chain",
        "synthesize_query",
        "verify_record",
    ):
        builder.add_node(name, nothing)
    builder.add_node("sample_tools", count)
    builder.add_node("execute_call", report)
    builder.add_edge(START, "sample_tools")
    builder.add_edge("sample_tools", "propose_calls")
    builder.add_conditional_edges(
        "propose_calls", lambda _: [Send("execute_call", {"iteration": 1})] * FAN_OUT, ["execute_call"]
    )
    builder.add_edge("execute_call", "critique_calls")
    builder.add_conditional_edges("critique_calls", lambda _: "update_chain", ["update_chain", "check_stop"])
    builder.add_edge("update_chain", "check_stop")
    builder.add_conditional_edges(
        "check_stop",
        lambda state: "sample_tools" if state["iteration"] < ITERATIONS else "prune_chain",
        ["sample_tools", "prune_chain"],
    )
    builder.add_edge("prune_chain", "synthesize_query")
    builder.add_edge("synthesize_query", "verify_record")
    builder.add_conditional_edges("verify_record", lambda _: END, ["synthesize_query", END])
    return builder


@asynccontextmanager
async def opened(name: str, folder: Path) -> AsyncIterator[BaseCheckpointSaver[Any] | None]:
    """Open the saver of that name: none, LangGraph's own, or the one of the command."""
    if name == "none":
        yield None
    elif name == "RunSaver":
        with checkpoints(folder / "run.sqlite") as run_saver:
            yield run_saver
    else:
        async with AsyncSqliteSaver.from_conn_string(str(folder / "async.sqlite")) as saver:
            yield saver


def given(context: Context | None, index: int = 0) -> Any:
    """Return the input of a sample, ours or the empty graph's."""
    return {"seed": 1, "index": index, "target_calls": ITERATIONS} if context else {"iteration": 0}


async def supersteps(builder: Builder, context: Context | None) -> int:
    """Return how many supersteps a sample takes."""
    events = builder.compile().astream(given(context), context=context, stream_mode="debug")
    return len({event["step"] async for event in events})


async def cpu_ms(builder: Builder, saver: BaseCheckpointSaver[Any] | None, context: Context | None) -> float:
    """Return CPU milliseconds a sample, all threads together."""
    graph = builder.compile(checkpointer=saver)
    began = time.process_time()
    for index in range(SAMPLES):
        # The time is in the thread's name because a round starts its samples anew.
        config: Any = {"configurable": {"thread_id": f"{began}-{index}"}}
        output = await graph.ainvoke(given(context, index), config, context=context)
        assert not context or output["status"] == "accepted", output["reasons"]
    return 1000 * (time.process_time() - began) / SAMPLES


async def main() -> None:
    """Print the table."""
    ours, empty = build_graph(), empty_graph()
    with noop_policy(), tempfile.TemporaryDirectory() as folder:
        steps = [await supersteps(ours, CONTEXT), await supersteps(empty, None)]
        assert steps[0] == steps[1], steps
        print(f"one sample: {steps[0]} supersteps, {ITERATIONS} iterations of {FAN_OUT} calls; best of {ROUNDS} rounds")
        print(f"{'saver':>16} {'workflow ms':>12} {'empty graph ms':>15} {'ratio':>7}")
        for name in ("none", "AsyncSqliteSaver", "RunSaver"):
            async with opened(name, Path(folder)) as saver:
                # In turns, so that a busy machine is busy for both.
                rounds = [(await cpu_ms(ours, saver, CONTEXT), await cpu_ms(empty, saver, None)) for _ in range(ROUNDS)]
            workflow, bare = (min(times) for times in zip(*rounds, strict=True))
            print(f"{name:>16} {workflow:>12.1f} {bare:>15.1f} {workflow / bare:>6.2f}×")


if __name__ == "__main__":
    asyncio.run(main())
