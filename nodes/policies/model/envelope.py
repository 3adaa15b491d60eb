"""What endpoints answer over HTTP, brought to the one form that the client reads: a completion, or an error's status.

Endpoints put the same few things into many forms: errors under the status 200 or in a choice, messages without a role,
arguments as objects, content in parts, a stream where none was asked for, token counts of zero. All of that ends here.
"""

import json
import math
import re
from typing import Any

from nodes.policies.model.streams import completion_of_stream

Json = dict[str, Any]

#: The member of a message that has it as it was said, for conversations of native calls (`native.py`).
NATIVE = "native"

_REASONING = ("reasoning_content", "reasoning", "reasoning_details", "thinking")
_ERRORS = ("error", "errors", "detail", "message", "msg", "base_resp", "error_msg", "error_message", "errorMessage")
_STATUS_MEMBERS = ("code", "status", "status_code", "statusCode", "http_status")
_TOO_MANY = re.compile(r"rate.?limit|too many requests|resource.?exhausted|throttl", re.IGNORECASE)
_FINISHES = {
    "length": re.compile(r"length|max_?(output_)?tokens", re.IGNORECASE),
    "content_filter": re.compile(r"content_?filter|safety|recitation|prohibited|blocklist|sensitive", re.IGNORECASE),
    "error": re.compile(r"error|abort|insufficient_system_resource|malformed", re.IGNORECASE),
}


