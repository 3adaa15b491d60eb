"""What a schema may say and the tool still be one; what costs the tool, the output schema, or only itself."""

from typing import Any

import pytest

from tests.unit.tool_registry.making import returning, spec
from tool_registry.sources.admission import admit_spec
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.configured import apply_config
from tool_registry.spec import ToolSpec
from tool_registry.tool import Loaded, LoadError

OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({}, "no type"),
        ({"type": "array"}, '"type": "array"'),
        ({"anyOf": [OBJECT, OBJECT]}, "anyOf"),
        ({"oneOf": [OBJECT, {"type": "string"}]}, "oneOf"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}, "/$defs/none"),
        ({"type": "object", "properties": {"a": {"$ref": "https://example.com/a.json"}}}, "never fetched"),
        ({"$ref": "#"}, "no type"),
        ({"type": "object", "properties": {"a": {"type": "word"}}}, "/properties/a/type"),
        ({"type": "object", "properties": {"a": {"const": 2**70}}}, "over 64 bits at /properties/a/const"),
        ({"type": "object", "properties": {"a": deep(200)}}, "100 levels"),
        ({"type": "object", "properties": {"a": deep(20_000)}}, "100 levels"),
        ({"type": "object", "properties": {"a": {"default": float("nan")}}}, "not a JSON Schema"),
    ],
)
def test_parameters_that_cost_the_tool(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(LoadError, match="a_tool, parameters") as caught:
        admit_spec(spec(parameters=schema))
    assert said in str(caught.value)
    good = returning(1, name="good", parameters=OBJECT)
    loaded = apply_config(SourceConfig(kind="python", target="x:y"), Loaded([returning(1, parameters=schema), good]))
    assert [tool.spec.name for tool in loaded.tools] == ["good"]
    (problem,) = loaded.problems
    assert "a_tool" in problem


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "word"}, "not a JSON Schema"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, "/$defs/none"),
        ({"$ref": "https://example.com/a.json"}, "never fetched"),
        ({"enum": 3}, "not a JSON Schema"),
        (deep(300), "100 levels"),
    ],
)
def test_an_output_schema_that_costs_itself(schema: dict[str, Any], said: str) -> None:
    made, lost = admit_spec(spec(output_schema=schema, parameters=OBJECT))
    assert made.output_schema is None
    assert made.parameters == OBJECT
    (problem,) = lost
    assert problem.startswith("tool a_tool, output schema")
    assert said in problem


@pytest.mark.parametrize(
    ("schema", "read"),
    [
        ({"type": "object", "properties": None, "required": None}, {"type": "object"}),
        ({"type": "object", "properties": {"a": None}}, {"type": "object", "properties": {"a": {}}}),
        ({**OBJECT, "required": True}, OBJECT),
        ({**OBJECT, "required": ["a", "a"]}, {**OBJECT, "required": ["a"]}),
        ({**OBJECT, "title": 3, "description": ["a"], "examples": {}}, OBJECT),
        ({**OBJECT, "$schema": "https://spec.openapis.org/oas/3.1/dialect/base"}, OBJECT),
        ({"properties": OBJECT["properties"]}, OBJECT),
        ({**OBJECT, "type": ["object", "null"]}, OBJECT),
        ({"anyOf": [OBJECT, {"type": "null"}]}, OBJECT),
        ({**OBJECT, "x-phrases": {"intents": [{"ask": 3}]}}, OBJECT),
        (
            {"$ref": "#/definitions/A", "definitions": {"A": OBJECT}},
            {**OBJECT, "definitions": {"A": OBJECT}},
        ),
        (
            {"allOf": [OBJECT, {"required": ["a"]}]},
            {"allOf": [OBJECT, {"required": ["a"]}], **OBJECT, "required": ["a"]},
        ),
    ],
)
def test_parameters_whose_meaning_is_plain(schema: dict[str, Any], read: dict[str, Any]) -> None:
    assert admit_spec(spec(parameters=schema))[0].parameters == read


@pytest.mark.parametrize(
    ("member", "read"),
    [
        ({"minimum": 0, "exclusiveMinimum": True}, {"exclusiveMinimum": 0}),
        ({"maximum": 2, "exclusiveMaximum": False}, {"maximum": 2}),
        ({"minimum": -(2**256), "maximum": 2**256, "default": 2**70}, {}),
        ({"enum": [1, 2**70], "examples": [2**70]}, {"enum": [1]}),
        (
            {"items": [{"type": "string"}], "additionalItems": False},
            {"prefixItems": [{"type": "string"}], "items": False},
        ),
        ({"anyOf": [], "allOf": [], "oneOf": None, "maxLength": 10**30}, {}),
        ({"examples": "word"}, {"examples": ["word"]}),
        ({"enum": [None, "a"], "default": None, "const": None}, {"enum": [None, "a"], "default": None, "const": None}),
        ({"maximum": 2**64 - 1, "minimum": -(2**63)}, {"maximum": 2**64 - 1, "minimum": -(2**63)}),
    ],
)
def test_members_whose_meaning_is_plain(member: dict[str, Any], read: dict[str, Any]) -> None:
    for keep in ({"a": member}, {"a": {"type": "array", "items": {"anyOf": [member]}}}):
        made, lost = admit_spec(spec(parameters={"type": "object", "properties": keep}))
        assert not lost
        place = made.parameters["properties"]["a"]
        assert (place if keep["a"] is member else place["items"]["anyOf"][0]) == read


def test_a_list_of_items_stays_in_the_dialect_that_has_it() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"a": {"items": [{"type": "string"}]}},
    }
    assert admit_spec(spec(parameters=schema))[0].parameters == schema


def test_phrases_that_cannot_be_read_are_named() -> None:
    _, lost = admit_spec(spec(parameters={**OBJECT, "x-phrases": 3}))
    assert lost == ["tool a_tool: `x-phrases` that are not as docs/phrases.md tells are left out"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"name": "___"}, "no letter"),
        ({"name": "tool", "original_name": "***"}, "no letter"),
        ({"name": "tool", "original_name": "a\ud800"}, "not Unicode"),
    ],
)
def test_names_that_nobody_could_call(members: dict[str, str], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        admit_spec(ToolSpec.model_construct(**{**dict(spec()), **members}))
