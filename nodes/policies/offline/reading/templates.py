"""Phrase templates of tool authors (`docs/phrases.md`): what they speak of. `writing/fill.py` puts values into them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tool_registry.json.pointer import MISSING, resolve

_TOKEN = re.compile(r"\{([^{}]*)\}|(\[)|(\])")


def phrases_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the `x-phrases` of a schema, or {}."""
    phrases = schema.get("x-phrases")
    return phrases if isinstance(phrases, dict) else {}


class PhraseError(ValueError):
    """A template cannot be read, or not be filled with what is at hand."""


@dataclass(frozen=True)
class Text:
    """Words as they stand."""

    text: str


@dataclass(frozen=True)
class Slot:
    """One or more arguments spoken of as one thing, or the ordinal `#`."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class ResultSlot:
    """A value of the result: at `pointer`, one entry an item, as a count, or as one of two words.

    The `words` are those for yes and no, or for one and any other number.
    """

    pointer: str
    item: str | None = None
    words: tuple[str, str] | None = None
    count: bool = False


@dataclass(frozen=True)
class Optional:
    """A part that is kept only when all its arguments are given."""

    nodes: tuple["Node", ...]


Node = Text | Slot | ResultSlot | Optional


@lru_cache(maxsize=8192)
def parse(template: str) -> tuple[Node, ...]:
    """Return the template's nodes. Raises PhraseError when brackets do not match."""
    outer: list[Node] = []
    inner: list[Node] | None = None
    position = 0
    for token in _TOKEN.finditer(template):
        nodes = outer if inner is None else inner
        if token.start() > position:
            nodes.append(Text(template[position : token.start()]))
        position = token.end()
        if token[2]:
            if inner is not None:
                raise PhraseError(f"nested '[' in {template!r}")
            inner = []
        elif token[3]:
            if inner is None:
                raise PhraseError(f"']' without '[' in {template!r}")
            outer.append(Optional(tuple(inner)))
            inner = None
        else:
            nodes.append(_slot(token[1]))
    if inner is not None:
        raise PhraseError(f"'[' without ']' in {template!r}")
    if position < len(template):
        outer.append(Text(template[position:]))
    return tuple(outer)


def _slot(content: str) -> Slot | ResultSlot:
    if not content.startswith(("/", "#/")):
        return Slot(tuple(content.split("+")))
    count = content.startswith("#")
    pointer, bar, item = content.removeprefix("#").partition("|")
    if bar:
        return ResultSlot(pointer, item=item)
    pointer, mark, words = pointer.partition("?")
    yes, _, no = words.partition(":")
    return ResultSlot(pointer, words=(yes, no) if mark else None, count=count)


def required_slots(nodes: Sequence[Node]) -> set[str]:
    """Return the arguments that the template cannot do without."""
    return {name for node in nodes if isinstance(node, Slot) for name in node.names}


def all_slots(nodes: Sequence[Node]) -> set[str]:
    """Return the arguments that the template can mention, optional parts included."""
    inside = (all_slots(node.nodes) for node in nodes if isinstance(node, Optional))
    return required_slots(nodes).union(*inside)


def slot_groups(nodes: Sequence[Node]) -> Iterator[tuple[str, ...]]:
    """Yield the argument names of each slot, those in optional parts too."""
    for node in nodes:
        if isinstance(node, Slot):
            yield node.names
        elif isinstance(node, Optional):
            yield from slot_groups(node.nodes)


def result_pointers(nodes: Sequence[Node]) -> set[str]:
    """Return the pointers of the result's values that the template tells."""
    inside = (result_pointers(node.nodes) for node in nodes if isinstance(node, Optional))
    return {node.pointer for node in nodes if isinstance(node, ResultSlot)}.union(*inside)


def spread(document: Any, pointer: str) -> list[Any]:
    """Return the values at a pointer in which `*` stands for every member of a list."""
    return [value for _, value in places(document, pointer)]


def places(document: Any, pointer: str) -> list[tuple[str, Any]]:
    """Return each place that a pointer with `*` for every member of a list names, and the value there."""
    found: list[tuple[str, Any]] = [("", document)]
    for token in pointer.split("/")[1:]:
        if token == "*":  # noqa: S105 - a token of a pointer
            lists = ((where, value) for where, value in found if isinstance(value, list))
            found = [(f"{where}/{index}", item) for where, value in lists for index, item in enumerate(value)]
        else:
            below = ((f"{where}/{token}", resolve(value, f"/{token}")) for where, value in found)
            found = [(where, value) for where, value in below if value is not MISSING]
    return found
