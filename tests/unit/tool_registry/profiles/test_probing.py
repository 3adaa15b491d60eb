import asyncio
import json
import random
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from typer.testing import CliRunner

from tests.unit.tool_registry.making import raising, returning
from tool_registry.declare import annotate
from tool_registry.drawing.tool_graph import traits_of
from tool_registry.json.inferring import infer_schema
from tool_registry.json.schema import check_schema, validation_errors
from tool_registry.permissions import Permissions
from tool_registry.profiles.probing import example_arguments, probe
from tool_registry.profiles.profile import Profile, read_profile, write_profile
from tool_registry.registry import LoadError, ToolRegistry, load_registry
from tool_registry.result import ToolError, ToolFailure
from tool_registry.spec import Annotations
from tool_registry.tool import Tool
from toolgrad_data.cli import app

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(JSON, max_size=4))
def test_an_inferred_schema_holds_for_what_it_was_inferred_from(values: list[Any]) -> None:
    schema = infer_schema(values)
    check_schema(schema, "inferred")
    assert [validation_errors(schema, value) for value in values] == [[] for _ in values]


def test_an_inferred_schema_says_what_was_seen() -> None:
    schema = infer_schema(
        [
            {"id": "A-1", "when": "2025-01-31", "hits": [{"score": 1}], "note": None},
            {"id": "A-2", "when": "2025-02-28", "hits": [{"score": 2.5, "last": True}], "note": "x"},
        ]
    )
    assert schema["properties"]["id"] == {"type": "string", "examples": ["A-1", "A-2"]}
    assert schema["properties"]["when"]["format"] == "date"
    assert schema["properties"]["hits"]["items"]["properties"]["score"] == {"type": "number"}
    assert schema["properties"]["note"]["type"] == ["null", "string"]
    assert infer_schema(["2025-01-31", "soon"]).get("format") is None


def with_parameter(schema: dict[str, Any], **members: Any) -> Tool:
    parameters = {"type": "object", "properties": {"a": schema}, "required": ["a"], **members}
    return returning(1, parameters=parameters)


@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        ({"type": "string", "examples": ["x", "y"]}, {"x", "y"}),
        ({"enum": ["x", 3]}, {"x", 3}),
        ({"type": "string", "oneOf": [{"const": "FR", "title": "France"}]}, {"FR"}),
        ({"type": "string", "default": "z"}, {"z"}),
        ({"type": "integer", "minimum": 7, "maximum": 8}, {7, 8}),
        ({"type": "string"}, set()),
        ({"type": "string", "examples": ["no"], "pattern": "^yes$"}, set()),
    ],
)
def test_example_arguments(schema: dict[str, Any], allowed: set[Any]) -> None:
    found = example_arguments(with_parameter(schema).spec, 5, random.Random(0))
    assert {each["a"] for each in found} == allowed
    assert len(found) == len(allowed)


def test_whole_examples_go_first() -> None:
    tool = with_parameter({"type": "string", "examples": ["p"]}, examples=[{"a": "whole"}])
    assert example_arguments(tool.spec, 2, random.Random(0)) == [{"a": "whole"}, {"a": "p"}]


async def probed(*tools: Tool) -> Profile:
    return await probe(tools, calls=2)


async def test_what_a_probe_tells_apart() -> None:
    wrong = ToolFailure(ToolError(kind="invalid_arguments", message="not that one"))
    busy = ToolFailure(ToolError(kind="rate_limited", message="later", retryable=True))
    profile = await probed(
        returning({"code": "A"}, name="works"),
        returning({"code": "A"}, name="declares", output_schema={"type": "object"}),
        returning([], name="empty"),
        raising(RuntimeError("gone"), name="dead"),
        raising(wrong, name="wrong"),
        raising(busy, name="busy"),
    )
    found = {name: (tool.status, tool.output_schema is not None) for name, tool in profile.tools.items()}
    assert found == {
        "works": ("works", True),
        "declares": ("works", False),
        "empty": ("works", False),
        "dead": ("dead", False),
        "wrong": ("unknown", False),
        "busy": ("unknown", False),
    }
    assert profile.tools["dead"].reason == "RuntimeError: gone"


@pytest.mark.parametrize("read_only", [None, False])
async def test_only_read_only_tools_are_called(read_only: bool | None) -> None:
    called: list[Any] = []

    async def call(arguments: dict[str, Any]) -> Any:
        called.append(arguments)

    spec = returning(1, annotations=Annotations(read_only=read_only)).spec
    from tool_registry.tool import Treatment

    granted = Tool(spec, call, treatment=Treatment(granted=Permissions(True, True)))
    profile = await probed(granted)
    assert profile.tools["a_tool"].status == "skipped"
    assert called == []


async def test_a_profile_is_used_by_the_registry_and_links_tools(tmp_path: Path) -> None:
    maker, dead = returning({"parcel_code": "P-1"}, name="maker"), raising(RuntimeError("gone"), name="dead")
    write_profile(await probed(maker, dead), tmp_path / "p.json")
    registry = ToolRegistry()
    for tool in (maker, dead):
        registry.add(tool)
    assert "thing:string:parcel:code" not in traits_of(registry.get("maker").spec).gives
    registry.learn(read_profile(str(tmp_path / "p.json")))
    assert "thing:string:parcel:code" in traits_of(registry.get("maker").spec).gives
    assert not registry.verdict("dead", Permissions(True, True)).runs
    assert "gone" in registry.verdict("dead", Permissions()).reason
    assert len(registry.pool(Permissions())) == 1


async def test_what_was_learned_of_another_tool_says_nothing() -> None:
    profile = await probed(returning({"code": "A"}), raising(RuntimeError("gone"), name="dead"))
    changed = returning({"code": "A"}, description="Another one.")
    revived = returning(1, name="dead", description="Repaired.")
    assert profile.apply_to(changed) is changed
    assert profile.apply_to(revived) is revived


@pytest.mark.parametrize("text", [None, "{", '{"profile_version": 2, "tools": {}}', '{"tools": {"a": {}}}'])
def test_a_profile_that_is_none(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "p.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(LoadError, match=r"toolgrad probe --out"):
        load_registry(["builtin:units", f"profile:{path}"])


def test_a_profile_alone_brings_no_tools(tmp_path: Path) -> None:
    write_profile(Profile(tools={}), tmp_path / "p.json")
    with pytest.raises(LoadError, match="no tools in profile:"):
        load_registry([f"profile:{tmp_path / 'p.json'}"])


@annotate(read_only=True)
def parcel_of(city: Annotated[str, Field(examples=["Oslo", "Rome"])]) -> Any:
    return {"parcel": f"P-{city}"}


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "p.json"
    spec = f"python:{__name__}:parcel_of"
    ran = CliRunner().invoke(app, ["probe", "--tools", spec, "--out", str(out), "--calls", "2"])
    assert ran.exit_code == 0, ran.output
    assert "1 works" in ran.output
    assert json.loads(out.read_text())["tools"]["parcel_of"]["calls"] == 2
    registry = load_registry([spec, f"profile:{out}"])
    assert registry.get("parcel_of").spec.output_schema == {
        "type": "object",
        "properties": {"parcel": {"type": "string", "examples": ["P-Oslo", "P-Rome"]}},
    }
    # Calls work as before.
    assert asyncio.run(registry.get("parcel_of").call({"city": "Oslo"})) == {"parcel": "P-Oslo"}
