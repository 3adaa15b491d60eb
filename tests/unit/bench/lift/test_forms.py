"""The forms of an answer: each writes what it reads, reads as generously as the others, and is told strictly."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bench.lift.answering import key_of
from bench.lift.arms import Arm
from bench.lift.equal_tokens import samples_within
from bench.lift.examples import read_examples
from bench.lift.forms import FORMS, HERMES, JSON, PYTHON, Form, split_thought, with_thoughts
from bench.lift.grading import grade
from bench.lift.questions import Question
from bench.lift.reading import NO_FIT, decode
from bench.lift.results import page
from bench.lift.settings import Settings
from tests.unit.bench.lift.test_lift import graded_arm, needs_bfcl
from tests.unit.toolgrad_data.export.exporting import export_to
from tests.unit.toolgrad_data.runs.helpers import settings as run_settings
from toolgrad_data.runs.runner import generate

PLAIN = (PYTHON, JSON, HERMES)
CALLS = "[f(a=1, b='it\\'s </tool_call>'), m.g(c=[True, None, {'d': 'é\"'}])]"
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def tagged(*calls: str) -> str:
    return "\n".join(f"<tool_call>\n{call}\n</tool_call>" for call in calls)


@each_form
def test_a_form_reads_what_it_writes(form: Form) -> None:
    answer = form.answer(CALLS, "Because.")
    assert form.find_calls(answer) == decode(CALLS)
    assert form.is_strict(answer)
    assert answer.startswith("<think>\nBecause.\n</think>\n") == form.has_thoughts
    # A refusal has no thought, and is the same words in every form.
    assert form.answer(NO_FIT, "") == NO_FIT
    assert form.declines(NO_FIT)
    assert form.is_strict(NO_FIT)
    assert form.find_calls(NO_FIT) is None


#: What is written around and inside of two calls, as each form has it: the same reading has to come of all three.
LIKE = [
    # in words, or with words behind
    (
        "Sure! [f(a=1), g()] It is done.",
        'Sure! [{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {}}] It is done.',
        "Sure! " + tagged('{"name": "f", "arguments": {"a": 1}}', '{"name": "g", "arguments": {}}') + " It is done.",
        [{"f": {"a": 1}}, {"g": {}}],
    ),
    # a call without what a list or tags put around it
    ("f(a=1)", '{"name": "f", "arguments": {"a": 1}}', '{"name": "f", "arguments": {"a": 1}}', [{"f": {"a": 1}}]),
    # a second call that does not end
    (
        "[f(a=1), g(b=",
        '[{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arg',
        tagged('{"name": "f", "arguments": {"a": 1}}') + '\n<tool_call>\n{"name": "g", "arg',
        [{"f": {"a": 1}}],
    ),
    # a list, or tags, that do not end
    (
        "[f(a=1)",
        '[{"name": "f", "arguments": {"a": 1}}',
        '<tool_call>\n{"name": "f", "arguments": {"a": 1}}',
        [{"f": {"a": 1}}],
    ),
    # the other quotes, and a comma too many
    (
        '[f(a="x",)]',
        "[{'name': 'f', 'arguments': {'a': 'x',}}]",
        tagged("{'name': 'f', 'arguments': {'a': 'x',}}"),
        [{"f": {"a": "x"}}],
    ),
    # text without quotes
    (
        "[f(a=Oslo, b=True)]",
        '[{"name": "f", "arguments": {"a": Oslo, "b": true}}]',
        tagged('{"name": "f", "arguments": {"a": Oslo, "b": true}}'),
        [{"f": {"a": "Oslo", "b": True}}],
    ),
    # no call: no name, no arguments by name, nothing
    ("[f(1)]", '[{"name": "f", "arguments": [1]}]', tagged('{"name": "f", "arguments": [1]}'), None),
    ("[]", "[]", tagged(""), None),
    ("(" * 300, "[" * 300, "{" * 300, None),
]


@pytest.mark.parametrize(("python", "json", "hermes", "calls"), LIKE)
def test_all_forms_are_read_alike(python: str, json: str, hermes: str, calls: list[dict[str, object]] | None) -> None:
    found = [form.find_calls(text) for form, text in zip(PLAIN, (python, json, hermes), strict=True)]
    assert found == [calls] * 3
    behind = [
        with_thoughts(form).find_calls(f"<think>\nI call f(a=2).\n</think>\n{text}")
        for form, text in zip(PLAIN, (python, json, hermes), strict=True)
    ]
    assert behind == found


def test_words_of_another_notation_are_text() -> None:
    assert PYTHON.find_calls("[f(a=true, b=null)]") == [{"f": {"a": "true", "b": "null"}}]
    for form in (JSON, HERMES):
        text = '{"name": "f", "arguments": {"a": True, "b": None}}'
        assert form.find_calls(text) == [{"f": {"a": "True", "b": "None"}}]


def test_a_functions_schema_is_no_call() -> None:
    schema = '{"name": "f", "description": "F.", "parameters": {"a": {"type": "string"}}, "required": []}'
    assert JSON.find_calls(schema) is None
    assert HERMES.find_calls(tagged(schema)) is None


def test_calls_in_tags_are_those_that_follow_each_other() -> None:
    one, two = (f'{{"name": "{name}", "arguments": {{}}}}' for name in "fg")
    assert HERMES.find_calls(f"{tagged(one)}\nor\n{tagged(two)}") == [{"f": {}}]
    assert PYTHON.find_calls("[f()] or [g()]") == [{"f": {}}]


def test_json_values_are_read_as_json_has_them() -> None:
    text = '[{"name": "f", "arguments": {"a": "\\ud83d\\ude00 <\\/b>", "b": [true, null, 1e3], "c": {"d": false}}}]'
    assert JSON.find_calls(text) == [{"f": {"a": "😀 </b>", "b": [True, None, 1000.0], "c": {"d": False}}}]
    loose = "{'name': 'f', 'arguments': {'b': [true, null], 'c': {'d': false}}}"
    assert JSON.find_calls(loose) == [{"f": {"b": [True, None], "c": {"d": False}}}]


def test_the_form_is_told_strictly_behind_the_thought_that_was_asked_for() -> None:
    one = '{"name": "f", "arguments": {"a": 1}}'
    for form, strict, loose in (
        (PYTHON, "[f(a=1)]", "f(a=1)"),
        (JSON, f"[{one}]", one),
        (HERMES, tagged(one), f"[{one}]"),
    ):
        thinking = with_thoughts(form)
        thought = f"<think>\nWhy.\n</think>\n{strict}"
        assert form.is_strict(strict)
        assert thinking.is_strict(thought)
        for wrong in (loose, f"Well: {strict}", f"{strict}.", thought):
            assert not form.is_strict(wrong)
        for wrong in (loose, strict, f"<think>\nWhy.\n{strict}", f"Well. {thought[:-1]}"):
            assert not thinking.is_strict(wrong)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[f()]", ("", "[f()]")),
        ("<think>\nWhy.\n</think>\n[f()]\n", ("Why.", "[f()]")),
        ("Why.</think>[f()]", ("Why.", "[f()]")),
        # A thought that does not end has no answer behind it.
        ("<think>\nI call [f()]", ("I call [f()]", "")),
    ],
)
def test_a_thought_is_told_from_the_answer(text: str, parts: tuple[str, str]) -> None:
    assert split_thought(text) == parts


def test_forms_differ_in_what_the_system_says_alone_and_are_asked_apart() -> None:
    question = Question("q", "own", "multiple", "What?", (), None)
    assert len({key_of(question, (), form) for form in FORMS}) == len(FORMS) == 6
    assert key_of(question, (), PYTHON) == key_of(question, ())


def test_the_same_records_come_with_thoughts_and_without(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    asyncio.run(generate(run_settings(folder, samples=30, seed=23, turns="1:100", thoughts=True)))
    options = {"candidates": 3, "negatives": 0.3, "names": "mixed", "schema_": "short", "seed": 4}
    thoughtful = read_examples(export_to(folder, "python-calls", thoughts="think", **options)[1], 4)
    plain = read_examples(export_to(folder, "python-calls", **options)[1], 4)
    assert [replace(one, thought="") for one in thoughtful] == plain
    assert all(bool(one.thought) == one.is_call for one in thoughtful)
    for form in FORMS:
        for one in thoughtful:
            answer = form.answer(one.answer, one.thought)
            assert form.is_strict(answer)
            assert form.find_calls(answer) == (decode(one.answer) if one.is_call else None)


def test_samples_are_counted_up_to_as_many_tokens() -> None:
    assert samples_within([5, 3, 2], 10) == 3
    assert samples_within([5, 3, 2], 9) == 2
    assert samples_within([5, 3, 2], 26) == 7
    assert samples_within([5], 4) == 0


def test_the_trial_of_forms_is_one_of_its_own(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path)
    forms = settings.of_forms()
    settings.claim()
    forms.claim()
    assert forms.run(900) == tmp_path / "forms" / "run-900"
    # What is given last counts, whatever --export says.
    assert forms.export.endswith("--thoughts think")


@needs_bfcl
def test_an_answer_is_graded_in_its_form() -> None:
    asked = graded_arm(Arm("x"), 1, 1).of("simple_python")[0][0]
    call = '{"name": "math.add", "arguments": {"a": 1, "b": true}}'
    for form, text in ((JSON, f"[{call}]"), (HERMES, tagged(call))):
        assert grade(asked, text, form).right
        assert grade(asked, text.replace("true", '"true"'), form).error == "wrong type"
        assert grade(asked, f"<think>\nWhy.\n</think>\n{text}", with_thoughts(form)).strict
        assert grade(asked, NO_FIT, form).error == "declined"
    none = replace(asked, truth=None)
    assert grade(none, "<think>\nNothing does it.\n</think>\nNo function fits.", with_thoughts(JSON)).right
    assert grade(none, f"Well: {call}", JSON).error == "calls"


@needs_bfcl
def test_the_page_has_a_section_of_forms(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path)
    forms = [
        graded_arm(Arm(form.label, 900, form.name, 1400 - at, form=form, tokens=380_000 - at), 4 + at)
        for at, form in enumerate((PYTHON, JSON))
    ]
    text = page(settings, "digest", [], [], forms)
    _, _, section = text.partition("## Forms\n")
    assert "| arm | seed | samples | tokens | form |" in section
    assert "| JSON calls | 900 | 1399 | 379999 |" in section
    assert "| Python calls | JSON calls | 900 | 1 | 0 | 1 |" in section
    assert "## Forms" not in page(settings, "digest", forms, [])
