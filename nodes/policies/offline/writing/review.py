"""What the proofs would say of a draft, before it is handed in."""

from graph.record import Finding, Meta, Record
from nodes.drafts import literals_of, read_draft, turns_of
from nodes.policies.base import Draft, SynthesizeRequest
from nodes.proofs import cited, grounded
from nodes.screens import natural
from nodes.screens.kinds import Dialogue


def objections(draft: Draft, request: SynthesizeRequest) -> list[Finding]:
    """Return the findings that depend on the wording: is every leaf said and asked for, every result told."""
    specs = {step.tool: request.tools[step.tool] for step in request.steps}
    written = read_draft(draft, None, literals_of(request.steps, request.context))
    turns = turns_of(written, request.plan, request.steps, request.chains, request.context, specs)
    record = Record(
        id="draft",
        context=request.context,
        turns=turns,
        tools=list(specs.values()),
        offered=sorted(request.tools),
        meta=Meta(
            run_seed=0,
            index=0,
            policies={},
            iterations=request.iteration,
            stop_reason="target_reached",
            tool_calls=len(request.steps),
            tool_failures=0,
            started_at="",
            finished_at="",
        ),
    )
    told = cited.check_with_asks(record.turns, record.context, specs)
    spoken = natural.check(Dialogue(record.turns, record.context, specs, record.offered))
    return [*grounded.check(record), *spoken, *told]
