"""Gradient: judge the reports, select what to keep, and say in words what to try next."""

import math
from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Gradient, Note
from graph.state import State
from nodes.policies.base import Critique, CritiqueRequest, Proposal, Selection
from nodes.reserve import renew_reserve, with_names
from nodes.sample import Sample
from nodes.steering import seek
from tool_registry.calling.threads import in_thread


async def critique_calls(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for its verdict; only calls that worked can be selected, up to the target length.

    Where nothing is selected, what worked goes into the reserve here, else in `update_chain`.
    """
    sample = await Sample.open(state, runtime)
    library, accept = sample.library, sample.context.accept_per_iteration
    request = CritiqueRequest(
        **sample.view("critique"),
        batch=sample.batch,
        reports=sample.reports,
        accept=min(accept, max(sample.target - sample.length, 0)),
        attempts=[attempt for attempt in sample.attempts if attempt.iteration < sample.iteration],
        reserve=sample.reserve,
        notes=sample.notes,
        conclude_from=fewest_calls(sample.target, sample.context.min_share),
        categories=sorted(library.pool.categories()),
    )

    def about(tool: str | None) -> CritiqueRequest:
        own = [report for report in request.reports if report.proposal.tool == tool]
        reserve = [report for report in request.reserve if report.proposal.tool == tool]
        return request.model_copy(update={"reports": own, "reserve": reserve})

    judged = [report.proposal.tool for report in [*request.reports, *request.reserve]]
    decision = sample.decision("critique")
    critique = await decision.ask(decision.policy.critique, request, (judged, about))
    if critique is None:
        nothing = Gradient(iteration=sample.iteration, selected=[], text="", notes=request.notes)
        return {"selection": [], **_keep_nothing(state, nothing), **decision.entries}
    selected, dropped = sound_selection(critique, request)
    sought = await in_thread(seek, library, critique.tools, critique.wishes)
    gradient = Gradient(
        iteration=sample.iteration,
        selected=[choice.proposal for choice in selected],
        text=critique.gradient,
        tools=sought.tools,
        wishes=sought.wishes,
        concluded=critique.concluded,
        notes=[*request.notes, *dropped, *sought.notes],
    )
    return {
        "selection": [choice.model_dump() for choice in selected],
        **({"gradients": [gradient.model_dump()]} if selected else _keep_nothing(state, gradient)),
        **decision.entries,
    }


def fewest_calls(target: int, min_share: float) -> int | None:
    """Return from how many calls on a chain may be concluded; None where only its target ends it."""
    fewest = max(math.ceil(min_share * target), 1)
    return fewest if fewest < target else None


def _keep_nothing(state: State, gradient: Gradient) -> dict[str, Any]:
    """Return what an iteration that keeps nothing leaves: its calls that worked wait in the reserve."""
    after = renew_reserve(state, {}, {})
    notes = [note.model_copy(update={"message": with_names(note.message, after.names)}) for note in gradient.notes]
    update = {"text": with_names(gradient.text, after.names), "notes": [*notes, *after.notes]}
    return {"gradients": [gradient.model_copy(update=update).model_dump()], "reserve": after.reserve}


def sound_selection(critique: Critique, request: CritiqueRequest) -> tuple[list[Selection], list[Note]]:
    """Return the selections that can be made, in an order in which they can be, and notes about those that cannot.

    Each is of a call that worked, of this iteration or the reserve, once. A call and those it builds on are a unit: it
    is kept whole or not at all. Units are kept in the order of the verdicts on their last calls, as long as `accept`
    admits; the last one may go beyond that where the target length admits it.
    """
    calls = {report.proposal.id: report.proposal for report in [*request.reserve, *request.reports] if report.ok}
    wanted, notes = _known_selections(critique, request, calls)
    units = {name: _unit(name, calls) for name in wanted}
    ends = [name for name in wanted if not any(name in units[other] for other in wanted if other != name)]
    room = max(request.target_calls - len(request.steps), request.accept)
    kept, left_out = _fitting([units[end] for end in ends], request.accept, room)
    if not kept and request.gradients and not request.gradients[-1].selected:
        # Better the beginning of a unit than a second iteration without progress.
        begun = sorted(units.values(), key=len)
        kept, left_out = _fitting(begun, request.accept, room=0)
    for unit in left_out:
        *below, end = unit
        with_what = f" with what it builds on ({', '.join(f'{{{name}}}' for name in below)})" if below else ""
        message = f"{{{end}}} was not kept{with_what}: at most {request.accept} could be"
        notes.append(Note(kind="no_room", call=end, message=message))
    chains = {name: wanted[end].chain for end in reversed(ends) for name in units[end]}
    return [wanted.get(name) or Selection(proposal=name, chain=chains[name]) for name in kept], notes


def _known_selections(
    critique: Critique, request: CritiqueRequest, calls: Mapping[str, Proposal]
) -> tuple[dict[str, Selection], list[Note]]:
    """Return the selections of calls that worked, by the calls' ids, and notes about the others."""
    reported = {report.proposal.id: report for report in request.reports}
    wanted: dict[str, Selection] = {}
    notes: list[Note] = []
    for choice in critique.selected:
        name = choice.proposal
        if name in calls:
            placed = choice.chain is None or choice.chain >= 0
            wanted.setdefault(name, choice if placed else choice.model_copy(update={"chain": None}))
        elif name in reported:
            notes.append(Note(kind="failed_call", call=name, message=f"{{{name}}} was not kept: it failed"))
        else:
            message = f"{name[:40]!r} was not kept: no call that was judged or is in the reserve is called so"
            notes.append(Note(kind="unknown_call", call=name[:40], message=message))
    return wanted, notes


def _unit(name: str, calls: Mapping[str, Proposal]) -> list[str]:
    """Return the call after those of this iteration and of the reserve that it builds on, directly or not."""
    found: dict[str, None] = {}

    def add(each: str) -> None:
        for below in (source.step for source in calls[each].sources.values()):
            if below in calls and below not in found:
                add(below)
        found[each] = None

    add(name)
    return list(found)


def _fitting(units: list[list[str]], accept: int, room: int) -> tuple[list[str], list[list[str]]]:
    """Return the calls of the units that fit, and the units that do not."""
    kept: dict[str, None] = {}
    left_out: list[list[str]] = []
    for unit in units:
        grown = len(kept.keys() | set(unit))
        if grown <= accept or (len(unit) > 1 and len(kept) < accept and grown <= room):
            kept |= dict.fromkeys(unit)
        else:
            left_out.append(unit)
    return list(kept), left_out
