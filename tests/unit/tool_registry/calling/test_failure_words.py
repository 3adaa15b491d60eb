"""Failures that come as answers: what a protocol says, what a source says, and what only words say."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from tests.fixtures.failure_texts import ANSWERS, FAILURES
from tests.unit.tool_registry.making import returning, run, spec
from tool_registry.calling.answer_reading import AnswerReading
from tool_registry.calling.failure_words import SHORT_MAX, text_reads_as_failure
from tool_registry.calling.failures import from_content
from tool_registry.sessions.replay import RecordedCall, compare_results
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.configured import apply_config
from tool_registry.tool import Loaded, Tool


def under(called: Tool, **configuration: Any) -> Tool:
    config = SourceConfig(kind="python", target="x.py:TOOLS", **configuration)
    return apply_config(config, Loaded([called])).tools[0]


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "no such city"},
        {"Error": "Movie not found!", "Response": "False"},
        {"error": {"code": 7}},
        {"error": 404, "message": "no such city"},
        {"success": False, "tables": []},
        {"success": "false", "msg": "no"},
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
        {"isError": True, "content": [{"type": "text", "text": "no"}]},
        {"is_error": True},
        {"status": "error", "message": "no such city"},
        {"status": "Error", "code": 17},
        {"status": "fail", "data": {"title": "A title is required"}},
        '{"success": false, "error": "no"}',
        ' \ufeff{"ok": false}',
        {"result": '{"success": false}'},
        {"result": {"status": "fail", "data": {"id": "required"}}},
        {"data": {"ok": False}},
        {"data": {"result": '{"error": "no"}'}, "meta": None},
    ],
)
async def test_what_a_protocol_says_is_a_failure_whatever_the_source_says(answer: Any) -> None:
    for called in (returning(answer), under(returning(answer), errors_are_answers=True)):
        result = await run(called)
        assert result.error is not None
        assert result.error.kind == "tool_error"
        assert result.error.message
    assert from_content(answer) is not None


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
async def test_data_with_such_words_is_data(answer: Any) -> None:
    result = await run(returning(answer))
    assert result.ok, result.error


@pytest.mark.parametrize("answer", FAILURES, ids=range(len(FAILURES)))
async def test_an_answer_that_reads_as_a_failure_is_one(answer: Any) -> None:
    result = await run(returning(answer))
    assert result.error is not None
    assert result.error.kind == "tool_error"


async def test_a_source_whose_errors_are_its_answers() -> None:
    text = "KeyError: 'city'"
    assert (await run(under(returning(text), errors_are_answers=True))).content == text


def test_a_long_text_is_no_failure_but_a_traceback_is() -> None:
    assert text_reads_as_failure("Error: " + "x" * SHORT_MAX) is None
    frames = "\n".join(f'  File "a.py", line {n}, in f' for n in range(200))
    assert text_reads_as_failure(f"Traceback (most recent call last):\n{frames}\nKeyError: 1") == "trace_python"


@pytest.mark.parametrize(
    "odd", ["a " * 300, "error " * 100, "the " * 150, "(" * 600, "x-" * 300, "'" * 600, "not " * 150]
)
def test_reading_takes_bounded_time(odd: str) -> None:
    begun = time.process_time()
    text_reads_as_failure(odd)
    # Milliseconds where a rule is linear; a rule that goes wrong takes minutes.
    assert time.process_time() - begun < 5


FAILED = ["^(Database )?[Ee]rror:", "(?i)no luck"]


@pytest.mark.parametrize(
    "answer", ["Database error: x", {"result": "No luck today"}, {"message": "no luck"}, ["a", "No luck"]]
)
async def test_what_a_source_says_is_a_failure(answer: Any) -> None:
    called = under(returning(answer), failures=FAILED, errors_are_answers=True)
    assert not (await run(called)).ok
    assert (await run(under(returning(answer), errors_are_answers=True))).ok


async def test_expressions_leave_data_alone() -> None:
    answer = {"title": "No luck", "author": "Ada", "pages": 3}
    assert (await run(under(returning(answer), failures=["^Nothing$"]))).content == answer
    assert (await run(under(returning({"note": "x", "rows": ["no luck"]}), failures=FAILED))).ok


@pytest.mark.parametrize(
    ("expressions", "said"), [(["ok", "(a"], "expression 2 is not regular"), ([".*"], "empty text")]
)
def test_expressions_are_checked(expressions: list[str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SourceConfig(kind="python", target="x.py:T", failures=expressions)


async def test_an_expression_that_takes_too_long_fails_the_call_and_is_named() -> None:
    called = under(returning("a" * 3000 + "b"), failures=["^(a|a)+(a|a)+(a|a)+$"], errors_are_answers=True)
    result = await run(called)
    assert result.error is not None
    assert (result.error.kind, "expression 1" in result.error.message) == ("malformed_output", True)


def test_old_settings_are_written_as_they_were() -> None:
    assert "failures" not in SourceConfig(kind="python", target="x.py:T", allow=["a"]).as_spec()


async def test_a_json_text_is_the_object() -> None:
    for given in ('{"a": [1]}', ' \n[{"a": 1}]', {"result": '{"a": 1}'}, "\ufeff{}"):
        text = given if isinstance(given, str) else given["result"]
        assert (await run(returning(given))).content == json.loads(text.strip("\ufeff"))
    for kept in ("{not json}", '{"a": 1, "a": 2}', '{"a": NaN}', "[1", '"text"', "7", "[" * 200 + "]" * 200):
        assert (await run(returning(kept))).content == kept
    assert (await run(returning({"result": "plain"}))).content == {"result": "plain"}
    plain = replace(
        returning("{}"), treatment=replace(returning("").treatment, reading=AnswerReading(reads_json=False))
    )
    assert (await run(plain)).content == "{}"


async def test_a_long_json_text_is_read_too() -> None:
    rows = [{"name": "x" * 100}] * 2000
    result = await run(returning(json.dumps(rows)), max_result_bytes=1_000_000)
    assert result.content == rows


@pytest.mark.parametrize(
    ("recorded", "again"),
    [
        ('{"a": 1}', '{"a": 1}'),
        ({"result": '{"a": 1}'}, {"result": '{"a": 1}'}),
        ("\x1b[1mOslo\x1b[0m\r\n", "\x1b[1mOslo\x1b[0m\r\n"),
        ("Error: 401 Unauthorized", "Error: 401 Unauthorized"),
        ({"ok": False, "error_code": 401}, {"ok": False, "error_code": 401}),
    ],
)
async def test_records_of_before_replay(recorded: Any, again: Any) -> None:
    call = RecordedCall(tool="a_tool", arguments={}, result=recorded)
    assert compare_results(call, await run(returning(again)), "exact").verdict == "same"
    other = await run(returning("Error: another"))
    assert compare_results(call, other, "exact").verdict == "failed"
    assert compare_results(call, await run(returning("Bergen")), "exact").verdict == "differs"


async def test_the_answer_of_a_failure_is_kept_nowhere() -> None:
    result = await run(returning("Error: x"))
    assert result.answer == "Error: x"
    assert set(result.model_dump()) == {"ok", "content", "empty", "error", "elapsed_ms", "truncated"}
    assert spec().model_dump()
