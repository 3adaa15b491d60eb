"""The index of a large library on disk."""

import json
import os
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench.catalogue import LinesLibrary, spec_of
from tests.unit.tool_registry.making import returning
from tool_registry.drawing.composing import BatchGoal
from tool_registry.drawing.index import Catalogue, CataloguePool, open_catalogue
from tool_registry.drawing.sampling import draw_batch
from tool_registry.drawing.tool_graph import MemoryPool, traits_of
from tool_registry.permissions import Permissions
from tool_registry.profiles.profile import Profile, ToolProfile, digest_of
from tool_registry.profiles.profiled import ProfiledLibrary
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.spec import ToolSpec

EVERYTHING = Permissions(True, True)
SPECS = {each.name: each for each in map(spec_of, range(400))}


class Counted(LinesLibrary):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read = 0
        self.bound: list[str] = []

    def entries(self, problems: list[str]) -> Iterator[tuple[ToolSpec, Any]]:
        self.read += 1
        return super().entries(problems)

    def bind(self, spec: ToolSpec, payload: Any) -> Any:
        self.bound.append(spec.name)
        return super().bind(spec, payload)


@pytest.fixture
def library(tmp_path: Path) -> Counted:
    path = tmp_path / "library.jsonl"
    path.write_text("".join(f"{each.model_dump_json()}\n" for each in SPECS.values()))
    return Counted(path)


def pool(catalogue: Catalogue, permissions: Permissions = EVERYTHING) -> CataloguePool:
    return CataloguePool(catalogue, permissions, {})


def test_it_holds_what_the_library_holds(library: Counted, tmp_path: Path) -> None:
    catalogue = open_catalogue(library, tmp_path)
    assert len(catalogue) == 400
    assert sorted(catalogue) == sorted(SPECS)
    assert {name: catalogue[name].spec for name in SPECS} == SPECS
    assert "nothing" not in catalogue
    with pytest.raises(KeyError):
        catalogue["nothing"]


def test_the_library_is_read_once_and_again_when_it_changed(library: Counted, tmp_path: Path) -> None:
    first = open_catalogue(library, tmp_path)
    open_catalogue(library, tmp_path)
    assert library.read == 1
    with library.path.open("a") as lines:
        lines.write(spec_of(400).model_dump_json() + "\n")
    assert len(open_catalogue(library, tmp_path)) == 401
    assert library.read == 2
    # Whoever has the old one open goes on with it.
    assert len(list(first)) == 400
    assert [path.suffix for path in tmp_path.iterdir() if path != library.path] == [".sqlite"]


def test_a_damaged_index_is_written_again(library: Counted, tmp_path: Path) -> None:
    open_catalogue(library, tmp_path).close()
    index = next(tmp_path.glob("*.sqlite"))
    index.write_bytes(b"no database, but long enough to look at" * 100)
    assert len(open_catalogue(library, tmp_path)) == 400
    assert library.read == 2


