"""A run that is stopped, killed or meets a full disk loses nothing, and the same command finishes it."""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from tests.integration.command import SLOW, hold, lines, run, start, wait_for, without_times
from toolgrad_data.runs.workflow import compile_graph

SAMPLES = 12
#: Of which no two samples are alike.
SEED = 6
COMMAND = [
    "generate",
    "--samples",
    str(SAMPLES),
    "--seed",
    str(SEED),
    "--calls",
    "2:50,3:50",
    "--concurrency",
    "3",
    *SLOW,
]
IDS = [f"s{SEED}-{index:06d}" for index in range(SAMPLES)]
Call = tuple[str, str, str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The records of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    code, _, err = run(folder, *COMMAND, "--out", "run")
    assert code == 0, err
    return [without_times(record) for record in lines(folder / "run" / "records.jsonl")]


def verdicts(out: Path) -> list[str]:
    return [record["id"] for name in ("records", "rejected") for record in lines(out / f"{name}.jsonl")]


def call_of(sample: str, entry: dict[str, Any]) -> Call:
    return sample, entry["tool"], str(sorted(entry["arguments"].items()))


async def checkpointed_calls(out: Path, ids: list[str]) -> set[Call]:
    """Calls whose results the checkpoints have: in the state, or from a branch that had finished."""
    found: set[Call] = set()
    async with aiosqlite.connect(out / "checkpoints.sqlite") as connection:
        graph = compile_graph(AsyncSqliteSaver(connection))
        for id in ids:
            snapshot = await graph.aget_state({"configurable": {"thread_id": id}})
            found |= {call_of(id, attempt) for attempt in snapshot.values.get("attempts", [])}
            for task in snapshot.tasks:
                result = task.result or {}
                found |= {call_of(id, attempt) for attempt in result.get("attempts", [])}
    return found


def test_kill_9_repeats_no_call_that_is_in_a_checkpoint(tmp_path: Path, whole: list[dict[str, Any]]) -> None:
    out, log = tmp_path / "run", tmp_path / "calls.log"
    held = hold(tmp_path, IDS[6])
    process = start(tmp_path, *COMMAND, "--out", "run")
    wait_for(process, lambda: len(lines(out / "records.jsonl")) >= 3)
    wait_for(process, lambda: bool(asyncio.run(checkpointed_calls(out, IDS[6:]))))
    process.kill()
    process.communicate()
    held.unlink()
    done = verdicts(out)
    assert 3 <= len(done) < SAMPLES
    kept = asyncio.run(checkpointed_calls(out, [id for id in IDS if id not in done]))
    before = lines(log)
    assert kept
    assert kept <= {call_of(call["sample"], call) for call in before}

    code, _, err = run(tmp_path, *COMMAND, "--out", "run")
    assert code == 0, err
    after = lines(log)[len(before) :]
    assert after
    assert {call["pid"] for call in before}.isdisjoint({call["pid"] for call in after})
    repeated = Counter(call_of(call["sample"], call) for call in after)
    assert not kept & repeated.keys()
    assert not {call["sample"] for call in after} & set(done)
    assert sorted(verdicts(out)) == IDS
    assert [without_times(record) for record in lines(out / "records.jsonl")] == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_in_order_and_tells_how_to_go_on(
    tmp_path: Path, whole: list[dict[str, Any]], number: signal.Signals
) -> None:
    out = tmp_path / "run"
    held = hold(tmp_path, IDS[6])
    process = start(tmp_path, *COMMAND, "--out", "run")
    wait_for(process, lambda: len(lines(out / "records.jsonl")) >= 2)
    process.send_signal(number)
    shown, err = process.communicate(timeout=120)
    held.unlink()
    assert process.returncode == 130, err
    assert "To go on: toolgrad generate --samples 12" in err
    assert "Traceback" not in err
    assert "missing" in shown
    done = verdicts(out)
    assert sorted(done) == IDS[: len(done)]
    assert 2 <= len(done) < SAMPLES
    code, shown, err = run(tmp_path, *COMMAND, "--out", "run")
    assert code == 0, err
    assert f"continuing: {len(done)} samples are done" in err
    assert "accepted        12 of 12" in shown
    assert [without_times(record) for record in lines(out / "records.jsonl")] == whole


def test_a_tool_that_hangs_does_not_hold_up_ctrl_c(tmp_path: Path) -> None:
    process = start(tmp_path, *COMMAND, "--out", "run", seconds=600)
    wait_for(process, lambda: bool(lines(tmp_path / "calls.log")))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err


def test_the_second_signal_leaves_at_once() -> None:
    script = (
        "import time\nfrom toolgrad_data.runs.interrupt import run_interruptibly\n"
        "async def main(stop):\n    print('up', flush=True)\n    time.sleep(600)\n"
        "run_interruptibly(main, lambda: None)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)  # something blocks the loop: the first signal alone cannot end it
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    process.stdout.close()


def test_a_second_process_on_the_same_run_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "run"
    held = hold(tmp_path, IDS[0])
    process = start(tmp_path, *COMMAND, "--out", "run")
    wait_for(process, lambda: bool(lines(tmp_path / "calls.log")))
    code, _, err = run(tmp_path, *COMMAND, "--out", "run")
    assert code == 1
    assert f"another process (pid {process.pid}) is writing this run" in err
    held.unlink()
    process.terminate()
    process.communicate(timeout=120)
    assert len(set(verdicts(out))) == len(verdicts(out))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few hundred kilobytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if not shutil.which("mount"):
        pytest.skip("no mount here")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("may not mount a small file system here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_stops_the_run_and_room_lets_it_go_on(
    tmp_path: Path, small_disk: Path, whole: list[dict[str, Any]]
) -> None:
    code, _, err = run(tmp_path, *COMMAND, "--out", "disk/run")
    assert code == 1
    assert "the disk is full" in err
    assert "nothing that was accepted is lost" in err
    assert "Traceback" not in err
    kept = lines(small_disk / "run" / "records.jsonl")
    assert len(kept) < SAMPLES
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    code, _, err = run(tmp_path, *COMMAND, "--out", "disk/run")
    assert code == 0, err
    assert [without_times(record) for record in lines(small_disk / "run" / "records.jsonl")] == whole
