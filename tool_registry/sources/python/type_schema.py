"""Python types as JSON Schema, by pydantic."""

from typing import Any

from pydantic import PydanticUserError, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from tool_registry.json.resolved import dereference
from tool_registry.sources.python.kind_schema import kind_schema
from tool_registry.sources.python.typed_dicts import modern

#: What pydantic raises for a type hint that it can make no schema of.
NOT_A_TYPE = (
    PydanticUserError,
    PydanticSchemaGenerationError,
    PydanticUndefinedAnnotation,
    TypeError,
    NameError,
    ValueError,
    # A reference to nothing in a schema that a type gives of itself.
    KeyError,
)
#: Output schemas that say nothing about the result (any value, any object, any array).
_SAYS_NOTHING: tuple[dict[str, Any], ...] = (
    {},
    {"type": "null"},
    {"type": "object"},
    {"type": "object", "additionalProperties": True},
    {"type": "array", "items": {}},
)


class _JSONSchema(GenerateJsonSchema):
    """Without the titles that pydantic makes from names: a title is the noun people use for a value."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def json_schema(adapter: TypeAdapter[Any], mode: JsonSchemaMode) -> dict[str, Any]:
    """Return the adapter's JSON Schema with only the titles that somebody wrote."""
    schema = adapter.json_schema(schema_generator=_JSONSchema, mode=mode)
    # A recursive model is a bare reference into $defs; what reads the schema expects its type at the top.
    schema = dereference(schema, schema)
    for name, member in schema.get("$defs", {}).items():
        if member.get("title") == name:
            del member["title"]
    # Of the outermost type itself: a class name.
    schema.pop("title", None)
    return schema


def output_schema(annotation: Any) -> dict[str, Any] | None:
    """Return the JSON Schema of a return annotation, or None when it says nothing about the result."""
    plain = kind_schema(annotation, is_result=True)
    if plain is not None:
        return plain
    try:
        schema = json_schema(TypeAdapter(modern(annotation)), "serialization")
    except NOT_A_TYPE:
        return None
    return None if schema in _SAYS_NOTHING else schema
