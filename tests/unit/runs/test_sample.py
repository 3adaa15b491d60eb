import sqlite3
from collections import Counter
from pathlib import Path

import aiosqlite
import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.context import Context
from graph.record import Record
from tests.unit.runs.helpers import stub_factory
from toolgrad_data.sample import run_sample


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
