"""What the schemas of a tool must be before it is let into a registry."""

from typing import Any

from tool_registry.json_schema import InvalidSchemaError, check_schema
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError


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
