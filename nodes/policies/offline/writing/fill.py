"""Phrase templates with values in them, and words in a row."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nodes.policies.offline.reading.templates import (
    Node,
    Optional,
    PhraseError,
    ResultSlot,
    Slot,
    Text,
    parse,
    places,
    required_slots,
    spread,
)
from nodes.policies.offline.writing.marking import MarkValue, unmarked
from nodes.policies.offline.writing.telling import tell
from tool_registry.json.pointer import MISSING, resolve
from tool_registry.json.schema import schema_at

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_LIST_MAX = 12
_DESCRIBED = re.compile(r"(?:the|that|this|those) ")


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


def enumerate_words(words: Sequence[str], last: str = "and") -> str:
    """Return "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def ordinal(position: int) -> str:
    """Return the word for a zero-based position: "first", "second", …"""
    return _ORDINALS[position] if position < len(_ORDINALS) else f"{position + 1}th"
