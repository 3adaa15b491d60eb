"""Search, one decision at a time: make the next call, finish, or give up and go back to what is left to try."""

from typing import Any, cast

from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from graph.context import Context
from graph.record import Attempt, Note, StopReason
from graph.state import Json, SearchState, State
from nodes.policies.base import Proposal, Proposals, ProposeRequest, SampleView
from nodes.policies.lookup import search_policy_for
from nodes.policies.search import SearchMove, SearchRequest
from nodes.propose_calls import sound_proposals
from nodes.sample import Sample
from nodes.search.tree import SearchTree
from nodes.stateful.branches import stateful_tools
from tool_registry.json.pointer import equal

_WHY = {
    "budget": "the budget of tool calls is spent",
    "max_iterations": "the decisions are used up",
    "no_progress": "too many decisions in a row could not be done",
}


async def search_calls(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy what to do next from where the search is.

    Beside the settings' `max_tool_calls` and `patience` it ends with so many decisions as answer-first may propose
    calls: `max_iterations` times `proposals`.
    """
    tree = SearchTree.of(state)
    before = await Sample.open(state, runtime)
    if (reason := _spent(before)) is not None:
        return {"move": "end", "stop_reason": reason, "reasons": [f"the search found no answer: {_WHY[reason]}"]}
    sample = Sample(cast(State, {**state, "iteration": before.iteration + 1}), before.context, before.registry)
    request = search_request(sample, tree, state)

    def about(tool: str | None) -> SearchRequest:
        return request.model_copy(update={"batch": [] if tool is None else [tool], "steps": [], "chains": []})

    decision = sample.decision("propose")
    searcher = search_policy_for("propose", sample.context)
    move = await decision.ask(searcher.search, request, (request.batch, about))
    update: dict[str, Any] = {
        "iteration": sample.iteration,
        "proposals": [],
        "selection": [],
        "notes": [],
        "move": "again",
        "fruitless": 0,
        **tree.as_state(),
        **decision.entries,
    }
    undone = move is not None and (move.action == "give_up" or (move.action == "call" and not request.calls_left))
    if undone:
        return update | _go_back(state, tree, move.why if move is not None else "")
    if move is not None and move.action == "finish" and request.steps:
        return update | {"move": "finish", "answer": move.response, "stop_reason": "concluded"}
    proposal, notes = _sound(move, request)
    if proposal is None:
        fruitless = state.get("fruitless", 0) + 1
        return update | {"fruitless": fruitless, "notes": [note.model_dump() for note in notes]}
    called = [proposal.tool, *(step.tool for step in request.steps)]
    stateful = stateful_tools(sample.registry, called)
    return {
        **update,
        "move": "call",
        "proposals": [proposal.model_dump()],
        "notes": [note.model_dump() for note in notes],
        **({"ruled": True} if sample.policy is not None else {}),
        **({"stateful": stateful} if stateful or state.get("stateful") else {}),
    }


def search_request(sample: Sample, tree: SearchTree, state: SearchState) -> SearchRequest:
    """Return what the policy is asked at this place of the tree."""
    query = state.get("query") or {}
    view = sample.view("search")
    attempts = {attempt.iteration: attempt for attempt in sample.attempts}
    failed = [attempts[node["iteration"]] for node in tree.way() if node["step"] is None]
    return SearchRequest(
        **view,
        query=query.get("text", ""),
        batch=[name for name in sample.batch if name in view["tools"]],
        meant=query.get("meant", []),
        failed=failed,
        tried=[attempts[iteration] for iteration in tree.tried()],
        notes=sample.state.get("notes", []),
        calls_left=tree.calls_left(),
        style_seed=sample.derive_seed("synthesize", 0),
    )


def _spent(sample: Sample) -> StopReason | None:
    """Return which limit ends the search, if one does."""
    context, state = sample.context, sample.state
    # The first iteration is the query's.
    if sample.iteration - 1 >= context.max_iterations * context.proposals:
        return "max_iterations"
    if sum(1 + attempt["repairs"] for attempt in state.get("attempts", [])) >= context.max_tool_calls:
        return "budget"
    fruitless = state.get("fruitless", 0)
    return "no_progress" if isinstance(fruitless, int) and fruitless >= context.patience else None


def _sound(move: SearchMove | None, request: SearchRequest) -> tuple[Proposal | None, list[Note]]:
    """Return the call where it can be made and is not made again, and notes about what cannot be done."""
    if move is None:
        return None, []
    if move.proposal is None:
        return None, [*move.dropped, Note(kind="unusable_call", message="nothing was called yet that could be told")]
    members = {name: getattr(request, name) for name in SampleView.model_fields}
    made = [*request.failed, *(attempt.model_copy(update={"selected": False}) for attempt in request.tried)]
    asked = ProposeRequest(**members, batch=request.batch, count=1, attempts=[*made, *_kept(request)])
    again = any(_is_same(attempt, move.proposal) for attempt in request.tried)
    sound = sound_proposals(Proposals(proposals=[] if again else [move.proposal]), asked)
    notes = [*move.dropped, *sound.notes]
    if again:
        notes.append(Note(kind="repeated_call", call=move.proposal.tool[:64], message="this was tried here already"))
    return (sound.proposals[0] if sound.proposals else None), notes


def _kept(request: SearchRequest) -> list[Attempt]:
    """Return the steps as attempts that were kept: a call that repeats one is told so."""
    return [
        Attempt(iteration=0, id=step.id, tool=step.tool, arguments=step.arguments, selected=True, ok=True)
        for step in request.steps
    ]


def _is_same(attempt: Attempt, proposal: Proposal) -> bool:
    return attempt.tool == proposal.tool and equal(attempt.arguments, proposal.arguments)


def _go_back(state: SearchState, tree: SearchTree, why: str) -> dict[str, Any]:
    """Return the update for a way that is given up: its last calls leave the chain, or the search ends."""
    way = {node["iteration"] for node in tree.way()}
    if not tree.step_back():
        said = f": {why}" if why else ""
        return {"move": "end", "stop_reason": "no_progress", "reasons": [f"the search gave up{said}"]}
    left = tree.way()
    kept = {node["step"] for node in left if node["step"] is not None}
    undone = way - {node["iteration"] for node in left}
    chains = [[name for name in chain if name in kept] for chain in state.get("chains", [])]
    return {
        **tree.as_state(),
        "steps": Overwrite([step for step in state.get("steps", []) if step["id"] in kept]),
        "chains": [chain for chain in chains if chain],
        "gradients": [
            _undone(gradient, why) for gradient in state.get("gradients", []) if gradient["iteration"] in undone
        ],
    }


def _undone(gradient: Json, why: str) -> Json:
    said = f" ({why})" if why else ""
    return {**gradient, "selected": [], "text": f"{gradient['text']} Undone{said}."}
