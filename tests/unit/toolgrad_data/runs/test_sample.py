import asyncio
import contextlib
import sqlite3
from collections import Counter
from pathlib import Path

import aiosqlite
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.context import Context
from graph.record import Record, RoleUsage
from graph.state import WORKFLOW
from tests.unit.toolgrad_data.runs.helpers import stub_factory
from toolgrad_data.runs.sample import run_sample


@pytest.mark.parametrize("lost", range(6))
async def test_a_sample_goes_on_from_whatever_was_written_last(tmp_path: Path, lost: int) -> None:
    """Losing the newest checkpoints is what `kill -9` does; the writes of finished nodes are still there."""
    calls: Counter[int] = Counter()

    async def count(index: int) -> None:
        calls[index] += 1

    path = tmp_path / "checkpoints.sqlite"
    async with aiosqlite.connect(path) as connection:
        graph = stub_factory(count)(AsyncSqliteSaver(connection))
        first = await run_sample(graph, Context(), 3, 1, resume=False)
    with sqlite3.connect(path) as database:
        ids = [row[0] for row in database.execute("select checkpoint_id from checkpoints order by 1")]
        assert len(ids) == 5  # the input, and one before each node and the end
        for id in ids[len(ids) - lost :] if lost else []:
            database.execute("delete from checkpoints where checkpoint_id = ?", [id])
            database.execute("delete from writes where checkpoint_id = ?", [id])
    database.close()
    async with aiosqlite.connect(path) as connection:
        graph = stub_factory(count)(AsyncSqliteSaver(connection))
        again = await run_sample(graph, Context(), 3, 1, resume=True)
    assert type(again) is Record
    assert again == first
    assert again.meta.iterations == 1
    # Its writes are with the checkpoint before it: only when that is gone too it runs again.
    assert calls[1] == (1 if lost <= 2 else 2)


async def test_a_sample_of_another_edition_of_the_workflow_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins at its first node, on what it was given; what it had paid for is counted."""
    worked: list[int] = []

    async def once(index: int) -> None:
        worked.append(index)
        if len(worked) == 1:
            raise asyncio.CancelledError

    graph = stub_factory(once)(InMemorySaver())
    monkeypatch.setattr("tests.unit.toolgrad_data.runs.helpers.WORKFLOW", WORKFLOW - 1)
    task = asyncio.create_task(run_sample(graph, Context(), 3, 1, resume=False))
    with contextlib.suppress(asyncio.CancelledError):
        await task
    config: RunnableConfig = {"configurable": {"thread_id": "s3-000001"}}
    usage = [{"iteration": 1, "role": "propose", "id": "", "usage": RoleUsage(llm_calls=2).model_dump()}]
    await graph.aupdate_state(config, {"iteration": 4, "usage": usage}, as_node="prepare")
    monkeypatch.setattr("tests.unit.toolgrad_data.runs.helpers.WORKFLOW", WORKFLOW)
    made = await run_sample(graph, Context(), 3, 1, resume=True)
    assert type(made) is Record
    assert made.meta.iterations == 1  # in its own words: begun once, not gone on from the fourth
    assert made.meta.usage.llm_calls == 2
    assert worked == [1, 1]


async def test_a_sample_of_this_edition_goes_on() -> None:
    graph = stub_factory()(InMemorySaver())
    config: RunnableConfig = {"configurable": {"thread_id": "s3-000001"}}
    given = {"seed": 3, "index": 1, "workflow": WORKFLOW, "iteration": 4}
    await graph.aupdate_state(config, given, as_node="prepare")
    made = await run_sample(graph, Context(), 3, 1, resume=True)
    assert made is not None
    assert made.meta.iterations == 4
