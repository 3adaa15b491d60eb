"""Gradient: judge the reports, select what to keep, and say in words what to try next."""

from collections.abc import Collection
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Gradient
from graph.state import State
from nodes.blame import blame
from nodes.policies.base import Critique, CritiqueRequest, PolicyError, Proposal, Selection
from nodes.policies.lookup import is_free, policy_for
from nodes.steering import Library, seek, with_notes
from nodes.usage import failure_entry, usage_entry
from nodes.views import attempts_of, registry_of, reports_of, sample_view
from tool_registry.threads import in_thread


async def critique_calls(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for its verdict; only calls that succeeded can be selected, up to the target length."""
    context = runtime.context or Context()
    iteration = state.get("iteration", 1)
    registry = await registry_of(context)
    library = Library.of(state, context, registry)
    room = max((state.get("target_calls") or 1) - len(state.get("steps", [])), 0)
    request = CritiqueRequest(
        **sample_view(state, context, registry, "critique"),
        batch=state.get("batch", []),
        reports=reports_of(state),
        accept=min(context.accept_per_iteration, room),
        attempts=[attempt for attempt in attempts_of(state) if attempt.iteration < iteration],
        categories=sorted(library.pool.categories()),
    )
    try:
        critique = await policy_for("critique", context).critique(request)
    except PolicyError as error:
        return {
            "selection": [],
            "gradients": [_gradient(iteration, [], "")],
            "policy_failures": [failure_entry(state, "critique", error)],
            "usage": usage_entry(state, "critique", error.usage),
        }
    except Exception as error:
        if is_free("critique", context):

            async def trial(tool: str | None) -> None:
                own = [report for report in request.reports if report.proposal.tool == tool]
                await policy_for("critique", context).critique(request.model_copy(update={"reports": own}))

            await blame(error, (report.proposal.tool for report in request.reports), trial)
        raise
    selected, dropped = sound_selection(critique, request)
    gradient = "\n".join([critique.gradient, *dropped]) if dropped else critique.gradient
    sought = await in_thread(seek, library, critique.tools, critique.wishes)
    words = Gradient(
        iteration=iteration,
        selected=[choice.proposal for choice in selected],
        text=gradient,
        tools=sought.tools,
        wishes=sought.wishes,
    )
    return {
        "selection": [choice.model_dump() for choice in selected],
        "gradients": [with_notes(words, sought.notes).model_dump()],
        "usage": usage_entry(state, "critique", critique.usage),
    }


def sound_selection(critique: Critique, request: CritiqueRequest) -> tuple[list[Selection], list[str]]:
    """Return the selections that can be made, and words about those that cannot.

    Each is of a call that succeeded, once; at most as many as may be accepted; a call that uses the result of
    another call of this iteration comes after it, and is dropped when that one is not selected.
    """
    succeeded = {report.proposal.id: report.proposal for report in request.reports if report.ok}
    wanted: dict[str, Selection] = {}
    for choice in critique.selected:
        if choice.proposal in succeeded and choice.proposal not in wanted:
            known = choice.chain is not None and 0 <= choice.chain < len(request.chains)
            wanted[choice.proposal] = choice if known else choice.model_copy(update={"chain": None})
    sound: dict[str, Selection] = {}
    words: list[str] = []
    while wanted and len(sound) < request.accept:
        ready = [name for name in wanted if not _needs(succeeded[name], succeeded) - sound.keys()]
        if not ready:
            break
        sound[ready[0]] = wanted.pop(ready[0])
    for name in wanted:
        missing = sorted(_needs(succeeded[name], succeeded) - sound.keys())
        if missing:
            words.append(f"{name} was not kept: it uses the result of {' and '.join(missing)}, which was not.")
    return list(sound.values()), words


def _needs(proposal: Proposal, reported: Collection[str]) -> set[str]:
    """Return the calls of this iteration whose results the call uses."""
    return {source.step for source in proposal.sources.values()} & set(reported)


def _gradient(iteration: int, selected: list[str], text: str) -> dict[str, Any]:
    return Gradient(iteration=iteration, selected=selected, text=text).model_dump()
