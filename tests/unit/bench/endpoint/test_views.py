"""A simulated model reads from a prompt what stands in it, and nothing that was left out."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.endpoint.views import read_call, read_view
from graph.sources import StepSource
from nodes.policies.model.views import call_text, view

NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=12,
)


def same(read: Any, value: Any) -> bool:
    return type(read) is type(value) and bool(read == value)


@settings(deadline=None)  # the machine may be busy
@given(VALUES)
def test_a_view_with_room_is_read_back_whole(value: Any) -> None:
    assert same(read_view(view(value, 10**9)), value) or _is_cut(value)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.lists(st.lists(VALUES, min_size=4, max_size=4)))
def test_alike_objects_are_read_back(names: list[str], rows: list[list[Any]]) -> None:
    value = [dict(zip(names, row, strict=False)) for row in rows]
    assert same(read_view(view(value, 10**9)), value) or _is_cut(value)


def _is_cut(value: Any) -> bool:
    """Even with room a view cuts what is long or deep."""
    text = view(value, 10**9)
    return "…(" in text or "…+" in text or " members}" in text or " items]" in text


@settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(NAMES, VALUES, max_size=6), st.integers(60, 400))
def test_what_is_read_of_a_cut_view_stands_in_the_value(value: dict[str, Any], room: int) -> None:
    assert _within(read_view(view(value, room)), value)


def _within(read: Any, value: Any) -> bool:
    match read, value:
        case None, _:
            return True
        case dict(), dict():
            return all(name in value and _within(member, value[name]) for name, member in read.items())
        case list(), list():
            return len(read) <= len(value) and all(map(_within, read, value))
        case str(), str():
            return value.startswith(read)
    return same(read, value)


@settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(NAMES, st.booleans() | st.integers(0, 10**6) | st.text(max_size=12), min_size=1, max_size=4))
def test_a_call_is_read_back_with_the_places_of_its_values(arguments: dict[str, Any]) -> None:
    name = sorted(arguments)[0]
    sources = {f"/{name}": StepSource(step="s2", pointer="/items/0/lat")}
    read = read_call(call_text("some_tool", arguments, sources, 2_000))
    assert read.tool == "some_tool"
    assert read.places == {name: ("s2", "/items/0/lat")}
    assert read.arguments == {other: value for other, value in arguments.items() if other != name}


def test_places_inside_a_list_or_an_object_are_read_past() -> None:
    read = read_call('filter(stocks=[r2/stocks/0,"MSFT"], at={"lat":s1/lat}, max=2)')
    assert read.arguments == {"stocks": ["(r2/stocks/0)", "MSFT"], "at": {"lat": "(s1/lat)"}, "max": 2}


def test_names_and_sizes_are_read_as_nothing() -> None:
    assert read_view("{a,b,…+3 members}") is None
    assert read_view('{"a":{5 members},"b":[3 items],"c":"x"…(12 more)}') == {"a": None, "b": None, "c": "x"}
