"""Among other answers each says what it is about."""

import random

import pytest

from graph.record import Step
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.reading.templates import all_slots, parse, phrases_of
from nodes.policies.offline.writing.marking import plain
from nodes.policies.offline.writing.sentences import render_answer
from nodes.policies.offline.writing.speech import Speaker
from tool_registry.sources.builtin import all_tools
from tool_registry.spec import ToolSpec

PARAMETERS = {"type": "object", "properties": {"x": {"type": "number"}, "unit": {"type": "string"}}}
OUTPUT = {"type": "object", "properties": {"y": {"type": "number"}}}
TOOL = ToolSpec(
    name="scale", description="Scale a number.", parameters=PARAMETERS, output_schema=OUTPUT, source="python"
)
STEP = Step(id="s1", tool="scale", arguments={"x": 3, "unit": "bar"}, result={"y": 7})


def answered(*answers: str, alone: bool = False) -> set[str]:
    found = set()
    for seed in range(20):
        speaker = Speaker({"s1": STEP}, {"scale": TOOL}, random.Random(seed), knows_results=True)
        ask = Ask("what {x} is", answers)
        found.add(plain(render_answer(ask, STEP, speaker, random.Random(seed), alone=alone)))
    return found


def test_alone_any_answer_will_do_and_in_company_the_one_that_names_most() -> None:
    answers = ("It is {/y}.", "In {unit} that is {/y}.", "{x} in {unit} is {/y}.")
    assert answered(*answers, alone=True) == {"It is 7.", "In bar that is 7.", "3 in bar is 7."}
    assert answered(*answers) == {"3 in bar is 7."}


def test_an_answer_that_names_nothing_is_not_joined_to_others() -> None:
    assert answered("That is {/y} degrees.", "It is {/y}.") == {'Scaling 3 with "bar" as the unit gives: y 7.'}


@pytest.mark.parametrize("spec", [tool.spec for tool in all_tools()], ids=lambda spec: spec.name)
def test_each_intent_of_a_built_in_tool_has_an_answer_that_names_what_it_is_about(spec: ToolSpec) -> None:
    given = set(spec.parameters["properties"])
    for intent in phrases_of(spec.parameters)["intents"]:
        assert any(all_slots(parse(answer)) & given for answer in intent["answer"]), intent
