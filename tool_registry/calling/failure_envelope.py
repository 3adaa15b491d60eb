"""Objects that stand for a failure: which of their members tell of one, and whether anything else is there."""

import re
from collections.abc import Callable
from typing import Any

#: Members that say what went wrong, the plainest first. Names without case, `_` and `-`, here and below.
MESSAGES = (
    "message",
    "errormessage",
    "errormsg",
    "errmsg",
    "faultstring",
    "errordescription",
    "errordetail",
    "errordetails",
    "msg",
    "detail",
    "details",
    "reason",
    "description",
    "title",
    "errors",
    "messages",
    "statustext",
    "statusmessage",
    "information",
    "info",
    "note",
    "errortype",
    "errorcode",
    "type",
    "exception",
)
#: Of these, those that are there for failures alone.
_OF_FAILURES = frozenset(
    {"errormessage", "errormsg", "errmsg", "faultstring", "errordescription", "errordetail", "errordetails"}
)
_STATUS = frozenset({"status", "statuscode", "httpstatus", "httpcode", "httpstatuscode", "code", "cod", "errorcode"})
_OUTCOME = frozenset({"status", "result", "stat", "state", "outcome", "response"})
#: What else may stand beside a message without being data.
_BESIDE = frozenset(
    {
        *(
            "success",
            "ok",
            "iserror",
            "error",
            "errno",
            "errorid",
            "errorclass",
            "errorname",
            "errorinfo",
            "codename",
            "name",
            "kind",
        ),
        *("instance", "help", "hint", "path", "timestamp", "time", "requestid", "traceid", "correlationid", "cause"),
        *("documentationurl", "docs", "doc", "moreinfo", "stack", "stacktrace", "trace", "traceback", "fault"),
        *(
            "retryafter",
            "severity",
            "domain",
            "parameter",
            "param",
            "field",
            "causes",
            "retryable",
            "service",
            "version",
        ),
        *("syscall", "address", "port", "hostname"),
    }
)
_KNOWN = frozenset({*MESSAGES, *_STATUS, *_OUTCOME, *_BESIDE})
#: Members under which servers put a whole answer, or a whole failure.
_WRAPPERS = frozenset(
    {
        *("result", "results", "data", "response", "body", "output", "content", "fault", "status", "meta", "payload"),
        *("message", "exception", "errors", "value", "text", "error"),
    }
)
_FAILED = frozenset({"error", "fail", "failed", "failure"})
_NONE = frozenset({"0", "none", "null", "false", "ok", "success", "no error", "no errors"})
_EXCEPTION = re.compile(r"(?:.*[.#/:])?[A-Z]\w*(?:Error|Exception|Fault|Failure)$")


def members(content: dict[str, Any]) -> dict[str, Any]:
    """Return the members by their names without case, `_` and `-`."""
    return {re.sub(r"[_\-\s]", "", name).casefold(): value for name, value in content.items()}


def is_number(value: Any) -> bool:
    """Return whether it is a number, which `error` may be as data: how far off a figure is."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_false(value: Any) -> bool:
    """Return whether it is false, as a truth or as its name."""
    return value is False or (isinstance(value, str) and value.strip().casefold() == "false")


def says_none(value: Any) -> bool:
    """Return whether a filled `error` says that there is none."""
    return isinstance(value, str) and value.strip().casefold().rstrip(".!") in _NONE


def is_one(members: dict[str, Any]) -> bool:
    """Return whether nothing but what may tell of a failure is filled."""
    return all(name in _KNOWN or _is_empty(value) for name, value in members.items())


def is_jsend(members: dict[str, Any]) -> bool:
    """Return whether it is JSend's failure: a status of error or fail, and at most a message, a code and `data`."""
    status = members.get("status")
    if not isinstance(status, str) or status.casefold() not in ("error", "fail"):
        return False
    return is_one({name: value for name, value in members.items() if name != "data"})


def unwrap_answer(members: dict[str, Any]) -> Any:
    """Return the only filled member where it is one that a whole answer stands in, else None."""
    filled = [name for name, value in members.items() if not _is_empty(value)]
    return members[filled[0]] if len(filled) == 1 and filled[0] in _WRAPPERS else None


def sayings(content: Any) -> list[str]:
    """Return the texts that an answer says: itself, those of a list, or of members that may tell a failure."""
    match content:
        case str():
            return [content]
        case list():
            return [item for item in content if isinstance(item, str)]
        case dict():
            known = members(content)
            inner = unwrap_answer(known)
            return [*_texts(known), *(sayings(inner) if isinstance(inner, str | list | dict) else [])]
    return []


def tells_failure(members: dict[str, Any], reads_as_failure: Callable[[str], bool]) -> bool:
    """Return whether the object, which no protocol calls a failure, is one by its words.

    An outcome of "error" with its message; and where nothing else is filled, a message for failures alone, a status of
    400 to 599 or an outcome of "failed" beside a message, and a message that reads as a failure.
    """
    status = members.get("status")
    if isinstance(status, str) and status.casefold() in ("error", "fail") and _texts(members):
        return True
    if not is_one(members):
        return False
    texts = _texts(members)
    failed = any(str(members.get(name)).casefold() in _FAILED for name in _OUTCOME)
    exception = any(_EXCEPTION.match(str(members.get(name))) for name in ("type", "name", "code", "errortype"))
    if any(_is_filled_text(members.get(name)) for name in _OF_FAILURES):
        return True
    if "errno" in members and re.fullmatch(r"E[A-Z_]{3,}", str(members.get("code"))):
        return True
    if texts and (failed or exception or _has_status(members) or "stacktrace" in members):
        return True
    if _is_list_of_errors(members.get("errors")) or _is_list_of_errors(members.get("detail"), ("loc",)):
        return True
    return any(reads_as_failure(text) for text in texts)


def _has_status(members: dict[str, Any]) -> bool:
    inner = members.get("data")
    numbers = [members.get(name) for name in _STATUS]
    if isinstance(inner, dict):
        numbers.append(inner.get("status"))
    return any(re.fullmatch(r"[45]\d\d", str(number)) for number in numbers)


def _texts(members: dict[str, Any]) -> list[str]:
    return [members[name] for name in MESSAGES if _is_filled_text(members.get(name))]


def _is_list_of_errors(value: Any, needed: tuple[str, ...] = ()) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(item, dict) and {"message", "msg", "detail", "title"} & {*item} and {*needed} <= {*item}
            for item in value
        )
    )


def _is_filled_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_empty, value.values())) or value.keys() == {"status"}
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is None or value == "" or (is_number(value) and value == 0)
