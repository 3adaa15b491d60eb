"""The reserve of a state that was edited."""

from typing import Any

import pytest

from graph.context import Context
from graph.state import State
from nodes.reserve import reserve_by_id
from nodes.sample import Sample
from tool_registry.registry import ToolRegistry

ATTEMPT = {"iteration": 1, "id": "p1", "tool": "t", "arguments": {}, "ok": True, "result": 1}
ENTRY = {"id": "r1", "tool": "t", "arguments": {}, "sources": {}}


def edited(reserve: Any, nominated: Any = ()) -> State:
    state: dict[str, Any] = {"iteration": 2, "attempts": [ATTEMPT], "reserve": reserve, "nominated": nominated}
    return State(**state)


def sample(state: State) -> Sample:
    return Sample(state, Context(), ToolRegistry())


@pytest.mark.parametrize(
    "odd",
    [
        {},
        "r1",
        None,
        7,
        {"id": "nonsense"},
        {"id": ["r1"]},
        {"id": "r2", "tool": "t", "sources": {}},
        {"id": "r1", "tool": "other", "sources": {}},
        {"id": "r1", "tool": "t"},
        {"id": "r1", "tool": "t", "sources": {"/a": "s1"}},
        {"id": "r1", "tool": "t", "sources": [1]},
    ],
)
def test_entries_that_name_nothing_are_no_calls(odd: Any) -> None:
    assert reserve_by_id(edited([odd])) == {}
    assert [report.proposal.id for report in sample(edited([odd, ENTRY])).reserve] == ["r1"]


@pytest.mark.parametrize("odd", [None, "r1", {"id": "r1"}, 3])
def test_what_is_no_list_holds_nothing(odd: Any) -> None:
    assert sample(edited(odd)).reserve == []
    assert [report.proposal.id for report in sample(edited([ENTRY], odd)).reserve] == ["r1"]


def test_what_is_proposed_again_is_no_longer_waiting() -> None:
    state = edited([ENTRY], [None, {}, "r9", "r1"])
    assert [report.proposal.id for report in sample(state).reports] == ["r1"]
    assert sample(state).reserve == []
