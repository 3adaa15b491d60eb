from typing import Any

import pytest

from graph.record import Record
from tests.unit.nodes.proofs.records import example, one_call, spec
from toolgrad_data.stats.dependence import is_dependent

NEXT = {"kind": "step", "step": "s1", "pointer": "/a"}


def two_calls(query: str, first: dict[str, Any], result: Any, value: Any, source: dict[str, Any]) -> Record:
    record = one_call(query, {"it": value}, {"/it": source}, {"it": {}})
    step = record.turns[0].steps[0].model_copy(update={"id": "s1", "arguments": first, "sources": {}, "result": result})
    turn = record.turns[0].model_copy(update={"steps": [step, *record.turns[0].steps]})
    return record.model_copy(update={"turns": [turn], "tools": [spec("probe_call", {"it": {}})]})


def test_the_example_of_the_design_is_dependent() -> None:
    assert is_dependent(example())


@pytest.mark.parametrize(
    ("query", "first", "result", "value", "source", "dependent"),
    [
        ("Go on", {}, {"a": 5}, 5, NEXT, True),
        ("Go on with 5", {}, {"a": 5}, 5, NEXT, False),
        ("Go on with five", {}, {"a": 5}, 5, NEXT, False),
        ("Go on", {"b": 5.0}, {"a": 5}, 5, NEXT, False),
        ("Go on", {"b": "5"}, {"a": 5}, 5, NEXT, True),
        ("On 1 March 2026", {}, {"a": "2026-03-01"}, "2026-03-01", NEXT, False),
        ("Go on", {}, {"a": 48.8584}, 48.8584, NEXT, True),
        ("At 48.8584", {}, {"a": 48.8584}, 48.8584, NEXT, False),
        ("Go on with 5", {}, {"a": 5}, 5, {"kind": "user", "quote": "5"}, False),
        ("Go on", {}, {"a": "no. 5"}, 5, {**NEXT, "span": "5"}, True),
        ("Go on", {}, {"a": [1, 2]}, 2, {"kind": "derived", "op": "count", "of": [NEXT]}, True),
        ("Go on", {}, {"a": "x"}, "X", {"kind": "derived", "op": "upper", "of": [NEXT]}, True),
        ("Go on from x", {}, {"a": "x"}, "X", {"kind": "derived", "op": "upper", "of": [NEXT]}, False),
    ],
)
def test_an_echo_is_no_data_flow(
    query: str, first: dict[str, Any], result: Any, value: Any, source: dict[str, Any], dependent: bool
) -> None:
    assert is_dependent(two_calls(query, first, result, value, source)) is dependent
