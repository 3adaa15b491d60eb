"""What stands around an answer: a call's name, one member, a list of one, JSON as text."""

import json
from typing import Any

#: The tool by whose call a model gives its answer.
ANSWER_TOOL = "answer"
_DEPTH = 4
_MOST = 40
_ARGUMENTS = ("arguments", "parameters", "args", "input", "function", "tool_calls", "properties")


def forms(value: Any, members: frozenset[str]) -> list[Any]:
    """Return the value and what its wrappers hold, first what has most of the answer's `members`."""
    found: list[Any] = []
    _collect(value, members, 0, found)
    return sorted(found, key=lambda one: -_hits(one, members))


def _collect(value: Any, members: frozenset[str], depth: int, found: list[Any]) -> None:
    if isinstance(value, str):
        value = _of_text(value)
    if not isinstance(value, dict | list) or len(found) >= _MOST:
        return
    found.append(value)
    if depth >= _DEPTH:
        return
    if isinstance(value, list):
        if len(value) == 1 or all(isinstance(item, dict) and ANSWER_TOOL in item.values() for item in value):
            for item in reversed(value):
                _collect(item, members, depth + 1, found)
        return
    called = value.get("name") == ANSWER_TOOL and next((name for name in _ARGUMENTS if name in value), None)
    if called:
        found.pop()  # a call is no answer, what it gives is
        _collect(value[called], members, depth + 1, found)
        return
    for name, member in value.items():
        # A member of the answer is what it is, unless all of the answer stands in it.
        alone = name not in members and (name in _ARGUMENTS or len(value) == 1)
        if alone or _holds_all(member, members) or (len(value) == 1 and _hits(member, members) > 1):
            _collect(member, members, depth + 1, found)


def _hits(value: Any, members: frozenset[str]) -> int:
    return len(members & value.keys()) if isinstance(value, dict) else 0


def _holds_all(value: Any, members: frozenset[str]) -> bool:
    if isinstance(value, str):
        value = _of_text(value)
    return isinstance(value, dict) and len(members) > 1 and members <= value.keys()


def _of_text(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
