"""`--engine ray`: the records of one process, from a cluster of several nodes of which one is killed in mid-run."""

import asyncio
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from tests.integration.command import HERE, SLOW, lines, run, start, wait_for, without_times
from tests.integration.workflow import compiled, settings
from tests.optional import need
from toolgrad_data.errors import RunFailedError
from toolgrad_data.runs.engines.base import RunState, RunWatch
from toolgrad_data.runs.engines.messages import Message, decode, encode, record_to_json
from toolgrad_data.runs.engines.ray_engine import RayEngine
from toolgrad_data.runs.finished import FinishedSamples
from toolgrad_data.runs.sample import run_sample
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.waiting import WaitingSample

SAMPLES = 24
COMMAND = ["generate", "--samples", str(SAMPLES), "--seed", "5", "--calls", "2:50,3:50", "--concurrency", "8", *SLOW]
RAY = ["--engine", "ray"]
# Ray listens on all addresses of the machine.
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


class Cluster:
    """The cluster in a process of its own, for Ray changes much in the one that starts it."""

    def __init__(self, folder: Path) -> None:
        helper = Path(__file__).with_name("ray_cluster.py")
        self._process = subprocess.Popen(
            [sys.executable, str(helper)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # Nodes have their own environment, as the machines of a cluster do.
            env={**os.environ, **TOKEN, "CALL_LOG": str(folder / "calls.log"), "CALL_SECONDS": "0.3"},
        )
        self.address = self._answer()

    def kill_a_node(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("kill\n")
        self._process.stdin.flush()
        assert self._answer() == "killed"

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def _answer(self) -> str:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith(("killed", "127.0.0.2:")):
                return line.strip()
        raise AssertionError("the cluster has not started")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


def verdicts(out: Path) -> list[dict[str, Any]]:
    return [without_times(record) for name in ("records", "rejected") for record in lines(out / f"{name}.jsonl")]


def test_a_cluster_makes_the_records_of_one_process_although_a_node_is_killed(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TOKEN.items():
        monkeypatch.setenv(name, value)
    code, _, err = run(tmp_path, *COMMAND, "--out", "alone")
    assert code == 0, err
    process = start(tmp_path, *COMMAND, "--out", "run", *RAY, "--address", cluster.address, seconds=0.3)
    wait_for(process, lambda: len(verdicts(tmp_path / "run")) >= 4, seconds=240)
    cluster.kill_a_node()
    _, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert "Ray: 2 CPUs, 2 tasks of 4 samples at once" in err
    assert f"{SAMPLES}/{SAMPLES} samples" in err
    assert verdicts(tmp_path / "run") == verdicts(tmp_path / "alone")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (summary["accepted"] + summary["rejected"], summary["missing"]) == (SAMPLES, 0)
    assert not list((tmp_path / "run").glob("*.sqlite*"))


async def test_a_sample_that_waits_for_a_person_is_handed_on_and_its_range_forgotten(tmp_path: Path) -> None:
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    context = settings(review=True)
    run_settings = RunSettings(samples=1, seed=1, out=tmp_path / "run", context=context, engine="ray")
    engine = RayEngine(run_settings, RunState("", FinishedSamples(1)), None, RunWatch())

    class Range:
        """Tells what a task tells, without a cluster."""

        async def remote(self, order: Message, indexes: list[int], _: object) -> None:
            assert (order["answers"], indexes) == ({}, [0])
            async with AsyncSqliteSaver.from_conn_string(":memory:") as saver:
                graph = compiled(saver)
                made = await run_sample(graph, context, 1, 0, resume=True)
            engine._hear(decode(encode({"made": 0, "record": record_to_json(made)})))

    engine._make_range = Range()
    sample = await engine.make(0)
    assert isinstance(sample, WaitingSample)
    assert sample.id == "s1-000000"
    await asyncio.gather(*engine._ranges.values())
    await asyncio.sleep(0)
    assert (engine._ranges, engine._results) == ({}, {})


async def test_a_task_that_dies_again_and_again_ends_the_run(tmp_path: Path) -> None:
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    from ray.exceptions import WorkerCrashedError

    class Dies:
        @staticmethod
        async def remote(*_: object) -> None:
            raise WorkerCrashedError

    six = RunSettings(out=tmp_path / "run", samples=6, engine="ray")
    engine = RayEngine(six, RunState("", FinishedSamples(0)), None, RunWatch())
    engine._size, engine._make_range = 4, Dies
    for index, samples in ((1, "0 to 3"), (5, "4 to 5")):
        with pytest.raises(RunFailedError, match=f"the cluster could not make the samples {samples}: "):
            await engine.make(index)


def test_no_cluster_at_the_address_is_told(tmp_path: Path) -> None:
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", *RAY, "--address", "127.0.0.1:1")
    assert code == 2
    assert "no cluster at 127.0.0.1:1" in err
    assert not list((tmp_path / "run").glob("*.json*")), "nothing has been begun"


def test_settings_of_another_engine_are_refused(tmp_path: Path) -> None:
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", *RAY, "--workers", "2")
    assert code == 2
    assert "--workers is for one machine" in err
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--address", "127.0.0.1:6379")
    assert code == 2
    assert "--address names a Ray cluster" in err
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", *RAY, "--keep-checkpoints", "last")
    assert code == 2
    assert "--keep-checkpoints last: on a Ray cluster they are files of the node" in err


@pytest.fixture
def scratch() -> Iterator[str]:
    """A folder whose name is short, for the paths of Ray's sockets."""
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        yield folder


def test_without_an_address_a_cluster_of_ones_own_is_started(
    scratch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    # It has a token that no file keeps; one that somebody has is not asked for.
    monkeypatch.setenv("HOME", str(tmp_path))
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    few = ["generate", "--samples", "3", "--seed", "5", "--calls", "2:100"]
    code, _, err = run(tmp_path, *few, "--out", "alone")
    assert code == 0, err
    # Where it cannot be, that is told.
    monkeypatch.setenv("TMPDIR", str(long))
    code, _, err = run(tmp_path, *few, "--out", "run", *RAY)
    assert code == 2
    assert "no cluster on this machine: " in err
    assert "path length" in err
    monkeypatch.setenv("TMPDIR", scratch)
    code, _, err = run(tmp_path, *few, "--out", "run", *RAY)
    assert code == 0, err
    assert verdicts(tmp_path / "run") == verdicts(tmp_path / "alone")
    assert not (tmp_path / ".ray").exists()
    assert not list(Path(scratch).glob("toolgrad-*")), "tasks have removed their files"


def test_a_tool_that_crashes_samples_is_left_out_on_the_cluster_and_again_makes_them_anew(
    scratch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    monkeypatch.setenv("TMPDIR", scratch)
    crashing = ["generate", "--tools", f"python:{HERE}/crashing_tools.py:TOOLS", "--allow-writes", "--calls", "1:100"]
    crashing += ["--samples", "20", "--seed", "3", "--concurrency", "4", "--out", "run", *RAY]
    code, _, err = run(tmp_path, *crashing)
    assert code == 0, err
    assert len({record["id"] for record in verdicts(tmp_path / "run")}) == len(verdicts(tmp_path / "run")) == 20
    crashes = lines(tmp_path / "run" / "crashes.jsonl")
    assert {(crash["tool"], crash["place"]) for crash in crashes} == {
        ("water_bed", "tests/integration/crashing_tools.py:21")
    }
    assert list(json.loads((tmp_path / "run" / "run.json").read_text())["left_out"]) == ["water_bed"]
    rejected = lines(tmp_path / "run" / "rejected.jsonl")
    code, _, err = run(tmp_path, *crashing, "--again")
    assert code == 0, err
    assert lines(tmp_path / "run" / "rejected.earlier.jsonl") == rejected
    assert len(verdicts(tmp_path / "run")) == 20
