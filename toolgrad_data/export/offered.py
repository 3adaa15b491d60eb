"""A tool's spec as a model is shown it: nothing that only our own policies read."""

from typing import Any

from tool_registry.json.pointer import equal
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Tool

_MAPS_OF_SCHEMAS = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_LISTS_OF_SCHEMAS = {"anyOf", "oneOf", "allOf", "prefixItems"}
_SCHEMAS = {"items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"}
#: Of a long list of examples a model needs a few.
_EXAMPLES = 3


def offered_tool(spec: ToolSpec) -> Tool:
    """Return the tool without extension keywords, whole-call examples and long lists of examples."""
    parameters = shown_schema(spec.parameters)
    parameters.pop("examples", None)
    for keyword in ("$schema", "$id"):
        parameters.pop(keyword, None)
    parameters.setdefault("type", "object")
    parameters.setdefault("properties", {})
    return Tool(spec.name, spec.description, parameters, spec.category)


def shown_schema(schema: dict[str, Any], examples: int = _EXAMPLES) -> dict[str, Any]:
    """Return the schema without `x-…` keywords, with at most `examples` examples a place."""
    shown: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword.startswith("x-"):
            continue
        if keyword == "examples" and isinstance(value, list):
            if not examples:
                continue
            value = value[:examples]
        elif keyword in _MAPS_OF_SCHEMAS and isinstance(value, dict):
            value = {name: _shown_part(below, examples) for name, below in value.items()}
        elif keyword in _LISTS_OF_SCHEMAS and isinstance(value, list):
            value = [_shown_part(below, examples) for below in value]
        elif keyword in _SCHEMAS:
            value = _shown_part(value, examples)
        shown[keyword] = value
    return shown


def takes_the_same(one: ToolSpec, other: ToolSpec) -> bool:
    """Say whether both take the same arguments; what they are called in phrases, and examples, may differ."""
    return equal(shown_schema(one.parameters, examples=0), shown_schema(other.parameters, examples=0))


def _shown_part(schema: Any, examples: int) -> Any:
    return shown_schema(schema, examples) if isinstance(schema, dict) else schema
