"""OpenAI's fine-tuning format for chat models with tools.

Arguments are a JSON string, every call has an id that its result names, and `weight` 0 keeps an assistant message
from being learned. Source: https://platform.openai.com/docs/guides/supervised-fine-tuning (tool calling).
"""

import json
from typing import Any

from toolgrad_data.export.conversation import Example, Message, UnfitError, to_json
from toolgrad_data.export.format import Format, NamedCall, Row, function_tool

#: The API refuses more functions in a request.
TOOLS_MAX = 128


class OpenAI(Format):
    """`{messages, tools, parallel_tool_calls}` and nothing else: the API refuses members that it does not know."""

    name = "openai"
    about = "OpenAI's fine-tuning: arguments as JSON text, ids, weights"
    has_ids = True
    # The API takes letters, digits, `_` and `-`.
    name_styles = ("snake", "camel", "pascal")

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        if len(example.tools) > TOOLS_MAX:
            raise UnfitError(f"offers more than {TOOLS_MAX} tools, the most that the API takes")
        weighted = not all(message.train for message in example.messages)
        row: Row = {"messages": [_message(message, weighted=weighted) for message in example.messages]}
        if example.tools:
            row["tools"] = [function_tool(tool) for tool in example.tools]
            # Not by whether there are any: a model would learn to call in parallel wherever it may.
            row["parallel_tool_calls"] = not example.labels.get("sequential", False)
        return [row]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the assistant's messages."""
        return [
            [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in message["tool_calls"]]
            for message in row["messages"]
            if message.get("tool_calls")
        ]


def _message(message: Message, *, weighted: bool) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.content}
    row: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        row["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": to_json(call.arguments)}}
            for call in message.calls
        ]
    if weighted and message.role == "assistant":
        row["weight"] = int(message.train)
    return row
