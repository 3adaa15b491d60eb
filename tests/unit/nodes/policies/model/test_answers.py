"""What a model says holds no control characters, wherever they stand and however they came."""

import pytest
from pydantic import ValidationError

from nodes.policies.model.answers import CritiqueAnswer, DraftAnswer, ProposeAnswer, RepairAnswer, SolveAnswer


def test_texts_of_all_answers_are_plain() -> None:
    draft = DraftAnswer.model_validate({"query": "\x1b[1mHow warm\x1b[0m is it?", "response": "3.5\x00 degrees\r\n"})
    assert (draft.query, draft.response) == ("How warm is it?", "3.5 degrees")
    solved = SolveAnswer.model_validate({"reasoning": "\x07", "calls": None, "answer": "\x9b5"})
    assert (solved.reasoning, solved.answer) == ("", "5")
    critique = CritiqueAnswer.model_validate({"verdicts": [], "gradient": "Go\x08 on."})
    assert critique.gradient == "G on."


def test_arguments_are_plain_also_as_a_text() -> None:
    for arguments in ({"city": "Os\x00lo", "n": [1, "\x1b[0m"]}, '{"city": "Os\\u0000lo", "n": [1, "\\u001b[0m"]}'):
        asked = ProposeAnswer.model_validate({"calls": [{"tool": "t\x07", "arguments": arguments}]})
        assert asked.calls[0].tool == "t"
        assert asked.calls[0].arguments == {"city": "Oslo", "n": [1, ""]}
        assert RepairAnswer.model_validate({"arguments": arguments}).arguments == {"city": "Oslo", "n": [1, ""]}


def test_names_that_become_one_are_told() -> None:
    with pytest.raises(ValidationError, match="control characters"):
        RepairAnswer.model_validate({"arguments": {"a": 1, "a\x00": 2}})
