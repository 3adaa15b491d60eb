import asyncio
import dataclasses
import sys
import threading
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.unit.tool_registry.making import returning
from tool_registry.registry import LoadError, ToolRegistry, UnknownToolError, get_registry, load_registry
from tool_registry.sources.admission import check_spec
from tool_registry.spec import NAME_MAX


def names(registry: ToolRegistry) -> list[tuple[str, str | None]]:
    return [(name, registry.specs[name].original_name) for name in registry.names]


def test_tools_by_name() -> None:
    registry = ToolRegistry()
    tools = {name: returning(1, name=name) for name in ("b", "a", "c")}
    for tool in tools.values():
        registry.add(tool)
    assert (len(registry), registry.names, list(registry.specs)) == (3, ["a", "b", "c"], ["a", "b", "c"])
    assert "a" in registry
    assert "d" not in registry
    assert registry.get("a") is tools["a"]
    assert registry.problems == []


def test_an_unknown_tool_is_said_with_close_names() -> None:
    registry = ToolRegistry()
    registry.add(returning(1, name="airport_details"))
    with pytest.raises(UnknownToolError) as caught:
        registry.get("airport_detail")
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == (
        "there is no tool 'airport_detail' among the 1 loaded. Did you mean airport_details? Run: toolgrad tools"
    )


def test_tools_of_one_name_are_mapped_the_same_way_each_time() -> None:
    registries = []
    for _ in range(2):
        registry = ToolRegistry()
        for answer in range(3):
            registry.add(returning(answer, name="status"))
        registries.append(registry)
    first, second = registries
    assert names(first) == names(second)
    assert len(first) == 3
    assert ("status", None) in names(first)
    assert [original for _, original in names(first)] == [None, "status", "status"]
    assert all(first.get(name).spec.name == name for name in first.names)


def test_the_very_same_tool_counts_once() -> None:
    registry = ToolRegistry()
    tool, other = returning(1, name="status"), returning(2, name="status")
    for each in (tool, tool, other, other, tool):
        registry.add(each)
    assert len(registry) == 2


def test_a_mapped_tool_added_again_counts_once_under_its_mapped_name(tmp_path: Path) -> None:
    (tmp_path / "twice.py").write_text("def f(n: int) -> int: return n\n")
    registry = load_registry([f"python:{tmp_path}/twice.py:f", f"python:{tmp_path}/twice.py:f"])
    assert registry.names == ["f"]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"type": "object", "properties": []}, "tool broken, parameters: not a JSON Schema at /properties"),
        ({"type": "objekt"}, "tool broken, parameters: not a JSON Schema at /type"),
        ({"type": "object", "properties": {"a": {"pattern": "["}}}, '"[" is not a "regex"'),
        ({}, '"type": "object"'),
        ({"type": "array"}, '"type": "object"'),
        ({"type": ["object", "null"]}, '"type": "object"'),
        ({"type": "object", "default": {1, 2}}, "tool broken, parameters: not a JSON Schema"),
        ({"type": "object", "default": float("nan")}, "tool broken, parameters: not a JSON Schema"),
        (
            {"type": "object", "properties": {"a": {"$ref": "https://example.com/a.json"}}},
            "a remote $ref is never fetched",
        ),
        (
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}},
            "'/$defs/A' does not exist",
        ),
    ],
)
def test_parameters_that_are_not_a_json_schema(parameters: dict[str, object], said: str) -> None:
    registry = ToolRegistry()
    tool = returning(1, name="broken", parameters=parameters)
    with pytest.raises(LoadError) as caught:
        registry.add(tool)
    assert said in str(caught.value)
    assert "broken" in str(caught.value)
    assert len(registry) == 0


def test_an_output_schema_is_checked_too() -> None:
    with pytest.raises(LoadError, match="tool broken, output schema: not a JSON Schema"):
        ToolRegistry().add(returning(1, name="broken", output_schema={"type": 3}))


def test_data_in_a_schema_is_not_read_as_a_schema() -> None:
    tool = returning(
        1,
        parameters={
            "type": "object",
            "properties": {
                "$ref": {"type": "string", "const": {"$ref": "x"}},
                "default": {"$ref": "#/$defs/A"},
            },
            "examples": [{"$ref": "nowhere"}],
            "$defs": {"A": {"type": "string"}},
        },
    )
    registry = ToolRegistry()
    registry.add(tool)
    assert registry.get(tool.spec.name) is tool


NAMES = """
from langchain_core.tools import StructuredTool
def tool(name): return StructuredTool.from_function(func=lambda: 1, name=name, description="One.")
SPACES = tool("Next train, please")
LONG = tool("x" * 200)
CHINESE = tool("天气")
ALL = [SPACES, LONG, tool("x" * 199), CHINESE, tool("Next train please"), tool("汇率")]
"""


