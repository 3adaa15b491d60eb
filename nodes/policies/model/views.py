"""Bounded views: what a model sees of results and arguments, whole in structure however large they are.

A view is JSON with marks where something was left out: `…+12 items` in a list, `…(300 more)` inside a text. A list of
alike objects is a table: `[(iata,km),0:("HND",14),1:("NRT",58)]`.
It is never a blind cut: the largest of several ever stricter renderings that fits is taken.
"""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from graph.sources import Source, StepSource
from tool_registry.drawing.things import Identity, identity_in_result
from tool_registry.drawing.value_words import words_of_thing
from tool_registry.json.pointer import equal, escape, resolve, scalars
from tool_registry.spec import ToolSpec

#: No view has less room.
FEWEST = 60
# One encoder: `json.dumps` with settings of its own makes one for each value.
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Bounds(NamedTuple):
    items: int
    characters: int
    members: int
    depth: int


_LADDER = (
    _Bounds(30, 300, 60, 10),
    _Bounds(10, 160, 40, 8),
    _Bounds(5, 100, 30, 6),
    _Bounds(3, 60, 24, 5),
    _Bounds(2, 40, 20, 4),
    _Bounds(1, 30, 16, 4),
    _Bounds(1, 20, 12, 3),
    _Bounds(1, 12, 8, 2),
    _Bounds(0, 12, 6, 1),
)
_NAME_MAX = 40
_PLAIN_NAME = re.compile(r"\w+")
#: Ids of a result that are told whose they are, and scalars that are looked at for them.
_IDENTITIES_TOLD, _IDENTITIES_SEEN = 4, 60
#: Keys that pick out no thing, and those that are names.
_OF_NO_THING = frozenset(("status", "type"))
_NAMES = frozenset(("name", "title"))
#: Words of a list's members that do not say what they are without another.
_OF_LISTS = frozenset("item record entry row element".split())


def view(value: Any, characters: int) -> str:
    """Return the value as text of at most `characters` (at least 60), with its structure kept."""
    room = max(characters, FEWEST)
    for bounds in _LADDER:
        text = _rendered(value, bounds, bounds.depth, room)
        if len(text) <= room:
            return text
    return _named(value, room)


def _named(value: Any, room: int) -> str:
    """Return the names of an object's members, as many as there is room for; else only the size."""
    if not isinstance(value, dict) or not value:
        return _sized(value)
    names = [name if len(name) <= _NAME_MAX else f"{name[:_NAME_MAX]}…" for name in value]
    for count in range(len(names[:12]), 0, -1):
        more = f",…+{len(names) - count} members" if len(names) > count else ""
        text = f"{{{','.join(names[:count])}{more}}}"
        if len(text) <= room:
            return text
    return _sized(value)


def _rendered(value: Any, bounds: _Bounds, depth: int, room: int) -> str:
    """Render within the bounds; gives up early, with a text that is too long, when there is no room."""
    match value:
        case _Place():
            return str(value)
        case str():
            return text_view(value, bounds.characters)
        case dict() if value:
            if depth <= 0:
                return _sized(value)
            parts: list[str] = []
            length = 2
            for name, member in list(value.items())[: bounds.members]:
                shown = name if len(name) <= _NAME_MAX else f"{name[:_NAME_MAX]}…"
                part = f"{_quoted(shown)}:{_rendered(member, bounds, depth - 1, room - length)}"
                parts.append(part)
                length += len(part) + 1
                if length > room:
                    break
            if len(value) > bounds.members:
                parts.append(f"…+{len(value) - bounds.members} members")
            return "{" + ",".join(parts) + "}"
        case list() if value:
            if depth <= 0 or bounds.items == 0:
                return _sized(value)
            if bounds.items > 1 and (names := _columns(value[: bounds.items], bounds)):
                return _table(value, names, bounds, depth, room)
            parts = []
            length = 2
            for item in value[: bounds.items]:
                part = _rendered(item, bounds, depth - 1, room - length)
                parts.append(part)
                length += len(part) + 1
                if length > room:
                    break
            if len(value) > bounds.items:
                parts.append(f"…+{len(value) - bounds.items} items")
            return "[" + ",".join(parts) + "]"
    return _quoted(value)


def _columns(items: list[Any], bounds: _Bounds) -> list[str]:
    """Return the members that several objects all have, in one order; nothing where they are not alike."""
    first = items[0]
    if len(items) < 2 or not isinstance(first, dict) or not 0 < len(first) <= bounds.members:
        return []
    names = list(first)
    if any(len(name) > _NAME_MAX for name in names):
        return []
    return names if all(isinstance(item, dict) and list(item) == names for item in items) else []


