"""A schema is read as what it means, whichever way it is written; walks down a schema that holds itself end."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tool_registry.json.resolved import NOTHING_FITS, properties_of, resolve_below, resolve_schema
from tool_registry.json.schema import labels, schema_at, types_of

STRING = {"type": "string"}
ROOT = {
    "$defs": {
        "text": {"type": "string", "title": "text"},
        "maybe": {"anyOf": [{"$ref": "#/$defs/text"}, {"type": "null"}]},
        "alias": {"$ref": "#/$defs/maybe"},
        "circle": {"$ref": "#/$defs/round"},
        "round": {"$ref": "#/$defs/circle"},
        "anchored": {"$anchor": "here", "type": "integer"},
        "a b": {"type": "boolean"},
    },
    "definitions": {"old": {"type": "number"}},
}


@pytest.mark.parametrize(
    ("schema", "read"),
    [
        ({"type": ["string", "null"]}, STRING),
        ({"type": ["null", "string"], "enum": ["a", None]}, {"type": "string", "enum": ["a"]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, STRING),
        ({"oneOf": [{"const": None}, {"type": "string"}], "default": None}, {"type": "string", "default": None}),
        ({"oneOf": [{"enum": [None]}, False, {"type": "string"}]}, STRING),
        ({"type": "string", "nullable": True}, STRING),
        ({"type": ["string"]}, STRING),
        ({"type": "null"}, {"type": "null"}),
        ({"type": ["null"]}, {"type": "null"}),
        ({"anyOf": [{"type": "null"}]}, {"type": "null"}),
        ({"type": ["string", "integer", "null"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"type": ["string", "integer"], "enum": ["a", 1]}, {"enum": ["a", 1]}),
        ({"$ref": "#/$defs/text"}, {"type": "string", "title": "text"}),
        ({"$ref": "#/$defs/text", "title": "own"}, {"type": "string", "title": "own"}),
        ({"$ref": "#/$defs/alias"}, {"type": "string", "title": "text"}),
        ({"$ref": "#/definitions/old"}, {"type": "number"}),
        ({"$ref": "#/$defs/a%20b"}, {"type": "boolean"}),
        ({"$ref": "#here"}, {"$anchor": "here", "type": "integer"}),
        ({"$dynamicRef": "#here"}, {"$anchor": "here", "type": "integer"}),
        ({"$ref": "#/$defs/circle"}, {}),
        ({"$ref": "#/nowhere", "title": "x"}, {"title": "x"}),
        ({"$ref": "https://example.com/x"}, {}),
        (
            {"allOf": [{"type": "integer"}, {"minimum": 3}], "maximum": 9},
            {"type": "integer", "minimum": 3, "maximum": 9},
        ),
        (
            {"allOf": [{"properties": {"a": STRING}, "required": ["a"]}], "properties": {"b": {}}, "required": ["b"]},
            {"properties": {"a": STRING, "b": {}}, "required": ["a", "b"]},
        ),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": False}, {"type": "number", "minimum": 1}),
        ({"type": 5, "title": None, "properties": None, "required": True, "enum": "x"}, {}),
        (True, {}),
        (None, {}),
        (7, {}),
    ],
)
def test_a_schema_is_read_as_what_it_means(schema: Any, read: dict[str, Any]) -> None:
    assert resolve_schema(schema, ROOT) == read


def test_nothing_fits_what_is_false() -> None:
    assert resolve_schema(False, {}) is NOTHING_FITS
    assert resolve_schema({"allOf": [True, False]}, {}) is NOTHING_FITS


def test_a_schema_that_is_plain_is_itself() -> None:
    schema = {"type": "string", "title": "x", "format": "date"}
    assert resolve_schema(schema, {}) is schema
    twice = {"type": ["string", "null"]}
    assert resolve_schema(twice, twice) is resolve_schema(twice, twice)


def test_labels_stay_where_null_is_allowed_beside_them() -> None:
    one = {"oneOf": [{"const": "NO", "title": "Norway"}]}
    assert labels(resolve_schema({"anyOf": [one, {"type": "null"}]}, {})) == [("NO", "Norway")]
    assert labels(resolve_schema({"oneOf": [*one["oneOf"], {"type": "null"}]}, {})) == [("NO", "Norway")]


TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "left": {"$ref": "#/$defs/maybe"},
                "rest": {"type": "array", "items": {"$ref": "#/$defs/alias"}},
            },
        },
        "alias": {"$ref": "#/$defs/node"},
        "maybe": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/alias"}]},
    },
}


def test_what_begins_again_fits_nothing_on_its_own_path() -> None:
    top, above = resolve_below(TREE, TREE, frozenset())
    members = properties_of(top)
    assert resolve_below(members["name"], TREE, above)[0] == {"type": "string"}
    assert resolve_below(members["left"], TREE, above)[0] == {"type": "null"}
    items = resolve_below(members["rest"], TREE, above)[0]["items"]
    assert resolve_below(items, TREE, above)[0] is NOTHING_FITS


def test_a_place_in_a_schema_that_holds_itself_is_found() -> None:
    assert schema_at(TREE, "/rest/0/left/rest/1/name") == {"type": "string"}
    assert schema_at(TREE, "/rest/0/unknown") == {}
    assert types_of(TREE, TREE) == {"object"}


@pytest.mark.parametrize(
    ("schema", "pointer", "found"),
    [
        ({"properties": {"a": True}, "additionalProperties": STRING}, "/a", {}),
        ({"patternProperties": {"^x-": STRING, "(?<name>": {}}}, "/x-1", STRING),
        ({"patternProperties": None, "additionalProperties": STRING}, "/x", STRING),
        ({"prefixItems": [STRING], "items": {"type": "integer"}}, "/1", {"type": "integer"}),
        ({"items": [{"type": "integer"}, STRING]}, "/1", STRING),
        ({"items": [STRING]}, f"/{'9' * 5000}", {}),
        ({"anyOf": {"a": 1}, "allOf": 3, "items": STRING}, "/0", STRING),
        ({"properties": {"a": {"type": ["array", "null"], "items": {"type": ["string", "null"]}}}}, "/a/0", STRING),
    ],
)
def test_a_place_is_found_in_odd_schemas(schema: dict[str, Any], pointer: str, found: dict[str, Any]) -> None:
    assert schema_at(schema, pointer) == found


WORDS = st.sampled_from(
    "type properties items anyOf oneOf allOf $ref $defs definitions enum const required format title description "
    "examples default minimum maximum exclusiveMinimum multipleOf minItems maxItems prefixItems additionalProperties "
    "patternProperties nullable not $anchor $dynamicRef a b".split()
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | WORDS
    | st.sampled_from(
        ["string", "null", "object", "array", "#", "#/$defs/a", "#/properties/a", "#a", "#/definitions/b"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(WORDS, VALUES, max_size=6))
def test_whatever_claims_to_be_a_schema_is_read(schema: dict[str, Any]) -> None:
    before = json.dumps(schema)
    read = resolve_schema(schema, schema)
    assert isinstance(read.get("type", ""), str)
    assert not {"$ref", "allOf", "nullable"} & read.keys()
    for pointer in ("", "/a", "/a/0/b", "/0"):
        assert isinstance(schema_at(schema, pointer), dict)
    assert json.dumps(schema) == before
