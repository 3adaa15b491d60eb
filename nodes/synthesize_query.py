"""Inverse prediction: write the person's messages and the assistant's answers for the finished chain."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.dialogues.parts import last_of_part
from nodes.dialogues.plan import single_turn
from nodes.drafts import asks_only_for_figures, literals_of, read_draft
from nodes.policies.base import Draft, SynthesizeRequest, Written, WrittenTurn
from nodes.sample import Sample


async def synthesize_query(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for a draft of all turns, or of the next part of a long dialogue.

    On a rewrite it sees the last draft and what the proofs found wrong. The turns that were proved before stand.
    """
    sample = await Sample.open(state, runtime)
    findings, steps = sample.findings, sample.planned_steps
    first = sample.proved_turns
    last = last_of_part(sample.plan, first, {step.id: step for step in steps})
    previous = sample.draft
    is_rewrite = previous is not None and len(previous.turns) > first
    # What is asked for once, which figure is meant, is no fault of the draft.
    is_asked = is_rewrite and asks_only_for_figures(findings)
    repairs = sample.repairs + (is_rewrite and not is_asked)
    view = sample.view(f"synthesize{f' {first}' if first else ''}", repairs)
    refused = sample.specs(turn.refuses.tool for turn in sample.plan.turns if turn.refuses is not None)
    request = SynthesizeRequest(
        **{**view, "steps": steps, "tools": view["tools"] | refused},
        plan=sample.plan,
        thoughts=sample.context.thoughts,
        first=first,
        last=last,
        style_seed=sample.derive_seed("synthesize", 0),
        repairs=repairs - sample.repairs_before,
        findings=findings,
        previous=previous,
    )

    def about(tool: str | None) -> SynthesizeRequest:
        own = [step for step in request.steps if step.tool == tool]
        chains = [[step.id for step in own]] if own else []
        single = {"plan": single_turn([step.id for step in own]), "first": 0, "last": 0}
        return request.model_copy(update={**single, "steps": own, "chains": chains, "findings": [], "previous": None})

    part = f"{first} " if first else ""
    decision = sample.decision("synthesize", f"{part}{repairs} figures" if is_asked else f"{part}{repairs}")
    tools = [step.tool for step in request.steps]
    draft = await decision.ask(decision.policy.synthesize, request, (tools, about))
    written = previous or Written()
    if draft is not None:
        draft = _within_part(draft, first, last)
        written = read_draft(draft, previous, literals_of(request.steps, request.context), first)
    missing = last + 1 - len(written.turns)
    turns = [*written.turns, *([WrittenTurn()] * missing)]
    thoughts = (written.thoughts or {}) if sample.context.thoughts else None
    written = Written(turns=turns, thoughts=thoughts)
    return {"draft": written.model_dump(), "repairs": repairs, **decision.entries}


def _within_part(draft: Draft, first: int, last: int) -> Draft:
    """Return the draft without turns that were not asked for, and without marks in turns that stand."""
    marks = [mark for mark in draft.marks if first <= mark.turn <= last]
    return draft.model_copy(update={"turns": draft.turns[: last + 1 - first], "marks": marks})