def _table(value: list[Any], names: list[str], bounds: _Bounds, depth: int, room: int) -> str:
    """Render alike objects as numbered rows: half the room, so that more are there to choose from."""
    head = ",".join(name if _PLAIN_NAME.fullmatch(name) else _quoted(name) for name in names)
    parts = [f"({head})"]
    length = len(parts[0]) + 2
    for position, item in enumerate(value[: bounds.items]):
        cells = [_rendered(item[name], bounds, depth - 2, room - length) for name in names]
        parts.append(f"{position}:({','.join(cells)})")
        length += len(parts[-1]) + 1
        if length > room:
            break
    if len(value) > bounds.items:
        parts.append(f"…+{len(value) - bounds.items} items")
    return f"[{','.join(parts)}]"


def _quoted(value: Any) -> str:
    text = _encoded(value)
    return text if len(text) <= 400 else f"{text[:20]}…({len(text) - 20} more)"


def text_view(value: str, characters: int) -> str:
    """Return the text quoted; of a longer one the first `characters`, and how many more there are."""
    if len(value) <= characters + 12:  # the mark itself has about as many
        return _encoded(value)
    return f"{_encoded(value[:characters])}…({len(value) - characters:,} more)"


def _sized(value: Any) -> str:
    match value:
        case dict():
            return f"{{{len(value)} members}}"
        case list():
            return f"[{len(value)} items]"
        case str():
            return f"(text of {len(value):,} characters)"
    return f"({type(value).__name__})"


class _Place(str):
    """Where a value came from, which is shown instead of it."""


def call_text(
    tool: str,
    arguments: Mapping[str, Any],
    sources: Mapping[str, Source] | None,
    characters: int,
    results: Mapping[str, Any] | None = None,
) -> str:
    """Return a call on one line, `tool(iata="HND", lat=s1/lat)`: what a result gave stands as its place.

    So does a list or an object that is all of what stands at a place, as far as `results` (by step) tell.
    """
    given = {pointer: source for pointer, source in (sources or {}).items() if isinstance(source, StepSource)}
    share = max((characters - len(tool)) // max(len(arguments), 1), 24)
    parts = []
    for name, value in arguments.items():
        shown = _with_places(value, f"/{escape(name)}", given, results or {}) if given else value
        parts.append(f"{name}={shown if isinstance(shown, _Place) else view(shown, share)}")
    text = f"{tool}({', '.join(parts)})"
    return text if len(text) <= characters + FEWEST else f"{tool}({len(arguments)} arguments)"


def _with_places(value: Any, where: str, given: Mapping[str, StepSource], results: Mapping[str, Any]) -> Any:
    """Return the value with the places of what results gave."""
    if (source := given.get(where)) is not None:
        return _Place(f"{source.step}{source.pointer}")
    if not isinstance(value, dict | list) or not any(pointer.startswith(f"{where}/") for pointer in given):
        return value
    inner = next(pointer for pointer in given if pointer.startswith(f"{where}/"))
    source = given[inner]
    base = source.pointer.removesuffix(inner.removeprefix(where))
    if source.pointer != base and equal(resolve(results.get(source.step), base), value):
        return _Place(f"{source.step}{base}")
    if isinstance(value, dict):
        return {name: _with_places(member, f"{where}/{escape(name)}", given, results) for name, member in value.items()}
    return [_with_places(item, f"{where}/{position}", given, results) for position, item in enumerate(value)]


def identities_text(result: Any, spec: ToolSpec | None) -> str:
    """Return whose the ids and names of a result are that do not say it themselves: "/id: user, /0/id: ticket"."""
    if spec is None:
        return ""
    told: dict[str, str] = {}
    for pointer, _ in islice(scalars(result), _IDENTITIES_SEEN):
        starred = re.sub(r"/\d+(?=/|$)", "/0", pointer)
        identity = identity_in_result(spec, pointer, result) if starred not in told else None
        if identity is None or not identity.keys - _OF_NO_THING or not (identity.is_bare or starred in ("", "/0")):
            continue
        thing = _thing_to_tell(identity, starred)
        if thing:
            told[starred] = thing
        if len(told) == _IDENTITIES_TOLD:
            break
    return ", ".join(f"{pointer[:_NAME_MAX] or 'all'}: {thing[:_NAME_MAX]}" for pointer, thing in told.items())


def _thing_to_tell(identity: Identity, pointer: str) -> str:
    """Return the thing in a word where it is to be told; "" where the place says it, or prose means something else.

    A user's tickets are tickets wherever one is asked for. A "common English name" is of no English.
    """
    words = identity.called.split()
    around = [member for member in pointer.split("/")[1:-1] if member != "0"][-1:]
    said = words_of_thing("".join(around))
    if not words or said == tuple(words) or (identity.keys <= _NAMES and words[-1] not in identity.around):
        return ""
    if words[-1] in _OF_LISTS or not identity.around.issuperset(words):
        return " ".join(words)
    return words[-1] if said[-1:] != (words[-1],) else ""


def listed(lines: Iterable[str], nothing: str = "(none)") -> str:
    """Return the lines as a list, or the words for none."""
    return "\n".join(f"- {line}" for line in lines) or nothing
