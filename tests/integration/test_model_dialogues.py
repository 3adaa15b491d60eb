"""Dialogues by a model over HTTP: planned, written in one call or in parts, spoilt on purpose, judged, killed."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.chat import Answered, ChatRequest
from bench.endpoint.judge import JudgeManner
from bench.endpoint.server import Sensible, sensible_endpoint, serving
from bench.promises import broken_promises
from graph.record import Record
from tests.integration.command import lines, run, start, verdicts
from tests.integration.simulated import WORKLOAD, accepted, context, samples
from tool_registry.registry import get_registry

SEVERAL = {"turns": "2-6:100", "calls": "3-6:100"}
PLANNED = {**SEVERAL, "planner": "openai:simulated"}

pytestmark = pytest.mark.usefixtures("fresh_process")


def kinds(records: list[Record]) -> Counter[str]:
    return Counter(turn.kind for record in records for turn in record.turns)


async def broken(records: list[Record], tools: str = WORKLOAD) -> list[str]:
    registry = await get_registry([tools])
    return [words for record in records for words in await broken_promises(record, registry)]


async def test_a_dialogue_takes_one_call_to_plan_and_one_to_write() -> None:
    async with sensible_endpoint([WORKLOAD]) as running:
        finals = await samples(context(running, **PLANNED), range(6))
        stats = running.chat.stats
    records = accepted(finals)
    assert len(records) == 6, [final["reasons"] for final in finals]
    assert await broken(records) == []
    assert {"follow_up", "clarification"} <= kinds(records).keys()
    assert stats.by_role["synthesize"].calls == stats.by_role["plan"].calls == 6
    assert [record.meta.usage.by_role["plan"].llm_calls for record in records] == [1] * 6


async def test_several_turns_cost_no_more_model_calls_than_one() -> None:
    costs = []
    for turns in ("1:100", "2-6:100"):
        async with sensible_endpoint([WORKLOAD]) as running:
            finals = await samples(context(running, calls="6:100", min_share=1, turns=turns), range(4))
            records = accepted(finals)
            assert len(records) == 4, [final["reasons"] for final in finals]
            calls = sum(len(turn.steps) for record in records for turn in record.turns)
            costs.append(running.chat.stats.as_json()["calls"] / calls)
    assert costs[1] <= 1.1 * costs[0]


@pytest.mark.parametrize("rate", [0.2, 0.6])
async def test_bad_plans_and_turns_are_not_let_through(rate: float) -> None:
    async with sensible_endpoint([WORKLOAD], bad_decisions=rate) as running:
        settings = context(running, **PLANNED, proposer="offline", critic="offline", max_repairs=3)
        finals = await samples(settings, range(12))
        planted = running.chat.stats.planted
    assert {"plan_reversed", "plan_twice", "plan_forgets"} & planted.keys()
    assert sum(count for kind, count in planted.items() if kind.startswith("dialogue_")) >= 12 * rate / 2
    assert await broken(accepted(finals)) == []
    assert len(accepted(finals)) >= (11 if rate < 0.5 else 6), [final["reasons"] for final in finals]


async def test_a_plan_that_does_not_hold_is_asked_for_once_more_and_then_made_by_rules() -> None:
    registry = await get_registry([WORKLOAD])
    writer = Sensible(registry.specs)
    asked: list[list[dict[str, Any]]] = []

    def answer(request: ChatRequest) -> Answered:
        found = writer.answer(request)
        if found.role != "plan":
            return found
        asked.append(request.messages)
        return Answered({"turns": [{"kind": "request", "steps": ["s1"]}, {"kind": "chat", "steps": ["s99"]}]}, "plan")

    async with serving(answer) as running:
        [final] = await samples(context(running, **PLANNED), [0])
    assert final["status"] == "accepted", final["reasons"]
    assert len(final["record"]["turns"]) > 1
    [first, again] = asked
    assert (len(first), len(again)) == (2, 4)
    assert "there is no step 's99'" in again[-1]["content"]
    assert "turn 1: a chat makes no call" in again[-1]["content"]


async def test_a_long_dialogue_is_written_in_parts_whose_prompts_stay_small() -> None:
    registry = await get_registry(["builtin"])
    largest: list[int] = []
    for calls in ("10:100", "30:100"):
        prompts: list[str] = []
        writer = Sensible(registry.specs)

        def answer(request: ChatRequest, writer: Sensible = writer, prompts: list[str] = prompts) -> Answered:
            found = writer.answer(request)
            if found.role == "synthesize":
                prompts.append(str(request.messages[1]["content"]))
            return found

        async with serving(answer) as running:
            free = {"proposer": "offline", "critic": "offline", "max_iterations": 40, "accept_per_iteration": 4}
            settings = context(running, tools=["builtin"], turns="8:100", calls=calls, min_share=1, **free)
            [final] = await samples(settings, [1])
        assert final["status"] == "accepted", final["reasons"]
        assert await broken(accepted([final]), "builtin") == []
        largest.append(max(map(len, prompts)))
    assert len(prompts) > 1
    assert "TURN 0, as it stands\nperson: " in prompts[1]
    assert largest[1] < 2 * largest[0]
    words = [len(turn["query"].split()) for turn in final["record"]["turns"]]
    assert sum(words) / len(words) < 60


async def test_a_solver_plays_the_messages_in_order() -> None:
    judge = {"judge": "openai:other", "judge_trials": 2, "max_repairs": 0}
    free = {"proposer": "offline", "critic": "offline", "tools": ["builtin"]}
    async with sensible_endpoint(["builtin"]) as running:
        kinds_wanted = {"turn_kinds": "clarification:40,refusal:60"}
        finals = await samples(context(running, **SEVERAL, **judge, **free, **kinds_wanted), range(4))
    records = accepted(finals)
    assert len(records) == 4, [final["reasons"] for final in finals]
    assert {"clarification", "refusal"} <= kinds(records).keys()
    for record in records:
        made_in = {step.id: number for number, turn in enumerate(record.turns) for step in turn.steps}
        for trial in record.trajectories or []:
            assert trial.outcome == "same"
            assert [turn.message for turn in trial.turns] == sorted(turn.message for turn in trial.turns)
            assert {turn.message for turn in trial.turns} == set(range(len(record.turns)))
            assert all(turn.answer for turn in trial.turns if not turn.calls and turn.message + 1 < len(record.turns))
            for turn in trial.turns:
                assert {made_in[call.step or ""] for call in turn.calls} <= {turn.message}


async def test_a_solver_that_goes_astray_in_a_dialogue_is_told_of() -> None:
    judge = {"judge": "openai:other", "judge_trials": 2, "max_repairs": 0}
    async with sensible_endpoint([WORKLOAD], judging=JudgeManner(errors=1.0)) as running:
        [final] = await samples(context(running, **SEVERAL, **judge), [0])
    [found] = final["record"]["verification"]["findings"]
    assert (found["promise"], found["code"]) == ("judged", "ambiguous_query")


async def test_kill_9_between_parts_writes_none_of_them_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    registry = await get_registry([WORKLOAD])
    writer = Sensible(registry.specs, bad_decisions=0.2)
    asked: list[str] = []

    def answer(request: ChatRequest) -> Answered:
        found = writer.answer(request)
        asked.append(json.dumps(request.body, sort_keys=True))
        return found

    command = [
        "generate",
        "--samples",
        "2",
        "--seed",
        "4",
        "--calls",
        "15:100",
        "--turns",
        "6:100",
        "--tools",
        WORKLOAD,
    ]
    command += ["--concurrency", "1", "--writer", "openai:simulated", "--planner", "openai:simulated"]
    async with serving(answer) as running:
        command += ["--base-url", running.base_url]
        process = await asyncio.to_thread(start, tmp_path, *command, "--out", "run")
        while len(asked) < 3:
            assert process.poll() is None, process.communicate()
            await asyncio.sleep(0.005)
        process.kill()
        await asyncio.to_thread(process.communicate)
        before = Counter(asked)
        asked.clear()
        code, _, err = await asyncio.to_thread(run, tmp_path, *command, "--out", "run")
        assert code == 0, err
    asked_twice = (before + Counter(asked)).total() - len(before + Counter(asked))
    assert asked_twice <= 1, "only what was under way is asked for again"
    assert len(verdicts(tmp_path / "run")) == 2
    records = [Record.model_validate(record) for record in lines(tmp_path / "run" / "records.jsonl")]
    assert records
    assert await broken(records) == []
