"""A command that is killed while a model judges: nothing is lost, doubled, or paid for again."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.chat import Answered, ChatOptions, ChatRequest
from bench.endpoint.server import Sensible, serving
from tests.integration.command import run, start, verdicts
from tests.integration.simulated import WORKLOAD
from tool_registry.registry import get_registry

SAMPLES = 4
CONCURRENCY = TRIALS = 2
#: Requests for judging that have come when the command is killed: over a third of them.
JUDGED = 9


def without_latency(out: Path) -> list[dict[str, Any]]:
    found = verdicts(out)
    for record in found:
        usage = record["meta"]["usage"]
        for part in (usage, *usage["by_role"].values()):
            part.pop("latency_ms")
    return found


async def test_kill_9_in_mid_judging_pays_for_no_trial_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    registry = await get_registry([WORKLOAD])
    writer = Sensible(registry.specs)
    requests: list[tuple[str, str]] = []

    def answer(request: ChatRequest) -> Answered:
        found = writer.answer(request)
        requests.append((found.role, json.dumps(request.body, sort_keys=True)))
        return found

    command = ["generate", "--samples", str(SAMPLES), "--seed", "3", "--calls", "2:100"]
    command += ["--concurrency", str(CONCURRENCY), "--tools", WORKLOAD, "--model", "simulated"]
    command += ["--judge", "other", "--judge-trials", str(TRIALS)]
    async with serving(answer, ChatOptions(latency_ms=80)) as running:
        command += ["--base-url", running.base_url]
        code, _, err = await asyncio.to_thread(run, tmp_path, *command, "--out", "whole")
        assert code == 0, err
        whole = Counter(requests)
        requests.clear()

        process = await asyncio.to_thread(start, tmp_path, *command, "--out", "run")
        while sum(role in {"judge", "solve"} for role, _ in requests) < JUDGED:
            assert process.poll() is None, process.communicate()
            await asyncio.sleep(0.005)
        process.kill()
        await asyncio.to_thread(process.communicate)
        before = Counter(requests)
        requests.clear()
        assert len(verdicts(tmp_path / "run")) < SAMPLES

        code, _, err = await asyncio.to_thread(run, tmp_path, *command, "--out", "run")
        assert code == 0, err
    after = Counter(requests)
    assert before + after >= whole
    # Only what was under way is asked for again: a request of each trial of each sample that was being made.
    repeated = before + after - whole
    assert repeated <= before
    assert repeated.total() <= CONCURRENCY * TRIALS < before.total()
    assert without_latency(tmp_path / "run") == without_latency(tmp_path / "whole")
    assert sorted(record["id"] for record in verdicts(tmp_path / "run")) == [f"s3-{i:06d}" for i in range(SAMPLES)]
