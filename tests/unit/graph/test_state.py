"""The reducers of the state's growing lists."""

from hypothesis import given
from hypothesis import strategies as st

from graph.state import merge_by

items = st.lists(st.fixed_dictionaries({"id": st.integers(0, 4), "v": st.integers()}), max_size=6)


def test_appends_and_replaces_in_place() -> None:
    merge = merge_by("id")
    assert merge(None, [[{"id": 1, "v": 1}], [{"id": 2, "v": 2}, {"id": 1, "v": 3}]]) == [
        {"id": 1, "v": 3},
        {"id": 2, "v": 2},
    ]


@given(items, st.lists(items, max_size=4), st.lists(items, max_size=4))
def test_batching_changes_nothing(start, first, second) -> None:
    """What a delta channel asks of a reducer, so that replayed writes give the state that was."""
    merge = merge_by("id")
    assert merge(merge(start, first), second) == merge(start, first + second)


@given(items, items)
def test_a_branch_that_runs_twice_adds_nothing(start, write) -> None:
    merge = merge_by("id")
    once = merge(start, [write])
    assert merge(once, [write]) == once


@given(items, items)
def test_inputs_are_not_changed(start, write) -> None:
    before = ([dict(item) for item in start], [dict(item) for item in write])
    merge_by("id")(start, [write])
    assert (start, write) == before
