"""What a rule says of a call: true, false or unknown, and never an exception."""

from typing import Any

import pytest

from graph.record import PolicyRules, RecordContext, Rule, Step
from nodes.rules import Known, broken_rules, looked_at, verdict_of
from tool_registry.spec import ToolSpec

NOW = "2026-05-01T09:30:00+02:00"
ORDER: dict[str, Any] = {
    "status": "delivered",
    "bought": "2026-03-15",
    "total": 80.5,
    "paid": True,
    "items": ["lamp", "chair"],
    "prices": [30.25, 50.25],
    "note": None,
}
STEPS = [
    Step(id="s1", tool="get_order", arguments={"order": "A1"}, result={**ORDER, "status": "open"}),
    Step(id="s2", tool="get_order", arguments={"order": "B2"}, result={**ORDER, "bought": "2026-04-20", "total": 10}),
    Step(id="s3", tool="refund", arguments={"order": "B2", "amount": 5}, result={"ok": True}),
    Step(id="s4", tool="get_order", arguments={"order": "A1"}, result=ORDER),
]
SPEC = ToolSpec(
    name="refund",
    description="Refund.",
    parameters={
        "type": "object",
        "properties": {"order": {"type": "string"}, "amount": {"type": "number"}, "fast": {"default": True}},
    },
    source="python",
)
KNOWN = Known(STEPS, RecordContext(now=NOW, timezone="Europe/Vienna", user={"plan": "basic", "limit": 50}))


def rule(when: Any, **more: Any) -> Rule:
    return Rule(text="No.", forbids={"tool": "refund", **({} if when is None else {"when": when}), **more})


def call(tool: str = "refund", **arguments: Any) -> Step:
    return Step(id="s9", tool=tool, arguments=arguments, result=None)


def of_order(at: str, **more: Any) -> dict[str, Any]:
    return {"step": "get_order", "at": at, "where": {"/arguments/order": {"argument": "/order"}}, **more}


def days(start: Any, end: Any, **test: Any) -> dict[str, Any]:
    return {"days": [start, end], **test}


@pytest.mark.parametrize(
    ("when", "truth"),
    [
        (None, True),
        # arguments
        ({"argument": "/amount", "gt": 80}, False),
        ({"argument": "/amount", "ge": 80}, True),
        ({"argument": "/amount", "gt": 50, "lt": 100}, True),
        ({"argument": "/amount", "eq": 80.0}, True),
        ({"argument": "/order", "in": ["A1", "C3"]}, True),
        ({"argument": "/order", "contains": "B"}, False),
        ({"argument": "/reason", "exists": False}, True),
        ({"argument": "/reason", "eq": "x"}, False),
        ({"argument": "/reason", "ne": "x"}, True),
        ({"argument": "/reason", "gt": 3}, False),
        ({"argument": "/fast", "eq": True}, True),
        # results: the last step that fits
        (of_order("/result/status", eq="delivered"), True),
        (of_order("/result/status", eq="open"), False),
        (of_order("/result/items", contains="lamp"), True),
        (of_order("/result/note", exists=True), False),
        (of_order("/result/colour", eq="red"), False),
        (of_order("/arguments/order", eq="A1"), True),
        ({"argument": "/amount", "gt": of_order("/result/total")}, False),
        ({"step": "get_order", "at": "/result/total", "where": {"/result/total": 10}, "eq": 10}, True),
        (of_order("/result", exists=True), True),
        ({"step": "cancel", "exists": True}, False),
        # context
        ({"context": "/user/plan", "eq": "basic"}, True),
        ({"argument": "/amount", "gt": {"context": "/user/limit"}}, True),
        ({"context": "/user/age", "exists": False}, True),
        # state
        ({"calls": "get_order", "eq": 3}, True),
        ({"calls": "refund", "where": {"/arguments/order": {"argument": "/order"}}, "ge": 1}, False),
        ({"calls": "refund", "where": {"/arguments": {"argument": ""}}, "ge": 1}, False),
        ({"calls": "cancel", "where": {"/arguments/order": {"context": "/user/age"}}, "eq": 0}, True),
        # arithmetic
        (days(of_order("/result/bought"), {"context": "/now"}, gt=30), True),
        (days(of_order("/result/bought"), {"context": "/now"}, eq=47), True),
        (days("2026-04-30T23:30:00+00:00", {"context": "/now"}, eq=0), True),
        ({"hours": ["2026-05-01T06:30:00Z", {"context": "/now"}], "eq": 1}, True),
        ({"hours": ["2026-05-01", {"context": "/now"}], "eq": 9.5}, True),
        ({"sum": [{"argument": "/amount"}, {"calls": "refund"}], "eq": 81}, True),
        ({"sum": [of_order("/result/prices")], "eq": 80.5}, True),
        ({"difference": [{"argument": "/amount"}, of_order("/result/total")], "lt": 0}, True),
        ({"product": [0.1, 3], "eq": 0.3}, True),
        ({"count": of_order("/result/items"), "ge": 2}, True),
        ({"weekday": {"context": "/now"}, "in": ["friday"]}, True),
        ({"hour": {"context": "/now"}, "lt": 9}, False),
        ({"context": "/now", "gt": "2026-04-30"}, True),
        ({"context": "/now", "gt": "2026-05-01"}, False),
        # joined
        ({"not": {"argument": "/amount", "gt": 80}}, True),
        ({"any": [{"argument": "/amount", "gt": 80}, {"context": "/user/age", "gt": 3}]}, None),
        ({"any": [{"argument": "/amount", "gt": 70}, {"context": "/user/age", "gt": 3}]}, True),
        ({"all": [{"argument": "/amount", "gt": 80}, {"context": "/user/age", "gt": 3}]}, False),
        ({"all": [{"argument": "/amount", "gt": 70}, {"context": "/user/age", "gt": 3}]}, None),
        ({"not": {"context": "/user/age", "gt": 3}}, None),
    ],
)
def test_the_truth_of_a_condition(when: Any, truth: bool | None) -> None:
    known = Known(KNOWN.steps, KNOWN.context, {"refund": SPEC})
    assert verdict_of(rule(when), call(order="A1", amount=80), known).truth is truth


