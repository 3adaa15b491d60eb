"""Schedule: decide whether the sample goes on, and name the reason when it does not."""

from collections.abc import Iterator
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Note, StopReason
from graph.state import State
from nodes.critique_calls import fewest_calls
from nodes.reasons import no_value
from nodes.stateful.branches import end_session, not_replayable
from nodes.views import registry_of


async def check_stop(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Set `stop_reason`, or count an iteration that selected nothing.

    A critic that ends a chain too early is told so by a note in its gradient. A sample without a chain, or with one of
    stateful tools that a fresh session does not give again, has `reasons` to be rejected.
    """
    context = runtime.context or Context()
    idle = 0 if state.get("selection") else state.get("idle_iterations", 0) + 1
    reason = stop_reason(state, context, idle)
    update: dict[str, Any] = {"idle_iterations": idle, "stop_reason": reason}
    if reason is None:
        return update | too_early(state, context)
    # No further call is made: what follows is words.
    await end_session(context, state.get("seed", 0), state.get("index", 0))
    if not state.get("steps"):
        return {**update, "reasons": [f"the chain is empty: {_WORDS[reason]}", *_beside(state, reason)]}
    why = await not_replayable(state, context, await registry_of(context))
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


def stop_reason(state: State, context: Context, idle: int) -> StopReason | None:
    """Return why the sample stops after this iteration, or None. `idle` counts iterations without progress."""
    if not state.get("batch"):
        return "no_tools"
    if len(state.get("steps", [])) >= (state.get("target_calls") or 1):
        return "target_reached"
    if concluded(state) and can_conclude(state, context):
        return "concluded"
    if sum(1 + attempt["repairs"] for attempt in state.get("attempts", [])) >= context.max_tool_calls:
        return "budget"
    if state.get("iteration", 1) >= context.max_iterations:
        return "max_iterations"
    if idle >= context.patience:
        return "no_progress"
    return None


def concluded(state: State) -> bool:
    """Say whether this iteration's critique ends the chain."""
    return any(
        gradient.get("concluded", False)
        for gradient in state.get("gradients", [])
        if gradient["iteration"] == state.get("iteration", 1)
    )


def can_conclude(state: State, context: Context) -> bool:
    """Say whether the chain is long enough to be ended before its target; an empty one never is."""
    fewest = fewest_calls(state.get("target_calls") or 1, context.min_share)
    return fewest is not None and len(state.get("steps", [])) >= fewest


def too_early(state: State, context: Context) -> dict[str, Any]:
    """Return this iteration's gradient with a note where it ends a chain that cannot be ended yet."""
    if not concluded(state):
        return {}
    target, length = state.get("target_calls") or 1, len(state.get("steps", []))
    fewest = fewest_calls(target, context.min_share)
    when = f"from {fewest} calls on it can be" if fewest is not None else f"only {target} calls end it"
    note = Note(kind="not_concluded", message=f"the chain was not ended with {length} of {target} calls: {when}")
    return {
        "gradients": [
            {**gradient, "notes": [*gradient.get("notes", []), note.model_dump()]}
            for gradient in state.get("gradients", [])
            if gradient["iteration"] == state.get("iteration", 1)
        ]
    }
