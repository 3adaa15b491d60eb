"""Values that are made up keep to their schema, whichever way it is written, and end where it holds itself."""

import random
from typing import Any

import pytest

from nodes.policies.offline.proposing.values import draw
from nodes.policies.offline.proposing.values import drawn as drawn_for
from nodes.policies.offline.reading.parameters import parameters_of
from tests.unit.tool_registry.making import spec
from tool_registry.json.native import is_json_native
from tool_registry.json.pointer import MISSING
from tool_registry.json.schema import validation_errors

NODE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
        "rest": {"type": "array", "items": {"$ref": "#/$defs/alias"}},
    },
    "required": ["value"],
}
DEFINITIONS = {
    "node": NODE,
    "alias": {"$ref": "#/$defs/node"},
    "maybe": {**NODE, "required": ["value", "next"]},
    "never": {"type": "object", "properties": {"again": {"$ref": "#/$defs/never"}}, "required": ["again"]},
    "broad": {
        "type": "object",
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in ("broad", "one", "two")},
    },
    "one": {"type": "array", "items": {"$ref": "#/$defs/two"}},
    "two": {"type": "array", "items": {"type": "object", "properties": {"one": {"$ref": "#/$defs/one"}}}},
}


def drawn(schema: Any, **root: Any) -> list[Any]:
    whole = {"type": "object", "properties": {"number": schema}, "$defs": DEFINITIONS, **root}
    parameter = parameters_of(spec(parameters=whole)).by_name["number"]
    values = [drawn_for(parameter, random.Random(seed)) for seed in range(20)]
    for value in values:
        assert value is MISSING or not validation_errors(whole, {"number": value}), value
        assert value is MISSING or is_json_native(value)
    return values


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": ["string", "null"]}, str),
        ({"type": ["string", "null"], "enum": ["small", None]}, str),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}], "default": None}, int),
        ({"oneOf": [{"const": "NO", "title": "Norway"}, {"type": "null"}]}, str),
        ({"type": ["integer", "string"]}, int | str),
        ({"type": "integer", "examples": [None, 5]}, int),
        ({"$ref": "#/properties/other"}, float),
        ({"allOf": [{"type": "integer"}, {"minimum": 5}], "maximum": 6}, int),
        ({"type": "integer", "minimum": 2**63 - 1, "examples": [2**70, 2**63]}, int),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, float),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "minItems": 2}, list),
        ({"type": "object", "properties": {"a": True}, "required": ["a", "unknown"]}, dict),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/node"}, "b": False}}, dict),
    ],
)
def test_a_value_keeps_to_its_schema(schema: dict[str, Any], kind: Any) -> None:
    other = {"type": "number", "minimum": 0.5, "maximum": 0.6}
    values = drawn(schema, properties={"number": schema, "other": other})
    assert any(value is not MISSING for value in values)
    assert all(value is MISSING or isinstance(value, kind) for value in values)


def test_a_schema_that_holds_itself_gives_the_shallowest_value() -> None:
    for name in ("node", "alias"):
        assert all(value.keys() == {"value"} for value in drawn({"$ref": f"#/$defs/{name}"}))
    assert all(len(str(value)) < 2_000 for value in drawn({"$ref": "#/$defs/broad"}))
    assert set(drawn({"$ref": "#/$defs/never"})) == {MISSING}
    whole = {"type": "object", "properties": {"value": {"type": "integer"}, "number": {"$ref": "#"}}}
    assert all(value == MISSING or value.keys() == {"value"} for value in drawn({"$ref": "#"}, **whole))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}, "minItems": 10**30},
        {"type": "array", "items": False, "minItems": 1},
        {"type": "array", "maxItems": 0},
        {"type": "number", "minimum": 1e308, "maximum": 1e308, "multipleOf": 1e-300},
        {"type": "integer", "minimum": 2**64},
        {"type": "string", "format": "date", "formatMinimum": "soon", "enum": []},
        {"const": None, "type": "string"},
        {"not": {}},
    ],
)
def test_what_nobody_could_say_gives_nothing(schema: dict[str, Any]) -> None:
    assert set(drawn(schema)) == {MISSING}


@pytest.mark.parametrize(
    "notation", ["date", "date-time", "time", "email", "uri", "url", "uri-reference", "hostname", "ipv4", "ipv6"]
)
def test_a_text_of_a_format_is_made_up(notation):
    schema = {"type": "string", "format": notation}
    value = draw(schema, "q", random.Random(1), lambda value: not validation_errors(schema, value))
    assert isinstance(value, str)


@pytest.mark.parametrize("schema", [{"format": "uuid"}, {"format": "iban"}, {"format": "uri", "pattern": "^ftp:"}])
def test_a_text_that_nobody_says_or_knows_is_not(schema):
    assert draw({"type": "string", **schema}, "q", random.Random(1), lambda value: True) is MISSING
