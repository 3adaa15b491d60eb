"""Plan: cut the finished chain into the turns of a dialogue, and make the calls of its corrections."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.mix import parse_turn_kinds
from graph.record import Note, RefusedCall
from graph.state import Json, State
from nodes.corrections import make_corrections
from nodes.dialogues.given import Chain
from nodes.dialogues.holds import problems
from nodes.dialogues.plan import single_turn
from nodes.policies.base import PlanRequest
from nodes.policies.planning import plan_dialogue
from nodes.refusable import calls_not_offered
from nodes.rules.refusals import refusable_calls
from nodes.sample import Sample
from nodes.seeding import place_for

#: Problems of a plan that are told.
_TOLD = 3


async def plan_turns(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set the plan: a policy's where it holds, else the deterministic one; execute what it changes.

    What could not be planned is said in the notes of the last gradient.
    """
    sample = await Sample.open(state, runtime)
    if sample.target_turns == 1:
        return {"plan": single_turn([step.id for step in sample.steps]).model_dump()}
    view = {**sample.view("plan", 0), "turn": place_for("kinds", sample.seed, sample.index)}
    chain = Chain(view["steps"], view["tools"], view["context"])
    kinds = parse_turn_kinds(sample.context.turn_kinds)
    refusable = calls_to_refuse(sample, chain) if kinds.get("refusal") else []
    request = PlanRequest(**view, turn_kinds=kinds, refusable=refusable)

    def about(tool: str | None) -> PlanRequest:
        return request.model_copy(update={"steps": [step for step in request.steps if step.tool == tool]})

    decision = sample.decision("plan")
    answer = await decision.ask(decision.policy.plan, request, ([step.tool for step in request.steps], about))
    notes = list(answer.dropped) if answer is not None else []
    plan = answer.plan if answer is not None else None
    wrong = problems(plan, chain, request.refusable) if plan is not None else []
    if wrong:
        message = f"the plan does not hold, another one is taken: {'; '.join(wrong[:_TOLD])}"
        notes.append(Note(kind="no_plan", message=message))
    if plan is None or wrong:
        own = plan_dialogue(request)
        plan, notes = own.plan, [*notes, *own.dropped]
    corrected = await make_corrections(sample, plan, chain)
    return {
        "plan": corrected.plan.model_dump(),
        "steps": [step.model_dump() for step in corrected.steps],
        "attempts": corrected.attempts,
        "chains": corrected.chains,
        "gradients": _with_notes(sample, [*notes, *corrected.notes]),
        **decision.entries,
    }


def calls_to_refuse(sample: Sample, chain: Chain) -> list[RefusedCall]:
    """Return the calls that a turn may ask for in vain: those that the rules forbid, then those no tool can make."""
    attempts = sample.state.get("attempts", [])
    forbidden = refusable_calls(sample.policy, attempts, chain.steps, sample.setting, sample.registry.specs)
    calls = [*forbidden, *calls_not_offered(sample, chain)]
    return [call.model_copy(update={"id": f"x{number}"}) for number, call in enumerate(calls, start=1)]


def _with_notes(sample: Sample, notes: list[Note]) -> list[Json]:
    """Return the last gradient with the notes; nothing where there are none, or no gradient."""
    last = sample.state.get("gradients", [])[-1:]
    added = [note.model_dump() for note in notes]
    return [{**gradient, "notes": [*gradient.get("notes", []), *added]} for gradient in last] if added else []
