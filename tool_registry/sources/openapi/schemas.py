"""Schemas of an OpenAPI document as JSON Schemas that stand on their own."""

import json
import re
from collections import deque
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal
from urllib.parse import unquote

import jsonschema_rs

from tool_registry.json.pointer import tokens
from tool_registry.json.schema_repair import HOLDS_LIST, HOLDS_MAP, HOLDS_ONE, MAY_BE_NULL
from tool_registry.sources.openapi.document import Document, UnusableError

Direction = Literal["request", "response"]

#: Bytes of JSON that a schema may have with its definitions. A record keeps the specs of its tools, so what a
#: document of thousands of cyclic models would bundle into each of them has to end somewhere.
SCHEMA_BYTES_MAX = 16 * 1024
_DESCRIPTION_MAX = 1000
_SMALL_BYTES = 100

_PREFIX = "#/$defs/"
#: Of OpenAPI alone, or such as would change what a $ref means.
_DROPPED = frozenset(
    "discriminator xml externalDocs nullable example readOnly writeOnly $id $schema $anchor $dynamicRef "
    "$dynamicAnchor $comment $defs definitions".split()
)


@dataclass(frozen=True)
class _Definition:
    """A converted schema that others refer to, its bytes of JSON, and the names that it refers to."""

    schema: dict[str, Any]

    @cached_property
    def size(self) -> int:
        return _size(self.schema)

    @cached_property
    def names(self) -> list[str]:
        return _names_in(self.schema)

    @cached_property
    def lean(self) -> "_Definition":
        """The same with little more than what is required: what a policy fills in is what the whole schema allows."""
        return _Definition(_lean(self.schema))


class Schemas:
    """Converts schemas of one document; what was converted once is shared by all that refer to it.

    Schemas of requests leave read-only properties out, schemas of responses write-only ones.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._names: dict[str, str] = {}
        self._references: dict[str, str] = {}
        self._definitions: dict[tuple[Direction, str], _Definition] = {}

    def convert(self, schema: Any, direction: Direction) -> dict[str, Any]:
        """Return the schema converted, its `$ref`s pointing to `#/$defs/…` that `bundle` adds.

        Raises UnusableError for a $ref to elsewhere or to nothing, and for what is no schema.
        """
        try:
            return self._schema(schema, direction)
        except RecursionError as error:
            raise UnusableError("a schema is nested too deeply") from error

    def bundle(self, schema: dict[str, Any], direction: Direction) -> dict[str, Any]:
        """Return a converted schema with the definitions that it needs, nearest first, up to SCHEMA_BYTES_MAX.

        A definition for which there is no room is lean: of its optional members small scalars alone are left. Lean
        ones may take twice as much again; after that a definition says its type alone. Cycles stay cycles. Raises
        UnusableError for a schema of over four times the size by itself.
        """
        own = _size(schema)
        if own > 4 * SCHEMA_BYTES_MAX:
            raise UnusableError(f"a schema of {own} bytes, more than {4 * SCHEMA_BYTES_MAX}")
        room, lean_room = SCHEMA_BYTES_MAX - own, 2 * SCHEMA_BYTES_MAX
        definitions: dict[str, Any] = {}
        waiting = deque(_names_in(schema))
        while waiting:
            name = waiting.popleft()
            if name in definitions:
                continue
            definition = self._definition(name, direction)
            room -= definition.size + len(name) + 4
            if room < 0:
                definition = definition.lean
                lean_room -= definition.size + len(name) + 4
            if lean_room < 0:
                definition = _Definition(
                    {name: definition.schema[name] for name in ("type",) if name in definition.schema}
                )
            definitions[name] = definition.schema
            waiting.extend(definition.names)
        return {**schema, "$defs": definitions} if definitions else schema

    def resolve(self, schema: dict[str, Any], direction: Direction) -> dict[str, Any]:
        """Return what a converted schema's own `$ref` leads to, or the schema; members beside it win."""
        for _ in range(16):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                break
            definition = self._definition(reference.removeprefix(_PREFIX), direction)
            schema = {**definition.schema, **{name: value for name, value in schema.items() if name != "$ref"}}
        return schema

    def _definition(self, name: str, direction: Direction) -> _Definition:
        found = self._definitions.get((direction, name))
        if found is None:
            schema = self.convert(self._document.at(self._references[name]), direction)
            found = _Definition(schema)
            self._definitions[direction, name] = found
        return found

    def _schema(self, schema: Any, direction: Direction) -> dict[str, Any]:
        if schema is True or schema is None:
            return {}
        if schema is False:
            return {"not": {}}
        if not isinstance(schema, dict):
            raise UnusableError(f"a schema is an object, not {type(schema).__name__}")
        reference = schema.get("$ref")
        if isinstance(reference, str):
            named = {"$ref": _PREFIX + self._name_of(reference)}
            # OpenAPI 3.0 ignores what stands beside a $ref; many a document says something there all the same.
            described = {name: schema[name] for name in ("title", "description") if isinstance(schema.get(name), str)}
            if self._document.before_3_1:
                return {**named, **described}
            beside = {name: value for name, value in schema.items() if name != "$ref"}
            return {**self._keywords(beside, direction), **named}
        return self._keywords(schema, direction)

    def _keywords(self, schema: dict[str, Any], direction: Direction) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, value in schema.items():
            if name in _DROPPED or (name.startswith("x-") and name != "x-phrases"):
                continue
            if value is None and name not in MAY_BE_NULL:
                # Says nothing: some generators write all keywords.
                continue
            if name == "pattern" and not (isinstance(value, str) and _is_pattern(value)):
                # Of another dialect, such as Java's: it costs itself, and the service still knows it.
                continue
            if name in HOLDS_ONE and isinstance(value, dict):
                made[name] = self._schema(value, direction)
            elif name in HOLDS_LIST and isinstance(value, list):
                made[name] = [self._schema(member, direction) for member in value]
            elif name in HOLDS_MAP and isinstance(value, dict):
                made[name] = {str(key): self._schema(member, direction) for key, member in value.items()}
            elif name == "description" and isinstance(value, str) and len(value) > _DESCRIPTION_MAX:
                made[name] = value[: _DESCRIPTION_MAX - 1].rstrip() + "…"
            else:
                made[name] = value
        if isinstance(made.get("required"), bool):
            # Of a member that says it of itself; what counts is the list around it.
            del made["required"]
        required = made.get("required", [])
        if not (isinstance(required, list) and all(isinstance(name, str) for name in required)):
            raise UnusableError("`required` in a schema is a list of names")
        self._without_other_direction(schema, made, direction)
        if "example" in schema and not made.get("examples"):
            made["examples"] = [schema["example"]]
        elif isinstance(made.get("examples"), dict):
            # A mistake that is common: the named examples of media types.
            made["examples"] = [each.get("value") for each in made["examples"].values() if isinstance(each, dict)]
        if made.get("format") is not None and made.get("format") == made.get("type"):
            # Generators write it, and it says nothing.
            del made["format"]
        if self._document.before_3_1:
            _modernise(schema, made)
        return made

    def _without_other_direction(self, schema: dict[str, Any], made: dict[str, Any], direction: Direction) -> None:
        mark = "readOnly" if direction == "request" else "writeOnly"
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return
        gone = {name for name, member in properties.items() if isinstance(member, dict) and member.get(mark) is True}
        if gone:
            made["properties"] = {name: member for name, member in made["properties"].items() if name not in gone}
            if "required" in made:
                made["required"] = [name for name in made["required"] if name not in gone]

    def _name_of(self, reference: str) -> str:
        if reference not in self._names:
            # Now, so that a reference to nothing spoils the schema that has it and not one that bundles it.
            self._document.follow({"$ref": reference})
            last = (tokens(unquote(reference[1:])) or ["document"])[-1]
            plain = re.sub(r"[^A-Za-z0-9._-]", "_", last)
            name, ordinal = plain, 2
            while name in self._references:
                name, ordinal = f"{plain}_{ordinal}", ordinal + 1
            self._names[reference], self._references[name] = name, reference
        return self._names[reference]


