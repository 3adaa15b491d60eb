"""Phrase templates of tool authors (`docs/phrases.md`): parsing and filling."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nodes.policies.offline.writing.marking import MarkValue, unmarked
from nodes.policies.offline.writing.telling import tell
from tool_registry.json.pointer import MISSING, resolve
from tool_registry.json.schema import schema_at

_TOKEN = re.compile(r"\{([^{}]*)\}|(\[)|(\])")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_LIST_MAX = 12
_DESCRIBED = re.compile(r"(?:the|that|this|those) ")


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


def told_pointers(nodes: Sequence[Node]) -> set[str]:
    """Return the pointers of the result's values that the template tells."""
    inside = (told_pointers(node.nodes) for node in nodes if isinstance(node, Optional))
    return {node.pointer for node in nodes if isinstance(node, ResultSlot)}.union(*inside)


def fill(
    template: str,
    argument: Callable[[tuple[str, ...]], str],
    given: set[str],
    result: Any = MISSING,
    schema: dict[str, Any] | None = None,
    mark: MarkValue = unmarked,
) -> str:
    """Return the template's text: `argument` speaks of arguments, `result` answers result slots.

    `schema` is that of the result; its labels are what the values are called. `mark` marks what tells a value of it.

    Raises PhraseError when a value that the template needs is not there.
    """
    text = "".join(_fill(parse(template), argument, given, result, schema or {}, mark))
    # A template's article gives way to that of the words in its slot: "a the day".
    text = re.sub(r"\b([Aa]n?|[Tt]he) (?=(the|that|those|this) )", "", text)
    # And "a pace of" to that of "the pace of my run".
    return re.sub(r"\b(?:[Aa]n?|[Tt]he) (\w+) of (?=(?:the|that|this) \1\b)", "", text)


def _fill(
    nodes: Sequence[Node],
    argument: Callable[[tuple[str, ...]], str],
    given: set[str],
    result: Any,
    schema: dict[str, Any],
    mark: MarkValue,
) -> Iterator[str]:
    before = ""
    for node in nodes:
        match node:
            case Text(text):
                yield text
            case Slot(names):
                if names != ("#",) and not given.issuperset(names):
                    raise PhraseError(f"no argument {'+'.join(names)}")
                words = argument(names)
                # "the name Oslo", but "the name of the second city".
                yield f"of {words}" if before.endswith("the name ") and _DESCRIBED.match(words) else words
            case ResultSlot():
                yield _result_text(node, result, schema, mark)
            case Optional(inner):
                if required_slots(inner) <= given:
                    yield from _fill(inner, argument, given, result, schema, mark)
        before = node.text if isinstance(node, Text) else ""


def _result_text(slot: ResultSlot, result: Any, schema: dict[str, Any], mark: MarkValue) -> str:
    found = places(result, slot.pointer)
    described = schema_at(schema, slot.pointer.replace("*", "0"))
    if slot.count:
        if len(found) != 1 or not isinstance(found[0][1], list):
            raise PhraseError(f"no list at {slot.pointer}")
        if slot.words is None:
            return mark(tell(len(found[0][1]), described), slot.pointer, "count")
        found = [(slot.pointer, len(found[0][1]))]
    if slot.words is not None:
        if len(found) != 1 or not isinstance(found[0][1], bool | int | float):
            raise PhraseError(f"neither a boolean nor a number at {slot.pointer}")
        words = slot.words[0] if found[0][1] == 1 else slot.words[1]
        # A noun in the singular or plural tells no number.
        return mark(words, slot.pointer) if isinstance(found[0][1], bool) else words
    if not found:
        above = slot.pointer.partition("/*")[0]
        if "*" in slot.pointer and spread(result, above) == [[]]:
            return mark("none", above)
        raise PhraseError(f"nothing at {slot.pointer}")
    if slot.item is not None:
        return "; ".join(_item_text(slot.item, *place, described, mark) for place in found[:_LIST_MAX])
    if any(isinstance(value, dict | list) or value is None for _, value in found):
        raise PhraseError(f"no plain value at {slot.pointer}")
    told = [(where, tell(value, described)) for where, value in found[:_LIST_MAX]]
    return enumerate_values(told, mark, slot.pointer if len(told) == len(found) else "")


def enumerate_values(told: Sequence[tuple[str, str]], mark: MarkValue, whole: str) -> str:
    """Return "A, B and C" of pointers and words, marked one by one; as one list where no figure shows their order.

    `whole` is the pointer, with a star, that names all of them, or "" where there are more.
    """
    words = [each for _, each in told]
    if len(words) > 1 and whole and not any(map(str.isdigit, "".join(words))):
        return mark(enumerate_words(words), whole)
    return enumerate_words([mark(each, pointer) for pointer, each in told])


def _item_text(template: str, where: str, item: Any, schema: dict[str, Any], mark: MarkValue) -> str:
    def member(found: re.Match[str]) -> str:
        pointer = "/" + found[1].strip("/")
        value = resolve(item, pointer)
        if value is MISSING or value is None or isinstance(value, dict | list):
            raise PhraseError(f"an item has no {found[1]}")
        return mark(tell(value, schema_at(schema, pointer)), f"{where}{pointer}")

    return re.sub(r"\[([^\[\]]+)\]", member, template)


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


def enumerate_words(words: Sequence[str], last: str = "and") -> str:
    """Return "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def ordinal(position: int) -> str:
    """Return the word for a zero-based position: "first", "second", …"""
    return _ORDINALS[position] if position < len(_ORDINALS) else f"{position + 1}th"
