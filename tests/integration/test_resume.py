"""A script that is killed inside a fan-out goes on with the same thread and repeats no finished call."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from tests.integration.command import lines, wait_for, without_times
from tests.integration.gated_sample import go_on
from tests.integration.workflow import Json, compiled, thread

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {"parcel_weight", "letter_postage", "queue_length"}


def called(log: Path, pid: int) -> list[Json]:
    return [{"tool": call["tool"], "arguments": call["arguments"]} for call in lines(log) if call["pid"] == pid]


def begun(database: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.gated_sample", str(database)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def finished_branches(database: Path) -> list[Json]:
    """The calls of the fan-out under way whose results are in the database."""
    async with AsyncSqliteSaver.from_conn_string(str(database)) as saver:
        state = await compiled(saver).aget_state(thread())
    return [attempt for task in state.tasks for attempt in (task.result or {}).get("attempts", [])]


async def test_kill_9_inside_the_fan_out_repeats_only_the_unfinished_branch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, log, gate = tmp_path / "checkpoints.sqlite", tmp_path / "calls.log", tmp_path / "gate"
    monkeypatch.setenv("CALL_LOG", str(log))
    monkeypatch.setenv("GATE", str(gate))
    process = begun(database)
    wait_for(process, lambda: {call["tool"] for call in called(log, process.pid)} == TOOLS)
    deadline = time.monotonic() + 30
    while len(done := await finished_branches(database)) < 2:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    process.kill()
    process.communicate()
    assert process.returncode == -9
    before = called(log, process.pid)
    assert len(before) == 3
    assert {attempt["tool"] for attempt in done} == TOOLS - {"queue_length"}

    gate.touch()
    output = await go_on(str(database))
    after = called(log, os.getpid())
    waiting = next(call for call in before if call["tool"] == "queue_length")
    assert after[0] == waiting
    finished = [call for call in before if call is not waiting]
    assert not [call for call in after if call in finished]
    assert output["status"] == "accepted"

    undisturbed = await go_on(str(tmp_path / "another.sqlite"))
    assert without_times(output["record"]) == without_times(undisturbed["record"])


async def test_a_finished_thread_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, log = tmp_path / "gate", tmp_path / "calls.log"
    gate.touch()
    monkeypatch.setenv("CALL_LOG", str(log))
    monkeypatch.setenv("GATE", str(gate))
    database = str(tmp_path / "checkpoints.sqlite")
    first = await go_on(database)
    calls = len(lines(log))
    async with AsyncSqliteSaver.from_conn_string(database) as saver:
        again = await compiled(saver).ainvoke(None, thread())
    assert again["record"] == first["record"]
    assert len(lines(log)) == calls
