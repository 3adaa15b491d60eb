"""Inverse prediction: write the user query and the final response for the finished chain."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding
from graph.state import State
from nodes.policies.base import Draft, PolicyError, SynthesizeRequest
from nodes.policies.lookup import policy_for
from nodes.seeding import derive_seed
from nodes.usage import failure_entry, usage_entry
from nodes.views import registry_of, sample_view


async def synthesize_query(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for a draft; on a rewrite it sees the last one and what the proofs found wrong."""
    context = runtime.context or Context()
    registry = await registry_of(context)
    findings = [Finding.model_validate(finding) for finding in state.get("findings", [])]
    previous = state.get("draft")
    repairs = state.get("repairs", 0) + (previous is not None)
    view = sample_view(state, context, registry, "synthesize")
    view["seed"] = derive_seed(state.get("seed", 0), state.get("index", 0), repairs, "synthesize")
    request = SynthesizeRequest(
        **view, findings=findings, previous=Draft.model_validate(previous) if previous else None
    )
    try:
        draft = await policy_for("synthesize", context).synthesize(request)
    except PolicyError as error:
        draft = Draft(query="", response="")
        return {
            "draft": draft.model_dump(),
            "repairs": repairs,
            "policy_failures": [failure_entry(state, "synthesize", error)],
            "usage": usage_entry(state, "synthesize", error.usage, str(repairs)),
        }
    return {
        "draft": draft.model_dump(),
        "repairs": repairs,
        "usage": usage_entry(state, "synthesize", draft.usage, str(repairs)),
    }
