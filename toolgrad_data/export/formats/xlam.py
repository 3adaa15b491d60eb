"""xLAM's function-calling format (Salesforce/xlam-function-calling-60k).

`tools` and `answers` are JSON text; a tool's parameters are flat, `{name: {type, description, default}}`, with
Python's type names and `, optional` for what may be left out. The format has no place for a system message, so the
record's context stands before the query. Source: the data set's card.
"""

import json
from typing import Any

from tool_registry.json.resolved import properties_of, required_of, resolve_schema
from tool_registry.json.schema import labels, types_of
from toolgrad_data.export.conversation import Example, Tool, single_turn, to_json
from toolgrad_data.export.format import Format, NamedCall, Row

_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
    "null": "None",
}


class Xlam(Format):
    """`{id, query, tools, answers}`; `id` counts the rows."""

    name = "xlam"
    about = "xLAM: query, tools and answers as JSON text, flat parameters"
    one_turn = True
    holds_history = False

    def rows(self, example: Example, number: int) -> list[Row]:
        """Return one row; an answer in words is an empty list of calls."""
        query, calls, _ = single_turn(example)
        return [
            {
                "id": number,
                "query": "\n\n".join(filter(None, (example.system, query))),
                "tools": to_json([flat(tool) for tool in example.tools]),
                "answers": to_json([{"name": call.tool, "arguments": call.arguments} for call in calls]),
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the answers."""
        found = [(call["name"], call["arguments"]) for call in json.loads(row["answers"])]
        return [found] if found else []


def flat(tool: Tool) -> Row:
    """Return the tool with flat parameters."""
    root = tool.parameters
    required = set(required_of(root))
    parameters = {}
    for name, member in properties_of(root).items():
        schema = resolve_schema(member, root)
        optional = "" if name in required else ", optional"
        shown: dict[str, Any] = {"description": _description(schema), "type": f"{python_type(member, root)}{optional}"}
        if "default" in schema:
            shown["default"] = schema["default"]
        parameters[name] = shown
    return {"name": tool.name, "description": tool.description, "parameters": parameters}


def python_type(schema: Any, root: dict[str, Any], depth: int = 4) -> str:
    """Return the Python type that a JSON Schema's values have, such as `List[int]` or `Union[int, str]`."""
    if not depth:  # schemas may be recursive
        return "Any"
    types = sorted(types_of(schema, root))
    schema = resolve_schema(schema, root)
    if types == ["array"] and isinstance(schema.get("items"), dict):
        return f"List[{python_type(schema['items'], root, depth - 1)}]"
    if types == ["integer", "number"]:
        return "float"
    names = [_TYPES.get(name, "Any") for name in types]
    if not names or len(names) > 3:
        return "Any"
    return names[0] if len(names) == 1 else f"Union[{', '.join(names)}]"


def _description(schema: dict[str, Any]) -> str:
    words = str(schema.get("description") or schema.get("title") or "")
    named = labels(schema)
    if named:
        choices = ", ".join(f"{to_json(value)} ({label})" for value, label in named)
    elif isinstance(schema.get("enum"), list):
        choices = ", ".join(map(to_json, schema["enum"]))
    else:
        return words
    return f"{words} One of: {choices}.".strip()
