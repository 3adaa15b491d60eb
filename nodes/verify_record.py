"""Gate: prove the record; what the proofs find goes back to the writer, or is why the sample is rejected."""

from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding, Record, Verification
from graph.state import State
from nodes.blame import blame
from nodes.drafts import warnings_of
from nodes.proofs import prove
from nodes.proofs.schemas import specs_of
from nodes.prune_chain import beside_unneeded, unneeded_steps
from nodes.sample import Sample
from nodes.screens.kinds import FAILED
from tool_registry.calling.crashes import attribute


async def verify_record(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Accept a record that holds, unless a judge or a person is to see it; else set what was found, and `reasons` when
    no repair is left.

    What is only figures that may tell several values is asked about once, and refuses nothing. Of a dialogue that is
    not written to its end, the turns that hold stand from here on.
    """
    sample = await Sample.open(state, runtime)
    record = sample.record()
    record = await prove_record(record, sample.context.screens)
    warnings = record.warnings
    found = record.verification.findings
    if found and not beside_unneeded(found) and unneeded_steps(sample.steps, sample.plan, found, specs_of(record)):
        return {"findings": as_json(found)}  # the draft holds without them: no rewrite is spent
    if not found and warnings and not state.get("figures_asked"):
        return {"findings": as_json(warnings), "figures_asked": True}
    if found:
        return refuse(record, found, sample)
    if len(record.turns) < len(sample.plan.turns):
        written = {"proved_turns": len(record.turns), "repairs_before": sample.repairs}
        return {"findings": [], "figures_asked": False, **written}
    proved = {"record": record.model_dump(mode="json"), "findings": [], "reasons": []}
    return {**proved, "awaits": "judge"} if sample.context.judge else proved | accept(sample)


def accept(sample: Sample) -> dict[str, Any]:
    """Return the update for a record that is proved and judged: accepted, or handed to a person where that is set."""
    return {"awaits": "review", "review": None} if sample.context.review else {"status": "accepted"}


def refuse(record: Record, found: list[Finding], sample: Sample) -> dict[str, Any]:
    """Return the update for findings: they alone while a repair is left, else also why the sample is rejected."""
    mendable = all(not finding.code.endswith(f":{FAILED}") for finding in found)
    if mendable and sample.repairs - sample.repairs_before < sample.context.max_repairs:
        return {"findings": as_json(found)}
    return {"findings": as_json(found), **reasons_of(record, found)}


def reasons_of(record: Record, found: list[Finding]) -> dict[str, Any]:
    """Return what a sample is rejected with: the record as it was proved, and the findings in words."""
    return {
        "record": record.model_dump(mode="json"),
        "reasons": [f"{finding.promise}: {finding.message}" for finding in found],
    }


def as_json(findings: list[Finding]) -> list[dict[str, Any]]:
    """Return the findings as the state holds them."""
    return [finding.model_dump() for finding in findings]


async def prove_record(record: Record, screens: Sequence[str] = ()) -> Record:
    """Return the record with what the proofs say of it, and what is only noticed."""
    verification = await _prove(record, screens)
    return record.model_copy(update={"verification": verification, "warnings": warnings_of(record)})


async def _prove(record: Record, screens: Sequence[str] = ()) -> Verification:
    """Return what the proofs say. An exception in one is attributed to the tool whose calls alone it fails for."""
    try:
        return prove(record, screens=screens)
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
