"""Reading JSON Schemas: validation in words, the schema of a leaf, the labels of an enum."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs

from tool_registry.json_pointer import equal, escape, resolve, tokens

_MESSAGE_MAX = 300


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


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Return a validator of the schema, for those who ask often; its `is_valid` tells without words."""
    return _validator(json.dumps(schema, sort_keys=True))


def _is_local(reference: Any) -> bool:
    """Say whether the $ref is a JSON Pointer into the schema itself: not remote, not an anchor."""
    return isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))


def _alternatives(
    schema: dict[str, Any], root: dict[str, Any], followed: set[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the schema and what applies beside it: through $ref (each once), allOf, anyOf and oneOf."""
    followed = set() if followed is None else followed
    yield schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and _is_local(reference) and reference not in followed:
        followed.add(reference)
        target = resolve(root, reference[1:])
        if isinstance(target, dict):
            yield from _alternatives(target, root, followed)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for member in schema.get(keyword) or ():
            if isinstance(member, dict):
                yield from _alternatives(member, root, followed)


def schema_at(schema: dict[str, Any], pointer: str) -> dict[str, Any]:
    """Return the innermost schema that describes the value at `pointer` of an instance; {} when none does.

    $ref is followed and its siblings win over its target; among anyOf, oneOf and allOf the first that knows
    the next token is taken.
    """
    found = _standing_at(schema, pointer)
    return dereferenced(found, schema) if found else {}


def names_at(schema: dict[str, Any], pointer: str) -> list[str]:
    """Return what the schemas of the value at `pointer` are called: the names that `$ref`s have, and titles."""
    names: dict[str, None] = {}
    for part in _alternatives(_standing_at(schema, pointer), schema):
        reference, title = part.get("$ref"), part.get("title")
        names |= {reference.rpartition("/")[2]: None} if isinstance(reference, str) else {}
        names |= {title: None} if isinstance(title, str) else {}
    return [name for name in names if name not in ("", "#")]


def _standing_at(schema: dict[str, Any], pointer: str) -> dict[str, Any]:
    """Return the schema at the pointer with its own `$ref` as it stands; {} when none describes the value."""
    current = schema
    for token in tokens(pointer):
        for candidate in _alternatives(current, schema):
            below = _step_into(candidate, token)
            if below is not None:
                current = below
                break
        else:
            return {}
    return current


def dereferenced(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with its own `$ref` replaced by its target; members beside the reference win."""
    for _ in range(16):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not _is_local(reference):
            break
        target = resolve(root, reference[1:])
        if not isinstance(target, dict):
            break
        schema = {**target, **{name: value for name, value in schema.items() if name != "$ref"}}
    return schema


def _step_into(schema: dict[str, Any], token: str) -> dict[str, Any] | None:
    properties = schema.get("properties")
    below: Any = properties.get(token) if isinstance(properties, dict) else None
    if not isinstance(below, dict) and token.isdecimal():
        prefix = schema.get("prefixItems")
        below = prefix[int(token)] if isinstance(prefix, list) and int(token) < len(prefix) else None
        if not isinstance(below, dict):
            below = schema.get("items")
    if not isinstance(below, dict):
        below = schema.get("additionalProperties")
    return below if isinstance(below, dict) else None


def labels(schema: dict[str, Any]) -> list[tuple[Any, str]]:
    """Return (value, title) for each labelled value: members of oneOf or anyOf with `const` and `title`."""
    if "oneOf" not in schema and "anyOf" not in schema:
        return []
    return [
        (member["const"], str(member["title"]))
        for keyword in ("oneOf", "anyOf")
        for member in schema.get(keyword) or ()
        if isinstance(member, dict) and "const" in member and member.get("title")
    ]


def label_of(schema: dict[str, Any], value: Any) -> str | None:
    """Return the title that the schema gives to the value, or None."""
    return next(iter(titles_of(schema, value)), None)


def titles_of(schema: dict[str, Any], value: Any) -> list[str]:
    """Return every title that the schema gives to the value."""
    if not isinstance(value, str):
        return [title for const, title in labels(schema) if equal(const, value)]
    if "oneOf" not in schema and "anyOf" not in schema:
        return []
    # Of a hundred labelled codes one is the value: the others need no list.
    return [
        str(member["title"])
        for keyword in ("oneOf", "anyOf")
        for member in schema.get(keyword) or ()
        if isinstance(member, dict) and member.get("const") == value and member.get("title")
    ]


def types_of(schema: dict[str, Any], root: dict[str, Any]) -> set[str]:
    """Return the JSON types that the schema admits, as far as it says; empty when it says nothing."""
    found: set[str] = set()
    for part in _alternatives(schema, root):
        declared = part.get("type")
        if isinstance(declared, str):
            found.add(declared)
        elif isinstance(declared, list):
            found.update(map(str, declared))
        elif "const" in part or "enum" in part:
            found.update(map(type_name, part.get("enum", [part.get("const")])))
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
