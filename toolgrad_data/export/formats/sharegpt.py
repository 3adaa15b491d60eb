"""ShareGPT conversations in the style of Hermes: the tools in the system's words, tagged calls and results.

A `gpt` turn holds one `<tool_call>` a parallel call, and one `tool` turn their `<tool_response>`s in the same order.
Source of the tags: https://github.com/NousResearch/Hermes-Function-Calling
"""

import json
import re
from collections.abc import Iterable

from toolgrad_data.export.conversation import Example, Message, must_train, to_json
from toolgrad_data.export.format import Format, NamedCall, Row, function_tool

_CALL = re.compile(r"<tool_call>\n(.*?)\n</tool_call>", re.DOTALL)
_ROLES = {"system": "system", "user": "human", "assistant": "gpt", "tool": "tool"}


class ShareGpt(Format):
    """`{conversations}` of `{from, value}`."""

    name = "sharegpt"
    about = "ShareGPT loaders: from/value turns, tools and calls in tags"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        must_train(example)
        return [{"id": example.id, "kind": example.kind, "conversations": turns_of(example)}]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the tagged calls of each `gpt` turn."""
        waves = []
        for turn in row["conversations"]:
            found = [json.loads(text) for text in _CALL.findall(turn["value"])] if turn["from"] == "gpt" else []
            if found:
                waves.append([(call["name"], call["arguments"]) for call in found])
        return waves


def turns_of(example: Example) -> list[dict[str, str]]:
    """Return the turns, the first the system's: what it is told, the tools, and how to call them."""
    turns = [{"from": "system", "value": _instructions(example)}]
    for message in example.dialogue:
        value = _value(message)
        if message.role == "tool" and turns[-1]["from"] == "tool":
            turns[-1]["value"] += f"\n{value}"
        else:
            turns.append({"from": _ROLES[message.role], "value": value})
    return turns


def _value(message: Message) -> str:
    if message.role == "tool":
        return _tag("tool_response", {"name": message.tool, "content": message.result})
    calls = (_tag("tool_call", {"name": call.tool, "arguments": call.arguments}) for call in message.calls)
    return "\n".join(filter(None, (message.content, *calls)))


def _tag(tag: str, value: object) -> str:
    return f"<{tag}>\n{_inside(value)}\n</{tag}>"


def _inside(value: object) -> str:
    # JSON may write a slash as "\\/": so nothing in a value closes the tag around it.
    return to_json(value).replace("</", "<\\/")


def _instructions(example: Example) -> str:
    if not example.tools:
        return example.system or "You are a helpful assistant."
    return "\n\n".join(filter(None, (example.system, *_how_to_call(map(function_tool, example.tools)))))


def _how_to_call(tools: Iterable[Row]) -> tuple[str, ...]:
    return (
        "You are a function calling assistant. You may call one or more of the functions whose signatures stand "
        "within <tools></tools>. Make no assumptions about values that you were not given.",
        f"<tools>\n{_inside(list(tools))}\n</tools>",
        "Write each call as a JSON object with its name and arguments within tags:\n"
        '<tool_call>\n{"name": <function name>, "arguments": <arguments object>}\n</tool_call>',
    )
