import json

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tool_registry.sources.openapi.documents import models
from tool_registry.json.schema import validation_errors
from tool_registry.sources.openapi.document import UnusableError
from tool_registry.sources.openapi.schemas import SCHEMA_BYTES_MAX, Schemas


def alone(document, schema, direction="response"):
    schemas = Schemas(document)
    return schemas.bundle(schemas.convert(schema, direction), direction)


def accepts(schema, value):
    return not validation_errors(schema, value)


def test_keywords_of_3_0_become_those_of_json_schema():
    schema = alone(
        models("3.0.3"),
        {
            "type": "object",
            "required": ["age"],
            "discriminator": {"propertyName": "x"},
            "properties": {
                "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True, "example": 7},
                "size": {"type": "string", "enum": ["s", "m"], "nullable": True},
                "top": {"type": "number", "maximum": 5, "exclusiveMaximum": False},
                "either": {"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}], "title": "Either"},
            },
        },
    )
    assert schema["properties"]["age"] == {"type": ["integer", "null"], "exclusiveMinimum": 0, "examples": [7]}
    assert schema["properties"]["top"] == {"type": "number", "maximum": 5}
    assert schema["properties"]["either"]["title"] == "Either"
    assert "discriminator" not in schema
    for value in ({"age": 1}, {"age": None}, {"age": 1, "size": None, "either": None}, {"age": 2, "either": "x"}):
        assert accepts(schema, value), value
    for value in ({"age": 0}, {}, {"age": 1, "size": "l"}, {"age": 1, "either": 1.5}):
        assert not accepts(schema, value), value


def test_keywords_that_are_null_say_nothing():
    declared = {
        "type": "object",
        "required": None,
        "properties": {"a": {"type": "string", "format": None, "enum": None}},
    }
    schema = alone(models(), {**declared, "description": None, "default": None})
    # What is data may be null.
    assert schema == {"type": "object", "properties": {"a": {"type": "string"}}, "default": None}
    assert "required" not in alone(models(), {"type": "string", "required": True})


def test_members_that_are_called_like_keywords_stay_members():
    declared = {"type": "object", "properties": {"example": {"type": "string"}, "$ref": {"type": "integer"}, "xml": {}}}
    schema = alone(models(), declared)
    assert set(schema["properties"]) == {"example", "$ref", "xml"}
    assert accepts(schema, {"$ref": 3, "example": "x"})
    assert not accepts(schema, {"$ref": "x"})


def test_data_is_not_taken_for_a_schema():
    declared = {"const": {"$ref": "#/nowhere"}, "default": {"$ref": "#/nowhere"}, "enum": [{"nullable": True}]}
    assert alone(models(), declared) == declared


def test_requests_leave_read_only_members_out_and_responses_write_only_ones():
    document = models(
        User={
            "type": "object",
            "required": ["id", "password"],
            "properties": {
                "id": {"type": "integer", "readOnly": True},
                "password": {"type": "string", "writeOnly": True},
            },
        }
    )
    reference = {"$ref": "#/components/schemas/User"}
    given_, got = alone(document, reference, "request"), alone(document, reference, "response")
    assert given_["$defs"]["User"]["required"] == ["password"]
    assert list(given_["$defs"]["User"]["properties"]) == ["password"]
    assert got["$defs"]["User"]["required"] == ["id"]
    assert list(got["$defs"]["User"]["properties"]) == ["id"]


def test_cycles_stay_cycles_and_are_checked_at_any_depth():
    document = models(
        Node={"type": "object", "properties": {"n": {"type": "integer"}, "next": {"$ref": "#/components/schemas/Node"}}}
    )
    schema = alone(document, {"$ref": "#/components/schemas/Node"})
    assert list(schema["$defs"]) == ["Node"]
    assert accepts(schema, {"n": 1, "next": {"n": 2, "next": {"n": 3}}})
    assert not accepts(schema, {"n": 1, "next": {"n": 2, "next": {"n": "three"}}})


def test_a_schema_of_itself_through_all_of_can_be_applied():
    document = models(A={"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]})
    assert accepts(alone(document, {"$ref": "#/components/schemas/A"}), {})


def test_what_stands_beside_a_reference():
    document = models(Id={"type": "integer", "description": "any"})
    reference = {"$ref": "#/components/schemas/Id", "description": "mine", "minimum": 3}
    assert not accepts(alone(document, reference), 2)
    older = models("3.0.0", Id={"type": "integer"})
    converted = alone(older, reference)
    assert converted["description"] == "mine"
    assert accepts(converted, 2)


def test_two_definitions_of_one_last_name_are_kept_apart():
    document = models(Item={"type": "integer"})
    document.content["components"]["responses"] = {"Item": {"type": "string"}}
    schema = alone(
        document,
        {"prefixItems": [{"$ref": "#/components/schemas/Item"}, {"$ref": "#/components/responses/Item"}]},
    )
    assert accepts(schema, [1, "x"])
    assert not accepts(schema, ["x", 1])


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"$ref": "#/components/schemas/Nothing"}, "leads to nothing"),
        ({"properties": {"x": {"items": {"$ref": "other.yaml#/X"}}}}, "out of the document"),
        ({"$ref": "#/components/schemas/Loop"}, "itself"),
        ({"properties": {"x": [1]}}, "is an object"),
        ("string", "is an object"),
    ],
)
def test_what_cannot_stand_on_its_own_is_refused(schema, said):
    with pytest.raises(UnusableError, match=said):
        alone(models(Loop={"$ref": "#/components/schemas/Loop"}), schema)


