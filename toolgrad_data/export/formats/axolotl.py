"""Axolotl's `type: chat_template` with tools.

Arguments are JSON text, which Axolotl reads back before it renders: Arrow would otherwise give all calls of a file
the same argument names. `train` says whether an assistant message is learned (`message_field_training: train`).
Source: https://docs.axolotl.ai/docs/dataset-formats/conversation.html
"""

import json
from typing import Any

from toolgrad_data.export.conversation import Example, Message, to_json
from toolgrad_data.export.format import Format, NamedCall, Row, tools_or_null


class Axolotl(Format):
    """`{id, kind, messages, tools}`."""

    name = "axolotl"
    about = "Axolotl's chat_template: messages + tools, a train mark a message"
    has_ids = True

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "messages": [_message(message) for message in example.messages],
                "tools": tools_or_null(example),
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the assistant's messages."""
        return [
            [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in message["tool_calls"]]
            for message in row["messages"]
            if message.get("tool_calls")
        ]


def _message(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.role == "tool":
        row |= {"name": message.tool, "tool_call_id": message.call_id}
    if message.calls:
        row["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": to_json(call.arguments)}}
            for call in message.calls
        ]
    row["train"] = message.role == "assistant" and message.train
    return row
