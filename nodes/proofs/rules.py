"""The rules of a record's policy: each call that was made breaks none, each that is refused breaks the one it names.

The nearest call that the rule allows is of the same tool, typed, and differs. A rule is asked in the situation of the
call: after the steps before it, in the record's context; a call that is refused comes after those of its turn. Unknown
proves nothing: such a call may neither be made nor refused.
"""

from collections.abc import Iterator

from graph.record import Finding, PolicyRules, Promise, Record, RefusedCall, Step
from nodes.proofs.schemas import specs_of
from nodes.proofs.source_checks import show_value
from nodes.rules import Known, RuleError, Verdict, broken_rules, verdict_of
from tool_registry.json.pointer import equal
from tool_registry.json.schema import validation_errors


def check(record: Record) -> list[Finding]:
    """Return which calls break a rule, and what is wrong with refusals; nothing without a policy or a refusal."""
    specs = specs_of(record)
    findings: list[Finding] = []
    earlier: list[Step] = []
    for turn_index, turn in enumerate(record.turns):
        where = f"/turns/{turn_index}"
        for step_index, step in enumerate(turn.steps):
            known = Known(earlier, record.context, specs)
            findings += _made(record.policy, step, known, f"{where}/steps/{step_index}")
            earlier.append(step)
        if turn.refuses is not None and turn.refuses.rule is not None:
            known = Known(earlier, record.context, specs)
            findings += _refused(record, turn.refuses, turn.refuses.rule, known, f"{where}/refuses")
    return findings


def _made(policy: PolicyRules | None, step: Step, known: Known, where: str) -> Iterator[Finding]:
    try:
        broken = broken_rules(policy, step, known)
    except RuleError as error:
        yield _finding("bad_rule", f"a rule of the policy cannot be read: {error}", "/policy/rules")
        return
    for each in broken:
        message = f"{step.id} {step.tool} breaks rule {each.number + 1}: {each.message}"
        yield _finding("breaks_rule", message, where)


def _refused(record: Record, refused: RefusedCall, number: int, known: Known, where: str) -> Iterator[Finding]:
    """Yield what is wrong with the refusal by its rule."""
    called = f"{refused.id} {refused.tool}"
    rules = record.policy.rules if record.policy is not None else []
    if number >= len(rules):
        message = f"{called} is refused by rule {number + 1}, of which the record's policy has {len(rules)}"
        yield _finding("no_such_rule", message, f"{where}/rule")
        return
    rule = rules[number]
    try:
        verdict = verdict_of(rule, refused, known)
        if not verdict.truth:
            why = f" ({'; '.join(verdict.notes)})" if verdict.notes else ""
            says = "allows it" if verdict.truth is False else "cannot be told for it"
            message = f"{called} is refused, but rule {number + 1} {says}: {rule.text}{why}"
            yield _finding("allowed_call_refused", message, where)
        if refused.allowed is not None:
            allowed = refused.model_copy(update={"arguments": refused.allowed})
            yield from _allowed(refused, allowed, number, verdict_of(rule, allowed, known), known, where)
    except RuleError as error:
        yield _finding("bad_rule", f"rule {number + 1} cannot be read: {error}", "/policy/rules")


def _allowed(
    refused: RefusedCall, allowed: RefusedCall, number: int, verdict: Verdict, known: Known, where: str
) -> Iterator[Finding]:
    """Yield what is wrong with the nearest call that is said to be allowed."""
    called, place = f"the allowed call of {refused.tool}", f"{where}/allowed"
    if verdict.truth is not False:
        why = f" ({'; '.join(verdict.notes)})" if verdict.notes else ""
        message = f"{called} with {show_value(allowed.arguments)} is not allowed by rule {number + 1} either{why}"
        yield _finding("forbidden_call_allowed", message, place)
    if equal(allowed.arguments, refused.arguments):
        yield _finding("same_call_allowed", f"{called} is the one that is refused", place)
    spec = known.specs.get(refused.tool)
    if spec is None:
        message = f"the record holds no spec of the tool {refused.tool!r} to validate against"
        yield _finding("no_spec", message, f"{where}/tool", "typed")
        return
    try:
        errors = validation_errors(spec.parameters, allowed.arguments)
    except Exception as error:  # what a schema of a record may be, nobody knows
        errors = [f"its schema cannot be applied: {type(error).__name__}"]
    for line in errors:
        yield _finding("invalid_arguments", f"{called}: {line}", place, "typed")


def _finding(code: str, message: str, where: str, promise: Promise = "executed") -> Finding:
    return Finding(promise=promise, code=code, message=message, where=where)