@pytest.mark.parametrize(
    ("when", "note"),
    [
        ({"step": "cancel", "at": "/result", "eq": 1}, "cancel was not called"),
        (of_order("/result/total", gt=1), "get_order was not called with the same /order"),
        ({"context": "/user/age", "gt": 3}, "the context does not tell /user/age"),
        ({"argument": "/amount", "gt": "ten"}, "80 and 'ten' have no order"),
        ({"argument": "/order", "gt": "A0"}, "'X' and 'A0' have no order"),
        ({"argument": "/amount", "contains": 8}, "80 is no list or text"),
        (days({"argument": "/order"}, {"context": "/now"}, gt=3), "'X' is no date or moment"),
        ({"sum": [{"argument": "/order"}], "gt": 3}, "'X' is no number"),
        ({"hour": "2026-05-01", "gt": 3}, "tells no time of the day"),
        ({"count": 3, "gt": 3}, "3 is no list or text"),
        ({"product": [10**20, 10**20], "gt": 3}, "is not computed with"),
        ({"sum": [10**400], "gt": 3}, "is not computed with"),
        (days("2026-02-30", {"context": "/now"}, gt=3), "no date"),
        (days("0001-01-01T00:00:00+14:00", {"context": "/now"}, gt=3), "days: "),
    ],
)
def test_what_cannot_be_told_is_unknown_and_says_why(when: Any, note: str) -> None:
    verdict = verdict_of(rule(when), call(order="X", amount=80), KNOWN)
    assert verdict.truth is None
    assert any(note in each for each in verdict.notes), verdict.notes


def test_a_call_of_another_tool_is_not_forbidden() -> None:
    assert verdict_of(rule(None), call("cancel"), KNOWN).truth is False
    assert verdict_of(rule(None, tool=["cancel", "refund"]), call("cancel"), KNOWN).truth is True


def test_a_call_waits_for_what_is_unknown_unless_the_rule_allows_it() -> None:
    amount, looked_up = {"argument": "/amount", "gt": 50}, of_order("/result/status", eq="open")
    policy = PolicyRules(text="", rules=[rule(amount), rule(looked_up), rule(looked_up, unknown="allow")])
    broken = broken_rules(policy, call(order="X", amount=80), KNOWN)
    assert [(each.number, each.is_proved) for each in broken] == [(0, True), (1, False)]
    assert broken[0].message == "the rule forbids it: No."
    assert broken[1].message.endswith("No. (get_order was not called with the same /order)")
    assert broken_rules(None, call(), KNOWN) == broken_rules(policy, call(order="A1", amount=5), KNOWN) == []


def test_the_steps_that_decide_are_known() -> None:
    policy = PolicyRules(text="", rules=[rule(of_order("/result/status", eq="open"))])
    assert looked_at(policy, call(order="A1"), KNOWN) == {"s4"}
    assert looked_at(policy, call("cancel", order="A1"), KNOWN) == frozenset()