def test_an_index_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.jsonl"
    path.write_text(spec_of(0).model_dump_json() + "\n{broken\n")
    with pytest.raises(ValueError, match="JSON"):
        open_catalogue(LinesLibrary(path), tmp_path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("strategy", ["uniform", "stratified", "composable"])
def test_a_draw_parses_only_what_is_drawn(library: Counted, tmp_path: Path, strategy: Any) -> None:
    catalogue = open_catalogue(library, tmp_path)
    needs = BatchGoal(produced=traits_of(SPECS[next(iter(SPECS))]).gives)
    batch = draw_batch(pool(catalogue), 30, strategy, random.Random(3), needs)
    assert len(set(batch)) == 30
    assert set(batch) <= set(SPECS)
    # A composable draw looks at what its consumers lack and at some partners.
    assert len(library.bound) <= (0 if strategy != "composable" else 30)
    for name in batch:
        assert catalogue[name].spec == SPECS[name]
    assert len(library.bound) < 61


def test_a_pool_on_disk_counts_as_one_in_memory(library: Counted, tmp_path: Path) -> None:
    on_disk, in_memory = pool(open_catalogue(library, tmp_path)), MemoryPool(SPECS)
    assert {on_disk.name_at(number) for number in range(len(on_disk))} == set(SPECS)
    assert dict(on_disk.categories()) == dict(in_memory.categories())
    for category, count in on_disk.categories().items():
        names = {on_disk.name_in(category, number) for number in range(count)}
        assert names == {in_memory.name_in(category, number) for number in range(count)}
    for each in list(SPECS.values())[:20]:
        for key in traits_of(each).takes:
            count = on_disk.count("takes", key)
            assert count == in_memory.count("takes", key)
            links = {on_disk.tool_at("takes", key, number) for number in range(count)}
            rounded = (in_memory.tool_at("takes", key, number) for number in range(count))
            assert links == {(name, round(weight, 3)) for name, weight in rounded}
        assert on_disk.traits(each.name) == in_memory.traits(each.name)


def test_tools_that_may_not_run_are_not_drawn(library: Counted, tmp_path: Path) -> None:
    careful = pool(open_catalogue(library, tmp_path), Permissions())
    allowed = {name for name, each in SPECS.items() if each.annotations.read_only}
    assert 0 < len(careful) == len(allowed) < len(SPECS)
    assert {careful.name_at(number) for number in range(len(careful))} == allowed
    for name, each in list(SPECS.items())[:40]:
        assert (name in careful) is (name in allowed)
        for key in traits_of(each).takes:
            links = [careful.tool_at("takes", key, number) for number in range(careful.count("takes", key))]
            assert {link[0] for link in links if link} <= allowed
    batch = draw_batch(careful, 100, "composable", random.Random(1))
    assert set(batch) <= allowed


def test_a_registry_has_its_tools_beside_others_and_names_stay_unique(library: Counted, tmp_path: Path) -> None:
    taken, free = list(SPECS)[:2]
    registry = ToolRegistry()
    registry.add(returning(1, name=taken))
    registry.attach(open_catalogue(library, tmp_path))
    registry.add(returning(2, name=free))
    assert len(registry) == 402 == len(set(registry.names)) == len(registry.specs)
    assert registry.get(taken).spec.source == "python"
    mapped = [name for name in registry.names if registry.get(name).spec.original_name == taken]
    assert len(mapped) == 1
    assert registry.get(mapped[0]).spec.description == SPECS[taken].description
    assert registry.get(free).spec == SPECS[free]
    drawn = draw_batch(registry.pool(Permissions(True, True)), 402, "uniform", random.Random(1))
    assert set(drawn) == set(registry.names)
    assert all(registry.specs[name].name == name for name in drawn)


def test_a_large_toolbench_library_is_indexed_and_a_small_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLGRAD_CACHE", str(tmp_path / "cache"))

    def write(count: int) -> None:
        for number in range(count):
            api = {
                "name": "lookup",
                "description": f"Look up item {number}.",
                "method": "GET",
                "required_parameters": [{"name": "item", "type": "STRING", "description": "Item.", "default": "a"}],
                "optional_parameters": [],
            }
            path = tmp_path / "tools" / f"Kind{number % 3}" / f"tool_{number}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"tool_name": f"tool {number}", "api_list": [api]}))

    write(20)
    small = load_registry([f"toolbench:{tmp_path / 'tools'}"])
    assert len(small) == 20
    assert not (tmp_path / "cache").exists()
    write(510)
    large = load_registry([f"toolbench:{tmp_path / 'tools'}", "builtin:units"])
    assert len(large) > 510
    assert len(list((tmp_path / "cache" / "catalogues").iterdir())) == 1
    for name in small.names:
        assert large.get(name).spec == small.get(name).spec
    os.remove(tmp_path / "tools" / "Kind0" / "tool_0.json")
    assert len(load_registry([f"toolbench:{tmp_path / 'tools'}"])) == 509


def test_a_profile_goes_into_the_index(library: Counted, tmp_path: Path) -> None:
    bare = [name for name, spec in SPECS.items() if spec.output_schema is None][:2]
    assert len(bare) == 2
    schema = {"type": "object", "properties": {"parcel_code": {"type": "string"}}}
    known = {
        bare[0]: ToolProfile(spec=digest_of(SPECS[bare[0]]), status="works", output_schema=schema),
        bare[1]: ToolProfile(spec=digest_of(SPECS[bare[1]]), status="dead", reason="gone"),
    }
    with closing(open_catalogue(ProfiledLibrary(library, [Profile(tools=known)]), tmp_path)) as catalogue:
        assert catalogue[bare[0]].spec.output_schema == schema
        assert bare[1] not in catalogue
        assert len(catalogue) == len(SPECS) - 1
        assert any(problem.startswith(f"{bare[1]} is left out") and "gone" in problem for problem in catalogue.problems)
        drawn_from, key = pool(catalogue), "thing:string:parcel:code"
        linked = {drawn_from.tool_at("gives", key, number) for number in range(drawn_from.count("gives", key))}
        assert bare[0] in {found[0] for found in linked if found}
    # Of a tool that has changed since, it says nothing.
    stale = {name: known[name].model_copy(update={"spec": "0" * 16}) for name in bare}
    with closing(open_catalogue(ProfiledLibrary(library, [Profile(tools=stale)]), tmp_path)) as catalogue:
        assert catalogue[bare[0]].spec == SPECS[bare[0]]
        assert bare[1] in catalogue
    assert library.label != ProfiledLibrary(library, []).label


def test_a_cache_that_cannot_be_written_is_said(library: Counted, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"library\.jsonl"):
        open_catalogue(library, library.path)
