"""What the proofs would say of a draft, before it is handed in."""

from graph.record import Finding, Meta, Record
from nodes.drafts import literals_of, read_draft, turns_of
from nodes.policies.base import Draft, SynthesizeRequest, Written
from nodes.proofs import cited, dialogue, grounded
from nodes.screens import deeds, names, natural
from nodes.screens.kinds import Dialogue


def objections(draft: Draft, request: SynthesizeRequest, before: Written | None = None) -> list[Finding]:
    """Return the findings that depend on the wording: is every leaf said and asked for, every result told.

    `before` are turns that stand; of a dialogue the draft may be the beginning of what is asked for.
    """
    refused = [turn.refuses for turn in request.plan.turns if turn.refuses is not None]
    called = [*(step.tool for step in request.steps), *(each.tool for each in refused)]
    specs = {name: request.tools[name] for name in called}
    written = read_draft(draft, before, literals_of(request.steps, request.context), request.first)
    turns = turns_of(written, request.plan, request.steps, request.chains, request.context, specs)
    missing = {each.tool for each in refused if each.rule is None}
    record = Record(
        id="draft",
        context=request.context,
        policy=request.policy,
        turns=turns,
        tools=[spec for name, spec in specs.items() if name not in missing],
        offered=sorted(request.tools.keys() - missing),
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
    told = cited.check_with_asks(record.turns, record.context, specs, record.policy)
    seen = Dialogue(record.turns, record.context, specs, record.offered, record.policy)
    spoken = natural.check(seen)
    if len(turns) > 1 or refused:
        spoken += [*dialogue.check(record), *names.check(seen), *deeds.check(seen)]
    return [*grounded.check(record), *spoken, *told]
