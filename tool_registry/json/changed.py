"""A JSON Schema with one place in it changed."""

from collections.abc import Callable, Sequence
from typing import Any

from tool_registry.json.resolved import dereference

_DEPTH_MAX = 32


def changed(
    schema: dict[str, Any], path: Sequence[str], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the schema with the member at the path as `change` returns it, or None where there is no such member.

    A token of the path is a property's name, or a number or `*` for the members of a list. References on the way are
    resolved, so that what else refers to the same definition stays as it is.
    """
    return _changed(schema, schema, list(path), change, _DEPTH_MAX)


def _changed(
    schema: dict[str, Any],
    root: dict[str, Any],
    path: list[str],
    change: Callable[[dict[str, Any]], dict[str, Any]],
    depth: int,
) -> dict[str, Any] | None:
    if not path:
        return change(schema)
    if depth == 0:
        return None
    schema = dereference(schema, root)
    first, *rest = path
    properties = schema.get("properties")
    if isinstance(properties, dict) and first in properties:
        # True, for anything, is a schema too.
        member = properties[first] if isinstance(properties[first], dict) else {}
        below = _changed(member, root, rest, change, depth - 1)
        return None if below is None else {**schema, "properties": {**properties, first: below}}
    if (first.isdecimal() or first == "*") and isinstance(schema.get("items"), dict):
        below = _changed(schema["items"], root, rest, change, depth - 1)
        return None if below is None else {**schema, "items": below}
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword)
        if not isinstance(members, list):
            continue
        for number, member in enumerate(members):
            below = _changed(member, root, path, change, depth - 1) if isinstance(member, dict) else None
            if below is not None:
                return {**schema, keyword: [*members[:number], below, *members[number + 1 :]]}
    return None
