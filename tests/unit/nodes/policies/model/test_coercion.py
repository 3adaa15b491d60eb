"""Values in another form than the schema's are put right where only one thing can be meant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.coercion import coerced
from tool_registry.json.schema import validation_errors

MONTH = {"enum": list(range(1, 13))}
UNIT = {"oneOf": [{"const": "ft", "title": "feet"}, {"const": "mi", "title": "statute miles"}]}


@pytest.mark.parametrize(
    ("schema", "given", "meant"),
    [
        (MONTH, "11", 11),
        (MONTH, 11, 11),
        (MONTH, "13", "13"),
        (MONTH, "-1", "-1"),
        ({"enum": [0.5, 1.5]}, "0.5", 0.5),
        ({"enum": ["1", "2"]}, 2, "2"),
        ({"enum": [True, False]}, "True", True),
        ({"enum": [0, 1]}, True, True),
        ({"anyOf": [{"enum": [90, 95]}, {"type": "null"}]}, "95", 95),
        (UNIT, "feet", "ft"),
        (UNIT, "Statute Miles", "mi"),
        (UNIT, "yards", "yards"),
        ({"enum": ["rear_left", "rear_right"]}, "rear left", "rear_left"),
        ({"enum": ["A+"]}, "A-", "A-"),
        ({"enum": ["US", "us"]}, "Us", "Us"),
        ({"anyOf": [{"enum": [1, 2]}, {"type": "string"}]}, "1", "1"),
        ({"anyOf": [{"const": "JP", "title": "Japan"}, {"pattern": "^[A-Z]{2}$"}]}, "japan", "JP"),
        ({"anyOf": [{"const": "JP", "title": "Japan"}, {"pattern": "^[A-Z]{2}$"}]}, "FR", "FR"),
        ({"type": "integer"}, "7", 7),
        ({"type": "integer"}, "7.5", "7.5"),
        ({"type": "number"}, "-3", -3),
        ({"type": ["number", "null"]}, "2.5", 2.5),
        ({"type": "boolean"}, "false", False),
        ({"type": "boolean"}, "no", "no"),
        ({"type": "string"}, "7", "7"),
        ({"type": ["integer", "string"]}, "7", "7"),
        ({}, "7", "7"),
        ({"type": "integer"}, "9" * 40, "9" * 40),
        ({"type": "integer"}, "", ""),
    ],
)
def test_one_meaning_is_taken_and_no_other(schema: dict[str, Any], given: Any, meant: Any) -> None:
    found = coerced({"x": given}, {"type": "object", "properties": {"x": schema}})
    assert found == {"x": meant}
    assert type(found["x"]) is type(meant)


JSON = st.none() | st.booleans() | st.integers(-20, 20) | st.sampled_from(["11", "3", "true", "feet", "ft", "", "x y"])
SCHEMAS = st.sampled_from([MONTH, UNIT, {"type": "boolean"}, {"type": ["number", "null"]}, {"type": "string"}, {}])


@given(st.dictionaries(st.sampled_from("abc"), SCHEMAS), st.dictionaries(st.sampled_from("abcd"), JSON))
def test_what_is_valid_stays_and_nothing_becomes_invalid(properties: dict[str, Any], said: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": properties}
    found = coerced(said, schema)
    assert coerced(found, schema) == found
    before, after = validation_errors(schema, said), validation_errors(schema, found)
    assert len(after) <= len(before)
    assert before or found == said


def test_nested_values_are_reached_and_references_left_alone() -> None:
    parameters = {
        "$defs": {"stop": {"type": "object", "properties": {"nights": {"type": "integer"}, "month": MONTH}}},
        "properties": {"stops": {"type": "array", "items": {"$ref": "#/$defs/stop"}}, "lat": {"type": "number"}},
    }
    given = {"stops": [{"nights": "3", "month": "11"}, {"month": {"$from": "s1", "pointer": "/1"}}], "lat": None}
    assert coerced(given, parameters) == {
        "stops": [{"nights": 3, "month": 11}, {"month": {"$from": "s1", "pointer": "/1"}}],
        "lat": None,
    }
