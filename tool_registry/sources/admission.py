"""What the schemas of a tool must be before it is let into a registry."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tool_registry.json.native import MAX_DEPTH, NotJSONError
from tool_registry.json.plain_text import clean_texts, holds_control
from tool_registry.json.resolved import dereference, properties_of, required_of, resolve_schema
from tool_registry.json.schema import InvalidSchemaError, check_schema
from tool_registry.json.schema_repair import beyond_64_bits, repair_schema
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError

_UNIONS = ("anyOf", "oneOf")
# How JSON writes what `clean_texts` changes; a backslash in a text may look like it.
_ODD_JSON = re.compile(r"\\u00[01]|\\[bfr]|[\x7f-\x9f]")


def admit_spec(spec: ToolSpec) -> tuple[ToolSpec, list[str]]:
    """Return the spec as a registry takes it, and what it lost and why.

    Its schemas are repaired, and the parameters have their members at the top. Raises LoadError, naming the tool,
    for parameters that `check_spec` refuses; an output schema that it refuses costs itself.
    """
    spec = plain_spec(spec)
    what = _what(spec)
    lost: list[str] = []
    parameters = readable_parameters(spec.parameters, what)
    output = spec.output_schema
    if output is not None:
        try:
            output = readable_schema(output, f"{what}, output schema")
        except LoadError as error:
            output = None
            lost.append(f"{error}; the tool is kept without it")
    for before, after in ((spec.parameters, parameters), (spec.output_schema, output)):
        if after is not None and _phrases(after) < _phrases(before):
            lost.append(f"{what}: `x-phrases` that are not as docs/phrases.md tells are left out")
    if parameters is not spec.parameters or output is not spec.output_schema:
        spec = spec.model_copy(update={"parameters": parameters, "output_schema": output})
    check_spec(spec)
    return spec, lost


def plain_spec(spec: ToolSpec) -> ToolSpec:
    """Return the spec with its texts as they may be stored, prompted and told: without control characters.

    Raises LoadError, naming the tool, where a name or a choice of an argument holds one: the tool knows it by no other.
    """
    if not _may_be_odd(spec):
        return spec
    members = spec.model_dump()
    try:
        cleaned = clean_texts(members)
    except NotJSONError as error:
        raise LoadError(f"tool {spec.name}: {error}") from error
    except RecursionError:
        return spec  # too deep for any use, as `check_spec` says
    if cleaned["original_name"] != spec.original_name:
        raise LoadError(f"tool {spec.name}: its name at its source holds control characters or is not Unicode")
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
    is complete and validation never goes to the network. The name must have a letter or a digit.
    """
    what = _what(spec)
    if not any(map(str.isalnum, spec.original_name or spec.name)):
        raise LoadError(f"{what}: its name has no letter and no digit, so nobody could call it")
    try:
        json.dumps([spec.original_name, spec.description, spec.category], ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise LoadError(f"{what!a}: its name or description is not Unicode ({error.reason})") from error
    _check(spec.parameters, f"{what}, parameters")
    if spec.parameters.get("type") != "object":
        raise LoadError(_no_object(spec.parameters, f"{what}, parameters"))
    if spec.output_schema is not None:
        _check(spec.output_schema, f"{what}, output schema")


def readable_parameters(schema: Any, what: str) -> dict[str, Any]:
    """Return the schema of a tool's arguments with their members at its top. Raises LoadError for none and for a union.

    What a reference or `allOf` at the top leads to is written there; a list of types with object among them is object.
    """
    if not isinstance(schema, dict):
        raise LoadError(_no_object(schema, f"{what}, parameters"))
    readable = readable_schema(schema, f"{what}, parameters")
    if readable.get("type") == "object" and not (
        "$ref" in readable or ("allOf" in readable and "properties" not in readable)
    ):
        return readable
    whole = dereference(readable, readable)
    top = resolve_schema(whole, readable)
    if top.get("type", "object" if properties_of(top) else None) != "object":
        raise LoadError(_no_object(readable, f"{what}, parameters"))
    if any(word in whole for word in _UNIONS) and "properties" not in whole:
        # Of one alternative beside null.
        return {**top, "type": "object"}
    members: dict[str, Any] = {"properties": properties_of(top), "required": required_of(top)}
    return {**whole, "type": "object", **{name: value for name, value in members.items() if value}}


def readable_schema(schema: Any, what: str) -> dict[str, Any]:
    """Return the schema, repaired. Raises LoadError, beginning with `what`, for one that cannot be read."""
    if not isinstance(schema, dict):
        raise LoadError(f"{what}: a JSON Schema is an object, not {_kind(schema)}")
    try:
        made = repair_schema(schema)
    except RecursionError as error:
        raise LoadError(f"{what}: a schema of more than {MAX_DEPTH} levels") from error
    _check(made, what)
    return made


def _check(schema: dict[str, Any], what: str) -> None:
    if _is_deep(schema):
        raise LoadError(f"{what}: a schema of more than {MAX_DEPTH} levels")
    place = beyond_64_bits(schema)
    if place is not None:
        raise LoadError(f"{what}: an integer of over 64 bits at {place[:200]}, which no record can hold")
    try:
        check_schema(schema, what)
    except InvalidSchemaError as error:
        raise LoadError(str(error)) from error


def _is_deep(schema: Any) -> bool:
    """Tell whether the value has more than MAX_DEPTH levels, however deep it is."""
    level = [schema]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below
        if not level:
            return False
    return True


def _phrases(schema: Any) -> int:
    return json.dumps(schema, default=str).count('"x-phrases"')


def _what(spec: ToolSpec) -> str:
    return f"tool {spec.original_name or spec.name}"


def _no_object(schema: Any, what: str) -> str:
    if isinstance(schema, dict):
        union = next((word for word in _UNIONS if word in schema and "type" not in schema), None)
        has = f"{union}, a choice between several" if union else f'"type": {json.dumps(schema.get("type"))}'
        has = has if union or "type" in schema else "no type"
    else:
        has = _kind(schema)
    return f'{what}: the schema must have "type": "object" at its top, with one property an argument; it has {has}'


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


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
