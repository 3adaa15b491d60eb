"""Inverse prediction: write the user query and the final response for the finished chain."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding
from graph.state import State
from nodes.blame import blame
from nodes.dialogues.plan import single_turn
from nodes.drafts import asks_only_for_figures, literals_of, read_draft
from nodes.policies.base import PolicyError, SynthesizeRequest, Written
from nodes.policies.lookup import is_free, policy_for
from nodes.seeding import derive_seed
from nodes.usage import failure_entry, usage_entry
from nodes.views import plan_of, registry_of, sample_view


async def synthesize_query(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for a draft; on a rewrite it sees the last one and what the proofs found wrong."""
    context = runtime.context or Context()
    registry = await registry_of(context)
    findings = [Finding.model_validate(finding) for finding in state.get("findings", [])]
    previous = state.get("draft")
    before = Written.model_validate(previous) if previous else None
    # What is asked for once, which figure is meant, is no fault of the draft.
    is_asked = previous is not None and asks_only_for_figures(findings)
    repairs = state.get("repairs", 0) + (previous is not None and not is_asked)
    entry = f"{repairs} figures" if is_asked else str(repairs)
    view = sample_view(state, context, registry, "synthesize")
    view["seed"] = derive_seed(state.get("seed", 0), state.get("index", 0), repairs, "synthesize")
    style_seed = derive_seed(state.get("seed", 0), state.get("index", 0), 0, "synthesize")
    request = SynthesizeRequest(
        **view,
        plan=plan_of(state),
        style_seed=style_seed,
        repairs=repairs,
        findings=findings,
        previous=before,
    )
    try:
        draft = await policy_for("synthesize", context).synthesize(request)
    except PolicyError as error:
        return {
            "draft": (before or Written()).model_dump(),
            "repairs": repairs,
            "policy_failures": [failure_entry(state, "synthesize", error)],
            "usage": usage_entry(state, "synthesize", error.usage, entry),
        }
    except Exception as error:
        if is_free("synthesize", context):

            async def trial(tool: str | None) -> None:
                own = [step for step in request.steps if step.tool == tool]
                chains = [[step.id for step in own]] if own else []
                alone = request.model_copy(
                    update={
                        "steps": own,
                        "chains": chains,
                        "plan": single_turn([step.id for step in own]),
                        "first": 0,
                        "last": 0,
                        "findings": [],
                        "previous": None,
                    }
                )
                await policy_for("synthesize", context).synthesize(alone)

            await blame(error, (step.tool for step in request.steps), trial)
        raise
    written = read_draft(draft, before, literals_of(view["steps"], view["context"]))
    return {
        "draft": written.model_dump(),
        "repairs": repairs,
        "usage": usage_entry(state, "synthesize", draft.usage, entry),
    }
