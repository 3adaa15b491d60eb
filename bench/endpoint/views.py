"""Reading views back: JSON with marks where something was left out (`…+12 items`, `"…"…(300 more)`).

What a view does not show, the reader does not have: a simulated model knows no more than a real one.
"""

import json
import re
from typing import Any, NamedTuple

_CUT = re.compile(r"…\([\d,]+ more\)")
_LEFT_OUT = re.compile(r"…\+\d+(?: items| members)?")
_SIZED = re.compile(r"\{\d+ members\}|\[\d+ items\]|\(text of [\d,]+ characters\)|\(\w+\)")
_NAMES = re.compile(r"\{[^{}\":]+\}")
_PLACE = re.compile(r"([spr]\d+)((?:/[^,()\[\]{}\s=]*)*)(?=[,)\]}])")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_NAME = re.compile(r"\w+")
_ROW = re.compile(r"\d+:\(")
_WORDS = {"true": True, "false": False, "null": None}
_CALL = re.compile(r"([\w-]+)\(")
_ARGUMENT = re.compile(r"([^\s=(),]+)=")

_decoder = json.JSONDecoder()


class UnreadableViewError(ValueError):
    """The text is no view."""


class CallRead(NamedTuple):
    """A call as a prompt shows it; `places` are arguments that a result gave, as (step, pointer)."""

    tool: str
    arguments: dict[str, Any]
    places: dict[str, tuple[str, str]]
    end: int


def read_view(text: str) -> Any:
    """Return the value of a view: texts as far as they are shown, lists and objects with what is shown of them."""
    value, _ = read_value(text, 0)
    return value


def read_call(text: str, start: int = 0) -> CallRead:
    """Return the call `tool(name=value, name=s1/pointer)` at the start of the text. Raises UnreadableViewError."""
    head = _CALL.match(text, start)
    if head is None:
        raise UnreadableViewError(f"no call: {text[start : start + 60]!r}")
    position = head.end()
    arguments: dict[str, Any] = {}
    places: dict[str, tuple[str, str]] = {}
    while position < len(text) and text[position] != ")":
        name = _ARGUMENT.match(text, position)
        if name is None:  # `tool(5 arguments)`: too long to be shown
            closed = text.find(")", position)
            return CallRead(head[1], arguments, places, closed + 1 if closed >= 0 else len(text))
        place = _PLACE.match(text, name.end())
        if place is not None:
            places[name[1]] = (place[1], place[2])
            position = place.end()
        else:
            arguments[name[1]], position = read_value(text, name.end())
        if text.startswith(", ", position):
            position += 2
    return CallRead(head[1], arguments, places, position + 1)


def read_value(text: str, at: int) -> tuple[Any, int]:
    """Return the value of the view that begins there, and where it ends. Raises UnreadableViewError."""
    sized = _SIZED.match(text, at) or _NAMES.match(text, at)
    if sized:
        return None, sized.end()
    place = _PLACE.match(text, at)
    if place:  # inside a list or an object
        return f"({place[0]})", place.end()
    match text[at : at + 1]:
        case '"':
            try:
                said, end = _decoder.raw_decode(text, at)
            except ValueError as error:
                raise UnreadableViewError(f"no text: {text[at : at + 60]!r}") from error
            cut = _CUT.match(text, end)
            return said, cut.end() if cut else end
        case "{":
            return _members(text, at + 1)
        case "[":
            return _rows(text, at + 1) if text.startswith("[(", at) else _items(text, at + 1)
    number = _NUMBER.match(text, at)
    if number:
        return json.loads(number[0]), number.end()
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return value, at + len(word)
    raise UnreadableViewError(f"no view: {text[at : at + 60]!r}")


def _members(text: str, at: int) -> tuple[dict[str, Any], int]:
    members: dict[str, Any] = {}
    while not text.startswith("}", at):
        left_out = _LEFT_OUT.match(text, at)
        if left_out:
            at = left_out.end()
        else:
            name, at = read_value(text, at)
            if not text.startswith(":", at):
                raise UnreadableViewError(f"no member: {text[at : at + 60]!r}")
            members[str(name)], at = read_value(text, at + 1)
        at = _next(text, at, "}")
    return members, at + 1


def _rows(text: str, at: int) -> tuple[list[Any], int]:
    """Return the objects of a table: `(iata,km),0:("HND",14),…+3 items]`."""
    names: list[str] = []
    at += 1
    while not text.startswith(")", at):
        if plain := _NAME.match(text, at):
            name, at = plain[0], plain.end()
        else:
            name, at = read_value(text, at)
        names.append(name)
        at = _next(text, at, ")")
    at = _next(text, at + 1, "]")
    items: list[Any] = []
    while not text.startswith("]", at):
        row, left_out = _ROW.match(text, at), _LEFT_OUT.match(text, at)
        if row is None and left_out is None:
            raise UnreadableViewError(f"no row: {text[at : at + 60]!r}")
        at = row.end() if row else left_out.end() if left_out else at
        if row:
            item = {}
            for name in names:
                item[name], at = read_value(text, at)
                at = _next(text, at, ")")
            items.append(item)
            at += 1
        at = _next(text, at, "]")
    return items, at + 1


def _items(text: str, at: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while not text.startswith("]", at):
        left_out = _LEFT_OUT.match(text, at)
        if left_out:
            at = left_out.end()
        else:
            item, at = read_value(text, at)
            items.append(item)
        at = _next(text, at, "]")
    return items, at + 1


def _next(text: str, at: int, closing: str) -> int:
    if text.startswith(",", at):
        return at + 1
    if not text.startswith(closing, at):
        raise UnreadableViewError(f"no end of a view: {text[at : at + 60]!r}")
    return at
