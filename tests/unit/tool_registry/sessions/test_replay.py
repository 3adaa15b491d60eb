"""Replay: the same in order in a fresh session, and every way in which it is not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tool_registry.sessions.making import LIMITS, counters, registry_of
from tool_registry.json.shapes import shape_difference
from tool_registry.permissions import Permissions
from tool_registry.sessions.replay import RecordedCall, ReplayOutcome, difference, replay, rule_of
from tool_registry.sessions.session import open_session

CALLS = [
    RecordedCall(id="s1", tool="add", arguments={"amount": 2}, result={"value": 2}),
    RecordedCall(id="s2", tool="add", arguments={"amount": 3}, result={"value": 5}),
    RecordedCall(id="s3", tool="total", arguments={}, result={"value": 5, "log": [2, 3]}),
]


async def replayed(calls: list[RecordedCall], **limits: Any) -> list[ReplayOutcome]:
    async with await open_session(registry_of(counters(), "python:tests.fixtures.parcels:TOOLS")) as session:
        return await replay(session, calls, **{**LIMITS, **limits})


async def test_the_same_calls_give_the_same() -> None:
    outcomes = await replayed(CALLS)
    assert [(outcome.id, outcome.verdict, outcome.rule) for outcome in outcomes] == [
        ("s1", "same", "exact"),
        ("s2", "same", "exact"),
        ("s3", "same", "exact"),
    ]


async def test_order_matters() -> None:
    outcomes = await replayed([CALLS[1], CALLS[0], CALLS[2]])
    assert [(o.id, o.verdict, o.where) for o in outcomes] == [
        ("s2", "differs", "/value"),
        ("s1", "differs", "/value"),
        ("s3", "differs", "/log/0"),
    ]
    assert outcomes[0].message == "5 was recorded, now it is 3"


async def test_what_cannot_be_run_is_told_from_what_fails() -> None:
    gone = RecordedCall(id="a", tool="no_such_tool", arguments={})
    wrong = RecordedCall(id="b", tool="add", arguments={"amount": "two"}, result={"value": 2})
    fails = RecordedCall(id="c", tool="fail", arguments={"amount": 2}, result=2)
    outcomes = await replayed([gone, wrong, fails])
    assert [outcome.verdict for outcome in outcomes] == ["not_run", "not_run", "failed"]
    assert "no_such_tool" in outcomes[0].message
    assert "invalid_arguments" in outcomes[1].message
    assert "half way" in outcomes[2].message
    (refused, *_) = await replayed(CALLS, permissions=Permissions(allow_unannotated=True))
    assert refused.verdict == "not_run"
    assert "allow_writes" in refused.message
    assert len(await replayed([CALLS[1], CALLS[2]], stop_at_first=True)) == 1


def test_rules() -> None:
    registry = registry_of(counters(), "builtin:moon", "python:tests.fixtures.everyday_tools:TOOLS")
    assert rule_of(registry.get("add")) == "exact"
    assert rule_of(registry.get("slow_add")) == "exact"
    assert rule_of(registry.get("busy")) == "shape"
    assert rule_of(registry.get("next_moon_phase")) == "exact"


@pytest.mark.parametrize(
    ("a", "b", "where"),
    [
        ({"a": 1, "b": 2.5}, {"a": 7.5, "b": 1}, None),
        ({"a": None}, {"a": "x"}, None),
        ({"a": 1}, {"a": "1"}, "/a"),
        ({"a": 1}, {"b": 1}, "/a"),
        ({"a": 1}, {"a": 1, "b": 2}, "/b"),
        ([], [{"a": 1}], None),
        ([{"a": 1}], [{"a": 2, "b": 3}, {"a": 4}], None),
        ([{"a": 1}], [{"c": 1}], "/*/a"),
        ([{"a": 1}], [{"a": "x"}], "/*/a"),
        ([1], {"a": 1}, ""),
        (True, 1, ""),
    ],
)
def test_shapes(a: Any, b: Any, where: str | None) -> None:
    for found in (shape_difference(a, b), difference(a, b, "shape")):
        assert (found and found[0]) == where


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_value_is_like_itself(value: Any) -> None:
    assert difference(value, value, "exact") is None
    assert difference(value, value, "shape") is None


@given(JSON, JSON)
def test_what_is_exactly_the_same_has_the_same_shape(a: Any, b: Any) -> None:
    if difference(a, b, "exact") is None:
        assert difference(a, b, "shape") is None
