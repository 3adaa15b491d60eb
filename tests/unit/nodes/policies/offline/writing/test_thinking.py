"""The offline writer's thoughts: one before each call, in words of the tool's description, and no value in any."""

import re

import pytest

from graph.sources import StepSource
from nodes.dialogues.plan import PlannedTurn
from nodes.policies.offline.writing.thinking import thoughts_of
from tests.unit.nodes.policies.offline.writing.test_dialogue import Made
from tool_registry.registry import get_registry


@pytest.fixture
async def made() -> Made:
    made = Made(await get_registry(("builtin",)))
    airport = await made.call("airport_details", iata="PRG")
    await made.call("horizon_distance", height_m=(airport, "/elevation_m"))
    await made.call("weekday_of_date", date="2026-05-05")
    return made


async def test_a_thought_tells_what_a_call_is_for_and_where_its_values_come_from(made: Made) -> None:
    request = made.request(PlannedTurn(kind="request", steps=["s1", "s2", "s3"]))
    thoughts = thoughts_of(request)
    assert list(thoughts) == ["s1", "s2", "s3"]
    assert "distance to the sea horizon" in thoughts["s1"], "what it is looked up for"
    assert "airport_details" in thoughts["s2"]
    assert "date" in thoughts["s3"]
    assert not any(re.search(r"\d", text) for text in thoughts.values())
    assert isinstance(made.steps[1].sources["/height_m"], StepSource)


async def test_the_same_seed_thinks_the_same_and_another_one_in_other_words(made: Made) -> None:
    def said(seed: int) -> dict[str, str]:
        request = made.request(PlannedTurn(kind="request", steps=["s1", "s2", "s3"]))
        return thoughts_of(request.model_copy(update={"style_seed": seed}))

    assert said(1) == said(1)
    assert len({tuple(said(seed).values()) for seed in range(8)}) > 4


async def test_only_the_turns_that_are_written_are_thought_about(made: Made) -> None:
    turns = [PlannedTurn(kind="request", steps=["s1", "s2"]), PlannedTurn(kind="follow_up", steps=["s3"])]
    request = made.request(*turns).model_copy(update={"first": 1, "last": 1})
    assert list(thoughts_of(request)) == ["s3"]
