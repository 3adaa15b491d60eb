"""Calls of tools for models that have none: the tools are told in words, calls and results stand in tags.

The form is that of Hermes, which most open models have seen: `<tool_call>{"name": …, "arguments": …}</tool_call>`, and
`<tool_response>` for what came of it.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nodes.policies.model import loose_json
from nodes.policies.model.loose_json import LooseJSONError
from nodes.policies.model.native import NativeAnswer, NativeCall, call_of
from nodes.policies.model.written_calls import written_calls

Json = dict[str, Any]

_OPENING, _CLOSING = "<tool_call>", "</tool_call>"
_TAGGED = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)
_NAMES, _ARGUMENTS = ("name", "tool", "function"), ("arguments", "parameters", "input")


def tools_in_words(tools: Sequence[Json]) -> str:
    """Return what a system message says of the tools, which are as a request has them."""
    lines = "\n".join(json.dumps(tool["function"], ensure_ascii=False, separators=(",", ":")) for tool in tools)
    return (
        "You may call these tools, each described by a JSON object with its name, what it does and the JSON Schema of "
        f"its arguments:\n<tools>\n{lines}\n</tools>\n"
        "To call one, write nothing but a JSON object with its name and arguments in tags, one after the other for "
        f'several:\n{_OPENING}{{"name": "…", "arguments": {{…}}}}{_CLOSING}\n'
        "What came of the calls is told in <tool_response> tags. Without such tags your message is the answer."
    )


def messages_in_words(messages: Sequence[Json], tools: Sequence[Json]) -> list[Json]:
    """Return the conversation in messages of words alone: calls and results in tags, results as the user's."""
    said: list[Json] = []
    told = tools_in_words(tools) if tools else ""
    for message in messages:
        match message["role"]:
            case "system":
                told = f"{message['content']}\n\n{told}".strip()
            case "assistant":
                tags = [_tag(call["function"]) for call in message.get("tool_calls") or ()]
                content = "\n".join(filter(None, [str(message.get("content") or ""), *tags]))
                said.append({"role": "assistant", "content": content})
            case "tool":
                result = f"<tool_response>{message['content']}</tool_response>"
                if said and said[-1].get("results"):
                    said[-1]["content"] += f"\n{result}"
                else:
                    said.append({"role": "user", "content": result, "results": True})
            case _:
                said.append({"role": "user", "content": message["content"]})
    plain = [{"role": message["role"], "content": message["content"]} for message in said]
    return [*([{"role": "system", "content": told}] if told else []), *plain]


def with_written_calls(answer: NativeAnswer, tools: Collection[str], *, anywhere: bool) -> NativeAnswer:
    """Return the answer with the calls that stand in its text; as it is where none stand there.

    Those in tags are calls. With `anywhere` a text that is one JSON object, or parameters in tags, is one too, where it
    names one of the `tools`.
    """
    if answer.calls or not answer.text:
        return answer
    calls = [_read(found) for found in _TAGGED.findall(answer.text)]
    words = _TAGGED.sub("", answer.text).strip()
    if not calls and anywhere:
        calls = [call for call in _loose(answer.text) if call is not None and call[0] in tools]
        words = ""
    if not calls:
        return answer
    made = tuple(
        call_of(f"call_{number}", *call) if call is not None else NativeCall(f"call_{number}", "", "", None)
        for number, call in enumerate(calls)
    )
    return NativeAnswer(words, made, answer.reasoning, answer.refusal, answer.finish)


def _tag(function: Mapping[str, Any]) -> str:
    return f'{_OPENING}{{"name": {json.dumps(function["name"])}, "arguments": {function["arguments"]}}}{_CLOSING}'


def _read(text: str) -> tuple[str, str] | None:
    """Return name and arguments of what stands in tags, or None where that is no call."""
    start = text.find("{")
    if start >= 0:
        try:
            value, _ = loose_json.decode(text, start)
        except LooseJSONError:
            value = None
        if (call := _named(value)) is not None:
            return call
    written = written_calls(f"{_OPENING}{text}{_CLOSING}")
    return _named(written[0]) if written else None


def _loose(text: str) -> list[tuple[str, str] | None]:
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if bare.startswith("{"):
        return [_read(bare)]
    if bare.startswith("["):
        try:
            values, _ = loose_json.decode(bare, 0)
        except LooseJSONError:
            return []
        return [_named(value) for value in values]
    return [_named(call) for call in written_calls(text)]


def _named(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("function"), dict):
        value = value["function"]
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
    if name is None:
        return None
    arguments: Any = next((value[key] for key in _ARGUMENTS if key in value), {})
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return name, text