def test_names_with_spaces_and_of_200_characters(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text(NAMES)
    registry = load_registry([f"python:{tmp_path}/names.py:ALL"])
    assert names(registry) == names(load_registry([f"python:{tmp_path}/names.py:ALL"]))
    assert len(registry) == 6
    assert all(len(name) <= NAME_MAX for name in registry.names)
    originals = [original for _, original in names(registry)]
    assert sorted(map(str, originals)) == sorted(
        ["Next train, please", "x" * 200, "x" * 199, "天气", "汇率", "Next train please"]
    )
    assert "Next_train_please" in registry


@pytest.mark.parametrize(
    ("specs", "said"),
    [
        ([], "there are no tools in an empty list of tool specs. Name at least one"),
        (["python:{}/none.py:TOOLS"], "there are no tools in python:"),
        (["nonsense"], "unknown tool spec 'nonsense'"),
        (
            ["builtin:weather machines"],
            "no built-in tools of category 'weather machines'. Known: air travel, ",
        ),
    ],
)
async def test_an_empty_registry_and_other_failures(tmp_path: Path, specs: list[str], said: str) -> None:
    (tmp_path / "none.py").write_text("TOOLS = []\n")
    specs = [text.format(tmp_path) for text in specs]
    with pytest.raises(LoadError) as caught:
        load_registry(specs)
    assert said in str(caught.value)
    with pytest.raises(LoadError) as caught:
        await get_registry(specs)
    assert said in str(caught.value)


async def test_a_bare_string_is_not_a_list_of_letters() -> None:
    with pytest.raises(TypeError, match=r"write \['builtin'\]"):
        load_registry("builtin")
    with pytest.raises(TypeError, match=r"write \['builtin'\]"):
        await get_registry("builtin")


def test_builtin_categories_are_matched_as_people_write_them() -> None:
    everything = load_registry(["builtin"])
    category = load_registry(["builtin:air travel"])
    assert 0 < len(category) < len(everything)
    assert {spec.category for spec in category.specs.values()} == {"air travel"}
    for text in ("builtin:Air-Travel", "builtin:AIR_TRAVEL", "builtin: air  travel "):
        assert load_registry([text]).names == category.names
    assert load_registry(["builtin:air travel", "builtin"]).names == everything.names


def test_builtin_specs_would_be_admitted() -> None:
    specs = load_registry(["builtin"]).specs
    assert len(specs) > 100
    for name, spec in specs.items():
        check_spec(spec)
        validator = Draft202012Validator(spec.parameters)
        assert all(map(validator.is_valid, spec.parameters.get("examples", ()))), name


COUNTED = """
import pathlib, time
time.sleep(0.2)
with pathlib.Path(__file__).with_suffix(".log").open("a") as log:
    log.write("loaded\\n")
def f(n: int) -> int: return n
"""


def test_a_registry_is_loaded_once_for_all_loops(tmp_path: Path) -> None:
    (tmp_path / "counted.py").write_text(COUNTED)
    spec = f"python:{tmp_path}/counted.py:f"
    found: list[ToolRegistry] = []

    async def ask() -> None:
        found.extend(await asyncio.gather(*(get_registry([spec]) for _ in range(5))))

    threads = [threading.Thread(target=lambda: asyncio.run(ask())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len({id(each) for each in found}) == 1
    assert (tmp_path / "counted.log").read_text() == "loaded\n"
    assert asyncio.run(get_registry([spec])) is found[0]


async def test_the_waiting_of_one_may_be_cancelled(tmp_path: Path) -> None:
    (tmp_path / "counted.py").write_text(COUNTED)
    spec = f"python:{tmp_path}/counted.py:f"
    impatient = asyncio.ensure_future(get_registry([spec]))
    patient = asyncio.ensure_future(get_registry([spec]))
    await asyncio.sleep(0.05)
    impatient.cancel()
    assert (await patient).names == ["f"]
    assert (tmp_path / "counted.log").read_text() == "loaded\n"


async def test_a_failed_load_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "mended.py"
    path.write_text("def f(n): return n\n")
    spec = f"python:{path}:f"
    failures = await asyncio.gather(*(get_registry([spec]) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(each, LoadError) for each in failures)
    path.write_text("def f(n: int) -> int: return n\n")
    assert (await get_registry([spec])).names == ["f"]


async def test_a_relative_file_belongs_to_its_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.py").write_text(f"def {folder}(n: int) -> int: return n\n")
        monkeypatch.chdir(tmp_path / folder)
        assert (await get_registry(["python:mine.py:" + folder])).names == [folder]
    monkeypatch.chdir(tmp_path / "one")
    with pytest.raises(LoadError):
        await get_registry(["python:mine.py:two"])


def test_problems_are_kept(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(
        "class Desk:\n    def good(self) -> int: return 1\n    def bad(self, x): return x\n"
    )
    registry = load_registry([f"python:{tmp_path}/desk.py:Desk"])
    assert registry.names == ["good"]
    assert len(registry.problems) == 1
    assert "Desk.bad is skipped" in registry.problems[0]


def test_a_spec_is_replaced_not_changed() -> None:
    registry = ToolRegistry()
    first, second = returning(1, name="a"), returning(2, name="a")
    before = dataclasses.replace(second)
    registry.add(first)
    registry.add(second)
    assert second == before
    assert sys.getsizeof(registry) > 0
