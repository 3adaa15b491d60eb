"""Tools on one line each, nearly as TypeScript writes them: `name(city:string, days?:int) → lat, stops[{city}] – …`.

A JSON Schema takes about four times the tokens. Only what a caller needs is kept; long choices are shown as a
sample with a count. The full schema still validates every call. Examples are drawn by a seed: one that stands in
every prompt is what every answer holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nodes.policies.model.types_text import LEVELS, fields_text, type_text, value_text, values_of
from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.things import identity_of_parameter
from tool_registry.drawing.value_words import first_sentence, split_words
from tool_registry.json.by_identity import ByIdentity
from tool_registry.json.resolved import items_of, properties_of, required_of, resolve_schema
from tool_registry.spec import ToolSpec

#: The budget of a batch: 1,900 tokens, at 3.5 characters a token of such text.
BATCH_CHARACTERS = 6_600
_SHARE_MIN, _SHARE_MAX = 70, 600
_SENTENCE_CHARACTERS = (200, 160, 110, 70, 40)
_ABOUT_CHARACTERS = 48
#: How these are written is known to everybody.
_USUAL_FORMATS = frozenset(("date", "time", "date-time", "email", "uri", "uuid", "hostname", "ipv4", "ipv6"))
_DEPTH = 3
_VARIANTS = 5
_CACHE_MAX = 5_000
#: Characters of a parameter without its type, beside its name: ", " and ":…".
_UNTYPED = 4


def tools_text(specs: Iterable[ToolSpec], characters: int = BATCH_CHARACTERS, seed: int = 0) -> str:
    """Return the tools, one a line, all in about the same detail, as much of it as the room admits."""
    tools, variant = list(specs), seed % _VARIANTS
    lines: list[str] = []
    for spec in tools:
        lines.append(_detailed(spec, LEVELS - 1, variant))
    left = characters - sum(map(len, lines)) - len(lines)
    share = max(characters // max(len(tools), 1), _SHARE_MIN)
    # First what is longest is made shorter, then what there is room for is told of one after the other.
    for position in sorted(range(len(tools)), key=lambda position: -len(lines[position])):
        if left >= 0 and len(lines[position]) <= _SHARE_MAX:
            break
        left += len(lines[position])
        lines[position] = _bare(tools[position], share)
        left -= len(lines[position])
    for level in reversed(range(LEVELS - 1)):
        for position, spec in enumerate(tools):
            longer = _detailed(spec, level, variant)
            more = len(longer) - len(lines[position])
            if more <= left and len(longer) <= _SHARE_MAX:
                lines[position] = longer
                left -= more
    return "\n".join(lines)


def tool_line(spec: ToolSpec, characters: int, seed: int = 0) -> str:
    """Return one tool in at most `characters`, where its names alone do not take more."""
    lines = (_detailed(spec, level, seed % _VARIANTS) for level in range(LEVELS))
    return next((line for line in lines if len(line) <= characters), None) or _bare(spec, characters)


@dataclass
class _Rendered:
    """A tool's lines, each rendered once: by level of detail and variant, and bare ones by their characters.

    `parts` are by level what is the same in each variant.
    """

    spec: ToolSpec
    parts: dict[int, "_Parts"] = field(default_factory=dict)
    detailed: dict[tuple[int, int], str] = field(default_factory=dict)
    bare: dict[int, str] = field(default_factory=dict)


# A run renders the same few hundred tools for every prompt.
_tools: ByIdentity[_Rendered] = ByIdentity(_CACHE_MAX)


def _rendered(spec: ToolSpec) -> _Rendered:
    return _tools.get(spec, None, lambda: _Rendered(spec))


def _detailed(spec: ToolSpec, level: int, variant: int) -> str:
    """Return the tool's line at a level of detail."""
    known = _rendered(spec)
    key = (level, variant)
    if key not in known.detailed:
        with attributed_to(spec.name):
            if level not in known.parts:
                known.parts[level] = _parts(spec, level)
            known.detailed[key] = _line(known.parts[level], variant + len(spec.name))
    return known.detailed[key]


