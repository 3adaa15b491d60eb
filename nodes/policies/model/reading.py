"""Reading JSON out of whatever a model writes, without trust in its size, depth or numbers.

What is read are candidates: each JSON value in the text, the last one first, since models try out, quote and think
before they answer. Which of them is the answer is for validation to say; what stands in thoughts is none where
something stands outside of them.
"""

import json
import re
from typing import Any, NamedTuple

from nodes.policies.model import loose_json
from nodes.policies.model.loose_json import LooseJSONError
from nodes.policies.model.thoughts import Thought, thoughts
from nodes.policies.model.written_calls import written_calls
from tool_registry.json.native import NotJSONError, to_json_native

#: A longer answer is none: the largest sensible one has some thousand characters.
MAX_CHARACTERS = 200_000
_MAX_VALUES = 20_000
_MAX_DEPTH = loose_json.MAX_DEPTH
#: Checkpoints store integers of 64 bits.
_MAX_INTEGER = 2**63 - 1
_MAX_CANDIDATES = 30
#: Characters that may be looked at more than once, and what one nested text is reckoned as: a bound of the time.
_EFFORT = 1_000_000
_NESTED = 1_000

_OPENING = re.compile(r"[{\[]")
_strict = json.JSONDecoder(strict=False)  # raw line breaks in strings are common


class UnreadableError(ValueError):
    """The text holds no JSON, or JSON that is not sound; `str()` says which."""

    def __init__(self, message: str, *, is_json: bool) -> None:
        super().__init__(message)
        self.is_json = is_json


class _Found(NamedTuple):
    value: Any
    start: int
    end: int


def json_candidates(text: str, *, cut: bool = False) -> list[Any]:
    """Return the JSON objects and arrays in the text that may be the answer, the likeliest first; at least one.

    `cut` says that the model was stopped: then nothing counts that stands in a thought it had not ended.

    Raises UnreadableError for a text without JSON, longer than MAX_CHARACTERS, nested too deeply, or with
    what JSON or a checkpoint cannot hold (NaN, infinity, integers over 64 bits, half a surrogate pair).
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(f"the answer has {len(text):,} characters; a short JSON object is wanted", is_json=False)
    found = _answers(text, cut)
    if not found and (inner := _quoted(text)) is not None:
        found = _answers(inner, cut)
    if not found:
        what = "the answer is empty" if not text.strip() else "the answer holds no JSON object"
        raise UnreadableError(what, is_json=False)
    sound, unsound = [], None
    for value in found[:_MAX_CANDIDATES]:
        try:
            sound.append(_checked(value))
        except UnreadableError as error:
            unsound = unsound or error
    if unsound is not None and not sound:
        raise unsound
    return sound


def _answers(text: str, cut: bool) -> list[Any]:
    values = _values(text)
    if len(values) == 1 and len(text.strip()) == values[0].end - values[0].start:
        return [values[0].value]
    spans = thoughts(text, [(found.start, found.end) for found in values])
    outside = [found for found in values if not _within(found, spans)]
    likely = [found.value for found in outside if _is_likely(found.value)]
    written = written_calls(text)
    if not likely:
        inside = [found for found in values if _within(found, spans)]
        if cut:
            inside = [found for found in inside if not _in_unended(found, spans, text)]
        likely = [found.value for found in inside if _is_likely(found.value)]
    values_left = [found.value for found in outside if not _is_likely(found.value)]
    return [*reversed(likely), *reversed(written), *reversed(values_left)]


def _within(found: _Found, spans: list[Thought]) -> bool:
    return any(thought.start <= found.start < thought.end for thought in spans)


def _in_unended(found: _Found, spans: list[Thought], text: str) -> bool:
    return bool(text[found.end :].strip(" \n`")) and not spans[-1].closed and spans[-1].start <= found.start


def _is_likely(value: Any) -> bool:
    """Tell whether the value has the make of an answer: `{}` and `[1]` stand in many a text."""
    return bool(value) and (isinstance(value, dict) or any(isinstance(item, dict) for item in value))


def _values(text: str) -> list[_Found]:
    """Return the outermost objects and arrays in order; inside of what cannot be read, those that can."""
    found: list[_Found] = []
    position, effort = 0, _EFFORT
    while effort > 0 and (opening := _OPENING.search(text, position)) is not None:
        start = opening.start()
        try:
            value, position = _strict.raw_decode(text, start)
        except json.JSONDecodeError as error:
            effort -= error.pos - start + 1
        except (ValueError, RecursionError):
            effort -= _NESTED
        else:
            found.append(_Found(value, start, position))
            continue
        try:
            value, position = loose_json.decode(text, start)
        except LooseJSONError as error:
            effort -= 10 * (error.position - start) + 20
            position = start + 1
        else:
            found.append(_Found(value, start, position))
    return found


def _quoted(text: str) -> str | None:
    """Return the text of a JSON string that is all of the text: JSON that was made JSON twice."""
    if not text.strip().startswith('"'):
        return None
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _checked(value: Any) -> Any:
    try:
        native, _ = to_json_native(value, _MAX_VALUES)
    except NotJSONError as error:
        raise UnreadableError(f"the answer's JSON holds {error}", is_json=True) from error
    _check_parts(native, 0)
    return native


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
