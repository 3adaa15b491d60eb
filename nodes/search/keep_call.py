"""Keep a call that worked: it is the next step of the way that the search is on, and is put there by `update_chain`."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Gradient, Note
from graph.state import SearchState
from nodes.reserve import latest
from nodes.search.tree import SearchTree


async def keep_call(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:  # noqa: ARG001 - a node's form
    """Go on from the call, also from one that failed; only one that worked is selected. The gradient says so."""
    iteration = state.get("iteration", 0)
    tree = SearchTree.of({**state, "selection": []})
    tree.add(iteration)
    worked = [name for name, attempt in latest(state).items() if attempt["ok"]]
    words = [f"{{{name}}} worked." if name in worked else f"{{{name}}} failed." for name in latest(state)]
    notes = [Note.model_validate(note) for note in state.get("notes", [])]
    gradient = Gradient(iteration=iteration, selected=worked, text=" ".join(words), notes=notes)
    return {
        **tree.as_state(),
        "selection": [{"proposal": name, "chain": None} for name in worked],
        "gradients": [gradient.model_dump()],
        "notes": [],
    }
