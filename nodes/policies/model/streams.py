"""A stream of server-sent events put together to the one completion that it tells in pieces."""

import json
from typing import Any

Json = dict[str, Any]


def completion_of_stream(text: str) -> Json | None:
    """Return the whole completion, `{"error": …}` where the stream says one, or None for a stream that was cut."""
    whole: Json = {"choices": []}
    message: Json = {"role": "assistant"}
    finish: str | None = None
    ended = False
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        said = line[5:].strip()
        if said == "[DONE]":
            ended = True
            continue
        try:
            chunk = json.loads(said, strict=False)
        except (ValueError, RecursionError):
            continue
        if not isinstance(chunk, dict):
            continue
        if chunk.get("error"):
            return chunk
        whole |= {name: chunk[name] for name in ("id", "model", "created") if chunk.get(name)}
        if isinstance(chunk.get("usage"), dict):
            whole["usage"] = chunk["usage"]
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        if choice.get("error"):
            return {"error": choice["error"]}
        finish = choice.get("finish_reason") or finish
        if isinstance(choice.get("message"), dict) and "delta" not in choice:
            message |= choice["message"]
        elif isinstance(choice.get("delta"), dict):
            _add(message, choice["delta"])
        elif isinstance(choice.get("text"), str):
            _add(message, {"content": choice["text"]})
    if finish is None and not ended:
        return None
    whole["choices"] = [{"index": 0, "finish_reason": finish or "stop", "message": message}]
    return whole


def _add(message: Json, delta: Json) -> None:
    for name, value in delta.items():
        if name == "tool_calls" and isinstance(value, list):
            calls = message.setdefault("tool_calls", [])
            for piece in value:
                if isinstance(piece, dict):
                    _add_call(calls, piece)
        elif name == "function_call" and isinstance(value, dict):
            _add_function(message.setdefault("function_call", {}), value)
        elif isinstance(value, list):
            message[name] = [*_listed(message.get(name)), *value]
        elif isinstance(value, str) and name != "role":
            before = message.get(name) or ""
            message[name] = [*before, value] if isinstance(before, list) else before + value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _add_call(calls: list[Json], piece: Json) -> None:
    index = piece.get("index")
    known = [call for call in calls if call["index"] == index] if index is not None else calls[-1:]
    if index is None and known and piece.get("id") and piece["id"] != known[0].get("id"):
        known = []  # without a number a new id begins a new call
    if not known:
        known = [{"index": len(calls) if index is None else index, "type": "function", "function": {}}]
        calls.extend(known)
    if piece.get("id"):
        known[0]["id"] = piece["id"]
    if isinstance(piece.get("function"), dict):
        _add_function(known[0]["function"], piece["function"])


def _add_function(function: Json, piece: Json) -> None:
    if piece.get("name"):
        function["name"] = piece["name"]
    arguments = piece.get("arguments")
    if isinstance(arguments, dict | list):
        function["arguments"] = arguments
    elif isinstance(arguments, str):
        before = function.get("arguments") or ""
        function["arguments"] = before + arguments if isinstance(before, str) else before
