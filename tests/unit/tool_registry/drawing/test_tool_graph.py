from typing import Any

import pytest

from tests.unit.tool_registry.making import spec
from tool_registry.drawing.tool_graph import JoinedPool, MemoryPool, keys_of_result, traits_of
from tool_registry.spec import ToolSpec

TEXT = {"type": "string"}


def tool(
    name: str, takes: dict[str, Any] | None = None, gives: dict[str, Any] | None = None, **members: Any
) -> ToolSpec:
    parameters = {"type": "object", "properties": takes or {}, "required": list(takes or {})}
    output = None if gives is None else {"type": "object", "properties": gives}
    return spec(name, parameters=parameters, output_schema=output, **members)


def linked(producer: ToolSpec, consumer: ToolSpec) -> bool:
    return bool(traits_of(producer).gives.keys() & traits_of(consumer).takes.keys())


@pytest.mark.parametrize(
    ("given", "taken", "fits"),
    [
        ({"code": {**TEXT, "format": "iata"}}, {"airport": {**TEXT, "format": "iata"}}, True),
        # Whoever declares a format means it, whatever the two are called.
        ({"day": {**TEXT, "format": "plain-date"}}, {"day": {**TEXT, "format": "date"}}, False),
        ({"parcel": TEXT}, {"parcel": TEXT}, True),
        ({"parcel_number": TEXT}, {"parcelNumber": TEXT}, True),
        ({"x": {**TEXT, "title": "parcel"}}, {"parcel": TEXT}, True),
        ({"parcel": {"type": "number"}}, {"parcel": TEXT}, False),
        ({"parcel": {"type": "integer"}}, {"parcel": {"type": "number"}}, True),
        ({"parcel": {"type": "boolean"}}, {"parcel": {"type": "boolean"}}, False),
        # One side alone tells its kind: they have to be called exactly alike.
        ({"airport": {**TEXT, "format": "iata"}}, {"airport": TEXT}, True),
        ({"airport": TEXT}, {"airport": {**TEXT, "format": "iata"}}, True),
        ({"airport_owner": {**TEXT, "format": "person"}}, {"airport": TEXT}, False),
        # `uri` says how a value is written, not what it is.
        ({"picture": {**TEXT, "format": "uri"}}, {"invoice": {**TEXT, "format": "uri"}}, False),
        ({"found": {**TEXT, "examples": ["HND", "NRT"]}}, {"station": {**TEXT, "enum": ["NRT"]}}, True),
        (
            {"all": {"type": "array", "items": {"type": "object", "properties": {"parcel": TEXT}}}},
            {"parcel": TEXT},
            True,
        ),
    ],
)
def test_what_is_linked(given: dict[str, Any], taken: dict[str, Any], fits: bool) -> None:
    assert linked(tool("a", gives=given), tool("b", takes=taken)) is fits


def test_references_and_alternatives_are_followed_and_circles_end() -> None:
    schema = {
        "$ref": "#/$defs/Node",
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {
                    "parcel": {"anyOf": [{"$ref": "#/$defs/Code"}, {"type": "null"}]},
                    "next": {"$ref": "#/$defs/Node"},
                },
            },
            "Code": {"type": "string", "format": "parcel-code"},
        },
    }
    assert "format:parcel-code" in traits_of(spec("a", output_schema=schema)).gives


def test_without_an_output_schema_the_description_links_weakly() -> None:
    told = tool("a", description="Find the parcel of a customer.")
    taker = tool("b", takes={"parcel": TEXT})
    assert linked(told, taker)
    assert (
        traits_of(told).gives["word:string:parcel"]
        < traits_of(tool("c", gives={"parcel": TEXT})).gives["word:string:parcel"]
    )


def test_an_optional_parameter_weighs_less() -> None:
    parameters = {
        "type": "object",
        "properties": {"parcel": {"format": "p"}, "crate": {"format": "c"}},
        "required": ["crate"],
    }
    traits = traits_of(spec("a", parameters=parameters))
    assert traits.takes["format:parcel" if "format:parcel" in traits.takes else "format:p"] < traits.takes["format:c"]
    assert len(traits.required) == 1


def test_a_result_gives_what_it_really_holds_and_no_echo() -> None:
    producer = tool("a", gives={"parcel": TEXT, "city": TEXT, "gone": TEXT})
    keys = keys_of_result({"parcel": "P-1", "city": "Oslo", "gone": None}, producer, ["Oslo"])
    assert "word:string:parcel" in keys
    assert "value:P-1" in keys
    assert not any("city" in key or "Oslo" in key or "gone" in key for key in keys)


def test_pools_joined_are_as_one() -> None:
    specs = {
        name: tool(name, takes={"parcel": TEXT}, category=f"c{number % 3}") for number, name in enumerate("abcdefg")
    }
    whole = MemoryPool(specs)
    parts = JoinedPool([MemoryPool({n: specs[n] for n in "abc"}), MemoryPool({n: specs[n] for n in "defg"})])
    key = "word:string:parcel"
    assert [parts.name_at(n) for n in range(len(parts))] == [whole.name_at(n) for n in range(7)]
    assert dict(parts.categories()) == dict(whole.categories()) == {"c0": 3, "c1": 2, "c2": 2}
    assert [parts.name_in("c0", n) for n in range(3)] == ["a", "d", "g"]
    assert parts.count("takes", key) == whole.count("takes", key) == 7
    assert [parts.tool_at("takes", key, n) for n in range(7)] == [whole.tool_at("takes", key, n) for n in range(7)]
    assert parts.traits("e") == whole.traits("e")
    with pytest.raises(IndexError):
        parts.name_at(7)
