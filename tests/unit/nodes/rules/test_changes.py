"""The nearest call that a rule allows differs in one argument, is typed, and is found again alike."""

from typing import Any

import pytest

from graph.record import RecordContext, Rule, Step
from nodes.rules import Known, nearest_allowed, verdict_of
from tests.unit.nodes.rules.test_evaluate import call, of_order, rule
from tool_registry.spec import ToolSpec


def spec(**properties: Any) -> ToolSpec:
    parameters = {"type": "object", "required": properties.pop("required", []), "additionalProperties": False}
    parameters["properties"] = properties
    return ToolSpec(name="refund", description="Refund.", parameters=parameters, source="python")


NUMBER, TEXT = {"type": "number", "minimum": 0}, {"type": "string"}
KNOWN = Known(
    [
        Step(id="s1", tool="get_order", arguments={"order": "A1"}, result={"bought": "2026-01-02", "total": 80}),
        Step(id="s2", tool="get_order", arguments={"order": "B2"}, result={"bought": "2026-04-20", "total": 30}),
        Step(id="s3", tool="get_order", arguments={"order": "C3"}, result={"bought": "2026-04-25", "total": 20}),
    ],
    RecordContext(now="2026-05-01T09:30:00+02:00", user={"limit": 50}),
)


@pytest.mark.parametrize(
    ("when", "arguments", "schema", "allowed"),
    [
        ({"argument": "/amount", "gt": 100}, {"amount": 150}, {"amount": NUMBER}, {"amount": 100}),
        ({"argument": "/amount", "ge": 100}, {"amount": 150}, {"amount": NUMBER}, {"amount": 99.99}),
        ({"argument": "/amount", "ge": 100}, {"amount": 150}, {"amount": {"type": "integer"}}, {"amount": 99}),
        ({"argument": "/amount", "lt": 20}, {"amount": 5}, {"amount": NUMBER}, {"amount": 20}),
        ({"argument": "/amount", "gt": {"context": "/user/limit"}}, {"amount": 80}, {"amount": NUMBER}, {"amount": 50}),
        (
            {"argument": "/amount", "gt": of_order("/result/total")},
            {"order": "A1", "amount": 90},
            {"order": TEXT, "amount": NUMBER},
            {"order": "A1", "amount": 80},
        ),
        (
            {"product": [{"argument": "/nights"}, {"argument": "/price"}], "gt": 1000},
            {"nights": 5, "price": 300},
            {"nights": {"type": "integer"}, "price": NUMBER},
            {"nights": 3, "price": 300},
        ),
        ({"argument": "/kind", "eq": "a"}, {"kind": "a"}, {"kind": {"enum": ["a", "b", "c"]}}, {"kind": "b"}),
        ({"argument": "/fast", "eq": True}, {"fast": True}, {"fast": {"type": "boolean"}}, {"fast": False}),
        # Another order, one that was looked up.
        (
            {"days": [of_order("/result/bought"), {"context": "/now"}], "gt": 30},
            {"order": "A1"},
            {"order": TEXT},
            {"order": "B2"},
        ),
        (
            {"days": [{"context": "/now"}, {"argument": "/date"}], "gt": 30},
            {"date": "2026-07-10"},
            {"date": {"type": "string", "format": "date"}},
            {"date": "2026-05-31"},
        ),
        (
            {"weekday": {"argument": "/date"}, "in": ["saturday", "sunday"]},
            {"date": "2026-05-09"},
            {"date": {"type": "string", "format": "date"}},
            {"date": "2026-05-08"},
        ),
        (
            {"hour": {"argument": "/at"}, "ge": 22},
            {"at": "2026-05-09T23:15:00Z"},
            {"at": TEXT},
            {"at": "2026-05-10T00:15:00Z"},
        ),
        ({"argument": "/note", "exists": True}, {"note": "x"}, {"note": TEXT}, {}),
        # Nothing to be found.
        (None, {"amount": 5}, {"amount": NUMBER}, None),
        ({"context": "/user/limit", "gt": 3}, {"amount": 5}, {"amount": NUMBER}, None),
        ({"calls": "get_order", "ge": 1}, {"amount": 5}, {"amount": NUMBER}, None),
        ({"argument": "/amount", "exists": True}, {"amount": 5}, {"amount": NUMBER, "required": ["amount"]}, None),
    ],
)
def test_the_nearest_call(when: Any, arguments: Any, schema: Any, allowed: Any) -> None:
    forbidding, refused = rule(when), call(**arguments)
    assert verdict_of(forbidding, refused, KNOWN).truth is True
    found = nearest_allowed(forbidding, refused, spec(**schema), KNOWN)
    assert found == allowed
    assert found == nearest_allowed(forbidding, refused, spec(**schema), KNOWN)
    if found is not None:
        assert verdict_of(forbidding, call(**found), KNOWN).truth is False


def test_no_other_rule_forbids_it_or_lets_it_wait() -> None:
    too_much, refused = rule({"argument": "/amount", "gt": 100}), call(amount=150)
    others: list[Rule] = [rule({"argument": "/amount", "gt": 40}), rule({"argument": "/amount", "eq": 40})]
    assert nearest_allowed(too_much, refused, spec(amount=NUMBER), KNOWN, others) == {"amount": 39.99}
    waiting = rule({"step": "cancel", "at": "/result", "eq": 1})
    assert nearest_allowed(too_much, refused, spec(amount=NUMBER), KNOWN, [waiting]) is None
