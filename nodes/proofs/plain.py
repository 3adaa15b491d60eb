"""Part of promise 2, typed: the texts of a record are text, without terminal escapes and control characters."""

from collections.abc import Iterator
from typing import Any

from graph.record import Finding, Record
from tool_registry.json_pointer import escape
from tool_registry.plain_text import holds_control


def check(record: Record) -> list[Finding]:
    """Return where a query, a response or an argument holds a control character that is no tab or line end."""
    return [
        Finding(promise="typed", code="control_character", message=f"{what} holds a control character", where=where)
        for what, where, text in _texts(record)
        if holds_control(text)
    ]


def _texts(record: Record) -> Iterator[tuple[str, str, str]]:
    for turn_index, turn in enumerate(record.turns):
        where = f"/turns/{turn_index}"
        yield "the query", f"{where}/query", turn.query
        yield "the response", f"{where}/response", turn.response
        for index, step in enumerate(turn.steps):
            for pointer, text in _leaves(step.arguments, f"{where}/steps/{index}/arguments"):
                yield f"an argument of {step.id} {step.tool}", pointer, text


def _leaves(value: Any, where: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield where, value
        case list():
            for index, item in enumerate(value):
                yield from _leaves(item, f"{where}/{index}")
        case dict():
            for name, member in value.items():
                yield where, name
                yield from _leaves(member, f"{where}/{escape(name)}")
