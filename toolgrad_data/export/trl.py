"""TRL's conversational format with tools, as `SFTTrainer` takes it.

Arguments are an object, a tool's message carries its name, and an assistant message with calls has empty content.
Source: https://huggingface.co/docs/trl/dataset_formats (tool calling).
"""

from typing import Any

from toolgrad_data.export.conversation import Example, Message, must_train
from toolgrad_data.export.format import Format, NamedCall, Row, tools_or_null


class Trl(Format):
    """`{id, kind, messages, tools}`; the trainer reads the last two."""

    name = "trl"
    about = "TRL's SFTTrainer: messages + tools, arguments as objects"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        must_train(example)
        return [{"id": example.id, "kind": example.kind, **conversation(example)}]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the assistant's messages."""
        return [
            [(call["function"]["name"], call["function"]["arguments"]) for call in message["tool_calls"]]
            for message in row["messages"]
            if message.get("tool_calls")
        ]


def conversation(example: Example) -> Row:
    """Return `{messages, tools}` as chat templates take them."""
    return {
        "messages": [trl_message(message) for message in example.messages],
        "tools": tools_or_null(example),
    }


def trl_message(message: Message) -> dict[str, Any]:
    """Return one message; members that do not apply are absent, for templates ask whether they are there."""
    if message.role == "tool":
        return {"role": "tool", "name": message.tool, "content": message.content}
    row: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        row["tool_calls"] = [
            {"type": "function", "function": {"name": call.tool, "arguments": call.arguments}} for call in message.calls
        ]
    return row
