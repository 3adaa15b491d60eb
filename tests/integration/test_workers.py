"""`--workers`: the records of one process, made by several, of which any may die at any time."""

import json
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.doubling import Doubling, served
from tests.integration.command import SLOW, hold, lines, run, start, verdicts, wait_for
from tests.integration.test_model_runs import Generate, generate
from toolgrad_data.runs.checkpoints import checkpoints
from toolgrad_data.runs.shards import arrange_shards, shard_paths

__all__ = ["generate"]

SAMPLES = 12
COMMAND = ["generate", "--samples", str(SAMPLES), "--seed", "5", "--calls", "2:50,3:50", "--concurrency", "4", *SLOW]
IDS = [f"s5-{index:06d}" for index in range(SAMPLES)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The records of one process that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    code, _, err = run(folder, *COMMAND, "--out", "run")
    assert code == 0, err
    return verdicts(folder / "run")


def pids(folder: Path) -> set[int]:
    return {call["pid"] for call in lines(folder / "calls.log")}


def repeated(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    """Calls of the second list that the first has already, as often as both have them."""
    keys = [
        Counter(json.dumps([call["sample"], call["tool"], call["arguments"]]) for call in calls)
        for calls in (before, after)
    ]
    return list((keys[0] & keys[1]).elements())


def test_several_processes_make_the_records_of_one(tmp_path: Path, whole: list[dict[str, Any]]) -> None:
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--workers", "2")
    assert code == 0, err
    assert len(pids(tmp_path)) == 2
    assert verdicts(tmp_path / "run") == whole
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (summary["accepted"] + summary["rejected"], summary["missing"]) == (SAMPLES, 0)
    assert {path.name for path in (tmp_path / "run").glob("*.sqlite*")} == {
        "checkpoints-0-of-2.sqlite",
        "checkpoints-1-of-2.sqlite",
    }


def test_a_worker_that_is_killed_is_started_again_and_goes_on(tmp_path: Path, whole: list[dict[str, Any]]) -> None:
    log = tmp_path / "calls.log"
    held = hold(tmp_path, IDS[4])
    process = start(tmp_path, *COMMAND, "--out", "run", "--workers", "2")
    wait_for(process, lambda: len(lines(log)) >= 9 and len(pids(tmp_path)) == 2)
    killed = min(pids(tmp_path))
    os.kill(killed, signal.SIGKILL)
    held.unlink()
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "died (signal 9); it is started again and goes on" in err
    assert len(pids(tmp_path)) == 3
    assert verdicts(tmp_path / "run") == whole
    # At most all four samples were under way there, each with at most three calls in a superstep.
    calls = lines(log)
    dead = [call for call in calls if call["pid"] == killed]
    assert len(repeated(dead, [call for call in calls if call["pid"] != killed])) <= 4 * 3


def test_a_killed_command_goes_on_with_other_numbers_of_workers(tmp_path: Path, whole: list[dict[str, Any]]) -> None:
    out, log = tmp_path / "run", tmp_path / "calls.log"
    done = 0
    for workers in (2, 3, 1):
        held = hold(tmp_path, IDS[done + 3])
        process = start(tmp_path, *COMMAND, "--out", "run", "--workers", str(workers))
        wait_for(process, lambda least=done + 2: len(verdicts(out)) >= least)  # type: ignore[misc]
        process.kill()
        process.communicate()
        done = len(verdicts(out))
    held.unlink()
    finished, before = {record["id"] for record in verdicts(out)}, len(lines(log))
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--workers", "2")
    assert code == 0, err
    assert verdicts(out) == whole
    assert finished.isdisjoint(call["sample"] for call in lines(log)[before:])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_group_ends_the_command_in_order(
    tmp_path: Path, whole: list[dict[str, Any]], number: signal.Signals
) -> None:
    held = hold(tmp_path, IDS[6])
    process = start(tmp_path, *COMMAND, "--out", "run", "--workers", "2")
    wait_for(process, lambda: len(verdicts(tmp_path / "run")) >= 2)
    workers = pids(tmp_path)
    for pid in (*workers, process.pid):
        os.kill(pid, number)
    _, err = process.communicate(timeout=120)
    held.unlink()
    assert process.returncode == 130, err
    assert "died" not in err
    assert "Traceback" not in err
    done = [record["id"] for record in verdicts(tmp_path / "run")]
    assert 2 <= len(done) < SAMPLES
    assert done == IDS[: len(done)]
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--workers", "2")
    assert code == 0, err
    assert verdicts(tmp_path / "run") == whole


def test_limits_and_counts_hold_over_all_workers(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text('["*"]\n"m" = { input = 10.0, output = 50.0 }\n')
    with served(Doubling()) as server:
        options = ["--prices", "prices.toml", "--workers", "2", "--concurrency", "2"]
        code, _, err = generate(server.url, "--max-cost", "0.01", *options, samples=8)
        assert code == 3, err
        assert "Stopped by --max-cost 0.01" in err
        # 0.002 USD a call: the limit is met by the fifth, and each worker may have two more under way.
        assert 5 <= len(server.asked) <= 9
        code, _, err = generate(server.url, *options, samples=8)
        assert code == 0, err
        assert len(server.asked) == 24, "no request is repeated"
    usage = json.loads((tmp_path / "run" / "summary.json").read_text())["usage"]
    assert (usage["llm_calls"], usage["cost_usd"]) == (24, pytest.approx(0.048))


def test_tools_that_change_between_command_and_workers_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "changing.py").write_text(
        "import os\n\ndef double(number: int) -> int:\n    return 2 * number\n\n"
        "double.__doc__ = f'Double a number, said process {os.getpid()}.'\nTOOLS = [double]\n"
    )
    options = ["generate", "--samples", "3", "--out", "run", "--workers", "2", "--allow-unannotated"]
    code, _, err = run(tmp_path, *options, "--tools", "python:changing.py:TOOLS")
    assert code == 1
    assert "a worker has loaded other tools than the command" in err
    assert "Traceback" not in err
    assert verdicts(tmp_path / "run") == []


def test_a_source_for_fewer_calls_at_once_than_workers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text('[[tools]]\nkind = "builtin"\nconcurrency = 1\n')
    options = ["generate", "--samples", "3", "--out", "run", "--config", "run.toml"]
    code, _, err = run(tmp_path, *options, "--workers", "2")
    assert code == 2
    assert "2 processes would share builtin, which allows 1 calls at once" in err
    assert not (tmp_path / "run").exists()


def test_threads_are_moved_to_where_another_number_of_workers_looks_for_them(tmp_path: Path) -> None:
    def threads(path: Path) -> set[tuple[str, str]]:
        with closing(sqlite3.connect(path)) as connection:
            return set(connection.execute("SELECT thread_id, checkpoint_id FROM checkpoints"))

    assert not arrange_shards(tmp_path, 3), "there is nothing to go on from"
    (one,) = shard_paths(tmp_path, 1)
    rows = [(f"s5-{index:06d}", f"c{number}") for index in range(7) for number in range(2)]
    with checkpoints(one) as saver:
        saver.conn.executemany("INSERT INTO checkpoints (thread_id, checkpoint_id) VALUES (?, ?)", rows)
        saver.conn.commit()
    assert arrange_shards(tmp_path, 1)
    assert threads(one) == set(rows)
    for shards in (3, 2, 1):
        assert arrange_shards(tmp_path, shards)
        paths = shard_paths(tmp_path, shards)
        assert sorted(tmp_path.glob("*.sqlite*")) == sorted(paths)
        for shard, path in enumerate(paths):
            assert threads(path) == {row for row in rows if int(row[0][3:]) % shards == shard}
