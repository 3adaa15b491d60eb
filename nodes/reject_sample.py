"""Reject: write down what there is of a sample that came to nothing, and why it did."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Record
from graph.state import State
from nodes.assembly import assemble, rejected
from nodes.views import registry_of


async def reject_sample(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set the verdict: the record as it was proved or judged, else as far as it came, with the `reasons`.

    Decisions that a policy failed to make are reasons too.
    """
    context = runtime.context or Context()
    found = state.get("record")
    record = Record.model_validate(found) if found else assemble(state, context, await registry_of(context))
    failures = [f"{failure['role']}: {failure['message']}" for failure in state.get("policy_failures", [])]
    reasons = [*state.get("reasons", []), *failures]
    return {"status": "rejected", "record": rejected(record, reasons).model_dump(mode="json"), "reasons": reasons}
