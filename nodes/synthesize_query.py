"""Inverse prediction: write the user query and the final response for the finished chain."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.dialogues.plan import single_turn
from nodes.drafts import asks_only_for_figures, literals_of, read_draft
from nodes.policies.base import SynthesizeRequest, Written
from nodes.sample import Sample


async def synthesize_query(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for a draft; on a rewrite it sees the last one and what the proofs found wrong."""
    sample = await Sample.open(state, runtime)
    previous, findings = sample.draft, sample.findings
    # What is asked for once, which figure is meant, is no fault of the draft.
    is_asked = previous is not None and asks_only_for_figures(findings)
    repairs = sample.repairs + (previous is not None and not is_asked)
    request = SynthesizeRequest(
        **sample.view("synthesize", repairs),
        plan=sample.plan,
        style_seed=sample.derive_seed("synthesize", 0),
        repairs=repairs,
        findings=findings,
        previous=previous,
    )

    def about(tool: str | None) -> SynthesizeRequest:
        own = [step for step in request.steps if step.tool == tool]
        chains = [[step.id for step in own]] if own else []
        single = {"plan": single_turn([step.id for step in own]), "first": 0, "last": 0}
        return request.model_copy(update={**single, "steps": own, "chains": chains, "findings": [], "previous": None})

    decision = sample.decision("synthesize", f"{repairs} figures" if is_asked else str(repairs))
    tools = [step.tool for step in request.steps]
    draft = await decision.ask(decision.policy.synthesize, request, (tools, about))
    written = previous or Written()
    if draft is not None:
        written = read_draft(draft, previous, literals_of(request.steps, request.context))
    return {"draft": written.model_dump(), "repairs": repairs, **decision.entries}
