"""Optimizer step: put the selected calls where the critique placed them."""

from contextlib import AsyncExitStack
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Step
from graph.state import State
from nodes.placing import Placing
from nodes.views import registry_of
from tool_registry.crashes import attributed_to
from tool_registry.sample_sessions import sample_session


async def update_chain(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Append each selected call as a step to its chain, or open a new chain with it.

    What names another call of the iteration as its source names that call's step from here on, and without a
    place of its own follows it into its chain. A call of a stateful tool is made once more in the sample's session:
    one that does not give the same there is refused, with those that use it, and the gradient says so.
    """
    steps = _Steps(state)
    async with AsyncExitStack() as stack:
        placing = None
        if state.get("stateful"):
            context = runtime.context or Context()
            registry = await registry_of(context)
            session = await stack.enter_async_context(
                sample_session(registry, state.get("seed", 0), state.get("index", 0))
            )
            placing = Placing(session, context, state.get("steps", []))
        for choice in steps.choices():
            with attributed_to(steps.attempts[choice["proposal"]]["tool"]):
                await steps.add(choice, placing)
    return steps.update(placing.moved if placing is not None else {})


class _Steps:
    """The steps that an iteration adds, and the selected calls that it refuses."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.known = len(state.get("steps", []))
        self.chains = [list(chain) for chain in state.get("chains", [])]
        self.attempts = {
            attempt["id"]: attempt
            for attempt in state.get("attempts", [])
            if attempt["iteration"] == state.get("iteration")
        }
        self.steps: list[dict[str, Any]] = []
        self.placed: dict[str, tuple[str, int]] = {}  # proposal: its step and chain
        self.refused: dict[str, str] = {}

    def choices(self) -> list[dict[str, Any]]:
        """Return the selection in the order of its steps.

        What ran before any write of the iteration comes first, then fork after fork, each in the order of its calls.
        """
        selection = self.state.get("selection", [])
        forks = list(dict.fromkeys(self._fork(choice["proposal"]) for choice in selection))
        made = list(self.attempts)

        def place(choice: dict[str, Any]) -> tuple[int, int]:
            fork = self._fork(choice["proposal"])
            return (0, 0) if fork is None else (1 + forks.index(fork), made.index(choice["proposal"]))

        return sorted(selection, key=place)

    async def add(self, choice: dict[str, Any], placing: Placing | None) -> None:
        """Make the selected call a step, or refuse it."""
        attempt = self.attempts[choice["proposal"]]
        members = {name: attempt[name] for name in Step.model_fields if name in attempt}
        chain = choice["chain"]
        sources = dict(attempt.get("sources", {}))
        for pointer, source in sources.items():
            if source["step"] in self.refused:
                self.refused[choice["proposal"]] = f"it uses the result of {source['step']}, which was not"
                return
            if source["step"] in self.placed:
                step_id, beside = self.placed[source["step"]]
                sources[pointer] = {**source, "step": step_id}
                chain = beside if chain is None else chain
        step = Step.model_validate({**members, "id": f"s{self.known + len(self.steps) + 1}", "sources": sources})
        if placing is not None:
            found = await placing.place(step)
            if isinstance(found, str):
                self.refused[choice["proposal"]] = found
                return
            step = found
        self.steps.append(step.model_dump())
        if chain is None:
            chain = len(self.chains)
            self.chains.append([])
        self.chains[chain].append(step.id)
        self.placed[choice["proposal"]] = (step.id, chain)

    def update(self, moved: dict[str, list[str]]) -> dict[str, Any]:
        """Return what changes in the state; `moved` is by id what steps come `after` now."""
        earlier = [
            step for step in self.state.get("steps", []) if moved.get(step["id"], step["after"]) != step["after"]
        ]
        steps = [{**step, "after": moved.get(step["id"], step["after"])} for step in [*earlier, *self.steps]]
        update: dict[str, Any] = {"steps": steps, "chains": self.chains}
        if self.refused:
            kept = [choice for choice in self.state.get("selection", []) if choice["proposal"] not in self.refused]
            update |= {"selection": kept, "gradients": self._gradient()}
        return update

    def _fork(self, proposal: str) -> str | None:
        return self.attempts[proposal].get("fork")

    def _gradient(self) -> list[dict[str, Any]]:
        words = [f"{proposal} was not kept: {why}." for proposal, why in self.refused.items()]
        return [
            {
                **gradient,
                "selected": [proposal for proposal in gradient["selected"] if proposal not in self.refused],
                "text": "\n".join([gradient["text"], *words]).strip(),
            }
            for gradient in self.state.get("gradients", [])
            if gradient["iteration"] == self.state.get("iteration")
        ]
