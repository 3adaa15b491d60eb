"""Tools are rendered compactly and nothing that a call needs is lost."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.tools_text import BATCH_CHARACTERS, tool_line, tools_text
from tests.unit.nodes.policies.model.conftest import AIRPORT, CURRENCY, SUN
from tool_registry.profiles.profile import Profile, ToolProfile, digest_of, write_profile
from tool_registry.registry import load_registry
from tool_registry.sources.builtin import all_tools
from tool_registry.spec import ToolSpec


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


def test_a_batch_is_told_of_in_about_the_same_detail() -> None:
    tools = [
        spec(
            {"properties": {f"parameter_{n}": {"type": "string"} for n in range(size)}},
            name=f"tool_{size}",
            description="Find what somebody wants to know of many things at once. More.",
            output_schema={"properties": {"answer": {"type": "string"}}},
        )
        for size in (1, 2, 3, 4)
    ]
    for room in (480, 560, 640):
        text = tools_text(tools, room)
        assert len(text) <= room
        assert [line.count("→ answer – Find") for line in text.splitlines()] == [1, 1, 1, 1]
    short = tools_text(tools, 200)
    assert len(short) <= 4 * 72
    assert [line.split("(")[0] for line in short.splitlines()] == [f"tool_{n}" for n in (1, 2, 3, 4)]


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
    specs = [tool.spec for tool in all_tools()]
    for start in range(0, len(specs) - 50, 25):
        batch = specs[start : start + 50]
        text = tools_text(batch)
        assert len(text) <= BATCH_CHARACTERS
        assert len(text) / 3.5 <= 2000
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


def test_a_choice_names_its_type_and_texts_that_read_as_numbers_are_quoted() -> None:
    parameters = {
        "properties": {
            "month": {"enum": [1, 2, 3]},
            "hour": {"enum": list(range(24))},
            "rate": {"enum": [0.5, 1]},
            "size": {"enum": ["1", "2", "XL"]},
            "on": {"enum": [True, False]},
        },
        "required": ["month", "rate", "size", "on"],
    }
    assert 't(month:int 1|2|3, hour?:int 0..23, rate:number 0.5|1, size:"1"|"2"|XL, on:true|false)' in tool_line(
        spec(parameters), 300
    )


def test_fields_of_results_are_shown_to_the_items_of_lists() -> None:
    stop = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
    output = {
        "type": "object",
        "properties": {
            "total": {"type": "number"},
            "stops": {"type": "array", "items": stop},
            "best": stop,
            "names": {"type": "array", "items": {"type": "string"}},
        },
    }
    one = spec({"properties": {"q": {"type": "string"}}}, output_schema=output)
    assert "→ total, stops[{city, days}], best{city, days}, names[] – Do it" in tool_line(one, 300)
    assert tool_line(one, 75) == "t(q?:string) → total, stops[], best, names[] – Do it"
    assert tool_line(one, 45) == "t(q?:string) → total, stops[], best, names[]"
    assert "→ int –" in tool_line(spec({}, output_schema={"type": "integer"}), 300)
    assert "→ [city, days] –" in tool_line(spec({}, output_schema={"type": "array", "items": stop}), 300)


def test_a_learned_result_is_shown_like_a_declared_one(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(
        "from tool_registry.declare import annotate\n\n\n"
        "@annotate(read_only=True)\n"
        "def stock(article: str) -> dict:\n"
        '    """Say what is in stock."""\n'
        '    return {"shelves": [{"row": 1, "pieces": 5}]}\n'
    )
    source = f"python:{tmp_path}/shop.py:stock"
    declared = load_registry([source]).get("stock").spec
    learned = {"type": "object", "properties": {"shelves": {"type": "array", "items": {"properties": {"row": {}}}}}}
    known = ToolProfile(spec=digest_of(declared), status="works", output_schema=learned)
    write_profile(Profile(tools={"stock": known}), tmp_path / "profile.json")
    assert "→" not in tool_line(declared.model_copy(update={"output_schema": None}), 300)
    probed = load_registry([source, f"profile:{tmp_path}/profile.json"]).get("stock").spec
    assert "→ shelves[{row}] – Say what is in stock" in tool_line(probed, 300)


def test_examples_vary_with_the_seed_and_are_left_out_where_the_type_tells() -> None:
    parameters = {
        "properties": {
            "code": {"type": "string", "examples": ["AB1", "CD2", "EF3"]},
            "day": {"type": "string", "format": "date", "examples": ["2026-05-14"]},
            "amount": {"type": "number", "examples": [250]},
        }
    }
    lines = [tool_line(spec(parameters), 300, seed) for seed in range(5)]
    assert {example for example in ("AB1", "CD2", "EF3") if any(f"e.g. {example}" in line for line in lines)} == {
        "AB1",
        "CD2",
        "EF3",
    }
    assert not any("2026" in line or "250" in line for line in lines)
    assert tool_line(spec(parameters), 300, 3) == tool_line(spec(parameters), 300, 3)
    one, other = (tool_line(spec(parameters, name=name), 300, 3) for name in ("t", "tt"))
    assert one.removeprefix("t") != other.removeprefix("tt")
