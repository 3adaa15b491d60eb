"""Thoughts and nothing are no response."""

import pytest

from graph.record import RecordContext, Turn
from nodes.screens import natural
from nodes.screens.kinds import Dialogue
from tests.unit.nodes.proofs.records import gave

ANSWERS = [
    "<think>Not 77, but 13.</think>It is 13.",
    "Not 77, says the prompt.\n</think>\n\nIt is 13.",
    "<seed:think>Not 77.</seed:think>It is 13.",
    "[THINK]Not 77.[/THINK]It is 13.",
    "◁think▷Not 77.◁/think▷It is 13.",
    "<|begin_of_thought|>Not 77.<|end_of_thought|>It is 13.",
    "<|channel|>analysis<|message|>Not 77.<|end|><|start|>assistant<|channel|>final<|message|>It is 13.<|return|>",
    "It is 13. <think>Was it 77",
]


def codes(response: str, query: str = "What is it?", result: object = 13) -> list[str]:
    turn = Turn(query=query, steps=[gave(result, "s1")], chains=[["s1"]], response=response)
    return [finding.code for finding in natural.check(Dialogue([turn], RecordContext(), {}))]


@pytest.mark.parametrize("answer", ANSWERS)
def test_thoughts_are_no_response(answer: str) -> None:
    assert codes(answer) == ["thoughts"]


@pytest.mark.parametrize("text", ["", " …\n", "**"])
def test_nothing_is_no_response(text: str) -> None:
    assert codes(text) == ["no_response"]


@pytest.mark.parametrize("text", ["13 < 14.", "I [think](https://x.org) so.", "An <analysis", "<b>13</b>", "[1] a<|>b"])
def test_other_text_is_a_response(text: str) -> None:
    assert codes(text) == []


def test_signs_that_are_spoken_of_are_none() -> None:
    assert codes("It is <think>.", "Which tag is it, <think> or <b>?", "<think>")[-1:] != ["thoughts"]
    assert codes("It is <think>.", result="<think>") == []
