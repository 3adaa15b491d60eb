"""What is left of the checkpoints of finished samples."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from graph.record import record_id
from tests.integration.command import lines, without_times
from tests.integration.workflow import compiled, settings, thread
from toolgrad_data.runs.checkpoints import checkpoints
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings

CONTEXT = settings(calls="3:50,8:50")


def run(folder: Path, keep: Any, samples: int = 4) -> RunSettings:
    return RunSettings(out=folder, samples=samples, seed=3, context=CONTEXT, keep_checkpoints=keep)


def stored(folder: Path) -> dict[str, int]:
    """Bytes of checkpoints and their writes, by thread."""
    parts = "length(checkpoint) + length(metadata) AS size FROM checkpoints", "length(value) FROM writes"
    rows = " UNION ALL SELECT thread_id, ".join(parts)
    with sqlite3.connect(folder / "checkpoints.sqlite") as connection:
        found = dict(connection.execute(f"SELECT thread_id, sum(size) FROM (SELECT thread_id, {rows}) GROUP BY 1"))
    connection.close()
    return found


async def test_nothing_is_left_by_default_and_the_file_shrinks(tmp_path: Path) -> None:
    assert RunSettings(out=tmp_path, samples=1).keep_checkpoints == "none"
    await generate(run(tmp_path / "run", "none"))
    assert stored(tmp_path / "run") == {}
    assert (tmp_path / "run" / "checkpoints.sqlite").stat().st_size < 64 * 1024


async def test_the_last_state_of_each_sample_stays_and_can_be_forked(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    await generate(run(folder, "all"))
    whole = stored(folder)
    with checkpoints(folder / "checkpoints.sqlite") as saver:
        graph = compiled(saver)
        before = {id: (await graph.aget_state(thread(id))).values for id in saver.threads()}
    assert set(before) == {record_id(3, index) for index in range(4)}

    pruned = tmp_path / "pruned"
    await generate(run(pruned, "last"))
    left = stored(pruned)
    sizes = {line.split('"id":"', 1)[1].split('"', 1)[0]: len(line) for line in records(pruned)}
    assert left.keys() == sizes.keys() == whole.keys()
    for id, size in sizes.items():
        assert left[id] <= 3 * size
        assert left[id] < whole[id]
    with checkpoints(pruned / "checkpoints.sqlite") as saver:
        graph = compiled(saver)
        assert set(saver.threads().values()) == {1}
        for id, values in before.items():
            snapshot = await graph.aget_state(thread(id))
            assert {name: len(value) for name, value in snapshot.values.items() if isinstance(value, list)} == {
                name: len(value) for name, value in values.items() if isinstance(value, list)
            }
            assert without_times(snapshot.values["record"]) == without_times(values["record"])
            assert snapshot.next == ()
        id = next(iter(before))
        # A fork from the one that stayed builds on all of its lists.
        gradient = {"iteration": 1, "selected": [], "text": "another"}
        await graph.aupdate_state(thread(id), {"gradients": [gradient]}, as_node="critique_calls")
        forked = (await graph.aget_state(thread(id))).values
        assert forked["gradients"] == [gradient, *before[id]["gradients"][1:]]
        assert len(forked["steps"]) == len(before[id]["steps"])


def records(folder: Path) -> list[str]:
    return [
        line
        for name in ("records.jsonl", "rejected.jsonl")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize("keep", ["none", "last"])
async def test_what_a_killed_command_left_is_pruned_by_the_next(tmp_path: Path, keep: str) -> None:
    folder = tmp_path / "run"
    # All samples are committed and none is pruned, as if each had been killed right after its commit.
    await generate(run(folder, "all", samples=2))
    first = lines(folder / "records.jsonl")
    await generate(run(folder, keep, samples=3))
    assert lines(folder / "records.jsonl")[: len(first)] == first
    with checkpoints(folder / "checkpoints.sqlite") as saver:
        assert list(saver.threads().values()) == ([] if keep == "none" else [1, 1, 1])


async def test_a_reader_does_not_keep_a_finished_run_from_ending(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    large = 1_000_000
    with checkpoints(path) as saver:
        saver.threads()  # makes the tables
        saver.conn.execute(f"INSERT INTO writes VALUES ('one', '', '1', 't', '', 0, 'steps', '', zeroblob({large}))")
        saver.commit()
        with sqlite3.connect(path) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM writes").fetchall()
            saver.conn.execute("DELETE FROM writes")
            saver.shrink()
            assert reader.execute("SELECT length(value) FROM writes").fetchall() == [(large,)]
        reader.close()
        saver.shrink()
    assert path.stat().st_size < large / 10
