"""JSON that comes as text: read where the whole text is one object or array."""

import json
from typing import Any

from tool_registry.json.native import to_json_native

#: The member under which libraries of servers put an answer that is no object, a JSON text among them.
_WRAPPER = "result"


def read_json(text: str) -> Any:
    """Return the object or array that the text is, or the text: where it is none, or reading it would lose something.

    A member that stands there twice, NaN, infinity and more levels than a result may have leave it a text.
    """
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped[:1] not in ("{", "["):
        return text
    try:
        read = json.loads(stripped, parse_constant=_no_json, object_pairs_hook=_members)
        return to_json_native(read)[0]
    except (ValueError, RecursionError):
        return text


def unwrap_result(value: Any) -> Any:
    """Return the value with a JSON text read: the value itself, or what stands alone under `result`."""
    if isinstance(value, str):
        return read_json(value)
    if isinstance(value, dict) and value.keys() == {_WRAPPER} and isinstance(value[_WRAPPER], str):
        inner = read_json(value[_WRAPPER])
        return value if isinstance(inner, str) else inner
    return value


def _no_json(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        # Reading it would lose a value.
        raise ValueError("a member stands there twice")
    return members
