import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tool_registry.result import ToolFailure
from tool_registry.sources.toolbench.answers import content_of_answer, parse_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
CONTAINERS = st.lists(VALUES) | st.dictionaries(st.text(), VALUES)


@given(CONTAINERS)
def test_what_python_prints_is_read_back(value):
    assert parse_text(repr(value)) == value
    assert parse_text(f"  {value!r}\n") == value


@given(CONTAINERS)
def test_what_json_writes_is_read_back(value):
    assert parse_text(json.dumps(value)) == value


@given(st.text())
def test_any_text_is_answered(text):
    value = parse_text(text)
    assert value == text or value is None or isinstance(value, dict | list | tuple | set)


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "5",
        "3.14",
        "True",
        "'quoted'",
        "{'cut': 'of",
        "{'a': open('/etc/passwd')}",
        "[__import__('os').system('true')]",
        "{'a': nan}",
        "[x for x in [1]]",
        "(lambda: 1)()",
        "('just text in parentheses')",
        "[" * 5000 + "]" * 5000,
        "[" + "-" * 100_000 + "1]",
        "[" + "1," * 1_000_000 + "]",
        "{[]: 1}",
        "[1 if True else 2]",
        "[b'x' b'y' f'{1}']",
        "",
    ],
)
def test_text_that_is_no_literal_stays_text_and_is_never_run(text):
    started = time.process_time()
    assert parse_text(text) is text
    assert time.process_time() - started < 2


def test_none_is_nothing():
    assert parse_text("None") is None


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ("Too many requests error...", "rate_limited", True),
        ("Rate limit per minute error...", "rate_limited", True),
        ("Rate limit error...", "rate_limited", True),
        ("Timeout error...", "timeout", True),
        ("API temporarily not working error...", "unavailable", True),
        ("Gateway error...", "unavailable", True),
        ("Tool input parse error...\n", "invalid_arguments", False),
        ("API not working error...", "tool_error", False),
        ("Unauthorized error...", "tool_error", False),
        ("Unsubscribed error...", "tool_error", False),
        ("Message error...", "tool_error", False),
        ("Function executing x error...\nrate limit", "tool_error", False),
        ({"code": 3}, "tool_error", False),
    ],
)
def test_errors_are_typed_after_the_servers_words(error, kind, retryable):
    with pytest.raises(ToolFailure) as raised:
        content_of_answer({"error": error, "response": "{'message': 'why'}"})
    assert (raised.value.error.kind, raised.value.error.retryable) == (kind, retryable)
    assert "why" in raised.value.error.message


def test_a_word_inside_good_data_is_no_failure():
    assert content_of_answer({"error": "", "response": "{'status': 'error', 'code': 404}"}) == {
        "status": "error",
        "code": 404,
    }
    assert content_of_answer({"response": {"a": 1}}) == {"a": 1}
    assert content_of_answer({"error": None, "response": ""}) == ""


@pytest.mark.parametrize("answer", [None, [], "text", {}, {"detail": "x"}])
def test_what_is_no_answer_of_the_protocol_is_malformed(answer):
    with pytest.raises(ToolFailure) as raised:
        content_of_answer(answer)
    assert raised.value.error.kind == "malformed_output"
