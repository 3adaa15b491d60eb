"""What counts as a failed call: what the tool or its protocol says is one, never a word inside good data."""

import json
import re
import socket
import urllib.error
from collections.abc import Callable
from typing import Any

from tool_registry.calling import failure_envelope as envelope
from tool_registry.calling.failure_words import text_reads_as_failure
from tool_registry.json.plain_text import without_controls
from tool_registry.json.text import unwrap_result
from tool_registry.result import ErrorKind, ToolError, ToolFailure

MESSAGE_MAX = 500
_RETRYABLE: frozenset[ErrorKind] = frozenset({"timeout", "unavailable", "rate_limited"})
# HTTP clients derive their own exceptions from Exception or OSError: told by the name of a base class.
_TIMEOUT_CLASSES = frozenset({"Timeout", "TimeoutException"})
_CONNECTION_CLASSES = frozenset({"ConnectionError", "NetworkError", "ConnectError"})
#: Objects that an answer may stand in, one in the other, as servers and libraries wrap it.
_WRAPPERS_MAX = 3
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def tool_error(kind: ErrorKind, message: str) -> ToolError:
    """Return an error of the kind with the message in at most MESSAGE_MAX characters, without control characters.

    Memory addresses are left out: they would make the records of two equal runs differ.
    """
    text = without_controls(_ADDRESS.sub("", message[: 4 * MESSAGE_MAX])).strip()
    if len(text) > MESSAGE_MAX:
        text = text[: MESSAGE_MAX - 1].rstrip() + "…"
    return ToolError(kind=kind, message=text, retryable=kind in _RETRYABLE)


def from_exception(error: BaseException, clean: Callable[[str], str] = str) -> ToolError:
    """Return what an exception out of a call means: its kind, and its message without a traceback.

    `clean` goes over the message before it is cut to length.
    """
    if isinstance(error, ToolFailure):
        message = clean(error.error.message)
        return tool_error(error.error.kind, message).model_copy(update={"retryable": error.error.retryable})
    return tool_error(_kind(error), clean(_words(error)))


def from_content(content: Any) -> ToolError | None:
    """Return the failure that an answer says it is by a protocol, also inside a JSON text or a wrapper alone.

    A filled `error`; `success` or `ok` false; `isError` true; and JSend's `status` of "error" or "fail" where nothing
    but what tells of a failure stands beside it.
    """
    return _from_object(unwrap_result(content), _WRAPPERS_MAX)


def _from_object(content: Any, depth: int) -> ToolError | None:
    if not isinstance(content, dict):
        return None
    members = envelope.members(content)
    reason = _reason(members)
    error = members.get("error")
    if error and not (envelope.is_number(error) and not envelope.is_one(members)) and not envelope.says_none(error):
        return tool_error("tool_error", _value_words(reason if error is True and reason else error))
    for name in ("success", "ok"):
        if envelope.is_false(members.get(name)):
            return tool_error("tool_error", _value_words(reason) if reason else f"{name}: false")
    if members.get("iserror") is True:
        return tool_error("tool_error", _value_words(reason or content.get("content") or "isError: true"))
    if envelope.is_jsend(members):
        return tool_error("tool_error", _value_words(reason or members.get("data") or f"status: {members['status']}"))
    inner = envelope.unwrap_answer(members) if depth else None
    return _from_object(unwrap_result(inner), depth - 1) if inner is not None else None


def from_words(content: Any) -> ToolError | None:
    """Return the failure that the words of a whole answer say, where no protocol does: see `failure_words`.

    A short text; an object that holds nothing but what tells of a failure, its message or its status among it; one
    text or object alone in a list.
    """
    found = _from_words(unwrap_result(content), _WRAPPERS_MAX)
    return None if found is None else tool_error("tool_error", _value_words(found))


def _from_words(content: Any, depth: int) -> Any:
    if isinstance(content, str):
        return content if text_reads_as_failure(content) else None
    if isinstance(content, list):
        return _from_words(content[0], depth) if len(content) == 1 and isinstance(content[0], str) else None
    if not isinstance(content, dict):
        return None
    members = envelope.members(content)
    if envelope.tells_failure(members, lambda text: text_reads_as_failure(text) is not None):
        return _reason(members) or json.dumps(content, ensure_ascii=False)
    inner = envelope.unwrap_answer(members) if depth else None
    return _from_words(unwrap_result(inner), depth - 1) if inner is not None else None


def _kind(error: BaseException) -> ErrorKind:
    names = {each.__name__ for each in type(error).__mro__}
    if isinstance(error, TimeoutError) or names & _TIMEOUT_CLASSES:
        return "timeout"
    match _http_status(error):
        case 429:
            return "rate_limited"
        case 408 | 504:
            return "timeout"
        case 502 | 503:
            return "unavailable"
        case None:
            unreachable = isinstance(error, ConnectionError | socket.gaierror | urllib.error.URLError)
            return "unavailable" if unreachable or names & _CONNECTION_CLASSES else "tool_error"
        case _:
            return "tool_error"


def _http_status(error: BaseException) -> int | None:
    """Return the status that the error of an HTTP client carries (httpx, requests, aiohttp, urllib)."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code
    for status in (
        getattr(getattr(error, "response", None), "status_code", None),
        getattr(error, "status", None),
    ):
        if isinstance(status, int) and 400 <= status <= 599:
            return status
    return None


def _words(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _reason(members: dict[str, Any]) -> Any:
    return next((members[name] for name in envelope.MESSAGES if members.get(name)), None)


def _value_words(value: Any) -> str:
    if isinstance(value, dict):
        for name in ("message", "detail", "reason", "error", "type"):
            if isinstance(value.get(name), str) and value[name]:
                return str(value[name])
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
