"""Episodes with endpoints that behave badly, over HTTP: an outcome of the trial, or of the command, told apart."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.http import HttpRequest, HttpResponse, HttpServer, json_response
from graph.record import Record, RecordContext, Step, Turn
from nodes.policies.model import transport
from nodes.policies.model.client import close_clients
from nodes.policies.model.conversing import Converser
from nodes.policies.model.endpoint import endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.settings import AskSettings
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, get_registry
from toolgrad_data.errors import RunFailedError
from toolgrad_data.evaluate.items import Item, item_of
from toolgrad_data.evaluate.run import Evaluation, Outcome
from toolgrad_data.evaluate.store import EvaluationInfo, EvaluationStore
from toolgrad_data.evaluate.trial import Trial
from toolgrad_data.runs.limits import Budget, RunLimits
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.task import make_task

Json = dict[str, Any]
Reply = Callable[[list[Json]], Json | HttpResponse]

CAPITAL, CURRENCY = "country_capital", "currency_of_country"
LIMIT = 20


def said(**message: Any) -> Json:
    return {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}]}


def calling(*calls: tuple[str, Any]) -> Json:
    made = [
        {"id": f"c{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for number, (name, arguments) in enumerate(calls)
    ]
    return said(content=None, tool_calls=made)


async def registry() -> ToolRegistry:
    return await get_registry(["builtin"])


async def item(tools: ToolRegistry) -> Item:
    environment = Environment(tools, Permissions())
    spec = tools.get(CURRENCY).spec
    async with environment.open(make_task(_record(spec, None), {CURRENCY: spec}).task) as episode:
        await episode.reset()
        result = (await episode.call(CURRENCY, {"country": "CA"})).content
    both = {name: tools.get(name).spec for name in (CURRENCY, CAPITAL)}
    return item_of(make_task(_record(spec, result), both), LIMIT, 0)


def _record(spec: Any, result: Any) -> Record:
    step = Step.model_validate(
        {
            "id": "s1",
            "tool": CURRENCY,
            "arguments": {"country": "CA"},
            "sources": {"/country": {"kind": "user", "turn": 0, "start": 23, "end": 29, "quote": "Canada"}},
            "result": result,
        }
    )
    turn = Turn(query="What does one pay with Canada?", steps=[step], chains=[["s1"]], response="CAD.", tells=[])
    meta = {
        "run_seed": 1,
        "index": 0,
        "policies": {},
        "iterations": 1,
        "stop_reason": "target_reached",
        "tool_calls": 1,
        "tool_failures": 0,
        "started_at": "",
        "finished_at": "",
    }
    return Record.model_validate(
        {
            "id": "s1-000000",
            "context": RecordContext(),
            "turns": [turn.model_dump()],
            "tools": [spec.model_dump()],
            "offered": [CURRENCY],
            "meta": meta,
        }
    )


async def play(
    reply: Reply, folder: Path, monkeypatch: pytest.MonkeyPatch, *, trials: int = 1
) -> tuple[list[Trial], Outcome, list[list[Json]]]:
    """Play the task with what `reply` makes of each request's messages; return trials, outcome, messages sent."""
    asked: list[list[Json]] = []

    async def handle(request: HttpRequest) -> HttpResponse:
        messages = json.loads(request.body)["messages"]
        asked.append(messages)
        came = reply(messages)
        return came if isinstance(came, HttpResponse) else json_response(came)

    monkeypatch.setattr(transport, "RetryLimits", lambda: RetryLimits(2, 0.001, 0.002, 1))
    endpoint.cache_clear()
    tools = await registry()
    async with HttpServer(handle) as server:
        settings = AskSettings("m", f"{server.url}/v1", request_timeout_s=5)
        with EvaluationStore(folder, EvaluationInfo.now("m", settings.base_url, {})) as store:
            playing = Evaluation(
                store,
                Environment(tools, Permissions()),
                settings,
                Converser(settings, "solve"),
                Budget(RunLimits()),
                seed=0,
            )
            try:
                outcome = await playing.play([await item(tools)], trials, 1, asyncio.Event())
            finally:
                await close_clients()
            return list(store.trials.values()), outcome, asked


