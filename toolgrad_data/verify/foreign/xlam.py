"""xLAM's rows (Salesforce/xlam-function-calling-60k): a query and its calls, no results and no response.

`tools` and `answers` are JSON text, parameters flat with Python's type names. Source: the data set's card.
"""

import re
from typing import Any

from toolgrad_data.verify.foreign.sample import (
    ForeignCall,
    ForeignSample,
    ForeignTool,
    ForeignTurn,
    MalformedRowError,
    SkippedRow,
    arguments_of,
    as_json,
    member,
)

_TYPES = {
    "str": "string",
    "string": "string",
    "int": "integer",
    "integer": "integer",
    "float": "number",
    "number": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "list": "array",
    "array": "array",
    "tuple": "array",
    "set": "array",
    "dict": "object",
    "object": "object",
}


def read(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    query = member(row, "query", str)
    answers = as_json(member(row, "answers", (str, list)), "answers")
    tools = as_json(member(row, "tools", (str, list)), "tools")
    if not isinstance(answers, list) or not isinstance(tools, list):
        raise MalformedRowError("answers and tools are lists, or their JSON text")
    if not answers:
        raise SkippedRow("no tool is called in it")
    calls = [
        ForeignCall(
            member(answer, "name", str, f"answers/{index}"),
            arguments_of(answer.get("arguments"), f"answers/{index}/arguments"),
        )
        for index, answer in enumerate(answers)
    ]
    id = row.get("id")
    turn = ForeignTurn(query, calls, chains=[[index] for index in range(len(calls))])
    offered = [_tool(tool, f"tools/{index}") for index, tool in enumerate(tools)]
    return ForeignSample(str(id) if isinstance(id, str | int) else None, [turn], offered)


def _tool(tool: Any, where: str) -> ForeignTool:
    parameters = tool.get("parameters") if isinstance(tool, dict) else None
    properties: dict[str, Any] = {}
    required = []
    for name, told in (parameters if isinstance(parameters, dict) else {}).items():
        told = told if isinstance(told, dict) else {}
        type_words = str(told.get("type", ""))
        properties[name] = schema_of(type_words)
        if isinstance(told.get("description"), str):
            properties[name]["description"] = told["description"]
        if "default" in told:
            properties[name]["default"] = told["default"]
        elif "optional" not in type_words.lower():
            required.append(name)
    schema = {"type": "object", "properties": properties, "required": required}
    return ForeignTool(member(tool, "name", str, where), str(tool.get("description") or ""), schema)


def schema_of(words: str) -> dict[str, Any]:
    """Return the JSON Schema of a Python type in words, such as `List[int], optional`; {} for one that is not known."""
    words = re.sub(r",?\s*optional\s*$", "", words.strip(), flags=re.IGNORECASE)
    outer = re.fullmatch(r"(\w+)\s*(?:\[(.*)\])?", words.strip())
    if not outer:
        return {}
    name, inner = outer[1].lower(), outer[2]
    if name == "optional" and inner:
        return schema_of(inner)
    if name not in _TYPES:
        return {}
    schema: dict[str, Any] = {"type": _TYPES[name]}
    if name == "list" and inner and (items := schema_of(inner)):
        schema["items"] = items
    return schema
