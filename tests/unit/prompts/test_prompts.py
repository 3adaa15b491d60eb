"""Prompts render strictly and keep what never changes in front."""

from pathlib import Path

import pytest

import prompts
from prompts import PromptError, load, render

NAMES = [
    "baseline_answer",
    "baseline_query",
    "baseline_search",
    "critique",
    "dialogue",
    "judge",
    "plan",
    "propose",
    "quality",
    "repair",
    "solve",
    "synthesize",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_is_two_parts(name: str) -> None:
    prompt = load(name)
    assert len(prompt.system) > 300
    assert "{{" not in prompt.system
    assert "{{" in prompt.user


def test_there_are_no_other_prompts() -> None:
    assert prompts.names() == NAMES


def test_a_missing_or_unused_variable_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prompts, "_FOLDER", tmp_path)
    load.cache_clear()
    (tmp_path / "hello.md").write_text("Be kind.\n---\nHello {{name}}, {{ wish }}!\n")
    (tmp_path / "flat.md").write_text("Hello {{name}}")
    (tmp_path / "leaky.md").write_text("{{name}}\n---\nHello")
    assert render("hello", name="Ann", wish="{{name}}") == ("Be kind.", "Hello Ann, {{name}}!")
    with pytest.raises(PromptError, match=r"missing wish\. It has"):
        render("hello", name="Ann")
    with pytest.raises(PromptError, match=r"prompt 'hello': unused mood"):
        render("hello", name="Ann", wish="w", mood="m")
    with pytest.raises(PromptError, match="needs a line"):
        render("flat", name="Ann")
    with pytest.raises(PromptError, match="variables only below"):
        render("leaky")
    with pytest.raises(PromptError, match="there are: flat, hello, leaky"):
        render("goodbye")
    with pytest.raises(PromptError, match="there is no prompt"):
        render("../hello")
    load.cache_clear()
