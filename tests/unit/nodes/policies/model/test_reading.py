"""JSON out of what models write: found where it stands, refused where it is not sound, quick in any case."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.reading import MAX_CHARACTERS, UnreadableError, json_candidates
from nodes.policies.model.wrappers import forms

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc{}[]\"`", max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
OBJECTS = st.dictionaries(st.text("xyz", min_size=1, max_size=3), JSON, min_size=1, max_size=4)


@given(OBJECTS, st.sampled_from(["{}", "```json\n{}\n```", "<think>[1]{{</think>{}", "Sure! {} Done."]))
def test_an_object_is_found_in_its_wrapping(value: dict[str, Any], wrapping: str) -> None:
    assert json_candidates(wrapping.replace("{}", json.dumps(value, ensure_ascii=False), 1))[0] == value


@given(st.text())
def test_any_text_is_read_or_unreadable(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert all(isinstance(one, dict | list) for one in json_candidates(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "not a number"),
        ('{"a": 1e999}', "at /a"),
        ('{"a": 99999999999999999999}', "64 bits"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"\\udfff": 1}', "surrogate"),
        ('{"a":' * 60 + "1" + "}" * 60, "nested"),
    ],
)
def test_unsound_json_is_named(text: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        json_candidates(text)
    assert caught.value.is_json


@pytest.mark.parametrize(
    "text", ["", "42", '"text"', "[" * 100_000, "{" * 150_000, "<think>" * 20_000, "```json\n" * 20_000, "x" * 900_000]
)
def test_what_is_no_object_is_said_quickly(text: str) -> None:
    started = time.process_time()
    with pytest.raises(UnreadableError) as caught:
        json_candidates(text)
    assert not caught.value.is_json
    assert time.process_time() - started < 20


def test_the_limit_of_length() -> None:
    with pytest.raises(UnreadableError, match="characters"):
        json_candidates(json.dumps({"a": "x" * MAX_CHARACTERS}))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "x\ny\tz"}',
        "{'a': 'x\\ny\\tz'}",
        '{a: "x\\ny\\tz",}',
        '{"a": "x\\ny\\tz", // so it is\n}',
        "{“a”: “x\\ny\\tz”}",
        '"{\\"a\\": \\"x\\\\ny\\\\tz\\"}"',
        'Well. {"a": "x\\ny\\tz"} That is {all} of [it].',
    ],
)
def test_json_as_models_write_it(text: str) -> None:
    assert json_candidates(text)[0] == {"a": "x\ny\tz"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'it': 'it's', 'b': [True, None, .5, +1,],}", {"it": "it's", "b": [True, None, 0.5, 1]}),
        ('{"said": "He said "hi" to me", "b": 1}', {"said": 'He said "hi" to me', "b": 1}),
        ('{"a": "5\\% of \\$3, \\alpha"}', {"a": "5% of $3, \\alpha"}),
        ('{"a": 1 /* one */, # and\n "b": 2}', {"a": 1, "b": 2}),
    ],
)
def test_what_json_has_not_is_read_as_it_is_meant(text: str, value: Any) -> None:
    assert json_candidates(text)[0] == value


@pytest.mark.parametrize("text", ['{"a": 1', '{"a": "x', "{'a': [1, 2", '{"a": }', "{a}", "{think: of it}", "[x]"])
def test_what_was_cut_or_is_prose_is_not_completed(text: str) -> None:
    with pytest.raises(UnreadableError):
        json_candidates(text)


DRAFT, FINAL = '{"a": "a draft that is longer"}', '{"a": 1}'


@pytest.mark.parametrize(
    "text",
    [
        "<think>{d}</think>{f}",
        "{d} no</think>\n{f}",
        "<thinking>{d}</thinking>\n```json\n{f}\n```\nDone, see [1] or {{x}}.",
        "[THINK]{d}[/THINK]{f}",
        "◁think▷{d}◁/think▷{f}",
        "<seed:think>{d}</seed:think>{f}",
        "<reasoning>{d}</reasoning>{f}",
        "<|begin_of_thought|>{d}<|end_of_thought|><|begin_of_solution|>{f}<|end_of_solution|>",
        "<|START_THINKING|>{d}<|END_THINKING|>{f}",
        "<｜begin▁of▁thinking｜>{d}<｜end▁of▁thinking｜>{f}",
        "<|channel|>analysis<|message|>{d}<|end|><|start|>assistant<|channel|>final<|message|>{f}<|return|>",
        "<|channel|>analysis<|message|>{d}<|end|><|channel|>commentary to=functions.answer<|message|>{f}",
        "<unheard-of>{d}</unheard-of>{f}",
        "First {d}. Rather {f}",
        "<think>First {d}. Rather {f}",
        "{f}\n<think>Was {d} better?",
    ],
)
def test_the_answer_is_what_stands_last_and_outside_of_thoughts(text: str) -> None:
    whole = text.replace("{d}", DRAFT).replace("{f}", FINAL)
    assert json_candidates(whole)[0] == json.loads(FINAL)
    if "think" in text and "Rather" not in text:
        assert json.loads(DRAFT) not in json_candidates(whole)


def test_a_thought_that_was_cut_holds_no_answer() -> None:
    assert json_candidates(f"<think>{DRAFT} hmm, let me") == [json.loads(DRAFT)]
    with pytest.raises(UnreadableError):
        json_candidates(f"<think>{DRAFT} hmm, let me", cut=True)
    assert json_candidates(f"<tool_call>{FINAL}", cut=True) == [json.loads(FINAL)]


def test_a_mark_inside_of_a_value_is_none() -> None:
    assert json_candidates('{"a": "</think>x"}') == [{"a": "</think>x"}]


CALL = {"name": "answer", "arguments": {"a": 1, "b": ["x"]}}


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "answer", "arguments": {"a": 1, "b": ["x"]}}\n</tool_call>',
        '[TOOL_CALLS]answer[ARGS]{"name": "answer", "arguments": {"a": 1, "b": ["x"]}}',
        '<function=answer>\n<parameter=a>\n1\n</parameter>\n<parameter=b>["x"]</parameter>\n</function>',
        '<invoke name="answer"><parameter name="a">1</parameter><parameter name="b">["x"]</parameter></invoke>',
        '<tool_call>answer\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n<arg_key>b</arg_key><arg_value>["x"]</arg_value>',
        "answer(a=1, b=['x'])",
        "```python\n[answer(a=1, b=['x'])]\n```",
    ],
)
def test_a_call_is_read_in_any_writing(text: str) -> None:
    assert CALL in json_candidates(text)


@pytest.mark.parametrize("text", ["answer(1, 2)", "answer(a=open('x'))", "answer(a=1", "answer(**x)"])
def test_a_call_of_more_than_literals_is_none(text: str) -> None:
    with pytest.raises(UnreadableError):
        json_candidates(text)


MEMBERS = frozenset({"query", "response"})
MEANT = {"query": "When?", "response": "Now."}


@pytest.mark.parametrize(
    "value",
    [
        MEANT,
        {"answer": MEANT},
        {"answer": json.dumps(MEANT)},
        [MEANT],
        {"name": "answer", "arguments": MEANT},
        {"name": "answer", "parameters": json.dumps(MEANT)},
        {"type": "function", "function": {"name": "answer", "arguments": MEANT}},
        {"tool_calls": [{"function": {"name": "answer", "arguments": MEANT}}]},
        {"status": "ok", "data": MEANT},
        {"properties": MEANT},
    ],
)
def test_wrappers_are_taken_off(value: Any) -> None:
    assert forms(value, MEMBERS)[0] == MEANT


def test_what_is_a_member_stays_one() -> None:
    repair = {"why": "so", "arguments": {"answer": {"deep": 1}}}
    assert forms(repair, frozenset({"why", "arguments"}))[0] == repair
    solved = {"answer": {"reasoning": "so", "calls": []}}
    assert forms(solved, frozenset({"reasoning", "calls", "answer"}))[0] == solved["answer"]


def test_wrappers_without_end_are_bounded() -> None:
    value: Any = {"a": 1}
    for _ in range(60):
        value = {"answer": [value]}
    assert len(forms(value, MEMBERS)) < 50
