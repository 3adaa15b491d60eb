"""Tools are rendered compactly and nothing that a call needs is lost."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.tools_text import BATCH_CHARACTERS, tool_line, tools_text
from tests.unit.model.conftest import AIRPORT, CURRENCY, SUN
from tool_registry.spec import ToolSpec
from tool_registry.toolkits.catalogue import builtin_tools


def spec(parameters: dict[str, Any], **changes: Any) -> ToolSpec:
    return ToolSpec(**{"name": "t", "description": "Do it.", "parameters": parameters, "source": "python", **changes})


def test_lines() -> None:
    assert tool_line(AIRPORT, 200) == (
        "airport_lookup(iata:string /*IATA code.*/) → name, lat, lon – Look up an airport by its IATA code. More words."
    )
    assert tool_line(SUN, 200) == (
        "sun_times(lat:number -90..90, lon:number -180..180, date:date, note?:string)"
        " – Compute sunrise and sunset at a place on a date."
    )
    assert "to:EUR|JPY" in tool_line(CURRENCY, 200)


def test_a_long_choice_is_a_sample_with_a_count() -> None:
    codes = [f"C{n:03}" for n in range(250)]
    line = tool_line(spec({"properties": {"code": {"enum": codes}}, "required": ["code"]}), 120)
    assert "code:C000|C001|" in line
    shown = line.count("|") - 1 + 1
    assert f"…+{250 - shown}" in line


def test_nested_and_referenced_parameters() -> None:
    parameters = {
        "$defs": {"Stop": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
        "properties": {
            "stops": {"type": "array", "items": {"$ref": "#/$defs/Stop"}},
            "mode": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "at": {"type": ["string", "null"]},
        },
        "required": ["stops"],
    }
    assert "stops:{city:string}[], mode?:string|null, at?:string|null" in tool_line(spec(parameters), 300)


def test_fifty_builtin_tools_take_a_fraction_of_their_schemas() -> None:
    specs = [tool.spec for tool in builtin_tools()]
    for start in range(0, len(specs) - 50, 25):
        batch = specs[start : start + 50]
        text = tools_text(batch)
        assert len(text) <= BATCH_CHARACTERS
        assert len(text) / 4 <= 2800
        plain = [{"name": s.name, "description": s.description, "parameters": _plain(s.parameters)} for s in batch]
        assert len(text) < len(json.dumps(plain)) / 2
        for one in batch:
            line = next(line for line in text.splitlines() if line.startswith(f"{one.name}("))
            for name in one.parameters.get("required", []):
                assert f"{name}:" in line, f"{one.name} does not show its parameter {name}"


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if not name.startswith("x-")}


SCHEMA = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "object", "array", "boolean"])})
    | st.fixed_dictionaries({"enum": st.lists(st.text(max_size=40) | st.integers() | st.none(), max_size=30)})
    | st.just({})
    | st.just({"$ref": "#/properties/a"}),
    lambda inner: (
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)}
        )
        | st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        | st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)})
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcd", min_size=1, max_size=3), SCHEMA, max_size=30), st.text(max_size=800))
def test_any_tool_fits_its_share(properties: dict[str, Any], description: str) -> None:
    parameters = {"type": "object", "properties": properties, "required": sorted(properties)[:2]}
    line = tool_line(spec(parameters, description=description), 220)
    assert len(line) <= 320
    assert "\n" not in line