def read_response(status: int, content: bytes, charset: str | None = None) -> tuple[int, Json] | None:
    """Return the status and body that a well-behaved endpoint would have sent, or None where nothing can be read."""
    try:
        text = content.decode(charset or "utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    except LookupError:
        text = content.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    document = _document(text)
    if document is None:
        return None
    if status >= 400:
        # What the model wrote, which the endpoint's own reader could not make out.
        failed = _members_of(document.get("error")).get("failed_generation")
        return (200, _completion({}, {"content": failed}, "stop")) if _words(failed) else None
    choice = _choice(document)
    message = _message(choice)
    finish = _finish(choice)
    error = choice.get("error") or (document.get("error") if message is None else None)
    if error or finish == "error":
        said = error or {"message": f"the answer ended with {choice.get('finish_reason')!r}"}
        return _status_of(said, document), {"error": said}
    if message is not None:
        return 200, _completion(document, message, finish)
    if any(document.get(name) for name in _ERRORS) and not choice:
        return _status_of(document, document), document
    return None


def _document(text: str) -> Json | None:
    if text.startswith(("data:", "event:", ":", "id:", "retry:")):
        return completion_of_stream(text)
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        # Comments that keep a connection alive may stand before the answer.
        return completion_of_stream(text) if "\ndata:" in text else None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        return None
    if "choices" not in value:
        for name in ("data", "result", "response", "output", "body"):
            if isinstance(value.get(name), dict) and value[name].get("choices"):
                inner: Json = value[name]
                return inner
    return value


def _members_of(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _choice(document: Json) -> Json:
    choices = document.get("choices")
    if isinstance(choices, dict):
        choices = [choices]
    if isinstance(choices, list) and choices:
        return _members_of(next((one for one in choices if _message(_members_of(one)) is not None), choices[0]))
    if isinstance(document.get("message"), dict):  # as an Ollama answers under its own paths
        return {"message": document["message"], "finish_reason": document.get("done_reason")}
    return {}


def _message(choice: Json) -> Json | None:
    for name in ("message", "delta"):
        if isinstance(choice.get(name), dict):
            message: Json = choice[name]
            return message
    return {"content": choice["text"]} if isinstance(choice.get("text"), str) else None


def _finish(choice: Json) -> str:
    told = choice.get("finish_reason")
    if not isinstance(told, str):
        return "stop"
    return next((name for name, pattern in _FINISHES.items() if pattern.search(told)), told)


def _status_of(error: Any, document: Json) -> int:
    """Return the HTTP status that the error means: the one it names, or what its words say."""
    for holder in (_members_of(error), document, _members_of(_members_of(error).get("error"))):
        for name in _STATUS_MEMBERS:
            code = holder.get(name)
            if isinstance(code, str) and code.isdecimal():
                code = int(code)
            if isinstance(code, int) and 400 <= code < 600:
                return code
    return 429 if _TOO_MANY.search(json.dumps(error, default=str)[:4_000]) else 500


def _completion(document: Json, message: Json, finish: str) -> Json:
    content, thought = _content(message.get("content"))
    calls, texts = _calls(message)
    native = {"content": content, "tool_calls": _native_calls(message), "reasoning": _reasoning(message)}
    texts = [part for part in (content, *texts) if part.strip()]
    if not texts and not calls and finish != "length":
        # Some readers of thoughts take all of an answer for one; what was cut in its thoughts has no answer.
        told = [_words(message.get(name)) for name in ("reasoning_content", "reasoning", "thinking")]
        texts = [next(filter(None, told), thought)]
    said: Json = {"role": "assistant", "content": "\n".join(texts), "refusal": _words(message.get("refusal")) or None}
    said[NATIVE] = native
    if calls:
        said["tool_calls"] = calls
    return {
        "id": str(document.get("id") or "chatcmpl"),
        "object": "chat.completion",
        "created": 0,
        "model": str(document.get("model") or ""),
        "choices": [{"index": 0, "finish_reason": finish, "message": said}],
        **_usage(document.get("usage")),
    }


def _content(content: Any) -> tuple[str, str]:
    """Return what is said and what is thought in a message's content, be it a text, parts, or an object."""
    if isinstance(content, str):
        return content, ""
    if isinstance(content, dict):
        if isinstance(content.get("text"), str):
            return content["text"], ""
        if isinstance(content.get("parts"), list):
            return _content(content["parts"])
        return json.dumps(content, ensure_ascii=False), ""
    said: list[str] = []
    thought: list[str] = []
    for part in content if isinstance(content, list) else ():
        kind = str(part.get("type", "")) if isinstance(part, dict) else ""
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, dict) and not re.search("think|reason|thought", kind) and not part.get("thought"):
            text = part.get("text") if isinstance(part.get("text"), str) else part.get("content")
            said.append(text if isinstance(text, str) else "")
        elif isinstance(part, dict):
            thought.append(
                next((part[name] for name in ("thinking", "text", "reasoning") if _words(part.get(name))), "")
            )
    return "".join(said), "".join(thought)


def _calls(message: Json) -> tuple[list[Json], list[str]]:
    """Return the calls whose arguments are an object, and what stands in the others, as text."""
    calls: list[Json] = []
    texts: list[str] = []
    for call in _native_calls(message):
        text = call["function"]["arguments"]
        try:
            sound = isinstance(json.loads(text), dict)
        except (ValueError, RecursionError):
            sound = False
        if sound:
            calls.append(call)
        else:
            texts.append(text)
    return calls, texts


def _native_calls(message: Json) -> list[Json]:
    """Return all calls, whatever their arguments hold, each with an id."""
    given = message.get("tool_calls")
    given = [given] if isinstance(given, dict) else list(given) if isinstance(given, list) else []
    if isinstance(message.get("function_call"), dict):
        given.append(message["function_call"])
    calls: list[Json] = []
    for number, call in enumerate(map(_members_of, given)):
        function = call["function"] if isinstance(call.get("function"), dict) else call
        arguments: Any = next((function[name] for name in ("arguments", "parameters", "input") if name in function), {})
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        named = {"name": str(function.get("name") or ""), "arguments": text or "{}"}
        calls.append({"id": str(call.get("id") or f"call_{number}"), "type": "function", "function": named})
    return calls


def _reasoning(message: Json) -> Json:
    """Return what the message tells of its reasoning, under the endpoint's own names."""
    return {name: message[name] for name in _REASONING if message.get(name)}


def _usage(usage: Any) -> Json:
    """Return the counts as whole numbers, or nothing where they are not told: nobody reads a prompt of no tokens."""
    told = _members_of(usage)
    prompt = _count(told.get("prompt_tokens", told.get("input_tokens")))
    completion = _count(told.get("completion_tokens", told.get("output_tokens")))
    if not prompt or completion is None:
        return {}
    cached = _count(_members_of(told.get("prompt_tokens_details")).get("cached_tokens")) or 0
    reasoning = _count(_members_of(told.get("completion_tokens_details")).get("reasoning_tokens")) or 0
    return {
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": min(cached, prompt)},
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        }
    }


def _count(value: Any) -> int | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value) if 0 <= value < 2**53 else None
