"""The whole workflow with a model: calls that use each other's results in one batch, over HTTP."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.app import build_graph
from graph.context import Context
from nodes.policies.base import PolicySetupError
from nodes.policies.model import client, endpoint
from tests.integration import linked_tools
from tests.model_server import Asked, ModelServer, Reply, answer, failing, text

DRAFT = {
    "query": "I land at [HND](s1/iata) on [1 March 2026](s3/date). [When does the sun come up there that day](s3), and "
    "[what do they pay with](s2)?",
    "response": "The sun rises at [06:11](s3/sunrise); the currency's symbol is [¥](s2/symbol).",
}


@pytest.fixture(autouse=True)
async def fresh_process(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    endpoint.endpoint.cache_clear()
    linked_tools.CALLS.clear()
    yield
    await client.close_clients()


def context(server: ModelServer, **changes: Any) -> Context:
    members = {
        "tools": ["python:tests.integration.linked_tools:TOOLS"],
        "base_url": server.url,
        "proposer": "openai:m",
        "critic": "openai:m",
        "writer": "openai:m",
        "accept_per_iteration": 3,
        "max_iterations": 3,
        "turns": "1:100",
        **changes,
    }
    return Context(**members)


async def run(server: ModelServer, target: int = 3, **changes: Any) -> dict[str, Any]:
    state = {"seed": 1, "index": 0, "target_calls": target}
    return await build_graph().compile().ainvoke(state, context=context(server, **changes))


def role(asked: Asked) -> str:
    return str(asked.body["response_format"]["json_schema"]["name"])


def reference(name: str, pointer: str) -> dict[str, str]:
    return {"$from": name, "pointer": pointer}


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"why": "w", "tool": tool, "arguments": arguments}


AIRPORT = call("find_airport", iata="HND")
SUN = call(
    "sun_times",
    latitude=reference("p1", "/place/latitude"),
    longitude=reference("p1", "/place/longitude"),
    date="2026-03-01",
)
MONEY = call("money_of", currency=reference("p1", "/currency"))


def keeping(*names: str) -> dict[str, Any]:
    verdicts = [{"proposal": name, "reason": "good", "keep": True, "chain": None} for name in names]
    return {"verdicts": verdicts, "gradient": "Go on."}


def scripted(**answers: Any) -> Any:
    """Answer by role; a list is worked off, its last repeated."""
    left = {name: list(value) if isinstance(value, list) else [value] for name, value in answers.items()}

    def script(asked: Asked) -> Reply:
        replies = left[role(asked)]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return reply if isinstance(reply, Reply) else answer(reply)

    return script


async def test_one_batch_goes_deep_and_its_record_holds() -> None:
    script = scripted(propose={"calls": [AIRPORT, SUN, MONEY]}, critique=keeping("p3", "p2", "p1"), synthesize=DRAFT)
    async with ModelServer(script) as server:
        final = await run(server)
        assert [role(asked) for asked in server.asked] == ["propose", "critique", "synthesize"]
    assert final["status"] == "accepted", final["reasons"]
    record = final["record"]
    steps = record["turns"][0]["steps"]
    assert {step["tool"] for step in steps} == {"find_airport", "sun_times", "money_of"}
    assert steps[0]["tool"] == "find_airport", "what others use comes before them"
    by_tool = {step["tool"]: step for step in steps}
    assert by_tool["sun_times"]["arguments"]["latitude"] == 35.55231
    assert by_tool["sun_times"]["sources"]["/latitude"] == {
        "kind": "step",
        "step": "s1",
        "pointer": "/place/latitude",
        "span": None,
    }
    assert by_tool["money_of"]["sources"]["/currency"]["step"] == "s1"
    assert record["turns"][0]["chains"] == [["s1", "s2", "s3"]], "they follow the call they use"
    assert len(linked_tools.CALLS) == 3
    usage = record["meta"]["usage"]
    assert usage["llm_calls"] == 3
    assert usage["by_role"]["critique"]["llm_calls"] == 1
    assert record["meta"]["models"] == {"propose": "m", "critique": "m", "synthesize": "m"}


async def test_a_call_is_kept_with_what_it_builds_on() -> None:
    script = scripted(propose={"calls": [AIRPORT, SUN]}, critique=keeping("p2"), synthesize=DRAFT)
    async with ModelServer(script) as server:
        final = await run(server, max_iterations=1)
    assert final["record"]["gradients"][0]["selected"] == ["p1", "p2"]
    assert [attempt["selected"] for attempt in final["record"]["attempts"]] == [True, True]


async def test_what_uses_a_call_that_failed_is_not_called() -> None:
    wrong = call("find_airport", iata="XXX")
    script = scripted(propose={"calls": [wrong, SUN]}, critique=keeping("p1"), synthesize=DRAFT)
    async with ModelServer(script) as server:
        final = await run(server, max_iterations=1)
    assert [tool for tool, _ in linked_tools.CALLS] == ["find_airport"]
    errors = {attempt["id"]: attempt["error"] for attempt in final["record"]["attempts"]}
    assert errors["p2"]["kind"] == "unavailable"
    assert "p1 failed" in errors["p2"]["message"]
    assert "find_airport failed" in final["record"]["gradients"][0]["text"]


async def test_a_wrong_pointer_is_repaired_from_what_the_result_has() -> None:
    wrong = call("sun_times", latitude=reference("p1", "/lat"), longitude=1, date="2026-03-01")
    mended = {
        "why": "",
        "arguments": {
            "latitude": reference("p1", "/place/latitude"),
            "longitude": reference("p1", "/place/longitude"),
            "date": "2026-03-01",
        },
    }
    query = "I land at [HND](s1/iata) on [1 March 2026](s2/date). [When is sunrise](s2)?"
    draft = {"query": query, "response": "At [06:11](s2/sunrise)."}
    script = scripted(
        propose={"calls": [AIRPORT, wrong]}, repair=mended, critique=keeping("p1", "p2"), synthesize=draft
    )
    async with ModelServer(script) as server:
        final = await run(server, target=2)
        told = next(asked.user for asked in server.asked if role(asked) == "repair")
    assert "the result of p1 has nothing at '/lat'; it has /place, /city, /currency" in told
    assert final["status"] == "accepted", final["reasons"]
    assert final["record"]["attempts"][1]["repairs"] == 1
    assert final["record"]["meta"]["usage"]["by_role"]["repair"]["llm_calls"] == 1


async def test_a_draft_that_leaks_is_rewritten_with_the_findings() -> None:
    leaky = "[When is sunrise](s2) at [HND](s1/iata), 35.55231 north, on [1 March 2026](s2/date)?"
    good = "[When is sunrise](s2) at [HND](s1/iata) on [1 March 2026](s2/date)?"
    drafts = [
        {"query": leaky, "response": "At [06:11](s2/sunrise)."},
        {"query": good, "response": None, "marks": []},
    ]
    script = scripted(propose={"calls": [AIRPORT, SUN]}, critique=keeping("p1", "p2"), synthesize=drafts)
    async with ModelServer(script) as server:
        final = await run(server, target=2)
        first, rewrite = [asked.user for asked in server.asked if role(asked) == "synthesize"]
    assert final["status"] == "accepted", final["reasons"]
    turn = final["record"]["turns"][0]
    assert turn["query"] == "When is sunrise at HND on 1 March 2026?"
    assert turn["response"] == "At 06:11."
    assert "35.55231" in rewrite.partition("Found wrong")[2]
    assert _style(first) == _style(rewrite), "a rewrite keeps its manner"
    assert final["record"]["meta"]["repairs"] == 1


def _style(prompt: str) -> str:
    return prompt.partition("STYLE")[2].strip().partition("\n")[0]


async def test_words_without_a_mark_are_asked_for_and_nothing_else() -> None:
    query = "When does the sun come up at HND on 1 March 2026?"
    weak = {"query": query, "response": "It rises at [06:11](s2/sun_up)."}
    marks = [{"words": "When does the sun come up", "target": "s2"}]
    drafts = [weak, {"query": None, "response": None, "marks": marks}]
    script = scripted(propose={"calls": [AIRPORT, SUN]}, critique=keeping("p1", "p2"), synthesize=drafts)
    async with ModelServer(script) as server:
        final = await run(server, target=2)
        rewrite = [asked.user for asked in server.asked if role(asked) == "synthesize"][1]
    assert final["status"] == "accepted", final["reasons"]
    assert "- Which words of the query ask for s2 (sun_times)? target s2" in rewrite
    assert "Found wrong" not in rewrite
    turn = final["record"]["turns"][0]
    assert turn["asks"] == [{"start": 0, "end": 25, "quote": "When does the sun come up", "steps": ["s2"]}]
    assert turn["tells"][0]["inferred"]


@pytest.mark.parametrize(
    "nonsense",
    [
        text("I would rather not."),
        answer({"calls": [{"tool": 5}], "verdicts": "all", "query": None, "arguments": 3}),
        answer({"calls": [call("rm_rf", path="/")], "verdicts": [], "gradient": "", "query": "", "response": ""}),
        failing(503),
    ],
)
async def test_a_model_that_makes_no_sense_ends_in_a_rejected_sample(
    nonsense: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nodes.policies.model import transport
    from nodes.policies.model.limits import RetryLimits

    monkeypatch.setattr(transport, "RetryLimits", lambda: RetryLimits(attempts=2, base_s=0.001, cap_s=0.01))
    from nodes.policies import kinds

    kinds._openai.cache_clear()
    async with ModelServer([nonsense]) as server:
        final = await run(server, max_iterations=2)
        assert len(server.asked) <= 12
    assert final["status"] == "rejected"
    assert any("propose" in reason for reason in final["reasons"])
    assert linked_tools.CALLS == []


async def test_a_wrong_key_ends_the_run_not_only_the_sample() -> None:
    async with ModelServer([failing(401, "bad key")]) as server:
        with pytest.raises(PolicySetupError, match="Set OPENAI_API_KEY"):
            await run(server)
        assert len(server.asked) == 1


async def test_failed_decisions_are_paid_for_too() -> None:
    script = scripted(propose={"nothing": "of use"}, critique=keeping(), synthesize=DRAFT)
    async with ModelServer(script) as server:
        final = await run(server, max_iterations=1)
    assert final["record"]["meta"]["usage"]["by_role"]["propose"]["llm_calls"] == 2
    assert json.dumps(final["record"]["meta"]["usage"])
