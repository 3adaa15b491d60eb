"""Gate: prove the record; on failure its findings go back to the writer."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.assembly import assemble, rejected
from nodes.needed_steps import beside_unneeded, unneeded_steps
from nodes.proofs import prove
from nodes.proofs.schemas import specs_of as specs_of_record
from nodes.views import registry_of


async def verify_record(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set the verdict when the record holds or nothing is left to be done about it; else only the findings."""
    context = runtime.context or Context()
    record = assemble(state, context, await registry_of(context))
    verification = prove(record)
    record = record.model_copy(update={"verification": verification})
    findings = [finding.model_dump() for finding in verification.findings]
    if not findings:
        return {"status": "accepted", "record": record.model_dump(mode="json"), "findings": [], "reasons": []}
    found = verification.findings
    if not beside_unneeded(found) and unneeded_steps(state, found, specs_of_record(record)):
        return {"findings": findings}  # the draft holds without them: no rewrite is spent
    if state.get("repairs", 0) < context.max_repairs:
        return {"findings": findings}
    reasons = [f"{finding.promise}: {finding.message}" for finding in verification.findings]
    reasons += [f"{failure['role']}: {failure['message']}" for failure in state.get("policy_failures", [])]
    record = rejected(record, reasons)
    return {
        "status": "rejected",
        "record": record.model_dump(mode="json"),
        "findings": findings,
        "reasons": reasons,
    }
