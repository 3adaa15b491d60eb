import pytest

from nodes.proofs import prove
from nodes.screens import thoughts
from nodes.screens.thoughts import without_thoughts
from tests.unit.proofs.records import one_call

ANSWERS = [
    "<think>Not 77, but 13.</think>It is 13.",
    "<thinking>\nNot 77.\n</thinking>\n\nIt is 13.",
    "Not 77, says the prompt.\n</think>\n\nIt is 13.",
    "[THINK]Not 77.[/THINK]It is 13.",
    "◁think▷Not 77.◁/think▷It is 13.",
    "<|begin_of_thought|>Not 77.<|end_of_thought|>It is 13.",
    "<|channel|>analysis<|message|>Not 77.<|end|><|start|>assistant<|channel|>final<|message|>It is 13.<|return|>",
    "<think></think>It is <think>77? no:</think>13.",
    "It is 13. <think>Was it 77",
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_thoughts_are_no_response(answer: str) -> None:
    assert without_thoughts(answer) == "It is 13."
    made = one_call("What is it?", {}, {}, {}, result=13)
    turn = made.turns[0].model_copy(update={"response": answer})
    codes = [finding.code for finding in prove(made.model_copy(update={"turns": [turn]})).findings]
    assert "thoughts" in codes


@pytest.mark.parametrize("text", ["", " …\n", "<think>It is 13."])
def test_a_response_of_nothing_else_is_empty(text: str) -> None:
    made = (
        one_call("What is it?", {}, {}, {}, result=13).turns[0].model_copy(update={"response": without_thoughts(text)})
    )
    assert [finding.code for finding in thoughts.check([made])] == ["no_response"]


@pytest.mark.parametrize("text", ["It is 13 < 14.", "I think it is [thinking](https://x.org).", "An <analysis", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert without_thoughts(text) == text


def test_marks_that_are_spoken_of_are_none() -> None:
    made = one_call("Which tag is it, <think> or <b>?", {}, {}, {}, result="<think>")
    turn = made.turns[0].model_copy(update={"response": "It is <think>."})
    assert "thoughts" not in {finding.code for finding in prove(made.model_copy(update={"turns": [turn]})).findings}


def test_many_marks_take_linear_time() -> None:
    assert without_thoughts("<think>" * 100_000) == ""
