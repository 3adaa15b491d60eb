"""What a model is told to write a query and a response, and what comes of its answers."""

from typing import Any

import pytest

from graph.record import Finding, Step
from graph.sources import StepSource
from nodes.policies.base import AddedMark, MarkedText, PolicyError, SynthesizeRequest, Written, WrittenTurn
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import HANEDA, propose_request, view_members
from tests.unit.nodes.policies.model.deciding import policy

LEAK = Finding(promise="natural", code="leak", message="the query holds 'Tokyo Haneda'", where="/turns/0/query")


LAST = Written(turns=[WrittenTurn(query=MarkedText(text="Old?"), response=MarkedText(text="At 06:11."))])


def synthesize_request(**changes: Any) -> SynthesizeRequest:
    sun = Step(
        id="s2",
        tool="sun_times",
        arguments={"lat": 35.5523, "lon": 139.7798, "date": "2026-03-01"},
        sources={
            "/lat": StepSource(step="s1", pointer="/lat"),
            "/lon": StepSource(step="s1", pointer="/lon"),
        },
        result={"sunrise": "06:11"},
    )
    return SynthesizeRequest(**view_members(steps=[HANEDA, sun], chains=[["s1", "s2"]], **changes))


async def test_the_writer_is_told_what_to_say_and_what_to_hide() -> None:
    async with ModelServer([answer({"query": " When? ", "response": "At 06:11."})]) as server:
        draft = await policy(server).synthesize(synthesize_request())
        told = server.asked[0].user
    assert draft.turns[0].query == "When?"
    assert draft.usage.llm_calls == 1
    say = told.partition("TO SAY")[2].partition("TO FIND OUT")[0]
    hide = told.partition("TO FIND OUT")[2].partition("ENDS")[0]
    assert "[Tokyo Haneda](s1/iata) or “HND”" in say
    assert "Tokyo Haneda" not in hide
    assert "[today](s2/date) or “1 March 2026”" in say
    assert "35.5523" not in say
    assert "35.5523" in hide
    assert "This is a rewrite" not in told


REWRITES = [
    ({"query": "New?", "response": None, "marks": None}, ("New?", None, [])),
    ({"query": "", "response": "[New](s2).", "marks": []}, (None, "[New](s2).", [])),
    (
        {"marks": [{"half": "Request", "words": "[Old](s2)", "target": "(s2)"}]},
        (None, None, [AddedMark(half="query", words="Old", target="s2")]),
    ),
    ({"marks": {"s2": "Old", "s1": ""}}, (None, None, [AddedMark(half="query", words="Old", target="s2")])),
    (
        {"marks": [{"words": "06:11", "target": "s2/sunrise"}, {"words": "06:12"}]},
        (None, None, [AddedMark(half="response", words="06:11", target="s2/sunrise")]),
    ),
]


@pytest.mark.parametrize(("said", "meant"), REWRITES)
async def test_a_rewrite_is_what_changes(said: Any, meant: Any) -> None:
    request = synthesize_request(findings=[LEAK], previous=LAST)
    async with ModelServer([answer(said)]) as server:
        draft = await policy(server).synthesize(request)
        assert len(server.asked) == 1
        told = server.asked[0].user
    assert (draft.turns[0].query, draft.turns[0].response, draft.marks) == meant
    assert "the query holds 'Tokyo Haneda'" in told
    assert "Query: Old?" in told
    assert "06:11" not in told.partition("This is a rewrite")[2], "the half that stands is not shown"


@pytest.mark.parametrize("bad", [{}, {"query": None, "response": None, "marks": []}, {"query": "q" * 9000}])
async def test_a_rewrite_that_is_none(bad: Any) -> None:
    async with ModelServer([answer(bad)]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).synthesize(synthesize_request(findings=[LEAK], previous=LAST))


async def test_a_rewrite_keeps_the_style_of_the_first_draft() -> None:
    async with ModelServer([answer({"query": "q", "response": "r"})]) as server:
        await policy(server).synthesize(synthesize_request(seed=3, style_seed=7))
        await policy(server).synthesize(synthesize_request(seed=4, style_seed=7, findings=[LEAK], previous=LAST))
        first, second = (asked.user.partition("STYLE")[2].strip().partition("\n")[0] for asked in server.asked)
    assert first == second


async def test_styles_differ_between_samples() -> None:
    async with ModelServer([answer({"query": "q", "response": "r"})]) as server:
        for seed in range(12):
            await policy(server).synthesize(synthesize_request(style_seed=seed))
        assert len({asked.user.partition("STYLE")[2] for asked in server.asked}) >= 4


@pytest.mark.parametrize("bad", [{"query": " ", "response": "r"}, {"query": "q" * 9000, "response": "r"}])
async def test_a_draft_that_is_none(bad: Any) -> None:
    async with ModelServer([answer(bad)]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).synthesize(synthesize_request())


async def test_what_never_changes_stands_in_front() -> None:
    async with ModelServer([answer({"calls": []})]) as server:
        await policy(server).propose(propose_request())
        await policy(server).propose(propose_request(steps=[], chains=[], seed=9, target_calls=8))
        first, second = server.asked
    assert first.system == second.system
    assert first.user != second.user
