"""The rules of a record's policy: each call that was made breaks none, each that is refused breaks the one it names.

What was refused is complete: its arguments are typed and have sources that hold, as those of a step. The nearest call
that the rule allows is of the same tool, typed, and differs. A rule is asked in the situation of the call: after the
steps before it, in the record's context; a call that is refused comes after those of its turn.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graph.record import Finding, PolicyRules, Promise, Record, RefusedCall, Step
from nodes.proofs.grounded import source_findings
from nodes.proofs.schemas import specs_of
from nodes.proofs.source_checks import Grounds, show_value
from nodes.proofs.typed import argument_errors
from nodes.rules import Known, RuleError, broken_rules, verdict_of
from tool_registry.json.pointer import equal
from tool_registry.spec import ToolSpec


def check(record: Record, allow_composed: bool = False) -> list[Finding]:
    """Return which calls break a rule, and what is wrong with refusals; nothing without a policy or a refusal."""
    specs = specs_of(record)
    findings: list[Finding] = []
    queries: list[str] = []
    earlier: dict[str, Step] = {}
    results = [step.result for turn in record.turns for step in turn.steps]
    grounds = Grounds(queries, earlier, record.context, record.schema_version > 1, results)
    for turn_index, turn in enumerate(record.turns):
        queries.append(turn.query)
        where = f"/turns/{turn_index}"
        for step_index, step in enumerate(turn.steps):
            known = Known(list(earlier.values()), record.context, specs)
            findings += _made(record.policy, step, known, f"{where}/steps/{step_index}")
            earlier[step.id] = step
        if turn.refuses is not None:
            known = Known(list(earlier.values()), record.context, specs)
            findings += _refused(record, turn.refuses, known, f"{where}/refuses")
            findings += source_findings(
                turn.refuses, _parameters(specs, turn.refuses), grounds, f"{where}/refuses", allow_composed
            )
    return findings


def _made(policy: PolicyRules | None, step: Step, known: Known, where: str) -> Iterator[Finding]:
    try:
        broken = broken_rules(policy, step, known)
    except RuleError as error:
        yield _finding("executed", "bad_rule", f"a rule of the policy cannot be read: {error}", "/policy/rules")
        return
    for each in broken:
        message = f"{step.id} {step.tool} breaks rule {each.number + 1}: {each.message}"
        yield _finding("executed", "breaks_rule", message, where)


def _refused(record: Record, refused: RefusedCall, known: Known, where: str) -> Iterator[Finding]:
    """Yield what is wrong with the refusal by its rule and the schema of its tool."""
    called = f"{refused.id} {refused.tool}"
    spec = known.specs.get(refused.tool)
    if spec is not None:
        code, errors = argument_errors(refused.tool, spec.parameters, refused.arguments)
        for error in errors:
            yield _finding("typed", code, f"{called}: {error}", f"{where}/arguments")
    if refused.rule is None:
        return
    rules = record.policy.rules if record.policy is not None else []
    if refused.rule >= len(rules):
        message = f"{called} is refused by rule {refused.rule + 1}, of which the record's policy has {len(rules)}"
        yield _finding("executed", "no_such_rule", message, f"{where}/rule")
        return
    if spec is None:
        message = f"the record holds no spec of the tool {refused.tool!r}"
        yield _finding("typed", "no_spec", message, f"{where}/tool")
    rule = rules[refused.rule]
    try:
        verdict = verdict_of(rule, refused, known)
        if not verdict.truth:
            why = f" ({'; '.join(verdict.notes)})" if verdict.notes else ""
            says = "allows it" if verdict.truth is False else "says nothing of it"
            message = f"{called} is refused, but rule {refused.rule + 1} {says}: {rule.text}{why}"
            yield _finding("executed", "allowed_call_refused", message, where)
        if refused.allowed is not None:
            yield from _allowed(refused, refused.allowed, spec, verdict_of(rule, _other(refused), known).truth, where)
    except RuleError as error:
        yield _finding("executed", "bad_rule", f"rule {refused.rule + 1} cannot be read: {error}", "/policy/rules")


def _allowed(
    refused: RefusedCall, arguments: Mapping[str, Any], spec: ToolSpec | None, truth: bool | None, where: str
) -> Iterator[Finding]:
    called, place = f"the allowed {refused.tool}", f"{where}/allowed"
    if truth is not False:
        message = f"{called} with {show_value(arguments)} is not allowed by rule {(refused.rule or 0) + 1} either"
        yield _finding("executed", "forbidden_call_allowed", message, place)
    if equal(arguments, refused.arguments):
        yield _finding("executed", "same_call_allowed", f"{called} is the call that is refused", place)
    if spec is not None:
        code, errors = argument_errors(refused.tool, spec.parameters, dict(arguments))
        for error in errors:
            yield _finding("typed", code, f"{called}: {error}", place)


def _other(refused: RefusedCall) -> RefusedCall:
    return refused.model_copy(update={"arguments": refused.allowed})


def _parameters(specs: Mapping[str, ToolSpec], refused: RefusedCall) -> dict[str, Any]:
    return specs[refused.tool].parameters if refused.tool in specs else {}


def _finding(promise: Promise, code: str, message: str, where: str) -> Finding:
    return Finding(promise=promise, code=code, message=message, where=where)
