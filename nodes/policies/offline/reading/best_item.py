"""Which item of a list a person goes on from: where a number tells, the cheapest, the nearest or the best rated.

A number is looked at whose name says which end people want. One that several items share, or that an item lacks, says
nothing; nor do two items, where "the first" is as good.
"""

import re
from typing import Any, NamedTuple

from tool_registry.drawing.value_words import words_of
from tool_registry.json.pointer import resolve

_LOWEST = frozenset("price cost fare fee rent distance duration delay".split())
_HIGHEST = frozenset("rating score stars population capacity".split())
_ITEM = re.compile(r".*/\d+(?=/|\Z)", re.DOTALL)
_FEWEST = 3
_ITEMS_MAX = 200


class Best(NamedTuple):
    """The place of an item in its list, the member that tells, and at which end: "lowest" or "highest"."""

    position: int
    member: str
    end: str


def best_item(items: Any) -> Best | None:
    """Return the one item of a list that a number singles out, or None."""
    if not isinstance(items, list) or not _FEWEST <= len(items) <= _ITEMS_MAX:
        return None
    if not all(isinstance(item, dict) for item in items):
        return None
    for member in items[0]:
        words = words_of(member)
        end = "lowest" if words & _LOWEST else "highest" if words & _HIGHEST else ""
        values = [item.get(member) for item in items]
        if not end or not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            continue
        wanted = min(values) if end == "lowest" else max(values)
        if values.count(wanted) == 1:
            return Best(values.index(wanted), member, end)
    return None


def item_pointer(pointer: str) -> str | None:
    """Return the pointer of the item of a list that a place is or stands in, the innermost; None outside lists."""
    found = _ITEM.match(pointer)
    return found[0] if found else None


def best_at(result: Any, pointer: str, known: dict[str, Best | None] | None = None) -> Best | None:
    """Return what singles out the item that the pointer leads into, the innermost; None where nothing does.

    `known` keeps what is found of each list of the result, for who asks about many pointers.
    """
    item = item_pointer(pointer)
    if item is None:
        return None
    known = {} if known is None else known
    where, _, position = item.rpartition("/")
    if where not in known:
        known[where] = best_item(resolve(result, where))
    best = known[where]
    return best if best is not None and best.position == int(position) else None
