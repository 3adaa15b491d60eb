"""The source over a library on disk and a server that speaks the protocol."""

import json

import pytest

from tests.services import rapidapi
from tests.services.http import Reply, serving
from tests.unit.tool_registry.making import run
from tool_registry.permissions import Permissions
from tool_registry.registry import load_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.toolbench.source import load
from tool_registry.tool import LoadError


@pytest.fixture
def library(tmp_path):
    return rapidapi.library(tmp_path / "tools")


@pytest.fixture
def server():
    with serving(rapidapi.answer) as running:
        yield running


def config(folder, url="http://127.0.0.1:9/virtual", **options):
    return SourceConfig(kind="toolbench", target=str(folder), options={"url": url, **options})


def registry(folder, server, **options):
    return load_registry([config(folder, f"{server.url}/virtual", **options).as_spec()])


def test_the_library_is_read(library):
    found = load(config(library))
    assert [(tool.spec.name, tool.spec.category) for tool in found.tools] == [
        ("find_person_for_people", "data"),
        ("write_for_people", "data"),
        ("get_1st_by_id_for_people", "data"),
        ("city_for_places", "news media"),
        ("river_for_places", "news media"),
        ("sea_for_places", "news media"),
    ]
    assert found.tools[3].spec.description == "What a city has. (Places)"
    assert found.tools[0].spec.description == "Find person. (People: Who was who.)"


def test_faults_are_named_and_the_rest_works(library):
    said = "\n".join(load(config(library)).problems)
    for fault in (
        "Data/broken.json is skipped: not JSON",
        "Data/empty.json is skipped: it has no `api_list`",
        "Data/people.json, API 2 is skipped: an earlier one is also called 'find_person'",
        "News_Media/places.json, API 4 is skipped: it has no name",
        "News_Media/places.json, API 5 is skipped: nothing of its name '***'",
    ):
        assert fault in said
    assert said.count("\n") == 4


def test_parameter_types_and_examples_and_optional_stays_optional(library):
    [tool] = [tool for tool in load(config(library)).tools if tool.spec.name == "get_1st_by_id_for_people"]
    assert tool.spec.parameters == {
        "type": "object",
        "properties": {
            "is_id": {"type": "number", "examples": [3], "title": "id"},
            "is_class": {"type": "boolean", "examples": [True], "title": "class"},
            "since": {"type": "string", "format": "date", "examples": ["2024-05-01"]},
            "kind": {"type": "string", "examples": ["x"]},
            "lat": {"type": "number"},
        },
        "required": ["is_id"],
        "additionalProperties": False,
    }


def test_only_get_is_read_only(library):
    said = {tool.spec.name: tool.spec.annotations.read_only for tool in load(config(library)).tools}
    assert said.pop("write_for_people") is None
    assert set(said.values()) == {True}


async def test_calls_speak_the_protocol(library, server):
    tools = registry(library, server, key="my-key", strip="filter")
    result = await run(tools.get("get_1st_by_id_for_people"), {"is_id": 7, "since": "2024-05-01"})
    assert result.content == {"is_id": 7, "since": "2024-05-01"}
    assert server.last.json() == {
        "category": "Data",
        "tool_name": "people",
        "api_name": "get_1st_by_id",
        "tool_input": '{"is_id": 7, "since": "2024-05-01"}',
        "strip": "filter",
        "toolbench_key": "my-key",
    }
    assert server.last.headers["toolbench_key"] == "my-key"


async def test_results_that_python_printed_are_data(library, server):
    tools = registry(library, server)
    result = await run(tools.get("find_person_for_people"), {"person": "Marie Curie"})
    assert result.content == {"city": "Warsaw", "born": 1867, "motto": None}


async def test_failures_are_typed(library, server):
    tools = registry(library, server)
    unknown = await run(tools.get("city_for_places"), {"city": "Nowhere"})
    assert (unknown.error.kind, unknown.error.message) == ("tool_error", "Message error... {'message': 'unknown'}")
    assert (await run(tools.get("city_for_places"), {"town": "x"})).error.kind == "invalid_arguments"
    writing = await run(tools.get("write_for_people"), {"person": "x"})
    assert writing.error.kind == "not_allowed"
    writing = await run(tools.get("write_for_people"), {"person": "x"}, permissions=Permissions(allow_unannotated=True))
    assert writing.error.message.startswith("API not working error")