@lru_cache(maxsize=4096)
def _is_pattern(text: str) -> bool:
    """Return whether a regular expression is one of JSON Schema."""
    try:
        jsonschema_rs.validator_for({"pattern": text})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def _lean(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a converted schema without optional members of any size, and without what only tells of the others."""
    made: dict[str, Any] = {}
    required = schema.get("required") or []
    for name, value in schema.items():
        if name in ("description", "examples", "default"):
            continue
        if name == "properties" and isinstance(value, dict):
            lean = {key: _lean(member) for key, member in value.items()}
            made[name] = {key: member for key, member in lean.items() if key in required or _is_small(member)}
        elif name in HOLDS_ONE and isinstance(value, dict):
            made[name] = _lean(value)
        elif name in HOLDS_LIST and isinstance(value, list):
            made[name] = [_lean(member) if isinstance(member, dict) else member for member in value]
        else:
            made[name] = value
    if schema.get("type") not in ("object", "array") and "examples" in schema:
        made["examples"] = schema["examples"]
    return made


def _is_small(schema: dict[str, Any]) -> bool:
    return schema.get("type") in ("string", "integer", "number", "boolean") and _size(schema) <= _SMALL_BYTES


def _size(schema: dict[str, Any]) -> int:
    return len(json.dumps(schema, ensure_ascii=False, default=str))


def _names_in(schema: Any) -> list[str]:
    """Return the names of definitions that a converted schema refers to, leaving out what is data."""
    found: list[str] = []
    waiting: list[Any] = [schema]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, dict):
            continue
        if isinstance(current.get("$ref"), str):
            found.append(current["$ref"].removeprefix(_PREFIX))
        for name, value in current.items():
            if name in HOLDS_ONE:
                waiting.append(value)
            elif name in HOLDS_LIST and isinstance(value, list):
                waiting.extend(reversed(value))
            elif name in HOLDS_MAP and isinstance(value, dict):
                waiting.extend(reversed(value.values()))
    return found


def _modernise(schema: dict[str, Any], made: dict[str, Any]) -> None:
    """Turn the keywords of OpenAPI 3.0 that JSON Schema has differently into JSON Schema's."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)
    if schema.get("nullable") is not True:
        return
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if isinstance(made.get("enum"), list) and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    for keyword in ("allOf", "anyOf", "oneOf"):
        if keyword in made and "type" not in made:
            about: dict[str, Any] = {name: made.pop(name) for name in ("title", "description") if name in made}
            whole = dict(made)
            made.clear()
            made.update({**about, "anyOf": [whole, {"type": "null"}]})
            return