def _bare(spec: ToolSpec, characters: int) -> str:
    """Return the line of a tool of many parameters in so many characters, where its names do not take more."""
    known = _rendered(spec)
    if characters not in known.bare:
        known.bare[characters] = _bare_line(spec, characters)
    return known.bare[characters]


class _Parts(NamedTuple):
    """A tool's name, its parameters with what is told about them and their examples, what it finds and does."""

    name: str
    parameters: list[tuple[str, str, list[str]]]
    rest: str


def _parts(spec: ToolSpec, level: int) -> _Parts:
    """Render at a level of detail: 0 has parameters' descriptions, the last one little more than types."""
    root = spec.parameters
    required = set(required_of(root))
    parameters: list[tuple[str, str, list[str]]] = []
    for name, member in properties_of(root).items():
        schema = resolve_schema(member, root)
        text = f"{name}{'' if name in required else '?'}:{type_text(member, root, level, _DEPTH)}"
        about = str(schema.get("description") or schema.get("title") or "") if level < 2 else ""
        identity = identity_of_parameter(spec, name)
        if identity.is_bare and identity.called and not set(identity.called.split()) & set(split_words(about)):
            # A bare `id` does not say whose.
            about = f"of {identity.called}; {about}" if about else f"of {identity.called}"
        if about and level == 1:
            about = _shortened(first_sentence(about), _ABOUT_CHARACTERS)
        parameters.append((text, about, _examples(schema) if level < 3 else []))
    outputs = fields_text(spec.output_schema, level, nested=level < LEVELS - 1)
    about = " ".join(spec.description.split())
    sentence = about if level == 0 else _shortened(first_sentence(about), _SENTENCE_CHARACTERS[level])
    return _Parts(spec.name, parameters, f"{f' → {outputs}' if outputs else ''} – {sentence}")


def _line(parts: _Parts, variant: int) -> str:
    """Return the line with an example a parameter, not the same one for each tool that takes such a value."""
    shown = []
    for position, (text, about, examples) in enumerate(parts.parameters):
        example = examples[(variant + position) % len(examples)] if examples else ""
        about = f"{about} e.g. {example}".strip() if example else about
        shown.append(text + (f" /*{about}*/" if about else ""))
    return f"{parts.name}({', '.join(shown)}){parts.rest}".rstrip(" –")


def _bare_line(spec: ToolSpec, characters: int) -> str:
    """Render a tool of many parameters: the required ones, others as there is room for, and what it finds."""
    root = spec.parameters
    required = set(required_of(root))
    line = f"{spec.name}("
    properties = properties_of(root)
    names = sorted(properties, key=lambda name: name not in required)
    # The names of all that is required are shown, if need be without their types.
    waiting = sum(len(name) + _UNTYPED for name in names if name in required)
    for shown, name in enumerate(names):
        text = f"{name}{'' if name in required else '?'}:{type_text(properties[name], root, LEVELS - 1, 1)}"
        if name in required:
            waiting -= len(name) + _UNTYPED
            if len(line) + len(text) + waiting > characters - 12:
                text = f"{name}:…"
        elif len(line) + len(text) > characters - 12 and shown:
            return f"{line}…+{len(names) - shown})"
        line += f"{', ' if shown else ''}{text}"
    for nested in (True, False):
        whole = f"{line}) → {fields_text(spec.output_schema, LEVELS - 1, nested=nested)}"
        if spec.output_schema and len(whole) <= characters:
            return whole
    return f"{line})"


def _examples(schema: dict[str, Any]) -> list[str]:
    """Return the examples where neither values nor a usual format tell how a text is written."""
    examples = [each for each in items_of(schema.get("examples")) if isinstance(each, str)]
    if not examples or values_of(schema) or schema.get("format") in _USUAL_FORMATS:
        return []
    return list(map(value_text, examples))


def _shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rpartition(' ')[0]}…"