@pytest.mark.parametrize(("status", "kind"), [(429, "rate_limited"), (500, "unavailable"), (404, "tool_error")])
async def test_the_servers_own_failures(library, status, kind):
    with serving(lambda request: Reply({"detail": "x"}, status)) as server:
        tools = registry(library, server)
        assert (await run(tools.get("city_for_places"), {"city": "London"})).error.kind == kind


async def test_a_large_response_is_read(library):
    rows = [{"n": n, "flag": True} for n in range(5000)]
    with serving(lambda request: Reply({"error": "", "response": str(rows)})) as server:
        result = await run(registry(library, server).get("city_for_places"), {"city": "London"}, max_result_bytes=10**7)
    assert result.content == rows


def test_the_folder_above_and_chosen_categories(library):
    assert len(load(config(library.parent)).tools) == 6
    assert {tool.spec.category for tool in load(config(library, categories=["News, Media"])).tools} == {"news media"}
    assert {tool.spec.category for tool in load(config(library, categories=["D*"])).tools} == {"data"}
    with pytest.raises(LoadError, match=r"no category matches \['Nope'\]. There are: Data, News_Media."):
        load(config(library, categories=["Nope"]))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "localhost:8080"}, "url must be an http"),
        ({"uri": "http://x"}, "options.uri: unknown. Allowed: categories"),
        ({"strip": "all"}, "options.strip"),
        ({"key": "${NOT_SET_ANYWHERE}"}, "NOT_SET_ANYWHERE"),
    ],
)
def test_options_that_are_wrong(library, options, said):
    with pytest.raises(LoadError) as raised:
        load(SourceConfig(kind="toolbench", target=str(library), options=options))
    assert said in str(raised.value)


def test_folders_without_a_library(tmp_path):
    with pytest.raises(LoadError, match="no such folder"):
        load(config(tmp_path / "nowhere"))
    with pytest.raises(LoadError, match="there is no <Category>/<tool>"):
        load(config(tmp_path))
    (tmp_path / "Data").mkdir()
    (tmp_path / "Data" / "x.json").write_text("{")
    with pytest.raises(LoadError, match="no API of the library can be used"):
        load(config(tmp_path))


HOSTILE = [
    {"name": "A", "required_parameters": {"x": 1}},
    {"name": "B", "required_parameters": [{"name": ""}]},
    {"name": "C", "required_parameters": [7]},
    {"name": 3},
    None,
    {"name": "D", "required_parameters": None, "optional_parameters": None, "description": None, "method": None},
    {
        "name": "E",
        "required_parameters": [{"name": "x", "type": "NUMBER", "default": "NaN"}],
        "schema": {"type": "nope"},
    },
    {
        "name": "F" * 100,
        "required_parameters": [{"name": "x", "type": None}],
        "optional_parameters": [{"name": "X", "type": "BOOLEAN", "default": 0}],
        "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
    },
]


def test_declarations_of_any_shape(tmp_path):
    (tmp_path / "Data").mkdir()
    (tmp_path / "Data" / "odd.json").write_text(json.dumps({"api_list": HOSTILE}))
    found = load(config(tmp_path))
    assert [tool.spec.original_name or tool.spec.name for tool in found.tools] == [
        "d_for_odd",
        "e_for_odd",
        "f" * 100 + "_for_odd",
    ]
    assert len(found.problems) == 5
    assert found.tools[1].spec.parameters["properties"] == {"x": {"type": "number"}}
    assert found.tools[1].spec.output_schema is None
    # Required and optional at once: required, of the first type.
    assert found.tools[2].spec.parameters["properties"] == {"x": {"type": "string"}}
    assert found.tools[2].spec.parameters["required"] == ["x"]
    assert found.tools[2].spec.output_schema is not None


def test_a_library_of_thousands_of_apis_loads_in_bounded_time(tmp_path):
    for category in range(10):
        (tmp_path / f"Category_{category}").mkdir()
        for tool in range(100):
            parameters = [{"name": "p", "type": "STRING", "default": "x"}]
            about = {"method": "GET", "description": "What it gives. " * 10, "required_parameters": parameters}
            apis = [{"name": f"API {n}", **about} for n in range(5)]
            (tmp_path / f"Category_{category}" / f"tool_{tool}.json").write_text(json.dumps({"api_list": apis}))
    tools = load_registry([config(tmp_path).as_spec()])
    assert len(tools) == 5000
    assert tools.problems == []
