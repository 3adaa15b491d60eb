"""Calls that a dialogue may refuse: proposed complete, and forbidden wherever in the chain they are wished for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.record import PolicyRules, RecordContext, RefusedCall, Rule, Step
from nodes.rules.changes import nearest_allowed
from nodes.rules.evaluate import Known, verdict_of
from tool_registry.json.pointer import equal
from tool_registry.spec import ToolSpec


def refusable_calls(
    policy: PolicyRules | None,
    attempts: Iterable[Mapping[str, Any]],
    steps: Sequence[Step],
    context: RecordContext,
    specs: Mapping[str, ToolSpec],
) -> list[RefusedCall]:
    """Return the attempts of the state that a rule forbids after any of the steps, each with what is allowed instead.

    They use no result, so that the person says what they need. Those that only some steps forbid (a count, a result
    that was looked up) are left out: whoever places them asks `verdict_of` with the steps before. Raises RuleError.
    """
    found: list[RefusedCall] = []
    situations = [Known(steps[:length], context, specs) for length in range(len(steps) + 1)]
    for attempt in attempts:
        error = attempt.get("error") or {}
        is_forbidden = error.get("kind") == "forbidden_by_rule" and not error.get("retryable")
        if policy is None or not is_forbidden or attempt.get("sources") or attempt["tool"] not in specs:
            continue
        call = RefusedCall(id=f"x{len(found) + 1}", tool=attempt["tool"], arguments=attempt["arguments"])
        if any(each.tool == call.tool and equal(each.arguments, call.arguments) for each in found):
            continue
        for number, rule in enumerate(policy.rules):
            if all(verdict_of(rule, call, known).truth for known in situations):
                others = [other for other in policy.rules if other is not rule]
                allowed = nearest_allowed(rule, call, specs[call.tool], situations[-1], others)
                if allowed is None or all(_allows(rule, call, allowed, known) for known in situations):
                    found.append(call.model_copy(update={"rule": number, "allowed": allowed}))
                    break
    return found


def _allows(rule: Rule, call: RefusedCall, arguments: dict[str, Any], known: Known) -> bool:
    return verdict_of(rule, call.model_copy(update={"arguments": arguments}), known).truth is False
