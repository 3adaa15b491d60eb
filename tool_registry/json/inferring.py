"""A JSON Schema of results from some of them."""

import re
from collections.abc import Sequence
from typing import Any

from tool_registry.json.schema import type_name

_EXAMPLES_MAX = 5
_EXAMPLE_LENGTH = 60
_DEPTH_MAX = 12
_PROPERTIES_MAX = 200
_FORMATS = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"),
    "email": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    "uri": re.compile(r"https?://\S+"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}


def infer_schema(values: Sequence[Any]) -> dict[str, Any]:
    """Return a schema that all the JSON values satisfy: types, members, items, evident formats, a few examples.

    It says what was seen and forbids nothing else: no member is required, none is excluded. {} for no values.
    """
    return _infer(list(values), 0)


def _infer(values: list[Any], depth: int) -> dict[str, Any]:
    types = sorted({type_name(value) for value in values})
    if "integer" in types and "number" in types:
        types.remove("integer")
    if not types or depth > _DEPTH_MAX:
        return {}
    schema: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
    objects = [value for value in values if isinstance(value, dict)]
    names = list(dict.fromkeys(name for value in objects for name in value))
    if names and len(names) <= _PROPERTIES_MAX:
        schema["properties"] = {
            name: _infer([value[name] for value in objects if name in value], depth + 1) for name in names
        }
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        schema["items"] = _infer(items, depth + 1)
    texts = list(dict.fromkeys(value for value in values if isinstance(value, str) and value))
    if texts:
        for name, pattern in _FORMATS.items():
            if all(pattern.fullmatch(text) for text in texts):
                schema["format"] = name
        examples = [text for text in texts if len(text) <= _EXAMPLE_LENGTH][:_EXAMPLES_MAX]
        if examples:
            schema["examples"] = examples
    return schema
