"""JSON as models write it: Python's quotes and words, trailing commas, comments, bare names, raw line breaks.

It is read as it stands or not at all: what was cut off is never closed, and nothing is guessed.
"""

import json
import math
import re
from typing import Any

MAX_DEPTH = 40

_SPACE = re.compile(r"(?:\s|//[^\n]*|#[^\n]*|/\*.*?\*/)*+", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_$][\w$-]*")
_WORDS = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "None": None,
    "undefined": None,
    "NaN": math.nan,
    "Infinity": math.inf,
}
#: A quote inside of a string is one that nothing of JSON's own follows; models forget to escape those.
_END = r"(?=\s*(?:[,:}\]]|//|/\*|$))"
_STRINGS = {
    opening: re.compile(rf"((?:[^{closing}\\]|\\.|{closing}(?!{_END}))*+){closing}", re.DOTALL)
    for opening, closing in {'"': '"', "'": "'", "“": "”", "‘": "’"}.items()
}
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|\"", re.DOTALL)


class LooseJSONError(ValueError):
    """The text is no such JSON from the place on; `position` is how far it was."""

    def __init__(self, position: int) -> None:
        super().__init__(f"no JSON at {position}")
        self.position = position


def decode(text: str, start: int) -> tuple[Any, int]:
    """Return the object or array that begins at `start`, and where it ends. Raises LooseJSONError."""
    return _value(text, start, 0)


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    at = _skipped(text, at)
    sign = text[at : at + 1]
    if depth > MAX_DEPTH:
        raise LooseJSONError(at)
    if sign == "{":
        return _object(text, at + 1, depth)
    if sign == "[":
        return _array(text, at + 1, depth)
    if sign in _STRINGS and sign:
        return _string(text, at)
    if number := _NUMBER.match(text, at):
        return _number(number[0], at), number.end()
    word = _WORD.match(text, at)
    if word is None or word[0] not in _WORDS:
        raise LooseJSONError(at)
    return _WORDS[word[0]], word.end()


def _object(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    members: dict[str, Any] = {}
    while True:
        at = _skipped(text, at)
        if text[at : at + 1] == "}":
            return members, at + 1
        name, at = _name(text, at)
        at = _skipped(text, at)
        if text[at : at + 1] != ":":
            raise LooseJSONError(at)
        members[name], at = _value(text, at + 1, depth + 1)
        at = _separated(text, at, "}")


def _array(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        at = _skipped(text, at)
        if text[at : at + 1] == "]":
            return items, at + 1
        item, at = _value(text, at, depth + 1)
        items.append(item)
        at = _separated(text, at, "]")


def _separated(text: str, at: int, closing: str) -> int:
    at = _skipped(text, at)
    sign = text[at : at + 1]
    if sign == ",":
        return at + 1
    if sign != closing:
        raise LooseJSONError(at)
    return at


def _name(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] and text[at] in _STRINGS:
        return _string(text, at)
    if word := _WORD.match(text, at):
        return word[0], word.end()
    raise LooseJSONError(at)


def _string(text: str, at: int) -> tuple[str, int]:
    found = _STRINGS[text[at]].match(text, at + 1)
    if found is None:
        raise LooseJSONError(len(text))
    try:
        value = json.loads(f'"{_ESCAPED.sub(_escaped, found[1])}"', strict=False)
    except ValueError:
        raise LooseJSONError(at) from None
    return str(value), found.end()


def _escaped(found: re.Match[str]) -> str:
    sign = found[1]
    if sign is None:
        return '\\"'
    if (sign[0] == "u" and len(sign) == 5) or sign in '"\\/bfnrt':
        return found[0]
    if sign[0] == "x" and len(sign) == 3:
        return f"\\u00{sign[1:]}"
    if sign == "\n":
        return ""
    # `\_` and `\$` escape for Markdown, `\alpha` means itself.
    return f"\\\\{sign}" if sign.isalnum() else sign


def _number(text: str, at: int) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    if len(text) > 400:
        raise LooseJSONError(at)
    return float(text)


def _skipped(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
