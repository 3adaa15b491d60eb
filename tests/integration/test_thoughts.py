"""Runs with thoughts before calls: each call has one, they hold, and the same seed thinks the same."""

from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.server import sensible_endpoint
from tests.integration.command import lines, run
from tests.integration.simulated import WORKLOAD, accepted, context, samples

WANTED = ("--samples", "12", "--turns", "1:40,2-3:60", "--seed", "4", "--thoughts")


def turns_of(folder: Path) -> list[dict[str, Any]]:
    return [turn for record in lines(folder / "records.jsonl") for turn in record["turns"]]


def test_a_run_offline_thinks_before_each_call_whatever_the_concurrency(tmp_path: Path) -> None:
    for concurrency in ("1", "8"):
        code, out, err = run(tmp_path, "generate", *WANTED, "--concurrency", concurrency, "--out", f"run{concurrency}")
        assert code == 0, out + err
    turns = turns_of(tmp_path / "run1")
    assert len(turns) > 15
    assert all(set(turn["thoughts"]) == {step["id"] for step in turn["steps"]} for turn in turns)
    assert [turn["thoughts"] for turn in turns] == [turn["thoughts"] for turn in turns_of(tmp_path / "run8")]
    code, out, err = run(tmp_path, "verify", "run1")
    assert code == 0, out + err


def test_without_the_setting_nothing_is_thought(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "generate", *WANTED[:-1], "--out", "run")
    assert code == 0, out + err
    assert {turn["thoughts"] for turn in turns_of(tmp_path / "run")} == {None}


@pytest.mark.usefixtures("fresh_process")
@pytest.mark.parametrize("turns", ["1:100", "2-3:100"])
async def test_a_model_that_thinks_badly_now_and_then_is_asked_again(turns: str) -> None:
    async with sensible_endpoint([WORKLOAD], bad_decisions=0.3) as running:
        finals = await samples(context(running, thoughts=True, turns=turns), range(8))
        planted = running.chat.stats.as_json()["planted"]
    records = accepted(finals)
    assert len(records) == 8, [final["reasons"] for final in finals]
    assert planted.keys() & {"thinks_ahead", "thinks_nothing"}
    for record in records:
        for turn in record.turns:
            assert turn.thoughts is not None
            assert turn.thoughts.keys() == {step.id for step in turn.steps}
