"""TRL's conversational format with tools, as `SFTTrainer` takes it.

Each call has an id, which its result names beside the tool. Chat templates differ in what they read, so a row has
several forms (`RowForm`); which template wants which: docs/datasets.md. `tools` as text is read back by TRL.
Source: https://huggingface.co/docs/trl/dataset_formats (tool calling).
"""

import json
from collections.abc import Iterable
from typing import Any

from toolgrad_data.export.conversation import Example, Message, must_train, to_json
from toolgrad_data.export.format import Format, NamedCall, Row, tools_or_null
from toolgrad_data.export.formats.row_form import USUAL, RowForm


class TrlFormat(Format):
    """What the formats of TRL have in common: how messages and tools are written and read back."""

    has_ids = True
    has_reasoning = True

    def __init__(self, form: RowForm = USUAL) -> None:
        self._form = form

    def in_form(self, form: RowForm) -> "TrlFormat":
        """Return the format with its rows in another form."""
        return type(self)(form)

    def messages(self, messages: Iterable[Message]) -> list[Row]:
        """Return the messages in the form that was asked for."""
        return [trl_message(message, self._form) for message in messages]

    def tools(self, example: Example) -> list[Row] | str | None:
        """Return the tools in the form that was asked for; null for none in both."""
        tools = tools_or_null(example)
        return to_json(tools) if tools and self._form.tools_as_text else tools


class Trl(TrlFormat):
    """`{id, kind, messages, tools}`; the trainer reads the last two."""

    name = "trl"
    about = "TRL's SFTTrainer: messages + tools, arguments as objects or text"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        must_train(example)
        messages = self.messages(example.messages)
        return [{"id": example.id, "kind": example.kind, "messages": messages, "tools": self.tools(example)}]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the assistant's messages."""
        return calls_of(row["messages"])


def calls_of(messages: Iterable[Row]) -> list[list[NamedCall]]:
    """Return the calls of a row's messages, arguments given as objects or as text."""
    return [
        [(call["function"]["name"], _parse_arguments(call["function"]["arguments"])) for call in message["tool_calls"]]
        for message in messages
        if message.get("tool_calls")
    ]


def _parse_arguments(arguments: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(arguments) if isinstance(arguments, str) else arguments
    return read


def trl_message(message: Message, form: RowForm = USUAL) -> Row:
    """Return one message; members that do not apply are absent, for templates ask whether they are there."""
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "name": message.tool, "content": message.content}
    row: Row = {"role": message.role, "content": message.content}
    if message.thought:
        row["reasoning_content"] = message.thought
    if message.calls:
        row["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": call.tool,
                    "arguments": to_json(call.arguments) if form.arguments_as_text else call.arguments,
                },
            }
            for call in message.calls
        ]
    return row
