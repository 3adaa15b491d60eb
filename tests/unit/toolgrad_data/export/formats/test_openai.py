"""The OpenAI file against the request types of the `openai` package."""

import json
from typing import Any

import pytest
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionToolMessageParam,
    ChatCompletionUserMessageParam,
)
from pydantic import TypeAdapter, ValidationError

from graph.record import Record
from tests.unit.toolgrad_data.export.records import dependent, parallel
from toolgrad_data.export.conversation import Example, UnfitError, call_id, calling, says, tool_answer, user
from toolgrad_data.export.formats.openai import TOOLS_MAX, OpenAI
from toolgrad_data.export.formats.sequential import sequential
from toolgrad_data.export.from_record import example_of

MESSAGES: dict[str, Any] = {
    "system": TypeAdapter(ChatCompletionSystemMessageParam),
    "user": TypeAdapter(ChatCompletionUserMessageParam),
    "assistant": TypeAdapter(ChatCompletionAssistantMessageParam),
    "tool": TypeAdapter(ChatCompletionToolMessageParam),
}
CALL: Any = TypeAdapter(ChatCompletionMessageFunctionToolCallParam)
TOOL: Any = TypeAdapter(ChatCompletionFunctionToolParam)


def assert_admitted(row: dict[str, Any]) -> None:
    """Fail unless the request types admit the row and a call's results follow it."""
    assert set(row) <= {"messages", "tools", "parallel_tool_calls"}
    open_calls: list[str] = []
    for message in row["messages"]:
        known = {"role", "content", "tool_calls", "tool_call_id", "weight"}
        assert set(message) <= known
        MESSAGES[message["role"]].validate_python(message, strict=True)
        for call in message.get("tool_calls", []):
            CALL.validate_python(call, strict=True)
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
            open_calls.append(call["id"])
        if message["role"] == "tool":
            open_calls.remove(message["tool_call_id"])
        elif "tool_calls" not in message:
            assert open_calls == []
    for tool in row.get("tools", []):
        TOOL.validate_python(tool, strict=True)


def test_rows_are_what_the_request_types_admit(real_records: list[Record]) -> None:
    for made in [*real_records, parallel(), dependent()]:
        (row,) = OpenAI().rows(example_of(made), 0)
        assert_admitted(json.loads(json.dumps(row)))


def test_the_types_refuse_arguments_as_an_object() -> None:
    (row,) = OpenAI().rows(example_of(parallel()), 0)
    row["messages"][1]["tool_calls"][0]["function"]["arguments"] = {"city": "Rome"}
    with pytest.raises(ValidationError):
        assert_admitted(row)


def test_a_failed_call_weighs_nothing() -> None:
    example = example_of(parallel())
    first, second = example.calls()
    messages = (
        user("Book."),
        calling(second, train=False),
        tool_answer(second, {"error": "no such day"}),
        calling(first),
        tool_answer(first, "fine"),
        says("Done."),
    )
    (row,) = OpenAI().rows(Example("x", messages, example.tools), 0)
    assert_admitted(row)
    assert [message.get("weight") for message in row["messages"]] == [None, 0, None, 1, None, 1]


def test_calls_one_at_a_time_are_told_to_the_api() -> None:
    (row,) = OpenAI().rows(sequential(example_of(parallel())), 0)
    assert_admitted(row)
    assert row["parallel_tool_calls"] is False


def test_more_tools_than_the_api_takes_are_left_out() -> None:
    example = example_of(parallel())
    with pytest.raises(UnfitError, match="128"):
        OpenAI().rows(Example("x", example.messages, example.tools[:1] * (TOOLS_MAX + 1)), 0)


def test_ids_are_the_same_each_time_and_differ_in_a_conversation() -> None:
    ids = [call.id for call in example_of(dependent()).calls()]
    assert ids == [call_id(number) for number in range(4)]
    assert all(len(id) == 9 and id.isalnum() for id in ids)
