"""The tree of a search: where it is, what was tried there, and what is undone when it gives up."""

from nodes.search.tree import DEPTH_MAX, SearchTree


def tree(*iterations: int) -> SearchTree:
    """A tree of one way."""
    made = SearchTree([], 0)
    for iteration in iterations:
        made.add(iteration)
    return made


def way(made: SearchTree) -> list[int]:
    return [node["iteration"] for node in made.way()]


def test_a_call_goes_below_the_one_before_it() -> None:
    made = tree(2, 3)
    assert way(made) == [2, 3]
    assert made.nodes[3]["above"] == 2
    assert made.tried() == []
    assert made.calls_left() == DEPTH_MAX - 1 - 2


def test_giving_up_undoes_the_last_call_and_keeps_it_as_tried() -> None:
    made = tree(2, 3)
    assert made.step_back()
    assert way(made) == [2]
    assert made.tried() == [3]


def test_a_place_from_which_enough_was_tried_is_left_too() -> None:
    made = tree(2, 3)
    made.step_back()
    made.add(4)
    assert made.step_back()
    assert (way(made), made.tried()) == ([], [2])
    made.add(5)
    assert not made.step_back(), "two calls were tried from the root"


def test_there_is_nothing_to_undo_at_the_root() -> None:
    assert not tree().step_back()


def test_it_is_read_from_the_state_with_the_step_that_the_last_call_became() -> None:
    state = {**tree(2).as_state(), "iteration": 2, "selection": [{"proposal": "p1"}], "steps": [{"id": "s1"}]}
    assert SearchTree.of(state).way() == [{"iteration": 2, "above": 0, "step": "s1"}]  # type: ignore[arg-type]
    assert SearchTree.of({**state, "selection": []}).way()[0]["step"] is None  # type: ignore[typeddict-item]


def test_a_way_of_the_greatest_depth_has_no_call_left() -> None:
    assert tree(*range(2, DEPTH_MAX + 1)).calls_left() == 0
