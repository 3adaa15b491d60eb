"""What a gradient looks for is found, or said not to be there; nothing that it may hold does harm."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.catalogue import LinesLibrary, spec_of
from graph.record import Gradient
from nodes.steering import TOOLS_MAX, WISH_CHARACTERS, WISHES_MAX, SampleLibrary, seek, steer, tools_in_words
from tests.fixtures.city_office import city_office
from tool_registry.drawing.index import open_catalogue
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sources.config import SourceConfig

BUILTIN = SampleLibrary(load_registry(["builtin"]), Permissions())
BATCH = ["split_bill", "sun_times", "city_location"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SampleLibrary:
    path = tmp_path_factory.mktemp("office") / "office.json"
    path.write_text(json.dumps(city_office()))
    source = SourceConfig(kind="openapi", target=str(path), options={"server": "http://127.0.0.1:9/office"})
    return SampleLibrary(load_registry([source.as_spec()]), Permissions())


def gradient(text: str = "", **members: list[str]) -> Gradient:
    return Gradient(iteration=1, selected=[], text=text, **members)


def first_of(
    wanted: Gradient, library: SampleLibrary = BUILTIN, size: int = 50, called: tuple[str, ...] = ()
) -> list[str]:
    return steer(wanted, library, BATCH, called, size)[0]


def notes(*tools: str, wishes: tuple[str, ...] = (), library: SampleLibrary = BUILTIN) -> list[str]:
    return [f"{note.kind}: {note.message}" for note in seek(library, tools, wishes).notes]


def test_named_tools_come_first_then_what_wishes_find() -> None:
    wanted = gradient(tools=["moon_at_moment", "convert_mass"], wishes=["distance between two cities", "currency"])
    first = first_of(wanted)
    assert first[:3] == ["moon_at_moment", "convert_mass", "distance_between_cities"]
    assert "convert_currency" in first or "currency_of_country" in first
    assert steer(wanted, BUILTIN, BATCH, (), 50)[1] is wanted


@pytest.mark.parametrize(("size", "most"), [(1, 1), (2, 1), (5, 2), (50, 25)])
def test_at_most_half_of_a_batch_is_steered(size: int, most: int) -> None:
    names = ["moon_at_moment", "convert_mass", "sun_times", "split_bill"]
    wishes = ["distance", "currency", "airport", "holiday", "planet", "loan"]
    first = first_of(gradient(tools=names, wishes=wishes), size=size)
    assert len(first) == min(most, len(first)) <= most
    assert first[: min(most, 4)] == names[: min(most, 4)]


def test_a_wish_brings_a_tool_that_the_last_batch_had_not() -> None:
    best = BUILTIN.search("distance between two cities", 4)
    first, _ = steer(gradient(wishes=["distance between two cities"]), BUILTIN, best[:3], (), 50)
    assert set(first) == {*best[:2], best[3]}


def test_words_name_tools_as_well() -> None:
    text = "Find how far it is with great_circle_distance from s1 /distance_km. `soundex_code` would fit, too."
    assert tools_in_words(text, BUILTIN, ()) == ["great_circle_distance", "soundex_code"]
    assert first_of(gradient(text)) == ["great_circle_distance", "soundex_code"]


def test_words_about_what_was_called_name_nothing_but_what_they_praise() -> None:
    text = "p1: sun_times worked and was kept.\nTool moon_at_moment failed, avoid it. Next try split_bill again."
    assert tools_in_words(text, BUILTIN, ("sun_times", "moon_at_moment", "split_bill")) == ["split_bill"]
    assert tools_in_words("Avoid moon_at_moment.", BUILTIN, ()) == []


def test_a_tool_that_is_called_like_a_verb_has_to_be_marked() -> None:
    library = SampleLibrary(load_registry(["python:tests.fixtures.everyday_tools:TOOLS"]), Permissions(True, True))
    plain = next(name for name in library.registry.names if name.isalpha())
    assert tools_in_words(f"Somebody would {plain} it then.", library, ()) == []
    for marked in (f"`{plain}` it", f"then the tool {plain}", f"{plain}(it)"):
        assert tools_in_words(marked, library, ()) == [plain]


@pytest.mark.parametrize(
    "written", ["`split_bill`", "split_bill(total, people)", "functions.split_bill", " split_bill. "]
)
def test_a_name_is_read_as_models_write_it(written: str) -> None:
    assert seek(BUILTIN, [written], []).tools == ["split_bill"]


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("distance_of_cities", "distance_between_cities"),
        ("airpot_details", "airport_details"),
        ("splitbill", "split_bill"),
        ("the distance between two cities", "distance_between_cities"),
    ],
)
def test_a_name_that_does_not_exist_is_told_with_the_nearest_and_brings_it(wrong: str, near: str) -> None:
    sought = seek(BUILTIN, [wrong], [])
    assert sought.tools == []
    [note] = sought.notes
    assert (note.kind, note.call) == ("unknown_tool", wrong)
    assert note.message.startswith(f"there is no tool {wrong!r}; nearest are ")
    assert near in note.message
    told = gradient("Go on.", tools=sought.tools, wishes=sought.wishes)
    assert near in first_of(told)
    # Said once: reading it again says nothing more.
    assert steer(told, BUILTIN, BATCH, (), 50)[1] is told


def test_a_tool_that_may_not_run_is_told_and_never_brought(office: SampleLibrary) -> None:
    sought = seek(office, ["strike_playground"], ["strike a playground off the register"])
    assert sought.tools == []
    assert [note.kind for note in sought.notes] == ["not_allowed"]
    assert "read" in sought.notes[0].message
    first = first_of(gradient("Try strike_playground.", wishes=sought.wishes), office)
    assert first
    assert all(name in office.pool for name in first)


def test_a_tool_that_the_sample_does_without_is_told_and_not_brought() -> None:
    library = SampleLibrary(BUILTIN.registry, Permissions(), frozenset({"distance_between_cities"}))
    assert notes("distance_between_cities", library=library)[0].startswith("left_out: distance_between_cities ")
    wanted = gradient("Try distance_between_cities.", wishes=["distance between two cities"])
    assert "distance_between_cities" not in first_of(wanted, library)
    assert first_of(wanted, library)


def test_a_wish_that_finds_nothing_is_told_in_the_words() -> None:
    wanted = gradient("Go on.", wishes=["zorgl quux", "currency"])
    first, told = steer(wanted, BUILTIN, BATCH, (), 50)
    assert first
    assert told.text == "Go on."
    assert [(note.kind, note.call) for note in told.notes] == [("nothing_found", "zorgl quux")]
    assert steer(told, BUILTIN, BATCH, (), 50)[1] is told


def test_what_is_too_much_is_bounded_and_told() -> None:
    wishes = tuple(f"{word} of a city {'x' * 10_000}" for word in ("distance", "capital", "airport"))
    sought = seek(BUILTIN, ["split_bill"] * 1_000, [*wishes, *(f"wish {n}" for n in range(1_000))])
    assert sought.tools == ["split_bill"]
    assert len(sought.wishes) <= WISHES_MAX
    assert max(map(len, sought.wishes)) <= WISH_CHARACTERS
    kinds = [note.kind for note in sought.notes]
    assert {"cut_wish", "too_many_wishes"} <= set(kinds)
    last = sought.notes[kinds.index("too_many_wishes")]
    assert last.message == "of 1000 tools and 1003 wishes the first 8 and 6 were read"
    assert sum(len(note.message) for note in sought.notes) < 1_000


def test_empty_wishes_and_control_characters() -> None:
    sought = seek(BUILTIN, ["", "\x00", "sun\x1b[31m_times"], ["", " \n\t", "\x00\x07", "cur\x00rency\u202e", "…"])
    assert sought.tools == ["sun_times"]
    assert len(sought.wishes) == 1
    assert sought.wishes[0].startswith("currency")
    assert [note.kind for note in sought.notes] == ["empty_wish"]
    assert "4 wishes" in sought.notes[0].message


def test_a_library_on_disk_is_searched_without_what_the_sample_does_without(tmp_path: Path) -> None:
    specs = [spec_of(number) for number in range(300)]
    path = tmp_path / "library.jsonl"
    path.write_text("".join(f"{each.model_dump_json()}\n" for each in specs))
    registry = ToolRegistry()
    registry.attach(open_catalogue(LinesLibrary(path), tmp_path))
    allowed = [each.name for each in specs if each.annotations.read_only]
    denied = next(each.name for each in specs if not each.annotations.read_only)
    usual = SampleLibrary(registry, Permissions())
    wanted = gradient(tools=[allowed[0], denied, "no_such_thing"], wishes=["price of a parcel", "hotel in a city"])
    first, told = steer(wanted, usual, (), (), 50)
    assert first[0] == allowed[0]
    assert set(first) <= set(allowed)
    assert len(first) > 4
    assert [note.kind for note in told.notes] == ["not_allowed", "unknown_tool"]
    lacking = SampleLibrary(registry, Permissions(), frozenset(first[:3]))
    again, told = steer(wanted, lacking, (), (), 50)
    assert again
    assert not set(again) & lacking.without
    assert told.notes[0].kind == "left_out"


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12), st.lists(st.text(max_size=60), max_size=12), st.text(max_size=200))
def test_any_gradient_is_read_the_same_again(tools: list[str], wishes: list[str], text: str) -> None:
    sought = seek(BUILTIN, tools, wishes)
    assert len(sought.tools) <= TOOLS_MAX
    again = seek(BUILTIN, sought.tools, sought.wishes)
    assert (again.tools, again.wishes) == (sought.tools, sought.wishes)
    assert all(note in sought.notes for note in again.notes)
    assert all(name in BUILTIN.pool for name in first_of(gradient(text, tools=tools, wishes=wishes)))
