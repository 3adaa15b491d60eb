"""Tools on one line each, nearly as TypeScript writes them: `name(city:string, days?:int) → lat, lon – …`.

A JSON Schema takes about four times the tokens. Only what a caller needs is kept; long enums are shown as a
sample with a count. The full schema still validates every call.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from tool_registry.crashes import attributed_to
from tool_registry.json_schema import types_of
from tool_registry.resolved import NOTHING_FITS, listed, properties_of, required_of, resolved, resolved_below
from tool_registry.spec import ToolSpec
from tool_registry.things import identity_of_parameter
from tool_registry.value_words import split_words

#: The budget of a batch: 2,800 tokens, at 3.5 characters a token of such text.
BATCH_CHARACTERS = 9_800
_SHARE_MIN, _SHARE_MAX = 70, 700
_ENUM_SHOWN = (12, 6, 4, 3)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|approx|no)\.$", re.IGNORECASE)
_DEPTH = 3
_CACHE_MAX = 5_000
_OUTPUTS = 8


def tools_text(specs: Iterable[ToolSpec], characters: int = BATCH_CHARACTERS) -> str:
    """Return the tools, one a line, each in the richest rendering that its share of the room admits."""
    tools = list(specs)
    lines: list[str] = []
    left = characters
    for position, spec in enumerate(tools):
        share = min(max(left // (len(tools) - position) - 1, _SHARE_MIN), _SHARE_MAX)
        with attributed_to(spec.name):
            lines.append(tool_line(spec, share))
        left -= len(lines[-1]) + 1
    return "\n".join(lines)


def tool_line(spec: ToolSpec, characters: int) -> str:
    """Return one tool in at most `characters`, where its names alone do not take more."""
    rendered = _rendered(spec)
    for level in range(5):
        if level == len(rendered):
            rendered.append(_line(spec, level))
        if len(rendered[level]) <= characters:
            return rendered[level]
    return _bare(spec, characters)


# By the identity of the spec, which the entry keeps alive: a run renders the same few hundred tools for every
# prompt, and hashing a schema's text would cost more than rendering it.
_cache: dict[int, tuple[ToolSpec, list[str]]] = {}


def _rendered(spec: ToolSpec) -> list[str]:
    """Return the levels of detail that have been rendered so far; to be added to."""
    known = _cache.get(id(spec))
    if known is None:
        if len(_cache) >= _CACHE_MAX:
            _cache.clear()
        known = _cache[id(spec)] = (spec, [])
    return known[1]


def _line(spec: ToolSpec, level: int) -> str:
    """Render at a level of detail: 0 has parameters' descriptions and outputs, 4 no more than types."""
    root = spec.parameters
    required = set(required_of(root))
    parts = []
    for name, member in properties_of(root).items():
        schema = resolved(member, root)
        text = f"{name}{'' if name in required else '?'}:{_type(member, root, level, _DEPTH)}"
        about = str(schema.get("description") or schema.get("title") or "") if level < 2 else ""
        identity = identity_of_parameter(spec, name)
        if identity.is_bare and identity.called and not set(identity.called.split()) & set(split_words(about)):
            # A bare `id` does not say whose.
            about = f"of {identity.called}; {about}" if about else f"of {identity.called}"
        if about and level == 1:
            about = _shortened(_first_sentence(about), 48)
        if level < 3 and not _values(schema):
            about = f"{about} e.g. {_example(schema)}".strip() if _example(schema) else about
        parts.append(text + (f" /*{about}*/" if about else ""))
    outputs = _outputs(spec.output_schema) if level < 4 else ""
    about = " ".join(spec.description.split())
    sentence = about if level == 0 else _shortened(_first_sentence(about), (200, 160, 110, 80, 60)[level])
    return f"{spec.name}({', '.join(parts)}){f' → {outputs}' if outputs else ''} – {sentence}".rstrip(" –")


