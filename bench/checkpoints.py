"""Bytes of one sample's checkpoints as it grows, with results of 20 KB; and beside its record, by chain length.

Run: python -m bench.checkpoints
"""

import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from bench.noop import LARGE, noop_policy
from graph.app import build_graph
from graph.context import Context
from toolgrad_data.runs.checkpoint_cleanup import Pruner
from toolgrad_data.runs.checkpoints import checkpoints

ITERATIONS = (10, 20, 40)
LENGTHS = (2, 5, 10, 20, 40)
_BYTES = """
    SELECT (SELECT sum(length(checkpoint) + length(metadata)) FROM checkpoints)
         + (SELECT sum(length(value)) FROM writes)
"""


async def checkpoint_bytes(iterations: int, proposals: int) -> int:
    """Return the bytes that the database holds for one sample, without its indexes and free pages."""
    context = Context(
        tools=["python:bench.noop:LARGE_ANSWERS"],
        proposals=proposals,
        accept_per_iteration=1,
        max_iterations=iterations,
        max_tool_calls=1000,
        turns="1:100",
    )
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder) / "checkpoints.sqlite")) as saver:
            graph = build_graph().compile(checkpointer=saver)
            given: Any = {"seed": 1, "index": 0, "target_calls": iterations}
            output = await graph.ainvoke(given, {"configurable": {"thread_id": "one"}}, context=context)
            assert output["status"] == "accepted", output["reasons"]
            record = output["record"]
            assert len(record["turns"][0]["steps"]) + len(record["pruned"]) == iterations
            async with saver.conn.execute(_BYTES) as cursor:
                row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


@dataclass(frozen=True)
class Sizes:
    """One sample of a chain length: CPU milliseconds, and bytes of its record and of its checkpoints."""

    calls: int
    cpu_ms: float
    record: int
    history: int
    last: int


async def by_length(calls: int) -> Sizes:
    """Return what a sample of so many calls, one an iteration with three proposed, leaves behind."""
    context = Context(
        tools=["python:bench.noop:SMALL_ANSWERS"],
        proposals=3,
        accept_per_iteration=1,
        max_iterations=calls,
        max_tool_calls=1000,
        turns="1:100",
    )
    with tempfile.TemporaryDirectory() as folder, checkpoints(Path(folder) / "checkpoints.sqlite") as saver:
        graph = build_graph().compile(checkpointer=saver)
        given: Any = {"seed": 1, "index": 0, "target_calls": calls}
        began = time.process_time()
        output = await graph.ainvoke(given, {"configurable": {"thread_id": "one"}}, context=context)
        cpu = time.process_time() - began
        assert output["status"] == "accepted", output["reasons"]
        (history,) = saver.conn.execute(_BYTES).fetchone()
        await Pruner(graph, "last").prune("one")
        (last,) = saver.conn.execute("SELECT sum(length(checkpoint) + length(metadata)) FROM checkpoints").fetchone()
    record = len(json.dumps(output["record"], ensure_ascii=False, separators=(",", ":")).encode())
    return Sizes(calls, 1000 * cpu, record, int(history), int(last))


async def lengths(counts: tuple[int, ...] = LENGTHS) -> list[Sizes]:
    """Return the sizes by chain length; the first sample, which loads everything, is left out."""
    with noop_policy():
        await by_length(1)
        return [await by_length(calls) for calls in counts]


async def main() -> None:
    """Print the tables."""
    print(f"{'calls':>10} {'record KB':>10} {'whole history':>14} {'last state':>11} {'CPU ms':>7}")
    for one in await lengths():
        print(
            f"{one.calls:>10} {one.record / 1000:>10.1f} {one.history / one.record:>13.1f}× "
            f"{one.last / one.record:>10.2f}× {one.cpu_ms:>7.0f}"
        )
    print()
    print(f"{'iterations':>10} {'results':>8} {'their KB':>9} {'stored KB':>10} {'KB/iteration':>13} {'ratio':>7}")
    for proposals in (1, 3):
        for iterations in ITERATIONS:
            with noop_policy():
                stored = await checkpoint_bytes(iterations, proposals)
            results = iterations * proposals
            print(
                f"{iterations:>10} {results:>8} {results * LARGE / 1000:>9.0f} {stored / 1000:>10.0f} "
                f"{stored / 1000 / iterations:>13.1f} {stored / (results * LARGE):>6.2f}×"
            )


if __name__ == "__main__":
    asyncio.run(main())
