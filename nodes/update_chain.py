"""Optimizer step: put the selected calls where the critique placed them."""

from typing import Any

from graph.record import Step
from graph.state import State


async def update_chain(state: State) -> dict[str, Any]:
    """Append each selected call as a step to its chain, or open a new chain with it.

    What names another call of the iteration as its source names that call's step from here on, and without a
    place of its own follows it into its chain.
    """
    known = len(state.get("steps", []))
    chains = [list(chain) for chain in state.get("chains", [])]
    attempts = {
        attempt["id"]: attempt
        for attempt in state.get("attempts", [])
        if attempt["iteration"] == state.get("iteration")
    }
    steps: list[dict[str, Any]] = []
    placed: dict[str, tuple[str, int]] = {}  # proposal: its step and chain
    for choice in state.get("selection", []):
        attempt = attempts[choice["proposal"]]
        members = {name: attempt[name] for name in Step.model_fields if name in attempt}
        chain = choice["chain"]
        sources = dict(attempt.get("sources", {}))
        for pointer, source in sources.items():
            if source["step"] in placed:
                step_id, beside = placed[source["step"]]
                sources[pointer] = {**source, "step": step_id}
                chain = beside if chain is None else chain
        step = Step.model_validate({**members, "id": f"s{known + len(steps) + 1}", "sources": sources})
        steps.append(step.model_dump())
        if chain is None:
            chain = len(chains)
            chains.append([])
        chains[chain].append(step.id)
        placed[choice["proposal"]] = (step.id, chain)
    return {"steps": steps, "chains": chains}
