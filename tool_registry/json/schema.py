"""Reading JSON Schemas: validation in words, the schema of a leaf, the labels of an enum."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from tool_registry.json.pointer import equal, escape, resolve, tokens
from tool_registry.json.resolved import REFERENCES, alternatives, items_of, properties_of, resolve_schema

_MESSAGE_MAX = 300
_INDEX_DIGITS = 10


class InvalidSchemaError(ValueError):
    """What claims to be a JSON Schema is none."""


def check_schema(schema: Any, what: str) -> None:
    """Raise InvalidSchemaError, naming `what` and the place, unless `schema` is a JSON Schema object."""
    if not isinstance(schema, dict):
        raise InvalidSchemaError(f"{what}: a JSON Schema is an object, not {type(schema).__name__}")
    try:
        text = json.dumps(schema, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidSchemaError(f"{what}: not a JSON Schema: {error}") from error
    wrong = _schema_error(text)
    if wrong is not None:
        raise InvalidSchemaError(f"{what}: not a JSON Schema {wrong}")


@lru_cache(maxsize=4096)
def _schema_error(schema_text: str) -> str | None:
    """Return what is wrong with a schema and where, or None."""
    try:
        _validator(schema_text)
    except jsonschema_rs.ValidationError as error:
        place = "".join(f"/{escape(str(token))}" for token in error.instance_path) or "the top"
        return f"at {place}: {error.message[:_MESSAGE_MAX]}"
    except (TypeError, ValueError) as error:
        return f": {str(error)[:_MESSAGE_MAX]}"
    return None


@lru_cache(maxsize=4096)
def _validator(schema_text: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        json.loads(schema_text), validate_formats=True, ignore_unknown_formats=True, retriever=_never_fetch
    )


def _never_fetch(uri: str) -> Any:
    raise ValueError(f"a remote $ref is never fetched: {uri}")


def validation_errors(schema: dict[str, Any], instance: Any) -> list[str]:
    """Return what is wrong with the instance in words, one line an error with its place; empty when valid."""
    lines = []
    for error in _validator(json.dumps(schema, sort_keys=True)).iter_errors(instance):
        place = "".join(f"/{escape(str(token))}" for token in error.instance_path)
        lines.append(f"{place or 'arguments'}: {error.message[:_MESSAGE_MAX]}")
    return sorted(lines)


def compile_schema(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Return a validator of the schema, for those who ask often; its `is_valid` tells without words."""
    return _validator(json.dumps(schema, sort_keys=True))


def compile_at(root: dict[str, Any], pointer: str) -> jsonschema_rs.Validator:
    """Return a validator of the schema that stands at `pointer` of `root`, whose references it may use."""
    schema = resolve(root, pointer)
    dialect = {"$schema": root["$schema"]} if "$schema" in root else {}
    if not isinstance(schema, dict) or not any(f'"{word}"' in json.dumps(schema) for word in REFERENCES):
        return compile_schema({**dialect, **(schema if isinstance(schema, dict) else {})})
    identity = root["$id"] if isinstance(root.get("$id"), str) else "urn:toolgrad:whole"
    # As a resource of its own, so that `#/…` in it stays a place in it.
    holder = "definitions" if dialect else "$defs"
    return compile_schema(
        {**dialect, "$ref": f"{identity}#{quote(pointer)}", holder: {"whole": {**root, "$id": identity}}}
    )


