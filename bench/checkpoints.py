"""Bytes of one sample's checkpoints as it grows: every iteration keeps a result of 20 KB.

Run: python -m bench.checkpoints
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from bench.noop import LARGE, noop_policy
from graph.app import build_graph
from graph.context import Context

ITERATIONS = (10, 20, 40)
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
    )
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder) / "checkpoints.sqlite")) as saver:
            graph = build_graph().compile(checkpointer=saver)
            given: Any = {"seed": 1, "index": 0, "target_calls": iterations}
            output = await graph.ainvoke(given, {"configurable": {"thread_id": "one"}}, context=context)
            assert output["status"] == "accepted", output["reasons"]
            assert len(output["record"]["turns"][0]["steps"]) == iterations
            async with saver.conn.execute(_BYTES) as cursor:
                row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def main() -> None:
    """Print the table."""
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
