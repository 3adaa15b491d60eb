"""What a tool says of itself: its description, and the names and words of its schemas without their values."""

from collections.abc import Iterator
from typing import Any

from tool_registry.spec import ToolSpec

_HIDDEN = frozenset({"examples", "enum", "const", "oneOf", "anyOf", "default", "pattern", "format", "situations"})


def spec_texts(spec: ToolSpec) -> Iterator[str]:
    """Yield the texts of a spec; examples and allowed values are none of the tool's own words."""
    yield spec.description
    yield from _texts(spec.parameters)
    yield from _texts(spec.output_schema or {})


def _texts(schema: Any) -> Iterator[str]:
    if isinstance(schema, str):
        yield schema
    elif isinstance(schema, dict):
        for name, member in schema.items():
            if name not in _HIDDEN:
                yield name
                yield from _texts(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from _texts(member)