def _bare(spec: ToolSpec, characters: int) -> str:
    """Render a tool of many parameters: the required ones, as many as there is room for."""
    root = spec.parameters
    required = set(required_of(root))
    line = f"{spec.name}("
    properties = properties_of(root)
    names = sorted(properties, key=lambda name: name not in required)
    for shown, name in enumerate(names):
        text = f"{name}{'' if name in required else '?'}:{_type(properties[name], root, 4, 1)}"
        if len(line) + len(text) > characters - 12 and shown:
            return f"{line}…+{len(names) - shown})"
        line += f"{', ' if shown else ''}{text}"
    return f"{line})"


def _type(schema: Any, root: dict[str, Any], level: int, depth: int, above: frozenset[str] = frozenset()) -> str:
    """Return the type as TypeScript would have it, to a depth and to where a schema holds itself."""
    text = _type_of_values(schema, root, level, depth, above)
    return text if text == "null" or "null" not in types_of(schema, root) else f"{text}|null"


def _type_of_values(schema: Any, root: dict[str, Any], level: int, depth: int, above: frozenset[str]) -> str:
    """Return the type of what is not null."""
    schema, above = resolved_below(schema, root, above)
    values = _values(schema)
    if values:
        shown = values[: _ENUM_SHOWN[min(level, 3)]]
        more = f"|…+{len(values) - len(shown)}" if len(values) > len(shown) else ""
        return "|".join(map(_value, shown)) + more
    kind = schema.get("type")
    if depth <= 0 or schema is NOTHING_FITS:
        return kind or "any"
    for keyword in ("anyOf", "oneOf"):
        members = listed(schema.get(keyword))[:4]
        if members and not kind:
            return "|".join(dict.fromkeys(_type(part, root, level, depth - 1, above) for part in members))
    match kind:
        case "object":
            below = properties_of(schema)
            if not below:
                return "object"
            required = set(required_of(schema))
            inner = ", ".join(
                f"{name}{'' if name in required else '?'}:{_type(part, root, level, depth - 1, above)}"
                for name, part in list(below.items())[:8]
            )
            return f"{{{inner}{f', …+{len(below) - 8}' if len(below) > 8 else ''}}}"
        case "array":
            items = schema.get("items")
            return f"{_type(items, root, level, depth - 1, above) if isinstance(items, dict) else 'any'}[]"
        case "integer" | "number":
            return _number(schema, kind)
        case "string":
            return str(schema.get("format") or "string")
    return kind or "any"


def _number(schema: dict[str, Any], kind: str) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    name = "int" if kind == "integer" else "number"
    if low is None and high is None:
        return name
    return f"{name} {_bound(low)}..{_bound(high)}"


def _bound(value: float | None) -> str:
    if value is None:
        return ""
    try:
        return f"{value:g}"
    except OverflowError:
        # An integer beyond what floats hold.
        return str(value)


def _values(schema: dict[str, Any]) -> list[Any]:
    """Return the values that the schema names one by one."""
    if "enum" in schema:
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    for keyword in ("oneOf", "anyOf"):
        members = listed(schema.get(keyword))
        if members and all(isinstance(part, dict) and "const" in part for part in members):
            return [part["const"] for part in members]
    return []


def _value(value: Any) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    text = words or json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 24 else f"{text[:22]}…"


def _example(schema: dict[str, Any]) -> str:
    examples = schema.get("examples")
    if not isinstance(examples, list) or not examples or isinstance(examples[0], dict | list):
        return ""
    return _value(examples[0])


def _outputs(schema: dict[str, Any] | None) -> str:
    """Return the names in the result that another call may refer to."""
    if not schema:
        return ""
    top, above = resolved_below(schema, schema, frozenset())
    lists = 0
    while top.get("type") == "array" and isinstance(top.get("items"), dict):
        top, above = resolved_below(top["items"], schema, above)
        lists += 1
    if top.get("type") == "array":
        lists += 1
    names = list(properties_of(top))
    more = f", …+{len(names) - _OUTPUTS}" if len(names) > _OUTPUTS else ""
    return f"{'[' * lists}{', '.join(names[:_OUTPUTS])}{more}{']' * lists}"


def _shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rpartition(' ')[0]}…"


def _first_sentence(text: str) -> str:
    flat = " ".join(text.split())
    for match in _SENTENCE_END.finditer(flat):
        if not _ABBREVIATION.search(flat[: match.start()]):
            return flat[: match.start()].rstrip(".")
    return flat.rstrip(".")
