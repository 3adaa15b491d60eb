"""The run's own saver: LangGraph's files, and nothing lost between it and LangGraph's own savers."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.sources import UserSource
from tests.integration.command import without_times
from tests.integration.workflow import Json, compiled, history, sample, settings, thread
from toolgrad_data.runs.checkpoints import checkpoints

CONTEXT = settings()
SAMPLE = {"seed": 1, "index": 3, "target_calls": 4}


async def told(saver: BaseCheckpointSaver[Any]) -> list[tuple[Any, Json]]:
    return [(snapshot.next, snapshot.values) for snapshot in await history(compiled(saver))]


async def test_another_saver_reads_the_same_history(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    with checkpoints(path) as saver:
        output = await sample(CONTEXT, compiled(saver), index=3, target_calls=4)
        mine = await told(saver)
    assert mine[-1][1]["record"] == output["record"]
    assert [len(values.get("steps", [])) for _, values in mine][-1] == 4
    async with AsyncSqliteSaver.from_conn_string(str(path)) as theirs:
        assert await told(theirs) == mine


@pytest.mark.parametrize("node", ["execute_call", "update_chain", "verify_record"])
async def test_what_one_began_the_other_finishes(tmp_path: Path, node: str) -> None:
    path = tmp_path / "checkpoints.sqlite"
    with checkpoints(path) as saver:
        await compiled(saver).ainvoke(SAMPLE, thread(), context=CONTEXT, interrupt_before=[node])
    async with AsyncSqliteSaver.from_conn_string(str(path)) as theirs:
        graph = compiled(theirs)
        assert set((await graph.aget_state(thread())).next) == {node}
        await graph.ainvoke(None, thread(), context=CONTEXT, interrupt_after=[node])
    with checkpoints(path) as saver:
        output = await compiled(saver).ainvoke(None, thread(), context=CONTEXT)
    alone = await sample(CONTEXT, index=3, target_calls=4)
    assert without_times(output["record"]) == without_times(alone["record"])


async def test_many_threads_at_once(tmp_path: Path) -> None:
    with checkpoints(tmp_path / "checkpoints.sqlite") as saver:
        graph = compiled(saver)
        outputs = await asyncio.gather(*(sample(CONTEXT, graph, str(index), index=index) for index in range(8)))
        for index, output in enumerate(outputs):
            assert (await graph.aget_state(thread(str(index)))).values["record"] == output["record"]


async def test_the_file_is_free_after_a_failed_write(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    with pytest.raises(sqlite3.OperationalError) as failure, checkpoints(path) as saver:  # noqa: PT012
        await sample(CONTEXT, compiled(saver))
        saver.conn.execute("DROP TABLE writes")
        await sample(CONTEXT, compiled(saver), "two")
    assert "writes" in str(failure.value)
    with sqlite3.connect(path, timeout=0) as connection:
        connection.execute("DELETE FROM checkpoints")
    connection.close()


def stored(path: Path) -> int:
    with sqlite3.connect(path, timeout=0) as connection:
        (count,) = connection.execute("SELECT count(*) FROM writes").fetchone()
    connection.close()
    return int(count)


async def test_writes_of_one_turn_are_one_transaction(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    place: Any = {"configurable": {"thread_id": "one", "checkpoint_ns": "", "checkpoint_id": "1"}}
    with checkpoints(path) as saver:
        for task in "abc":
            await saver.aput_writes(place, [("steps", [task])], task)
        assert stored(path) == 0
        await asyncio.sleep(0)
        assert stored(path) == 3, "the next turn of the loop finds it written"
        await saver.aput_writes(place, [("steps", ["d"])], "d")
    assert stored(path) == 4, "also when the file is closed in the turn"


class Full:
    """A connection whose disk is full when it commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        raise sqlite3.OperationalError("database or disk is full")


async def test_a_commit_that_fails_is_told_to_the_next_who_writes(tmp_path: Path) -> None:
    place: Any = {"configurable": {"thread_id": "one", "checkpoint_ns": "", "checkpoint_id": "1"}}
    with pytest.raises(sqlite3.OperationalError, match="disk is full"), checkpoints(tmp_path / "c.sqlite") as saver:  # noqa: PT012
        saver.conn = Full(saver.conn)  # type: ignore[assignment]
        await saver.aput_writes(place, [("steps", ["a"])], "a")
        await asyncio.sleep(0)
        await saver.aput_writes(place, [("steps", ["b"])], "b")


async def test_a_file_of_somebody_elses_makes_no_object(tmp_path: Path) -> None:
    """LangGraph's own savers would import the class that a value names, and call it."""
    forged = JsonPlusSerializer().dumps_typed({"steps": UserSource(start=0, end=4, quote="Rome")})
    assert isinstance(JsonPlusSerializer().loads_typed(forged)["steps"], UserSource)
    with checkpoints(tmp_path / "checkpoints.sqlite") as saver:
        source = {"kind": "user", "turn": 0, "start": 0, "end": 4, "quote": "Rome", "paraphrase": False}
        assert saver.serde.loads_typed(forged) == {"steps": source}
