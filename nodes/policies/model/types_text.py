"""Types of parameters and fields of results, nearly as TypeScript writes them, at several levels of detail."""

import json
from typing import Any

from tool_registry.json.pointer import MISSING
from tool_registry.json.resolved import NOTHING_FITS, items_of, properties_of, required_of, resolve_below
from tool_registry.json.schema import type_name, types_of

#: Levels of detail, 0 the richest.
LEVELS = 5
#: Characters of a choice's values, by level; the first two always stand there.
_CHOICE_CHARACTERS = (160, 90, 60, 40, 24)
_CHOICE_FEWEST = 2
#: From so many on, integers without a gap are shown as a range.
_RUN = 4
_VALUE_CHARACTERS = 24
_MEMBERS, _UNION_MEMBERS = 8, 4
#: Names of a result, and of what stands inside of one of its fields, by level.
_FIELDS, _FIELDS_BELOW = 8, (6, 6, 5, 4, 3)
#: From this level on, bounds of numbers are left out.
_PLAIN_LEVEL = 4


def type_text(schema: Any, root: dict[str, Any], level: int, depth: int, above: frozenset[str] = frozenset()) -> str:
    """Return the type as TypeScript would have it, to a depth and to where a schema holds itself."""
    text = _type_of_values(schema, root, level, depth, above)
    return text if text == "null" or "null" not in types_of(schema, root) else f"{text}|null"


def _type_of_values(schema: Any, root: dict[str, Any], level: int, depth: int, above: frozenset[str]) -> str:
    """Return the type of what is not null."""
    schema, above = resolve_below(schema, root, above)
    values = values_of(schema)
    if values:
        return _choice(values, _CHOICE_CHARACTERS[level])
    kind = schema.get("type")
    if depth <= 0 or schema is NOTHING_FITS:
        return kind or "any"
    for keyword in ("anyOf", "oneOf"):
        members = items_of(schema.get(keyword))[:_UNION_MEMBERS]
        if members and not kind:
            return "|".join(dict.fromkeys(type_text(part, root, level, depth - 1, above) for part in members))
    match kind:
        case "object":
            below = properties_of(schema)
            if not below:
                return "object"
            required = set(required_of(schema))
            inner = ", ".join(
                f"{name}{'' if name in required else '?'}:{type_text(part, root, level, depth - 1, above)}"
                for name, part in list(below.items())[:_MEMBERS]
            )
            return f"{{{inner}{f', …+{len(below) - _MEMBERS}' if len(below) > _MEMBERS else ''}}}"
        case "array":
            items = schema.get("items")
            return f"{type_text(items, root, level, depth - 1, above) if isinstance(items, dict) else 'any'}[]"
        case "integer" | "number":
            return _number(schema, kind, bounded=level < _PLAIN_LEVEL)
        case "string":
            return str(schema.get("format") or "string")
    return kind or "any"


def _choice(values: list[Any], characters: int) -> str:
    """Return the values with their type where they do not show it: `int 1|2|3`, `EUR|JPY`, `"1"|"2"`."""
    texts = list(map(value_text, values))
    shown = _CHOICE_FEWEST
    while shown < len(texts) and sum(len(text) + 1 for text in texts[: shown + 1]) <= characters:
        shown += 1
    more = f"|…+{len(texts) - shown}" if len(texts) > shown else ""
    whole = [value for value in values if type(value) is int]
    if len(whole) == len(values) >= _RUN and whole == list(range(whole[0], whole[0] + len(whole))):
        return f"int {whole[0]}..{whole[-1]}"
    types = {type_name(value) for value in values if value is not None}
    kind = "int " if types == {"integer"} else "number " if types and types <= {"integer", "number"} else ""
    return kind + "|".join(texts[:shown]) + more


def _number(schema: dict[str, Any], kind: str, *, bounded: bool) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    name = "int" if kind == "integer" else "number"
    return name if not bounded or (low is None and high is None) else f"{name} {_bound(low)}..{_bound(high)}"


def _bound(value: float | None) -> str:
    if value is None:
        return ""
    try:
        return f"{value:g}"
    except OverflowError:
        # An integer beyond what floats hold.
        return str(value)


def values_of(schema: dict[str, Any]) -> list[Any]:
    """Return the values that the schema names one by one."""
    if "enum" in schema:
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    for keyword in ("oneOf", "anyOf"):
        members = items_of(schema.get(keyword))
        if members and all(isinstance(part, dict) and "const" in part for part in members):
            return [part["const"] for part in members]
    return []


def value_text(value: Any) -> str:
    """Return a value as it stands in a choice or an example: a text bare, unless it reads as another type."""
    words = " ".join(value.split()) if isinstance(value, str) else ""
    text = words if words and _as_json(words) is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[: _VALUE_CHARACTERS - 2]}…"


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return MISSING


def fields_text(schema: dict[str, Any] | None, level: int, *, nested: bool = True) -> str:
    """Return the names in the result that another call may refer to: `name, stops[{city}]`; else its type."""
    if not schema:
        return ""
    return _fields(schema, schema, frozenset(), int(nested), _FIELDS, _FIELDS_BELOW[level])


def _fields(schema: Any, root: dict[str, Any], above: frozenset[str], depth: int, most: int, below: int) -> str:
    """Return the members of an object, those of a list's items in brackets, or the type of any other value."""
    schema, above = resolve_below(schema, root, above)
    names = properties_of(schema)
    if names:
        parts = [name + _inside(part, root, above, depth - 1, below) for name, part in list(names.items())[:most]]
        return ", ".join([*parts, *([f"…+{len(names) - most}"] if len(names) > most else [])])
    if schema.get("type") == "array":
        return f"[{_fields(schema.get('items'), root, above, depth, most, below) if 'items' in schema else ''}]"
    if schema is NOTHING_FITS or not isinstance(kind := schema.get("type"), str) or kind == "object":
        return ""
    return "int" if kind == "integer" else kind


def _inside(schema: Any, root: dict[str, Any], above: frozenset[str], depth: int, most: int) -> str:
    """Return what stands behind a member's name: its own members, `[]` for a list of values, nothing for a value."""
    schema, above = resolve_below(schema, root, above)
    is_list = schema.get("type") == "array"
    if is_list:
        schema, above = resolve_below(schema.get("items"), root, above)
    braced = ""
    if depth >= 0 and properties_of(schema):
        braced = f"{{{_fields(schema, root, above, depth, most, most)}}}"
    return f"[{braced}]" if is_list else braced
