"""Thoughts are asked for in the writer's call where they are wanted, and those that do not hold alone again."""

from typing import Any

from graph.record import Finding
from nodes.dialogues.plan import Plan, PlannedTurn
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.deciding import policy
from tests.unit.nodes.policies.model.test_openai_synthesize import LAST, LEAK, synthesize_request

THOUGHTS = [{"step": "s1", "thought": "Where is it?"}, {"step": "(s2)", "thought": "Now [the sun](s2)."}]
SAID = {"query": "When?", "response": "At 06:11."}
AHEAD = Finding(
    promise="cited", code="told_ahead", message="the thought before s2 says '06:11'", where="/turns/0/thoughts/s2"
)


async def asked(said: Any, **changes: Any) -> tuple[Any, ModelServer]:
    async with ModelServer([answer(said)]) as server:
        return await policy(server).synthesize(synthesize_request(**changes)), server


async def test_nobody_asks_for_thoughts_unless_they_are_wanted() -> None:
    draft, server = await asked({**SAID, "thoughts": THOUGHTS})
    assert draft.thoughts == {}
    assert "thought" not in server.asked[0].user


async def test_thoughts_come_beside_the_words() -> None:
    draft, server = await asked({**SAID, "thoughts": THOUGHTS}, thoughts=True)
    assert draft.thoughts == {"s1": "Where is it?", "s2": "Now the sun."}
    told = server.asked[0].user
    assert "Calls that want a thought: s1 (airport_lookup), s2 (sun_times)" in told
    assert '{"query": "…", "response": "…", "thoughts": [{"step": "s1", "thought": "…"}, …]}' in told


async def test_a_map_is_read_as_well() -> None:
    draft, _ = await asked({**SAID, "thoughts": {"s1": "Where is it?", "s2": "Now."}}, thoughts=True)
    assert draft.thoughts == {"s1": "Where is it?", "s2": "Now."}


async def test_a_thought_that_is_missing_is_asked_for_at_once() -> None:
    async with ModelServer([answer({**SAID, "thoughts": THOUGHTS[:1]}), answer({**SAID, "thoughts": THOUGHTS})]) as it:
        draft = await policy(it).synthesize(synthesize_request(thoughts=True))
        again = it.asked[1].last
    assert set(draft.thoughts) == {"s1", "s2"}
    assert "/thoughts: none is of s2" in again


async def test_a_rewrite_asks_for_the_thought_that_does_not_hold_alone() -> None:
    said = {"query": None, "response": None, "marks": [], "thoughts": THOUGHTS}
    draft, server = await asked(said, thoughts=True, findings=[AHEAD], previous=LAST)
    assert draft.thoughts == {"s2": "Now the sun."}
    assert (draft.turns[0].query, draft.turns[0].response) == (None, None)
    told = server.asked[0].user
    assert "Calls that want a thought: s2 (sun_times)" in told
    assert "the last thoughts: the thought before s2 says '06:11'." in told
    assert "Found wrong; put it right" not in told, "the words hold"


async def test_a_rewrite_of_words_asks_for_no_thoughts() -> None:
    draft, server = await asked({"query": "New?"}, thoughts=True, findings=[LEAK], previous=LAST)
    assert draft.turns[0].query == "New?"
    assert "thought" not in server.asked[0].user


async def test_thoughts_of_a_dialogue_stand_beside_its_turns() -> None:
    plan = Plan(turns=[PlannedTurn(kind="request", steps=["s1"]), PlannedTurn(kind="follow_up", steps=["s2"])])
    draft, server = await asked({"turns": [SAID, SAID], "thoughts": THOUGHTS}, thoughts=True, plan=plan)
    assert draft.thoughts == {"s1": "Where is it?", "s2": "Now the sun."}
    assert len(draft.turns) == 2
    assert '…], "thoughts": [{"step": "s1", "thought": "…"}, …]}' in server.asked[0].user
