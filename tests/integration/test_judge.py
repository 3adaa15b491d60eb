"""Judging over HTTP: a solver who agrees, ones who do not, what it costs, and where it is told."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver

from bench.endpoint.chat import Answered, ChatRequest
from bench.endpoint.judge import JudgeManner
from bench.endpoint.server import Running, Sensible, sensible_endpoint, serving
from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from tests.integration.command import lines
from tests.integration.simulated import WORKLOAD, context, samples
from tool_registry.registry import get_registry
from tool_registry.sources.config import SourceConfig
from toolgrad_data import cli
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.setting_checks import check_policies

JUDGE = {"judge": "openai:simulated-judge", "calls": "3:100", "judge_trials": 2, "max_repairs": 0}
KEY = "sk-very-secret-0123456789abcdef"

pytestmark = pytest.mark.usefixtures("fresh_process")


def judged(running: Running, **changes: Any) -> Context:
    return context(running, **{**JUDGE, **changes})


async def test_a_solver_that_agrees_lets_the_record_pass() -> None:
    async with sensible_endpoint([WORKLOAD]) as running:
        finals = await samples(judged(running), range(2))
        stats = running.chat.stats.as_json()
    for final in finals:
        assert final["status"] == "accepted", final["reasons"]
        record = Record.model_validate(final["record"])
        judge, trajectories = record.judge, record.trajectories
        assert judge is not None
        assert trajectories is not None
        assert (judge.model, judge.trials, judge.solved, judge.disagreement) == ("simulated-judge", 2, 2, None)
        assert (judge.naturalness, judge.would_ask) == (4, 4)
        assert judge.naturalness_reason
        for trajectory in trajectories:
            calls = [call for turn in trajectory.turns for call in turn.calls]
            assert trajectory.outcome == "same"
            assert {call.step for call in calls} == {step.id for step in record.turns[0].steps}
            # It really called: the results are what the tools gave.
            results = {step.id: step.result for step in record.turns[0].steps}
            assert all(call.result == results[call.step or ""] for call in calls)
            assert trajectory.turns[0].reasoning
            assert trajectory.answer
        usage = record.meta.usage.by_role
        assert usage["judge"].llm_calls == 1
        assert usage["solve"].llm_calls == sum(len(trajectory.turns) for trajectory in trajectories)
        assert record.meta.models["judge"] == "simulated-judge"
    records = [Record.model_validate(final["record"]) for final in finals]
    assert sum(record.meta.usage.llm_calls for record in records) == stats["calls"]
    assert sum(record.meta.usage.input_tokens for record in records) == stats["prompt_tokens"]


@pytest.mark.parametrize(
    ("manner", "trials", "code"),
    [
        (JudgeManner(errors=1.0, error="idle"), 2, "ambiguous_query"),
        (JudgeManner(errors=1.0, error="strays"), 2, "ambiguous_query"),
        (JudgeManner(errors=1.0, error="short"), 2, "wrong_chain"),
        (JudgeManner(scores=(2, 4)), 0, "unnatural"),
        (JudgeManner(scores=(4, 1)), 0, "nobody_asks"),
    ],
)
async def test_thresholds_reject_and_say_why(manner: JudgeManner, trials: int, code: str) -> None:
    async with sensible_endpoint([WORKLOAD], judging=manner, shape="deep") as running:
        [final] = await samples(judged(running), [0])
    assert final["status"] == "rejected"
    record = final["record"]
    assert [finding["code"] for finding in record["verification"]["findings"]] == [code]
    assert {finding["promise"] for finding in record["verification"]["findings"]} == {"judged"}
    assert final["reasons"][0].startswith("judged: ")
    assert (record["judge"]["trials"], record["judge"]["solved"]) == (trials, 0)
    assert record["judge"]["disagreement"] == (code if trials else None)
    # A low score saves the price of the trials.
    assert bool(record["trajectories"]) == bool(trials)
    assert ("solve" in record["meta"]["usage"]["by_role"]) == bool(trials)


async def test_a_lower_threshold_lets_the_same_record_pass() -> None:
    manner = JudgeManner(errors=1.0, scores=(1, 1))
    lenient = {"judge_min_solved": 0.0, "judge_min_naturalness": 1, "judge_min_would_ask": 1}
    async with sensible_endpoint([WORKLOAD], judging=manner) as running:
        [final] = await samples(judged(running, **lenient), [0])
    assert final["status"] == "accepted"
    assert (final["record"]["judge"]["solved"], final["record"]["judge"]["disagreement"]) == (0, None)


async def test_findings_of_the_judge_go_back_to_the_writer() -> None:
    manner = JudgeManner(errors=1.0)
    async with sensible_endpoint([WORKLOAD], judging=manner) as running:
        [final] = await samples(judged(running, max_repairs=1), [0])
    record = final["record"]
    assert record["meta"]["repairs"] == 1
    assert record["meta"]["usage"]["by_role"]["judge"]["llm_calls"] == 2
    assert record["meta"]["usage"]["by_role"]["synthesize"]["llm_calls"] == 2


async def test_a_judge_that_cannot_be_asked_rejects_without_a_rewrite() -> None:
    registry = await get_registry([WORKLOAD])
    writer = Sensible(registry.specs)

    def answer(request: ChatRequest) -> Answered:
        found = writer.answer(request)
        return Answered(None, found.role, raw="I will not.") if found.role in ("judge", "solve") else found

    async with serving(answer) as running:
        [final] = await samples(judged(running, max_repairs=2), [0])
    record = final["record"]
    assert (final["status"], record["meta"]["repairs"], record["judge"]) == ("rejected", 0, None)
    assert [finding["code"] for finding in record["verification"]["findings"]] == ["not_judged"]
    assert record["meta"]["usage"]["by_role"]["judge"]["llm_calls"] == 2


async def test_the_solver_sees_neither_the_record_nor_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    registry = await get_registry([WORKLOAD])
    judge = Sensible(registry.specs)
    prompts: dict[str, list[str]] = {}

    def answer(request: ChatRequest) -> Answered:
        found = judge.answer(request)
        prompts.setdefault(found.role, []).append(json.dumps(request.body))
        return found

    async with serving(answer) as running:
        [final] = await samples(judged(running), [0])
    assert final["status"] == "accepted"
    record = Record.model_validate(final["record"])
    first = next(prompt for prompt in prompts["solve"] if len(json.loads(prompt)["messages"]) == 2)
    assert record.turns[0].query in json.loads(first)["messages"][1]["content"]
    told = "".join(prompts["solve"] + prompts["judge"])
    assert KEY not in told
    assert record.turns[0].response not in told
    assert KEY not in json.dumps(final["record"])
    # Others stand among the tools of the record.
    offered = _offered(json.loads(first)["messages"][1]["content"])
    assert len(offered) > len(record.tools)
    assert offered[: len(record.tools)] != [spec.name for spec in record.tools]


async def test_a_trial_is_one_conversation_and_trials_differ_in_the_order_of_tools(tmp_path: Path) -> None:
    registry = await get_registry([WORKLOAD])
    judge = Sensible(registry.specs)
    talks: list[list[dict[str, str]]] = []

    def answer(request: ChatRequest) -> Answered:
        found = judge.answer(request)
        if found.role == "solve":
            talks.append(request.messages)
        return found

    async with serving(answer) as running:
        settings = judged(running, calls="4:100", response_cache=str(tmp_path / "answers.sqlite"))
        [final] = await samples(settings, [0])
        asked = running.chat.stats.as_json()["calls"]
        [again] = await samples(settings, [0])
        assert running.chat.stats.as_json()["calls"] == asked, "every move is in the cache"
    assert again["record"]["trajectories"] == final["record"]["trajectories"]
    trials = [talk for talk in talks if len(talk) == 2]
    assert len(trials) == 2
    lists = [_offered(talk[1]["content"]) for talk in trials]
    assert lists[0] != lists[1]
    assert sorted(lists[0]) == sorted(lists[1])
    for talk in talks:
        # What was said before is said again, to the letter, and the tools are sent once.
        assert len(talk) == 2 or talk[:-2] in talks
        assert [message["role"] for message in talk] == [
            "system",
            "user",
            *["assistant", "user"] * (len(talk) // 2 - 1),
        ]
        assert sum("TOOLS\n" in message["content"] for message in talk) == 1
    longest = max(talks, key=len)
    moves = final["record"]["trajectories"][0]["turns"]
    assert json.loads(longest[2]["content"])["calls"][0]["tool"] in [call["tool"] for call in moves[0]["calls"]]
    assert longest[3]["content"].startswith("RESULTS\nc1 ")


def _offered(prompt: str) -> list[str]:
    tools = prompt.removeprefix("TOOLS\n").partition("\n\n")[0]
    return [line.split("(")[0] for line in tools.splitlines()]


async def test_a_resumed_sample_repeats_no_trial_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes import judge_record

    async with sensible_endpoint([WORKLOAD]) as running:
        settings = judged(running)
        graph = build_graph().compile(checkpointer=InMemorySaver())
        config: Any = {"configurable": {"thread_id": "one"}}
        monkeypatch.setattr(judge_record, "_with_trials", _crash)
        with pytest.raises(RuntimeError, match="killed"):
            await graph.ainvoke({"seed": 1, "index": 0}, config, context=settings)
        before = running.chat.stats.as_json()["calls"]
        monkeypatch.undo()
        final = await graph.ainvoke(None, config, context=settings)
        after = running.chat.stats.as_json()["calls"]
    assert final["status"] == "accepted"
    assert after == before
    assert final["record"]["meta"]["usage"]["llm_calls"] == after


async def test_each_trial_of_tools_with_state_has_a_session_of_its_own() -> None:
    desk = SourceConfig(kind="python", target="tool_registry.builtin.ticket_desk:TicketDesk", stateful=True).as_spec()
    async with sensible_endpoint([desk]) as running:
        settings = Context.model_validate(
            {"tools": [desk], "allow_writes": True, "base_url": running.base_url, "writer": "openai:simulated", **JUDGE}
        )
        [final] = await samples(settings, [0], seed=3)
    assert final["status"] == "accepted", final["reasons"]
    # Results of writes name what was written: two trials in one session would not both get the record's.
    assert any(not spec["annotations"]["read_only"] for spec in final["record"]["tools"])
    assert [trial["outcome"] for trial in final["record"]["trajectories"]] == ["same", "same"]
    record = Record.model_validate(final["record"])
    results = {step.id: step.result for step in record.turns[0].steps}
    for trajectory in record.trajectories or []:
        for turn in trajectory.turns:
            assert all(call.result == results[call.step or ""] for call in turn.calls)


def _crash(*_: Any) -> Any:
    raise RuntimeError("killed")


def test_the_writer_does_not_judge_its_own_words_unless_told_to() -> None:
    settings = {"writer": "openai:m", "judge": "m", "base_url": "http://127.0.0.1:9/v1"}
    with pytest.raises(UsageError, match="it would judge its own words"):
        check_policies(Context.model_validate(settings))
    check_policies(Context.model_validate({**settings, "judge_own_writing": True}))
    check_policies(Context.model_validate({**settings, "judge": "openai:other"}))


@pytest.mark.parametrize("name", ["offline", "openai:", ""])
def test_only_a_model_judges(name: str) -> None:
    with pytest.raises(ValueError, match="the judge is a model"):
        Context(judge=name)


async def test_the_command_judges_and_its_report_tells_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import asyncio

    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    async with sensible_endpoint([WORKLOAD]) as running:
        command = ["generate", "--samples", "2", "--out", "run", "--tools", WORKLOAD, "--base-url", running.base_url]
        command += ["--model", "simulated", "--judge", "other", "--judge-trials", "1", "--calls", "2:100"]
        code = await asyncio.to_thread(_in_main_thread_only, run, command)
    assert code == 0
    records = lines(tmp_path / "run" / "records.jsonl")
    assert [record["judge"]["solved"] for record in records] == [1, 1]
    capsys.readouterr()
    assert run("verify", "run") == 0
    out = capsys.readouterr().out
    assert "2 records, 2 of 2 trials solved" in out
    assert run("show", "run", "--limit", "1", "--verbose") == 0
    out = capsys.readouterr().out
    assert "other: 1 of 1 trials solved; naturalness 4 of 5" in out
    assert "Trial 1: same" in out
    assert "same as s1" in out


def _in_main_thread_only(run: Any, command: list[str]) -> int:
    """Run the command beside the endpoint's loop; signals are the main thread's, which is not ours here."""
    import signal

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal, "signal", lambda *_: None)
        return int(run(*command))


async def test_a_solvers_conversation_and_its_calls_are_traced() -> None:
    heard = Heard()
    async with sensible_endpoint([WORKLOAD]) as running:
        workflow = build_graph().compile().with_config(callbacks=[heard])
        final = await workflow.ainvoke({"seed": 1, "index": 0}, context=judged(running))
        asked = running.chat.stats.as_json()["calls"]
    record = Record.model_validate(final["record"])
    solved = record.meta.usage.by_role["solve"]
    answers = heard.answers["solve"]
    assert len(answers) == solved.llm_calls
    assert sum(answer.usage_metadata["input_tokens"] for answer in answers if answer.usage_metadata) == (
        solved.input_tokens
    )
    assert sum(map(len, heard.answers.values())) == asked
    called = [call for trial in record.trajectories or () for turn in trial.turns for call in turn.calls]
    assert heard.tools == len(called) + len(record.attempts)


class Heard(BaseCallbackHandler):
    """What a handler of runs hears."""

    run_inline = True

    def __init__(self) -> None:
        self.answers: defaultdict[str, list[AIMessage]] = defaultdict(list)
        self.tools = 0
        self._roles: dict[UUID, str] = {}

    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self._roles[run_id] = kwargs["metadata"]["role"]

    def on_llm_end(self, response: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self.answers[self._roles[run_id]].append(response.generations[0][0].message)

    def on_tool_end(self, output: Any, **kwargs: Any) -> None:
        self.tools += 1

    def on_tool_error(self, error: BaseException, **kwargs: Any) -> None:
        self.tools += 1
