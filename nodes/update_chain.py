"""Optimizer step: put the selected calls where the critique placed them."""

from contextlib import AsyncExitStack
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Note, NoteKind, Step
from graph.state import Json, State
from nodes.reserve import latest, renew_reserve, reserve_by_id, used_calls, with_names
from nodes.rules.chain import ChainRules
from nodes.sample import Sample
from nodes.stateful.placing import Placing
from tool_registry.calling.crashes import attributed_to
from tool_registry.sessions.sample import sample_session


async def update_chain(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Append each selected call as a step to its chain; what worked and was not selected goes into the reserve.

    What names another call as its source names that call's step from here on, and so do the words of the gradient. A
    call of a stateful tool is made once more in the sample's session: one that does not give the same there is
    refused, with those that use it, and the gradient's notes say so; so is one that breaks a rule after what was kept
    before it. A call comes `after` the steps by which it is known that it breaks none. What is in the reserve and may
    have changed by what was kept is made again, too.
    """
    sample = await Sample.open(state, runtime)
    rules = None
    if sample.policy is not None:
        rules = ChainRules(sample.policy, sample.setting, sample.registry.specs)
    steps = _Steps(state, rules)
    async with AsyncExitStack() as stack:
        placing = None
        if state.get("stateful"):
            session = await stack.enter_async_context(sample_session(sample.registry, sample.seed, sample.index))
            placing = Placing(session, sample.limits, state.get("steps", []))
        for choice in steps.choices():
            with attributed_to(steps.calls[choice["proposal"]]["tool"]):
                await steps.add(choice, placing)
        changed = await placing.find_changed(steps.waiting()) if placing is not None else {}
    return steps.update(placing.moved if placing is not None else {}, changed)


class _Steps:
    """The steps that an iteration adds, and the selected calls that it refuses."""

    def __init__(self, state: State, rules: ChainRules | None = None) -> None:
        self.state = state
        self.rules = rules
        self.forbidden: set[str] = set()
        self.standing = len(state.get("chains", []))
        self.chains = [list(chain) for chain in state.get("chains", [])]
        self.calls = reserve_by_id(state) | latest(state)
        self.steps: list[Json] = []
        self.placed: dict[str, str] = {}  # call: its step
        self.opened: dict[int, int] = {}  # number that no chain had: the chain that was opened for it
        self.refused: dict[str, str] = {}

    def choices(self) -> list[Json]:
        """Return the selection in the order of its steps.

        What ran before any write comes first, then fork after fork, those of earlier iterations before, each in the
        order of its calls.
        """
        selection = [choice for choice in self.state.get("selection", []) if choice["proposal"] in self.calls]
        forks = sorted(
            dict.fromkeys(fork for choice in selection if (fork := self._fork(choice["proposal"])) is not None),
            key=lambda fork: fork[0],
        )
        made = list(self.calls)

        def place(choice: Json) -> tuple[int, int]:
            fork = self._fork(choice["proposal"])
            return (0, 0) if fork is None else (1 + forks.index(fork), made.index(choice["proposal"]))

        return sorted(selection, key=place)

    async def add(self, choice: Json, placing: Placing | None) -> None:
        """Make the selected call a step, or refuse it."""
        name = choice["proposal"]
        call = self.calls[name]
        members = {member: call[member] for member in Step.model_fields if member in call}
        sources = dict(call.get("sources", {}))
        for pointer, source in sources.items():
            if source["step"] in self.refused:
                self.refused[name] = f"it uses the result of {{{source['step']}}}, which was not"
                return
            sources[pointer] = {**source, "step": self.placed.get(source["step"], source["step"])}
        id = f"s{len(self.state.get('steps', [])) + len(self.steps) + 1}"
        step = Step.model_validate({**members, "id": id, "sources": sources})
        earlier = self._chain_so_far() if self.rules is not None else []
        if self.rules is not None and (why := self.rules.why_not(step, earlier)):
            self.refused[name] = why
            self.forbidden.add(name)
            return
        if placing is not None:
            found = await placing.place(step)
            if isinstance(found, str):
                self.refused[name] = found
                return
            step = found
        if self.rules is not None:
            step = self.rules.with_lookups(step, earlier)
        self.steps.append(step.model_dump())
        self.chains[self._chain(choice["chain"], sources)].append(step.id)
        self.placed[name] = step.id

    def waiting(self) -> list[Json]:
        """Return the calls that worked and are neither steps nor refused, in the order they were made."""
        return [
            {**call, "id": name}
            for name, call in self.calls.items()
            if call["ok"] and name not in self.placed and name not in self.refused
        ]

    def update(self, moved: dict[str, list[str]], changed: dict[str, str]) -> dict[str, Any]:
        """Return what changes in the state.

        `moved` is by id what steps come `after` now; `changed` says why calls cannot be kept any more.
        """
        earlier = [
            step for step in self.state.get("steps", []) if moved.get(step["id"], step["after"]) != step["after"]
        ]
        steps = self._move([*earlier, *self.steps], moved)
        after = renew_reserve(self.state, self.placed, {**dict.fromkeys(self.refused, ""), **changed})
        refusals = [
            Note(kind=self._kind_of_note(name), call=name, message=f"{{{name}}} was not kept: {why}")
            for name, why in self.refused.items()
        ]
        return {
            "steps": steps,
            "chains": self.chains,
            "reserve": after.reserve,
            "selection": [each for each in self.state.get("selection", []) if each["proposal"] in self.placed],
            "gradients": self._gradient(after.names, [*refusals, *after.notes]),
        }

    def _move(self, steps: list[Json], moved: dict[str, list[str]]) -> list[Json]:
        """Return the steps with what they come `after` now; what their rules look at stays before them."""
        steps = [{**step, "after": moved.get(step["id"], step["after"])} for step in steps]
        if self.rules is None:
            return steps
        chain = self._chain_so_far()
        places = {step.id: place for place, step in enumerate(chain)}
        return [
            self.rules.with_lookups(Step.model_validate(step), chain[: places[step["id"]]]).model_dump()
            for step in steps
        ]

    def _chain_so_far(self) -> list[Step]:
        return [Step.model_validate(step) for step in [*self.state.get("steps", []), *self.steps]]

    def _kind_of_note(self, name: str) -> NoteKind:
        return "breaks_rule" if name in self.forbidden else "not_the_same"

    def _chain(self, number: int | None, sources: dict[str, Json]) -> int:
        """Return the chain of a call, which is opened where the call opens one; see `Selection`."""
        if number is not None and number < self.standing:
            return number
        if number is None:
            used = set(used_calls(sources))
            found = next((index for index, chain in enumerate(self.chains) if used & set(chain)), None)
        else:
            found = self.opened.get(number)
        if found is None:
            found = len(self.chains)
            self.chains.append([])
            if number is not None:
                self.opened[number] = found
        return found

    def _fork(self, name: str) -> tuple[int, str] | None:
        fork = self.calls[name].get("fork")
        return None if fork is None else (self.calls[name]["iteration"], fork)

    def _gradient(self, names: dict[str, str], notes: list[Note]) -> list[Json]:
        return [
            {
                **gradient,
                "selected": [name for name in gradient["selected"] if name in self.placed],
                "text": with_names(gradient["text"], names),
                "notes": [
                    {**note, "message": with_names(note["message"], names)}
                    for note in [*gradient.get("notes", []), *(note.model_dump() for note in notes)]
                ],
            }
            for gradient in self.state.get("gradients", [])
            if gradient["iteration"] == self.state.get("iteration")
        ]
