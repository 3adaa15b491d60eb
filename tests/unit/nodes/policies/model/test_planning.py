"""A model's plan of turns: what it may choose from, what is read of its answer, and that only what holds is taken."""

from typing import Any

import pytest

from graph.record import PolicyRules, RefusedCall, Rule, Step
from graph.sources import StepSource
from nodes.policies.base import PlanRequest, PolicyError
from nodes.policies.openai import OpenAIPolicy
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import AIRPORT, CURRENCY, HANEDA, QUICK, SUN, settings, view_members
from tool_registry.spec import Annotations

READ = Annotations(read_only=True)
SUNRISE = Step(
    id="s2",
    tool="sun_times",
    arguments={"lat": 35.5523, "lon": 139.7798, "date": "2026-03-01"},
    sources={"/lat": StepSource(step="s1", pointer="/lat"), "/lon": StepSource(step="s1", pointer="/lon")},
    result={"sunrise": "06:11"},
)
MONEY = Step(id="s3", tool="convert", arguments={"amount": 70, "to": "JPY"}, result=11_000)
NEVER = RefusedCall(id="x1", tool="convert", arguments={"amount": 9_000, "to": "EUR"}, rule=0)
RULES = PolicyRules(name="Bank", text="You are a bank.", rules=[Rule(text="Convert at most 5,000.")])


def request(**changes: Any) -> PlanRequest:
    members = view_members(steps=[HANEDA, SUNRISE, MONEY], chains=[["s1", "s2"], ["s3"]], target_turns=4, policy=RULES)
    members["tools"] = {each.name: each.model_copy(update={"annotations": READ}) for each in (AIRPORT, SUN, CURRENCY)}
    return PlanRequest(**{**members, "refusable": [NEVER], **changes})


def turn(kind: str, *steps: str, **members: Any) -> dict[str, Any]:
    return {"kind": kind, "situation": "a trip", "steps": list(steps), "awaits": [], "changes": None, **members}


CHANGED = {"step": "s3", "arguments": {"amount": 80, "to": "JPY"}}
HOLDS = [
    turn("request", awaits=["s1/iata"]),
    turn("clarification", "s1", "s2"),
    turn("follow_up", "s3"),
    turn("correction", changes=CHANGED),
    turn("refusal", refuses="x1"),
    turn("chat"),
]


async def test_a_plan_that_holds_is_taken() -> None:
    async with ModelServer([answer({"turns": HOLDS})]) as server:
        made = await OpenAIPolicy(settings(server.url), QUICK).plan(request())
    assert [each.kind for each in made.plan.turns] == [each["kind"] for each in HOLDS]
    assert [(each.step, each.pointer) for each in made.plan.turns[0].awaits] == [("s1", "/iata")]
    assert made.plan.turns[3].changes is not None
    assert made.plan.turns[3].changes.model_dump() == CHANGED
    assert made.plan.turns[4].refuses == NEVER
    assert made.plan.turns[1].situation == "a trip"
    assert made.usage.llm_calls == 1
    told = server.asked[0].body["messages"][1]["content"]
    assert '- s1/iata "HND"' in told
    assert '- s3: /amount 70, /to "JPY"' in told
    assert '- x1 convert(amount=9000, to="EUR") – rule: Convert at most 5,000.' in told
    assert "Make about 4 turns" in told
    assert "s1 airport_lookup" in told


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ([turn("request", "s2", "s1", "s3")], "s2 needs s1, made only later"),
        ([turn("request", "s1", "s2")], "no turn has s3"),
        ([turn("request", "s1", "s2", "s3"), turn("refusal", refuses="x7")], "'x7' is no call of MUST BE REFUSED"),
        ([turn("request", "s1", "s2", "s3", awaits=["s1/iata"])], "the next turn must be the clarification"),
    ],
)
async def test_what_does_not_hold_is_told_once(turns: list[dict[str, Any]], words: str) -> None:
    async with ModelServer([answer({"turns": turns}), answer({"turns": HOLDS})]) as server:
        made = await OpenAIPolicy(settings(server.url), QUICK).plan(request())
    assert len(made.plan.turns) == 6
    assert words in str(server.asked[1].body["messages"][-1]["content"])


async def test_a_model_that_finds_no_plan_is_given_up() -> None:
    wrong = answer({"turns": [turn("chat")]})
    async with ModelServer([wrong, wrong]) as server:
        with pytest.raises(PolicyError, match="a dialogue begins with a request"):
            await OpenAIPolicy(settings(server.url), QUICK).plan(request())
