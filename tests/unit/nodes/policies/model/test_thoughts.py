"""Thoughts are no part of what is said, in whatever marks they stand; what is said is left as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.answers import CritiqueAnswer, DraftAnswer, ProposeAnswer
from nodes.policies.model.thoughts import without_thoughts


@pytest.mark.parametrize(
    "text",
    [
        "<think>Let me see.</think>Hello.",
        "Let me see.</think>\n\nHello.",
        "Hello.<think>Was that right",
        "<think>a<think>b</think>c</think>Hello.",
        "<Thinking type='deep'>a</Thinking>Hello.",
        "[THINK]a[/THINK]Hello.",
        "◁think▷a◁/think▷Hello.",
        "<reasoning>\na\n</reasoning>\nHello.",
        "<seed:think>a</seed:think>Hello.",
        "<scratchpad>a</scratchpad>Hello.",
        "<inner_monologue>a</inner_monologue>Hello.",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>",
        "<|im_start|>Hello.<|im_end|>",
        "\x1b[31mHello.\x1b[0m\x07",
    ],
)
def test_thoughts_are_cut(text: str) -> None:
    assert without_thoughts(text) == "Hello."


@pytest.mark.parametrize(
    "text",
    [
        "I think <b>so</b> [1].",
        "[thoughtful] Hello",
        "Say [thinking] aloud.",
        "a < b and c > d",
        "Use {reasoning} here.",
        "x <|> y",
        "<p>Reasons</p>",
        "One line.\n\tAnother.",
    ],
)
def test_what_is_said_stays(text: str) -> None:
    assert without_thoughts(text) == text


@given(st.text(st.characters(exclude_categories=["C"], exclude_characters="<[{◁⟨【《«"), max_size=200))
def test_text_without_brackets_stays(text: str) -> None:
    assert without_thoughts(text) == text.strip()


@pytest.mark.parametrize("piece", ["<think>", "</think>", "[THINK]", "[think]", "<|channel|>", "<think ", "◁"])
def test_many_marks_are_read_quickly(piece: str) -> None:
    began = time.process_time()
    without_thoughts(piece * 20_000)
    assert time.process_time() - began < 20


def test_answers_are_read_without_thoughts() -> None:
    draft = DraftAnswer.model_validate({"query": "<think>hm</think>When?", "response": "Now.<think>right?"})
    assert (draft.query, draft.response) == ("When?", "Now.")
    critique = CritiqueAnswer.model_validate({"verdicts": [], "gradient": "[THINK]x[/THINK]Go on."})
    assert critique.gradient == "Go on."
    with pytest.raises(ValueError, match="at least 1 character"):
        DraftAnswer.model_validate({"query": "When?", "response": "<think>I never came to an end"})


def test_a_call_is_read_by_the_names_that_protocols_have() -> None:
    wanted = {"tool": "t", "arguments": {"x": 1}}
    for call in (
        {"name": "t", "arguments": {"x": 1}},
        {"name": "t", "parameters": '{"x": 1}'},
        {"type": "function", "function": {"name": "t", "arguments": '{"x": 1}'}},
        {"function": "t", "args": {"x": 1}},
    ):
        for answer in ({"calls": [call]}, [call], call, {"tool_calls": [call]}):
            (read,) = ProposeAnswer.model_validate(answer).calls
            assert read.model_dump(exclude={"why"}) == wanted