def after(*answers: Json) -> Reply:
    """Reply with each answer in turn, the last one ever after."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


RIGHT = calling((CURRENCY, '{"country": "CA"}'))
CLOSE = said(content="That is CAD.")


@pytest.mark.parametrize(
    "first",
    [
        calling(("no_such_tool", "{}")),
        calling(("", "{}")),
        calling((CURRENCY, '{"country": ')),
        calling((CURRENCY, '"Canada"')),
        calling((CURRENCY, "[]")),
        calling((CURRENCY.upper(), '{"country": "CA"}')),
        calling((CURRENCY, '{"country": 7}')),
        calling((CURRENCY, '{"nation": "CA"}')),
    ],
)
async def test_a_bad_call_is_told_and_the_right_one_after_it_counts(
    first: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (trial,), _, asked = await play(after(first, RIGHT, CLOSE), tmp_path / "out", monkeypatch)
    assert trial.passed
    assert (trial.calls, trial.calls_succeeded) == (2, 1)
    told = asked[1][-1]
    assert told["role"] == "tool"
    assert json.loads(told["content"])["error"]["kind"] in ("not_allowed", "invalid_arguments", "tool_error")


@pytest.mark.parametrize("arguments", ['{"country": "CA"}', {"country": "CA"}, json.dumps('{"country": "CA"}')])
async def test_arguments_as_text_object_or_text_of_text_are_read(
    arguments: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (trial,), _, _ = await play(after(calling((CURRENCY, arguments)), CLOSE), tmp_path / "out", monkeypatch)
    assert trial.passed


async def test_parallel_calls_are_made_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = calling((CAPITAL, '{"country": "CA"}'), (CURRENCY, '{"country": "CA"}'))
    (trial,), _, asked = await play(after(both, CLOSE), tmp_path / "out", monkeypatch)
    assert trial.passed
    assert [message["tool_call_id"] for message in asked[1] if message["role"] == "tool"] == ["c0", "c1"]
    assert [call.tool for call in trial.trace.calls()] == [CAPITAL, CURRENCY]


async def test_a_thousand_calls_end_the_episode_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = calling(*[(CAPITAL, '{"country": "CA"}')] * 1000)
    for name, reply in (("at once", after(many)), ("one by one", after(calling((CAPITAL, '{"country": "CA"}'))))):
        (trial,), _, asked = await play(reply, tmp_path / name, monkeypatch)
        assert not trial.passed
        assert trial.failure is not None
        assert trial.failure.type == "over_limit"
        assert len(trial.trace.calls()) == LIMIT
        assert len(asked) <= LIMIT + 1


@pytest.mark.parametrize(
    ("answers", "type_", "words"),
    [
        ([calling((CAPITAL, '{"country": "CA"}')), CLOSE], "wrong_tool", f"{CAPITAL}(country="),
        ([calling((CURRENCY, '{"country": "ZW"}')), CLOSE], "invented_value", 'country = "ZW", not "CA"'),
        ([calling((CURRENCY, '{"country": "Canada"}')), CLOSE], "wrong_value", 'country = "Canada"'),
        ([CLOSE], "stopped_early", f"{CURRENCY} was not called"),
        ([said(content="")], "stopped_early", f"{CURRENCY} was not called"),
        ([said(content=None, refusal="I'd rather not.")], "no_answer", "refused"),
    ],
)
async def test_what_went_wrong_is_named(
    answers: list[Json], type_: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (trial,), _, _ = await play(after(*answers), tmp_path / "out", monkeypatch)
    assert not trial.passed
    assert trial.failure is not None
    assert (trial.failure.type, words in trial.failure.words) == (type_, True), trial.failure


async def test_of_two_answers_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = {"choices": [*RIGHT["choices"], *CLOSE["choices"]]}
    (trial,), _, _ = await play(after(two, CLOSE), tmp_path / "out", monkeypatch)
    assert trial.passed


async def test_words_beside_calls_are_no_answer_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_words = json.loads(json.dumps(RIGHT))
    with_words["choices"][0]["message"]["content"] = "I'll look that up."
    (trial,), _, _ = await play(after(with_words, CLOSE), tmp_path / "out", monkeypatch)
    assert trial.passed
    assert trial.trace.turns[0].message == "That is CAD."


async def test_thoughts_are_no_part_of_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thinking = said(content="<think>Hm, CAD or USD?</think>That is CAD.")
    (trial,), _, _ = await play(after(RIGHT, thinking), tmp_path / "out", monkeypatch)
    assert trial.trace.turns[0].message == "That is CAD."


async def test_an_endpoint_that_fails_once_costs_no_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: Any = json_response({"error": {"message": "something broke"}}, 503)
    trials, outcome, _ = await play(after(RIGHT, broken, broken, RIGHT, CLOSE), tmp_path / "out", monkeypatch)
    assert [trial.passed for trial in trials] == [True]
    assert not outcome.unanswered


async def test_an_endpoint_that_goes_away_ends_it_and_keeps_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: Any = json_response({"error": {"message": "something broke"}}, 503)
    with pytest.raises(RunFailedError, match="in a row had no answer"):
        await play(after(RIGHT, CLOSE, RIGHT, CLOSE, broken), tmp_path / "out", monkeypatch, trials=12)
    with EvaluationStore(tmp_path / "out", EvaluationInfo.now("m", "http://x/v1", {})) as store:
        assert len(store.trials) == 2
    trials, _, _ = await play(after(RIGHT, CLOSE), tmp_path / "out", monkeypatch, trials=3)
    assert sorted(trial.trial for trial in trials) == [1, 2, 3]


async def test_an_endpoint_that_answers_nothing_readable_leaves_the_trial_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing: Any = HttpResponse(body=b"")
    trials, outcome, _ = await play(after(RIGHT, nothing), tmp_path / "out", monkeypatch)
    assert trials == []
    assert list(outcome.unanswered.values())
