"""What counts as a failed call: what the tool or its protocol says is one, never a word inside good data."""

import re
import socket
import urllib.error
from collections.abc import Callable
from typing import Any

from tool_registry.result import ErrorKind, ToolError, ToolFailure

MESSAGE_MAX = 500
_RETRYABLE: frozenset[ErrorKind] = frozenset({"timeout", "unavailable", "rate_limited"})
# HTTP clients derive their own exceptions from Exception or OSError: told by the name of a base class.
_TIMEOUT_CLASSES = frozenset({"Timeout", "TimeoutException"})
_CONNECTION_CLASSES = frozenset({"ConnectionError", "NetworkError", "ConnectError"})
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def tool_error(kind: ErrorKind, message: str) -> ToolError:
    """Return an error of the kind with the message in at most MESSAGE_MAX characters of Unicode.

    Memory addresses are left out: they would make the records of two equal runs differ.
    """
    text = _ADDRESS.sub("", message[: 4 * MESSAGE_MAX]).strip().encode("utf-8", "replace").decode()
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
    """Return the failure that an answer says it is: a filled top-level `error`, or `success: false`."""
    if not isinstance(content, dict):
        return None
    said = content.get("error")
    if said:
        return tool_error("tool_error", _said(said))
    if content.get("success") is False:
        reason = next((content[name] for name in ("message", "detail", "reason") if content.get(name)), None)
        return tool_error("tool_error", "success: false" if reason is None else _said(reason))
    return None


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


def _said(value: Any) -> str:
    if isinstance(value, dict):
        for name in ("message", "detail", "reason", "error", "type"):
            if isinstance(value.get(name), str) and value[name]:
                return str(value[name])
    return str(value)
