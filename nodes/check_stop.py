"""Schedule: decide whether the sample goes on, and name the reason when it does not."""

from collections.abc import Iterator
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Gradient, Note, StopReason
from graph.state import State
from nodes.critique_calls import fewest_calls
from nodes.reasons import no_value
from nodes.sample import Sample
from nodes.stateful.branches import end_session, not_replayable
from nodes.steering import with_notes


async def check_stop(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set `stop_reason`, or count an iteration that selected nothing.

    A critic that ends a chain too early is told so by a note in its gradient. A sample without a chain, or with one of
    stateful tools that a fresh session does not give again, has `reasons` to be rejected.
    """
    sample = await Sample.open(state, runtime)
    idle = 0 if state.get("selection") else state.get("idle_iterations", 0) + 1
    reason = stop_reason(sample, idle)
    update: dict[str, Any] = {"idle_iterations": idle, "stop_reason": reason}
    if reason is None:
        return update | too_early(sample)
    # No further call is made: what follows is words.
    await end_session(sample.context, sample.seed, sample.index)
    if not sample.length:
        return {**update, "reasons": [f"the chain is empty: {_WORDS[reason]}", *_beside(state, reason)]}
    why = await not_replayable(sample)
    return {**update, "reasons": [f"replayed: {words}" for words in why]}


def _beside(state: State, reason: StopReason) -> Iterator[str]:
    """Yield what a person could change so that something comes."""
    without = state.get("without") or []
    if reason == "no_tools" and without:
        yield f"left out: the sample does without {', '.join(without)}, which crashed samples"
    for lack in state.get("unfilled") or []:
        yield no_value(lack["tool"], lack["parameter"])


_WORDS: dict[StopReason, str] = {
    "no_tools": "no tool may run (see `toolgrad tools`)",
    "target_reached": "the target length is 0",
    "concluded": "its concern is answered",
    "budget": "the budget of tool calls is spent",
    "max_iterations": "the iterations are used up and no call was selected",
    "no_progress": "no call was selected for too many iterations in a row",
}


def stop_reason(sample: Sample, idle: int) -> StopReason | None:
    """Return why the sample stops after this iteration, or None. `idle` counts iterations without progress."""
    context = sample.context
    if not sample.batch:
        return "no_tools"
    if sample.length >= sample.target:
        return "target_reached"
    if any(gradient.concluded for gradient in _latest(sample)) and can_conclude(sample):
        return "concluded"
    if sum(1 + attempt["repairs"] for attempt in sample.state.get("attempts", [])) >= context.max_tool_calls:
        return "budget"
    if sample.iteration >= context.max_iterations:
        return "max_iterations"
    if idle >= context.patience:
        return "no_progress"
    return None


def can_conclude(sample: Sample) -> bool:
    """Say whether the chain is long enough to be ended before its target; an empty one never is."""
    fewest = fewest_calls(sample.target, sample.context.min_share)
    return fewest is not None and sample.length >= fewest


def too_early(sample: Sample) -> dict[str, Any]:
    """Return this iteration's gradient with a note where it ends a chain that cannot be ended yet."""
    ended = [gradient for gradient in _latest(sample) if gradient.concluded]
    fewest = fewest_calls(sample.target, sample.context.min_share)
    when = f"from {fewest} calls on it can be" if fewest is not None else f"only {sample.target} calls end it"
    message = f"the chain was not ended with {sample.length} of {sample.target} calls: {when}"
    note = Note(kind="not_concluded", message=message)
    return {"gradients": [with_notes(gradient, [note]).model_dump() for gradient in ended]} if ended else {}


def _latest(sample: Sample) -> list[Gradient]:
    return [gradient for gradient in sample.gradients if gradient.iteration == sample.iteration]
