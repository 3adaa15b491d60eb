"""Tools are found by words: on real registries, in memory and on disk alike, and whatever the words are."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.catalogue import LinesLibrary, spec_of
from tests.fixtures.city_office import city_office
from tests.unit.tool_registry.making import returning, spec
from tool_registry.drawing.index import open_catalogue
from tool_registry.drawing.search import SearchIndex, memory_index
from tool_registry.drawing.search_words import words_in
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.spec import Annotations

READ_ONLY = Permissions()
EVERYTHING = Permissions(True, True)
SPECS = {each.name: each for each in map(spec_of, range(400))}


@pytest.fixture(scope="module")
def builtin() -> ToolRegistry:
    return load_registry(["builtin"])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> ToolRegistry:
    path = tmp_path_factory.mktemp("office") / "office.json"
    path.write_text(json.dumps(city_office()))
    config = SourceConfig(kind="openapi", target=str(path), options={"server": "http://127.0.0.1:9/office"})
    return load_registry([config.as_spec()])


def found(registry: ToolRegistry, wish: str, permissions: Permissions = READ_ONLY, count: int = 3) -> list[str]:
    return registry.search(wish, registry.pool(permissions), count)


def names(index: SearchIndex, wish: str) -> list[str]:
    return [hit.name for hit in index.hits(wish)]


@pytest.mark.parametrize(
    ("wish", "tool"),
    [
        ("distance between two cities", "distance_between_cities"),
        ("converting money", "convert_currency"),
        ("exchange rate on a day", "exchange_rate_on_date"),
        ("the time when the sun sets", "sun_times"),
        ("tip for a restaurant bill", "split_bill"),
        ("flightTimeEstimate", "flight_time_estimate"),
        ("fuel cost of the drive", "fuel_for_trip"),
        ("IATA code of the nearest airport", "nearest_airports"),
    ],
)
def test_a_wish_finds_the_built_in_tool(builtin: ToolRegistry, wish: str, tool: str) -> None:
    assert tool in found(builtin, wish)


@pytest.mark.parametrize(
    ("wish", "tool"),
    [
        ("level of the river", "get_flood_gauge"),
        ("how many bicycles can be parked", "count_bicycle_rack"),
        ("history of a dog licence", "history_dog_licence"),
        ("渡し船の料金", "get_ferry_crossing"),
        ("Offnungszeiten des MUSEUMS", "get_museum"),
        ("öffnungszeiten", "get_museum"),
    ],
)
def test_a_wish_finds_an_operation_among_hundreds(office: ToolRegistry, wish: str, tool: str) -> None:
    assert len(office) == 540
    assert tool in found(office, wish)


@pytest.mark.parametrize("wish", ["", "   ", "a", "of the", "zorgl quux", "\x00\x1b[31m", "--", '"', "距離"])
def test_nothing_is_found_where_no_tool_holds_a_word_that_tells(builtin: ToolRegistry, wish: str) -> None:
    assert found(builtin, wish) == []


def test_only_tools_that_may_run_are_found(office: ToolRegistry) -> None:
    wish = "strike a playground off the register"
    assert found(office, wish, EVERYTHING)[0] == "strike_playground"
    pool = office.pool(READ_ONLY)
    for many in (3, 60, 400):
        allowed = found(office, wish, count=many)
        assert allowed
        assert all(name in pool for name in allowed)


def test_those_that_may_not_run_do_not_hide_those_that_may(office: ToolRegistry) -> None:
    registry = load_registry(["builtin"])
    for name in office.names:
        registry.add(office.get(name))
    writes = Annotations(read_only=False)
    for n in range(70):
        registry.add(returning(1, name=f"moth_{n}", description="Paints a moth.", annotations=writes))
    for n in range(3):
        registry.add(returning(1, name=f"colour_{n}", description="Tells, of a moth or of a bee, what colour it has."))
    assert len(found(registry, "moth", EVERYTHING, count=64)) == 64
    assert found(registry, "moth") == ["colour_0", "colour_1", "colour_2"]


@settings(deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from('city "date" NEAR( OR AND NOT * ^ - : {name} a\' ;'.split())))
def test_any_text_is_words_and_no_syntax(text: str | list[str]) -> None:
    wish = text if isinstance(text, str) else " ".join(text)
    index = memory_index(SPECS)
    assert names(index, wish) == names(index, " ".join(words_in(wish)))


def test_a_long_wish_is_bounded(builtin: ToolRegistry) -> None:
    assert found(builtin, "distance between cities " + "x" * 10_000) == found(builtin, "distance between cities")
    assert "distance_between_cities" in found(builtin, "distance between two cities " * 2_000)


def test_a_search_does_not_depend_on_the_order_of_the_tools() -> None:
    shuffled = list(SPECS.items())
    random.Random(1).shuffle(shuffled)
    rest = dict(shuffled[:-1])
    for wish in ("order of a parcel", "price", "city_id name 17"):
        assert names(memory_index(dict(shuffled)), wish) == names(memory_index(SPECS), wish) != []
        # And is made anew where a tool is another.
        assert shuffled[-1][0] not in names(memory_index(rest), wish)


def test_tools_of_one_score_come_by_name() -> None:
    alike = {name: spec(name, description="Tells the colour of a moth.") for name in ("c_x", "a_x", "b_x")}
    others = {f"other_{n}": spec(f"other_{n}") for n in range(20)}
    hits = list(memory_index({**alike, **others}).hits("colour of moths"))
    assert [hit.name for hit in hits] == ["a_x", "b_x", "c_x"]
    assert len({hit.score for hit in hits}) == 1


def test_an_index_on_disk_finds_what_one_in_memory_finds(tmp_path: Path) -> None:
    path = tmp_path / "library.jsonl"
    # In another order than that of the names.
    path.write_text("".join(f"{each.model_dump_json()}\n" for each in reversed(SPECS.values())))
    on_disk, in_memory = open_catalogue(LinesLibrary(path), tmp_path).search, memory_index(SPECS)
    for wish in ("order of a parcel", "price", "refund total of a ticket", "service number 17"):
        hits = list(on_disk.hits(wish))
        assert [hit[::2] for hit in hits] == [hit[::2] for hit in in_memory.hits(wish)]
        assert hits


def test_a_registry_searches_its_catalogue_beside_its_tools(tmp_path: Path) -> None:
    path = tmp_path / "library.jsonl"
    path.write_text("".join(f"{each.model_dump_json()}\n" for each in SPECS.values()))
    taken = next(iter(SPECS))
    registry = ToolRegistry()
    registry.add(returning(1, name=taken, description="Nothing of the kind."))
    registry.add(returning(1, name="moth_colour", description="Tells the colour of a moth."))
    registry.add(returning(1, name="paint_moth", description="Paints a moth.", annotations=Annotations()))
    registry.attach(open_catalogue(LinesLibrary(path), tmp_path))
    assert found(registry, "moth") == ["moth_colour"]
    registry.add(returning(1, name="moth_size", description="Tells the size of a moth."))
    assert found(registry, "moth") == ["moth_colour", "moth_size"]
    # Under the name that it has here.
    [alias] = [name for name in registry if name.startswith(f"{taken}_")]
    assert alias in found(registry, SPECS[taken].description, EVERYTHING, count=20)
    careful = registry.pool(READ_ONLY)
    assert {name in careful for name in found(registry, "order parcel", count=50)} == {True}