def schema_at(schema: dict[str, Any], pointer: str, root: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the innermost schema that describes the value at `pointer` of an instance, resolved; {} when none does.

    Among anyOf, oneOf and allOf the first that knows the next token is taken. `root` is what references lead into,
    where that is not the schema itself.
    """
    root = schema if root is None else root
    found = _standing_at(schema, pointer, root)
    return {} if found is None else resolve_schema(found, root)


def names_at(schema: dict[str, Any], pointer: str) -> list[str]:
    """Return what the schemas of the value at `pointer` are called: the names that `$ref`s have, and titles."""
    names: dict[str, None] = {}
    for part in alternatives(_standing_at(schema, pointer, schema), schema):
        reference, title = part.get("$ref"), part.get("title")
        names |= {reference.rpartition("/")[2]: None} if isinstance(reference, str) else {}
        names |= {title: None} if isinstance(title, str) else {}
    return [name for name in names if name not in ("", "#")]


def _standing_at(schema: dict[str, Any], pointer: str, root: dict[str, Any]) -> Any:
    """Return the schema at the pointer as it stands, a dict or a boolean; None when none describes the value."""
    current: Any = schema
    for token in tokens(pointer):
        found = (_step_into(candidate, token) for candidate in alternatives(current, root))
        current = next((below for below in found if below is not None), None)
        if current is None:
            return None
    return current


def _step_into(schema: dict[str, Any], token: str) -> Any:
    """Return the schema of the member or item, a dict or a boolean, or None where this one knows nothing of it."""
    below = properties_of(schema).get(token)
    if _is_schema(below):
        return below
    if token.isdecimal():
        for items in (schema.get("prefixItems"), schema.get("items")):
            if isinstance(items, list) and len(token) < _INDEX_DIGITS and int(token) < len(items):
                return items[int(token)]
            if _is_schema(items):
                return items
    patterns = schema.get("patternProperties")
    for pattern, member in patterns.items() if isinstance(patterns, dict) else ():
        if _is_schema(member) and _is_found(pattern, token):
            return member
    below = schema.get("additionalProperties")
    return below if isinstance(below, dict) else None


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _is_found(pattern: str, token: str) -> bool:
    try:
        return re.search(pattern, token) is not None
    except re.error:
        # Of another dialect.
        return False


def labels(schema: dict[str, Any]) -> list[tuple[Any, str]]:
    """Return (value, title) for each labelled value: members of oneOf or anyOf with `const` and `title`."""
    return [(member["const"], str(member["title"])) for member in _labelled(schema)]


def closed_values(schema: dict[str, Any]) -> list[Any]:
    """Return the values that the schema names one by one: by enum, const or labels."""
    values: list[Any] = []
    branches = [member for keyword in ("anyOf", "oneOf") for member in items_of(schema.get(keyword))]
    for part in [schema, *branches]:
        if isinstance(part, dict):
            values += [part["const"]] if "const" in part else []
            values += items_of(part.get("enum"))
    return values


def _labelled(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "oneOf" not in schema and "anyOf" not in schema:
        return
    for keyword in ("oneOf", "anyOf"):
        for member in items_of(schema.get(keyword)):
            if isinstance(member, dict) and "const" in member and member.get("title"):
                yield member


def label_of(schema: dict[str, Any], value: Any) -> str | None:
    """Return the title that the schema gives to the value, or None."""
    return next(iter(titles_of(schema, value)), None)


def titles_of(schema: dict[str, Any], value: Any) -> list[str]:
    """Return every title that the schema gives to the value."""
    if not isinstance(value, str):
        return [title for const, title in labels(schema) if equal(const, value)]
    # Of a hundred labelled codes one is the value: the others need no list.
    return [str(member["title"]) for member in _labelled(schema) if member["const"] == value]


def types_of(schema: Any, root: dict[str, Any]) -> set[str]:
    """Return the JSON types that the schema admits, as far as it says; empty when it says nothing."""
    found: set[str] = set()
    for part in alternatives(schema, root):
        declared = part.get("type")
        if isinstance(declared, str):
            found.add(declared)
        elif isinstance(declared, list):
            found.update(map(str, declared))
        elif "const" in part or "enum" in part:
            found.update(map(type_name, items_of(part.get("enum", [part.get("const")]))))
    return found


def type_name(value: Any) -> str:
    """Return the JSON type of the value; a whole number written with a point is a `number`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
