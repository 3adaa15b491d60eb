"""Examples that a configuration gives for parameters of tools that are somebody else's: into the tools' schemas."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from tool_registry.json.pointer import escape, tokens
from tool_registry.json.resolved import dereference
from tool_registry.json.schema import schema_at, validation_errors
from tool_registry.spec import ToolSpec

_NAMES_SHOWN = 12
_DEFINITIONS = ("$defs", "definitions")
_DEPTH_MAX = 32


def with_examples(spec: ToolSpec, examples: Mapping[str, list[Any]]) -> tuple[ToolSpec, list[str]]:
    """Return the spec with the examples in its schema, and what is wrong with those that are left out.

    A parameter is named as it is, or by the JSON Pointer of a member deeper down (`/body/name`).
    """
    parameters = spec.parameters
    problems: list[str] = []
    for name, values in examples.items():
        path = tokens(name) if name.startswith("/") else [name]
        placed = _place(parameters, parameters, path, values, _DEPTH_MAX)
        if placed is None:
            known = list(parameters.get("properties") or {})
            problems.append(f"examples of {spec.name}: there is no parameter {name!r}{_instead(name, known)}")
            continue
        right = [value for value in values if not (wrong := _wrong(value, path, parameters))]
        if len(right) < len(values):
            wrong = next(words for value in values if (words := _wrong(value, path, parameters)))
            problems.append(f"examples of {spec.name}, {name}: left out is what its schema does not allow: {wrong}")
        if right:
            parameters = _place(parameters, parameters, path, right, _DEPTH_MAX) or parameters
    return (spec if parameters is spec.parameters else spec.model_copy(update={"parameters": parameters})), problems


def no_such_tool(name: str, known: list[str]) -> str:
    """Return what is wrong with examples for a tool that the source has not."""
    return f"examples of {name!r}: there is no such tool{_instead(name, known)}"


def _instead(name: str, known: list[str]) -> str:
    if not known:
        return "; it has none"
    close = get_close_matches(name, known, n=1)
    more = f" and {len(known) - _NAMES_SHOWN} more" if len(known) > _NAMES_SHOWN else ""
    return f"{f'. Did you mean {close[0]!r}?' if close else '.'} There are: {', '.join(known[:_NAMES_SHOWN])}{more}"


def _place(
    schema: dict[str, Any], root: dict[str, Any], path: list[str], values: list[Any], depth: int
) -> dict[str, Any] | None:
    """Return the schema with the examples at the path, its references on the way resolved; None without a place."""
    if not path:
        return {**schema, "examples": values}
    if depth == 0:
        return None
    schema = dereference(schema, root)
    first, *rest = path
    properties = schema.get("properties")
    if isinstance(properties, dict) and first in properties:
        # True, for anything, is a schema too.
        member = properties[first] if isinstance(properties[first], dict) else {}
        below = _place(member, root, rest, values, depth - 1)
        return None if below is None else {**schema, "properties": {**properties, first: below}}
    if first.isdecimal() and isinstance(schema.get("items"), dict):
        below = _place(schema["items"], root, rest, values, depth - 1)
        return None if below is None else {**schema, "items": below}
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword)
        if not isinstance(members, list):
            continue
        for number, member in enumerate(members):
            below = _place(member, root, path, values, depth - 1) if isinstance(member, dict) else None
            if below is not None:
                return {**schema, keyword: [*members[:number], below, *members[number + 1 :]]}
    return None


def _wrong(value: Any, path: list[str], root: dict[str, Any]) -> str:
    """Return why the schema does not allow the value, empty when it does or cannot be applied."""
    schema = schema_at(root, "".join(f"/{escape(token)}" for token in path))
    alone = {**{name: root[name] for name in _DEFINITIONS if name in root}, **schema}
    alone.pop("examples", None)
    try:
        errors = validation_errors(alone, value)
    except Exception:  # a reference into what is not here
        return ""
    return f"{value!r} ({errors[0].removeprefix('arguments: ')})" if errors else ""