def test_a_schema_nested_too_deeply_is_refused():
    schema: dict = {}
    for _ in range(5000):
        schema = {"items": schema}
    with pytest.raises(UnusableError, match="deeply"):
        alone(models(), schema)


@pytest.mark.parametrize("pattern", ["[[A-Z]{1,18}", r"^\p{Alnum}+$", "(", 0])
def test_an_expression_of_another_dialect_costs_itself(pattern):
    assert alone(models(), {"type": "string", "pattern": pattern}) == {"type": "string"}
    assert alone(models(), {"type": "string", "pattern": "^a$"}) == {"type": "string", "pattern": "^a$"}


def test_a_format_that_only_repeats_the_type_says_nothing():
    assert alone(models(), {"type": "string", "format": "string"}) == {"type": "string"}
    assert alone(models(), {"type": "string", "format": "date"}) == {"type": "string", "format": "date"}


def test_a_model_without_room_keeps_what_is_required():
    far = {
        "type": "object",
        "required": ["name", "parts"],
        "properties": {
            "name": {"type": "string", "examples": ["Ada"]},
            "born": {"type": "string", "format": "date", "description": "x" * 900},
            "notes": {"type": "object", "properties": {"text": {"type": "string"}}},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        },
    }
    part = {
        "type": "object",
        "required": ["size"],
        "properties": {"size": {"type": "integer"}, "far": {"type": "string"}},
    }
    wide = {f"p{position}": {"type": "string", "description": "x" * 900} for position in range(20)}
    near = {"type": "object", "properties": {**wide, "far": {"$ref": "#/components/schemas/Far"}}}
    schema = alone(models(Near=near, Far=far, Part=part), near)
    assert set(schema["$defs"]["Far"]["properties"]) == {"name", "born", "parts"}
    assert schema["$defs"]["Far"]["properties"]["born"] == {"type": "string", "format": "date"}
    assert accepts(schema, {"far": {"name": "Ada", "parts": [{"size": 1}]}})
    assert not accepts(schema, {"far": "Ada"})
    assert not accepts(schema, {"far": {"name": "Ada", "parts": [{}]}})


GRAPHS = st.integers(1, 60).flatmap(
    lambda count: st.lists(
        st.tuples(st.lists(st.integers(0, count - 1), max_size=6), st.integers(0, 3000)), min_size=count, max_size=count
    )
)


@given(GRAPHS)
def test_any_graph_of_models_makes_a_bounded_schema_that_refers_to_nothing_outside(graph):
    schemas = {
        f"M{position}": {
            "type": "object",
            "description": "x" * pad,
            "properties": {f"p{child}": {"$ref": f"#/components/schemas/M{child}"} for child in children},
        }
        for position, (children, pad) in enumerate(graph)
    }
    schema = alone(models(**schemas), {"$ref": "#/components/schemas/M0"})
    # What has no room is a lean definition, and then one of a few bytes.
    assert len(json.dumps(schema)) <= 3 * SCHEMA_BYTES_MAX + 40 * len(graph)
    jsonschema_rs.validator_for(schema)
    assert accepts(schema, {"p0": {}})
    if graph[0][0]:
        assert not accepts(schema, {f"p{graph[0][0][0]}": 3}) or not schema["$defs"][f"M{graph[0][0][0]}"]
