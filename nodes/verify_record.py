"""Gate: prove the record and, where a judge is set, let it be judged; on failure the findings go back to the writer."""

from typing import Any, cast

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding, Record, Verification
from graph.state import State
from nodes.assembly import assemble, rejected
from nodes.blame import blame
from nodes.judging import Judged, judge_record
from nodes.needed_steps import beside_unneeded, unneeded_steps
from nodes.noticed import warnings_of
from nodes.proofs import prove
from nodes.proofs.schemas import specs_of as specs_of_record
from nodes.views import registry_of
from tool_registry.crashes import attribute


async def verify_record(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set the verdict when the record holds or nothing is left to be done about it; else only the findings."""
    context = runtime.context or Context()
    record = assemble(state, context, await registry_of(context))
    verification = await _proved(record)
    warnings = warnings_of(record)
    record = record.model_copy(update={"verification": verification, "warnings": warnings})
    found = verification.findings
    if found and not beside_unneeded(found) and unneeded_steps(state, found, specs_of_record(record)):
        return {"findings": _as_json(found)}  # the draft holds without them: no rewrite is spent
    if not found and warnings and not state.get("figures_asked"):
        return {"findings": _as_json(warnings), "figures_asked": True}
    if found or context.judge is None:
        return _verdict(record, found, state, context)
    judged = await judge_record(record, state, context)
    spent = cast(State, {**state, "usage": [*state.get("usage", []), *judged.usage]})
    record = _with_judgement(assemble(spent, context, await registry_of(context)), record, judged)
    failures = [*state.get("policy_failures", []), *judged.failures]
    update = _verdict(record, judged.findings, cast(State, {**spent, "policy_failures": failures}), context)
    if update.get("status") is None and not judged.is_repairable:
        update = _rejection(record, judged.findings, failures)
    return {**update, "usage": judged.usage, "policy_failures": judged.failures}


async def _proved(record: Record) -> Verification:
    """Return what the proofs say. An exception in one is attributed to the tool whose calls alone it fails for."""
    try:
        return prove(record)
    except Exception as error:
        tools = [step.tool for turn in record.turns for step in turn.steps]
        if len(set(tools)) == 1:
            attribute(error, tools[0])  # the record is about nothing else

        async def trial(tool: str | None) -> None:
            turns = [
                turn.model_copy(update={"steps": [step for step in turn.steps if step.tool == tool]})
                for turn in record.turns
            ]
            prove(record.model_copy(update={"turns": turns}))

        await blame(error, tools, trial)
        raise


def _verdict(record: Record, found: list[Finding], state: State, context: Context) -> dict[str, Any]:
    if not found:
        return {"status": "accepted", "record": record.model_dump(mode="json"), "findings": [], "reasons": []}
    if state.get("repairs", 0) < context.max_repairs:
        return {"findings": _as_json(found)}
    return _rejection(record, found, state.get("policy_failures", []))


def _rejection(record: Record, found: list[Finding], failures: list[dict[str, Any]]) -> dict[str, Any]:
    reasons = [f"{finding.promise}: {finding.message}" for finding in found]
    reasons += [f"{failure['role']}: {failure['message']}" for failure in failures]
    record = rejected(record, reasons)
    return {
        "status": "rejected",
        "record": record.model_dump(mode="json"),
        "findings": _as_json(found),
        "reasons": reasons,
    }


def _with_judgement(assembled: Record, proved: Record, judged: Judged) -> Record:
    verification = proved.verification.model_copy(
        update={"findings": [*proved.verification.findings, *judged.findings]}
    )
    return assembled.model_copy(
        update={
            "verification": verification,
            "warnings": proved.warnings,
            "judge": judged.judgement,
            "trajectories": judged.trajectories or None,
        }
    )


def _as_json(findings: list[Finding]) -> list[dict[str, Any]]:
    return [finding.model_dump() for finding in findings]
