"""Lists, objects and switches in a person's words, each value of them marked and proved."""

from typing import Any

import pytest

from graph.record import RecordContext, Step
from nodes.marks.parse import parse
from nodes.marks.says import Place, says
from nodes.policies.base import SynthesizeRequest
from nodes.policies.offline.writing.synthesize import synthesize
from tool_registry.spec import ToolSpec

SWITCH = {"type": "boolean", "x-phrases": {"yes": ["with the tip", "on Mondays too"], "no": ["without the tip"]}}


@pytest.mark.parametrize(
    ("words", "value", "verdict"),
    [
        ("without the tip", False, "said"),
        ("without the tip", True, "no"),
        ("with the tip", True, "said"),
        ("with the tip", False, "no"),
        ("tip or no tip", True, "could"),
    ],
)
def test_the_authors_words_bind_a_switch(words: str, value: bool, verdict: str) -> None:
    assert says(words, Place(value, SWITCH, "tip")).verdict == verdict


def test_a_figure_of_the_authors_words_is_told_by_the_switch() -> None:
    assert says("on Mondays too", Place(True, SWITCH, "tip")).figures == {0}


def query_of(parameters: dict[str, Any], ask: str, arguments: dict[str, Any]) -> str:
    """The query that the offline writer makes of one call, with its marks."""
    phrases = {"intents": [{"ask": [ask], "answer": ["It is {/total}."]}], "situations": []}
    spec = ToolSpec(
        name="add_up",
        description="Add up what was ordered.",
        category="orders",
        source="python",
        parameters={"type": "object", "properties": parameters, "required": list(parameters), "x-phrases": phrases},
        output_schema={"type": "object", "properties": {"total": {"type": "number", "title": "total"}}},
    )
    step = Step(id="s1", tool="add_up", arguments=arguments, result={"total": 21.25})
    request = SynthesizeRequest(
        seed=5, iteration=1, target_calls=1, context=RecordContext(), tools={"add_up": spec}, steps=[step],
        chains=[["s1"]], gradients=[],
    )  # fmt: skip
    return synthesize(request).turns[0].query or ""


ITEM = {
    "type": "object",
    "properties": {"label": {"type": "string"}, "price": {"type": "number"}},
    "required": ["label", "price"],
    "x-phrases": {"mention": ["{label} at {price}"]},
}


def test_each_member_of_a_list_of_objects_is_said_and_marked() -> None:
    arguments = {"items": [{"label": "lemon cake", "price": 4.5}, {"label": "soup", "price": 9}], "tip": False}
    parameters = {"items": {"type": "array", "items": ITEM}, "tip": SWITCH}
    query = query_of(parameters, "Add up {items}, {tip}.", arguments)
    text = parse(query).text
    assert "lemon cake at 4.5 and soup at 9, without the tip" in text
    for place in ("items/0/label", "items/0/price", "items/1/label", "items/1/price", "tip"):
        assert f"](s1/{place})" in query


def test_an_object_is_said_by_its_members() -> None:
    pan = {
        "type": "object",
        "properties": {"length": {"type": "number"}, "width": {"type": "number"}},
        "x-phrases": {"mention": ["a pan of {length} by {width} cm"]},
    }
    query = query_of({"pan": pan}, "Tell me what goes into {pan}.", {"pan": {"length": 30, "width": 20}})
    assert "a pan of 30 by 20 cm" in parse(query).text
