"""Reading JSON out of whatever a model writes, without trust in its size, depth or numbers."""

import json
import re
from typing import Any

from tool_registry.json_native import NotJSONError, to_json_native

#: A longer answer is none: the largest sensible one has some thousand characters.
MAX_CHARACTERS = 200_000
_MAX_VALUES = 20_000
_MAX_DEPTH = 40
#: Checkpoints store integers of 64 bits.
_MAX_INTEGER = 2**63 - 1
_STARTS = 40

_END_OF_THOUGHT = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_OPENING = re.compile(r"[{\[]")
_FENCE = re.compile(r"```(?:json|JSON)?\s*\n(.*?)```", re.DOTALL)


class UnreadableError(ValueError):
    """The text holds no JSON, or JSON that is not sound; `str()` says which."""

    def __init__(self, message: str, *, is_json: bool) -> None:
        super().__init__(message)
        self.is_json = is_json


def read_json(text: str) -> Any:
    """Return the JSON object or array in the text: all of it, a fenced block, or the longest in it.

    Raises UnreadableError for a text without JSON, longer than MAX_CHARACTERS, nested too deeply, or with
    what JSON or a checkpoint cannot hold (NaN, infinity, integers over 64 bits, half a surrogate pair).
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(f"the answer has {len(text):,} characters; a short JSON object is wanted", is_json=False)
    bare = _END_OF_THOUGHT.split(text)[-1].strip()
    found = next((value for part in _candidates(bare) if (value := _loaded(part)) is not None), None)
    if found is None:
        found = _longest_inside(bare)
    if found is None:
        what = "the answer is empty" if not bare else "the answer holds no JSON object"
        raise UnreadableError(what, is_json=False)
    _check(found)
    return found


def _candidates(text: str) -> list[str]:
    return [text, *(block.strip() for block in _FENCE.findall(text))]


def _loaded(text: str) -> dict[str, Any] | list[Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _longest_inside(text: str) -> Any:
    decoder = json.JSONDecoder()
    best: tuple[int, Any] = (0, None)
    position = 0
    for _ in range(_STARTS):
        found = _OPENING.search(text, position)
        if found is None:
            break
        try:
            value, end = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            position = found.start() + 1
            continue
        if isinstance(value, dict | list) and value and end - found.start() > best[0]:
            best = (end - found.start(), value)
        position = end
    return best[1]


def _check(value: Any) -> None:
    try:
        native, _ = to_json_native(value, _MAX_VALUES)
        _check_parts(native, 0)
    except NotJSONError as error:
        raise UnreadableError(f"the answer's JSON holds {error}", is_json=True) from error


def _check_parts(value: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise UnreadableError("the answer's JSON is nested too deeply", is_json=True)
    match value:
        case dict():
            for name, member in value.items():
                _check_parts(name, depth + 1)
                _check_parts(member, depth + 1)
        case list():
            for member in value:
                _check_parts(member, depth + 1)
        case bool():
            pass
        case int() if abs(value) > _MAX_INTEGER:
            raise UnreadableError("the answer's JSON holds an integer of more than 64 bits", is_json=True)
        case str():
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise UnreadableError("the answer's JSON holds half a surrogate pair", is_json=True) from None
