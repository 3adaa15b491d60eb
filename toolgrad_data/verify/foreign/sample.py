"""What a row of a foreign format tells: turns of query, calls and response, and the tools that are offered."""

import json
from dataclasses import dataclass, field
from typing import Any

from tool_registry.json.pointer import MISSING


class MalformedRowError(Exception):
    """The row is not of the format; the message says what was expected and where."""


class SkippedRow(Exception):
    """The row holds no calls of its own; the message says why, in words that such rows share."""


@dataclass(frozen=True)
class ForeignCall:
    """A call, and its result: MISSING where the format or the row holds none.

    `is_passed_over` says of one without result that the row goes on after it.
    """

    tool: str
    arguments: dict[str, Any]
    result: Any = MISSING
    is_passed_over: bool = False


@dataclass
class ForeignTurn:
    """What the user said, what was called, and what the assistant said in the end (None: the row does not tell)."""

    query: str
    calls: list[ForeignCall] = field(default_factory=list)
    response: str | None = None
    #: Indexes of calls, as the format groups them; empty: all in one chain.
    chains: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True)
class ForeignTool:
    """A tool as the row offers it. `parameters` is a JSON Schema, None where the format holds none."""

    name: str
    description: str = ""
    parameters: dict[str, Any] | None = None


@dataclass(frozen=True)
class ForeignSample:
    """A row. `system` is what the assistant is told beside the user's words, without the list of tools."""

    id: str | None
    turns: list[ForeignTurn]
    tools: list[ForeignTool]
    system: str = ""


def member(row: Any, name: str, kind: type | tuple[type, ...], where: str = "the row") -> Any:
    """Return a member. Raises MalformedRowError when it is missing or of another type."""
    if not isinstance(row, dict):
        raise MalformedRowError(f"{where} is no object")
    if name not in row:
        raise MalformedRowError(f"{where} has no member {name!r}")
    if not isinstance(row[name], kind):
        raise MalformedRowError(f"{name!r} of {where} is {type(row[name]).__name__}, which the format does not allow")
    return row[name]


def as_json(value: Any, where: str) -> Any:
    """Return the value of JSON text, and anything else as it is. Raises MalformedRowError."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise MalformedRowError(f"{where} is no JSON: {str(error)[:80]}") from error


def arguments_of(value: Any, where: str) -> dict[str, Any]:
    """Return arguments given as an object or as its JSON text; no arguments as none. Raises MalformedRowError."""
    found = as_json(value, where) if value not in ("", None) else {}
    if not isinstance(found, dict):
        raise MalformedRowError(f"{where} is no object")
    return found


def result_of(content: Any) -> Any:
    """Return a tool's answer: JSON where the text is JSON, else the text."""
    if isinstance(content, str):
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            return content
    return content


def function_tools(value: Any, where: str = "tools") -> list[ForeignTool]:
    """Return tools given as `{name, description, parameters}`, bare or under `function`, as a list or its JSON text.

    Raises MalformedRowError.
    """
    found = as_json(value, where) if value is not None else []
    if not isinstance(found, list):
        raise MalformedRowError(f"{where} is no list")
    tools = []
    for index, one in enumerate(found):
        here = f"{where}/{index}"
        one = one.get("function", one) if isinstance(one, dict) else one
        parameters = as_json(one.get("parameters"), f"{here}/parameters") if isinstance(one, dict) else None
        tools.append(
            ForeignTool(
                member(one, "name", str, here),
                str(one.get("description") or ""),
                parameters if isinstance(parameters, dict) else {"type": "object", "properties": {}},
            )
        )
    return tools
