"""Reject: write down what there is of a sample that came to nothing, and why it did."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Record, RejectedRecord
from graph.state import State
from nodes.sample import Sample


async def reject_sample(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set the verdict: the record as it was proved or judged, else as far as it came, with the `reasons`.

    Decisions that a policy failed to make are reasons too.
    """
    found = state.get("record")
    record = Record.model_validate(found) if found else (await Sample.open(state, runtime)).record()
    failures = [f"{failure['role']}: {failure['message']}" for failure in state.get("policy_failures", [])]
    rejected = RejectedRecord.of(record, [*state.get("reasons", []), *failures])
    return {"status": "rejected", "record": rejected.model_dump(mode="json"), "reasons": rejected.reasons}
