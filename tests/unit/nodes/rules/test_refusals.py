"""Calls that may be refused are those that were forbidden, complete, wherever the wish for them stands."""

from typing import Any

from graph.record import PolicyRules, RecordContext, Step
from nodes.rules.refusals import refusable_calls
from tests.unit.nodes.rules.test_changes import NUMBER, spec
from tests.unit.nodes.rules.test_evaluate import rule

REFUND = spec(amount=NUMBER)
STEPS = [Step(id="s1", tool="refund", arguments={"amount": 5}, result=1)]
POLICY = PolicyRules(
    text="", rules=[rule({"calls": "refund", "ge": 1}), rule({"argument": "/amount", "gt": 100, "lt": 10**6})]
)


def attempt(amount: int, *, retryable: bool = False, **more: Any) -> dict[str, Any]:
    error = {"kind": "forbidden_by_rule", "message": "no", "retryable": retryable}
    return {"tool": "refund", "arguments": {"amount": amount}, "error": error, "ok": False, **more}


def test_calls_that_are_forbidden_after_any_step_are_refusable() -> None:
    attempts = [
        attempt(150),
        attempt(150),
        attempt(20),  # forbidden only after the first refund
        attempt(200, retryable=True),
        attempt(300, sources={"/amount": {"kind": "step", "step": "s1", "pointer": ""}}),
        attempt(400, error=None, ok=True),
        attempt(500),
    ]
    found = refusable_calls(POLICY, attempts, STEPS, RecordContext(), {"refund": REFUND})
    assert [(each.id, each.arguments["amount"], each.rule) for each in found] == [("x1", 150, 1), ("x2", 500, 1)]
    free = refusable_calls(
        PolicyRules(text="", rules=POLICY.rules[1:]), attempts, STEPS, RecordContext(), {"refund": REFUND}
    )
    assert [each.allowed for each in free] == [{"amount": 100}, {"amount": 100}]
    assert refusable_calls(None, attempts, STEPS, RecordContext(), {"refund": REFUND}) == []
