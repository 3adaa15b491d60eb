"""The schema of a leaf, read without trust: a record may carry a schema that is none."""

from typing import Any

from graph.record import Record
from tool_registry.json.pointer import MISSING, resolve
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec


def specs_of(record: Record) -> dict[str, ToolSpec]:
    """Return the record's tool specs by name."""
    return {spec.name: spec for spec in record.tools}


def leaf_schema(parameters: dict[str, Any], pointer: str) -> dict[str, Any]:
    """Return the innermost schema of the leaf at `pointer`; {} where the schema has none or is broken."""
    try:
        return schema_at(parameters, pointer)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def default_of(parameters: dict[str, Any], pointer: str) -> Any:
    """Return what the innermost schema with a `default` gives the leaf, or MISSING.

    A default of a container speaks for the leaves inside it.
    """
    rest = ""
    outer = pointer
    while True:
        schema = leaf_schema(parameters, outer)
        if "default" in schema:
            return resolve(schema["default"], rest)
        if not outer:
            return MISSING
        outer, _, token = outer.rpartition("/")
        rest = f"/{token}{rest}"
