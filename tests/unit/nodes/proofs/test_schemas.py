"""The schema, the name and the default of a leaf; broken schemas give none."""

from typing import Any

import pytest

from nodes.proofs.schemas import default_of, leaf_schema, specs_of
from tests.unit.nodes.proofs.records import example
from tool_registry.json.pointer import MISSING, leaf_name

PARAMETERS: dict[str, Any] = {
    "properties": {
        "unit": {"type": "string", "default": "km"},
        "stops": {
            "default": [{"city": "Rome", "nights": 2}],
            "items": {"properties": {"city": {"type": "string"}, "nights": {"default": 1}}},
        },
        "page": {"type": "object", "properties": {"size": {"type": "integer"}}},
    }
}


@pytest.mark.parametrize(
    ("pointer", "schema"),
    [
        ("/unit", {"type": "string", "default": "km"}),
        ("/stops/0/city", {"type": "string"}),
        ("/page/size", {"type": "integer"}),
        ("/page/other", {}),
        ("/none", {}),
    ],
)
def test_a_leaf_has_its_innermost_schema(pointer: str, schema: dict[str, Any]) -> None:
    assert leaf_schema(PARAMETERS, pointer) == schema


@pytest.mark.parametrize(
    "broken", [{"properties": 3}, {"properties": {"a": 3}}, {"properties": {"a": {"$ref": "#/nowhere"}}}, {"allOf": 5}]
)
def test_a_broken_schema_gives_no_leaf_a_default_and_raises_nothing(broken: dict[str, Any]) -> None:
    assert isinstance(leaf_schema(broken, "/a/b"), dict)
    assert default_of(broken, "/a/b") is MISSING


@pytest.mark.parametrize(
    ("pointer", "name"), [("/stops/0/city", "city"), ("/stops/0", "stops"), ("/a~1b", "a/b"), ("/0", ""), ("", "")]
)
def test_a_leaf_is_named_by_its_parameter(pointer: str, name: str) -> None:
    assert leaf_name(pointer) == name


@pytest.mark.parametrize(
    ("pointer", "default"),
    [
        ("/unit", "km"),
        ("/stops/0/city", "Rome"),  # of the container
        ("/stops/0/nights", 1),  # the innermost is nearer
        ("/stops/1/city", MISSING),
        ("/page/size", MISSING),
        ("/none", MISSING),
    ],
)
def test_the_innermost_default_speaks(pointer: str, default: Any) -> None:
    assert default_of(PARAMETERS, pointer) == default


def test_specs_are_found_by_name() -> None:
    record = example()
    assert list(specs_of(record)) == ["airport_lookup", "sun_times"]
    assert specs_of(record)["sun_times"] is record.tools[1]
