"""The same conversation with other names for its tools and their parameters."""

import hashlib
import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tool_registry.json.pointer import escape, tokens
from toolgrad_data.export.conversation import Call, Example, Message, Tool

Renaming = Mapping[str, str]


def as_python(example: Example) -> Example:
    """Return the example with every tool and parameter named by a Python identifier; the same when all are.

    Names that are identifiers stay, a tool's also where it is several with dots between (`math.factorial`); two that
    would become the same are told apart by a hash of the original.
    """
    tools = python_names((tool.name for tool in example.tools), dotted=True)
    parameters = {tool.name: python_names(tool.parameters.get("properties") or {}) for tool in example.tools}
    return rename_example(example, tools, parameters)


def python_names(names: Iterable[str], *, dotted: bool = False) -> dict[str, str]:
    """Return an identifier for each name, no two the same; where they may be `dotted`, several with dots between."""
    originals = list(dict.fromkeys(names))
    kept = {name for name in originals if all(map(_is_identifier, name.split(".") if dotted else [name]))}
    given: dict[str, str] = {}
    taken = set(kept)
    for name in originals:
        given[name] = name if name in kept else unlike(_identifier(name), name, taken)
        taken.add(given[name])
    return given


def rename_example(example: Example, tools: Renaming, parameters: Mapping[str, Renaming]) -> Example:
    """Return the example with other names: `tools` by name, `parameters` by the tool's old name.

    Only top-level parameters are renamed. What is not in the mappings keeps its name.
    """
    changed = {old for old, new in tools.items() if old != new} | {
        tool for tool, names in parameters.items() if any(old != new for old, new in names.items())
    }
    if not changed:
        return example

    def tool_named(tool: Tool) -> Tool:
        if tool.name not in changed:
            return tool
        names = parameters.get(tool.name, {})
        return replace(tool, name=tools.get(tool.name, tool.name), parameters=_schema(tool.parameters, names))

    def call_named(call: Call) -> Call:
        names = parameters.get(call.tool, {})
        return replace(
            call,
            tool=tools.get(call.tool, call.tool),
            arguments={names.get(name, name): value for name, value in call.arguments.items()},
            defaults={_pointer(pointer, names): value for pointer, value in call.defaults.items()},
        )

    def message_named(message: Message) -> Message:
        if not message.calls and not message.tool:
            return message
        return replace(
            message,
            calls=tuple(map(call_named, message.calls)),
            tool=tools.get(message.tool, message.tool),
            thought=_named_in(message.thought, tools),
        )

    return replace(
        example,
        messages=tuple(map(message_named, example.messages)),
        tools=tuple(map(tool_named, example.tools)),
    )


def _named_in(text: str, names: Renaming) -> str:
    """Return the text with the names in it that stand as words of their own replaced."""
    if not text:
        return text
    words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<![\w.-])(?:{words})(?![\w-])", lambda found: names[found[0]], text) if words else text


def _schema(schema: dict[str, Any], names: Renaming) -> dict[str, Any]:
    new = dict(schema)
    for member in ("properties", "dependentRequired", "dependentSchemas"):
        if isinstance(schema.get(member), dict):
            new[member] = {names.get(name, name): value for name, value in schema[member].items()}
    if isinstance(schema.get("dependentRequired"), dict):
        new["dependentRequired"] = {
            name: [names.get(other, other) for other in others] for name, others in new["dependentRequired"].items()
        }
    if isinstance(schema.get("required"), list):
        new["required"] = [names.get(name, name) for name in schema["required"]]
    return new


def _pointer(pointer: str, names: Renaming) -> str:
    first, *rest = tokens(pointer) or [""]
    return "/" + "/".join(map(escape, [names.get(first, first), *rest]))


def _is_identifier(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)


def _identifier(name: str) -> str:
    words = re.sub(r"[^A-Za-z0-9_]+", "_", name) or "_"
    if words[0].isdigit():
        words = f"_{words}"
    return f"{words}_" if keyword.iskeyword(words) else words


def unlike(name: str, original: str, taken: set[str]) -> str:
    """Return the name, with a hash of the original where it is taken."""
    ordinal = 0
    candidate = name
    while candidate in taken:
        digest = hashlib.sha256(f"{original}\0{ordinal}".encode("utf-8", "surrogatepass")).hexdigest()
        candidate = f"{name}_{digest[:8]}"
        ordinal += 1
    return candidate
