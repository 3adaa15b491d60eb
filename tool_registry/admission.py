"""What the schemas of a tool must be before it is let into a registry."""

import re
from collections.abc import Iterator
from typing import Any

from tool_registry.json_native import NotJSONError
from tool_registry.json_schema import InvalidSchemaError, check_schema
from tool_registry.plain_text import holds_control, plain
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError

# How JSON writes what `plain` changes; a backslash in a text may look like it.
_ODD_JSON = re.compile(r"\\u00[01]|\\[bfr]|[\x7f-\x9f]")


def plain_spec(spec: ToolSpec) -> ToolSpec:
    """Return the spec with its texts as they may be stored, prompted and told: without control characters.

    Raises LoadError, naming the tool, where a name or a choice of an argument holds one: the tool knows it by no other.
    """
    if not _may_be_odd(spec):
        return spec
    members = spec.model_dump()
    try:
        cleaned = plain(members)
    except NotJSONError as error:
        raise LoadError(f"tool {spec.name}: {error}") from error
    if cleaned is members:
        return spec
    if any(holds_control(text) for text in _fixed_texts(spec.parameters)):
        raise LoadError(f"tool {spec.name}, parameters: a name or a choice of an argument holds control characters")
    return ToolSpec.model_validate(cleaned)


def _may_be_odd(spec: ToolSpec) -> bool:
    try:
        # Written and searched in compiled code: a document has thousands of specs.
        return _ODD_JSON.search(spec.model_dump_json()) is not None
    except ValueError:
        # Lone surrogates.
        return True


def check_spec(spec: ToolSpec) -> None:
    """Raise LoadError, naming the tool, unless its schemas are JSON Schemas that stand on their own.

    The parameters must be of type object; a `$ref` must point into the same schema, so that a record's spec
    is complete and validation never goes to the network.
    """
    what = f"tool {spec.original_name or spec.name}"
    _check(spec.parameters, f"{what}, parameters")
    if spec.parameters.get("type") != "object":
        raise LoadError(
            f'{what}, parameters: the schema must have "type": "object" at its top, with one property an '
            f'argument; it has "type": {spec.parameters.get("type")!r}'
        )
    if spec.output_schema is not None:
        _check(spec.output_schema, f"{what}, output schema")


def _check(schema: dict[str, Any], what: str) -> None:
    try:
        check_schema(schema, what)
    except InvalidSchemaError as error:
        raise LoadError(str(error)) from error


def _fixed_texts(schema: Any) -> Iterator[str]:
    """Yield the texts of a schema that calls must hold as they are: names of members and choices."""
    match schema:
        case list():
            for item in schema:
                yield from _fixed_texts(item)
        case dict():
            for name, member in schema.items():
                if name == "properties" and isinstance(member, dict):
                    yield from member
                if name in ("enum", "const"):
                    yield from (
                        text for text in (member if isinstance(member, list) else [member]) if type(text) is str
                    )
                yield from _fixed_texts(member)
