"""What the proofs would say of a draft, before it is handed in."""

from graph.record import Finding, Meta, Record, Turn
from nodes.policies.base import Draft, SynthesizeRequest
from nodes.proofs import grounded
from nodes.proofs.tracing import trace
from nodes.screens import natural


def objections(draft: Draft, request: SynthesizeRequest) -> list[Finding]:
    """Return the findings that depend on the wording: is every leaf said, does nothing leak."""
    specs = {step.tool: request.tools[step.tool] for step in request.steps}
    steps = trace(draft.query, request.steps, request.context, specs, draft.quotes)
    record = Record(
        id="draft",
        context=request.context,
        turns=[Turn(query=draft.query, steps=steps, chains=request.chains, response=draft.response)],
        tools=list(specs.values()),
        offered=sorted(request.tools),
        meta=Meta(
            run_seed=0,
            index=0,
            policies={},
            iterations=request.iteration,
            stop_reason="target_reached",
            tool_calls=len(steps),
            tool_failures=0,
            started_at="",
            finished_at="",
        ),
    )
    return [*grounded.check(record), *natural.check(record)]
