"""Cutting a result to a size, at its structure: whole items and members, strings at a word."""

import json
from typing import Any, Final

from tool_registry.json.native import NotJSONError

_UNFIT: Final = object()
#: A member that is cut may keep this many bytes, name included; with less room, later members are dropped.
_MEMBER_FLOOR = 64


def json_bytes(value: Any) -> int:
    """Return the bytes of a JSON-native value as compact UTF-8 JSON, the measure of every size limit here.

    Raises NotJSONError for text that is not Unicode (lone surrogates) and for integers of over 4300 digits.
    """
    try:
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
    except UnicodeEncodeError as error:
        raise NotJSONError("text with a lone surrogate, which is not Unicode") from error
    except ValueError as error:
        raise NotJSONError(f"a number that JSON cannot hold ({error})") from error


def cap(value: Any, max_bytes: int, at_least: int = 0) -> tuple[Any, bool]:
    """Return the JSON-native value, cut to `max_bytes` of JSON where it is larger, and whether it was cut.

    Lists lose items from their end; of an object's members the largest are cut first, all to a like size,
    and only where even that leaves no room are members dropped from the end; a string ends at a word. What
    is kept is as it was. `at_least` is a lower bound of the size that spares measuring what is surely too
    large: the work then goes with `max_bytes`, not with the value.

    Raises NotJSONError for a single number that is larger, and as `json_bytes` does.
    """
    if at_least <= max_bytes and json_bytes(value) <= max_bytes:
        return value, False
    fitted = _fit(value, max_bytes)
    if fitted is _UNFIT:
        if not isinstance(value, list | dict):
            raise NotJSONError(f"a single value that cannot be cut to {max_bytes} bytes")
        fitted = type(value)()
    return fitted, True


def _size(value: Any, limit: int) -> int:
    """Return the size of the value, or any number above `limit` when it is above."""
    if isinstance(value, str):
        return json_bytes(value) if len(value) + 2 <= limit else len(value) + 2
    if not isinstance(value, list | dict):
        return json_bytes(value)
    size = 1 if value else 2
    if isinstance(value, list):
        for item in value:
            size += 1 + _size(item, limit - size - 1)
            if size > limit:
                break
    else:
        for name, member in value.items():
            size += 2 + _size(name, limit - size - 2)
            size += _size(member, limit - size)
            if size > limit:
                break
    return size


def _fit(value: Any, budget: int) -> Any:
    """Return the value within the budget, cut where it must be; _UNFIT when nothing of it has room."""
    if _size(value, budget) <= budget:
        return value
    if not value or budget < 2:
        return _UNFIT
    if isinstance(value, str):
        return _cut_text(value, budget)
    if isinstance(value, list):
        return _cut_items(value, budget)
    if isinstance(value, dict):
        return _cut_members(value, budget)
    return _UNFIT


def _cut_text(text: str, budget: int) -> Any:
    low, high = 0, min(len(text), budget - 2)
    while low < high:
        middle = (low + high + 1) // 2
        if json_bytes(text[:middle]) <= budget:
            low = middle
        else:
            high = middle - 1
    if low == 0:
        return _UNFIT
    kept = text[:low]
    if low < len(text) and not text[low].isspace():
        boundary = max(kept.rfind(" "), kept.rfind("\n"), kept.rfind("\t"))
        # Text without spaces (a base64 blob, Chinese) is cut where the room ends.
        if boundary >= low // 2:
            kept = kept[:boundary]
    return kept.rstrip() or kept or text[:low]


def _cut_items(items: list[Any], budget: int) -> Any:
    kept: list[Any] = []
    used = 1
    for item in items:
        size = 1 + _size(item, budget - used - 1)
        if used + size > budget:
            break
        kept.append(item)
        used += size
    if kept:
        return kept
    first = _fit(items[0], budget - 2)
    return _UNFIT if first is _UNFIT else [first]


def _cut_members(members: dict[str, Any], budget: int) -> Any:
    # Every member weighs its name, a colon and a comma (or, for one of them, the two braces less a comma).
    room = budget - 1
    weights: dict[str, int] = {}
    least = 0
    for name, member in members.items():
        overhead = _size(name, budget) + 2
        weight = overhead + _size(member, budget)
        least += min(weight, _MEMBER_FLOOR)
        if least > room:
            break
        weights[name] = weight
    whole, room = _that_stay_whole(weights, room)
    kept: dict[str, Any] = {}
    to_cut = len(weights) - len(whole)
    for name in weights:
        if name in whole:
            kept[name] = members[name]
            continue
        overhead = _size(name, budget) + 2
        part = _fit(members[name], room // to_cut - overhead)
        to_cut -= 1
        if part is not _UNFIT:
            kept[name] = part
            room -= overhead + _size(part, room)
    return kept or _UNFIT


def _that_stay_whole(weights: dict[str, int], room: int) -> tuple[set[str], int]:
    """Return the members that fit into an equal share of the room, the smallest first, and the room left."""
    whole: set[str] = set()
    for name in sorted(weights, key=lambda each: weights[each]):
        if weights[name] > room // (len(weights) - len(whole)):
            break
        whole.add(name)
        room -= weights[name]
    return whole, room
