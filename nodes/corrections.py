"""Corrections: what a person changes their mind about is called again, and what was found with it too."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from graph.record import Note, Replacement, Step
from graph.sources import Source, StepSource
from graph.state import Json
from nodes.call_log import begin_call
from nodes.dialogues.changes import replaced
from nodes.dialogues.given import Chain
from nodes.dialogues.holds import changed_leaves
from nodes.dialogues.plan import ChangedCall, Plan, PlannedTurn
from nodes.execute_call import attempt_entry
from nodes.policies.base import Proposal
from nodes.rules.chain import ChainRules
from nodes.sample import Sample
from nodes.stateful.branches import Calls, calls_of_branch, end_session, replay_steps, stateful_tools
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.pointer import MISSING, equal, resolve, tokens


@dataclass
class Corrected:
    """The plan with its corrections made, those that came to nothing left out; and what the state keeps of it."""

    plan: Plan
    steps: list[Step] = field(default_factory=list)
    attempts: list[Json] = field(default_factory=list)
    chains: list[list[str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class NotCorrectedError(Exception):
    """Why a correction cannot be made, in words."""


async def make_corrections(sample: Sample, plan: Plan, chain: Chain) -> Corrected:
    """Make the calls of the plan's corrections, each after all that its dialogue has made by then.

    One that fails, finds nothing or the same, or after which the dialogue cannot be replayed, is left out.
    """
    done = Corrected(Plan(turns=[]), chains=[list(each) for each in sample.state.get("chains", [])])
    made: list[Step] = []
    for number, turn in enumerate(plan.turns):
        changes = turn.changes
        if changes is not None:
            correction = _Correction(sample, chain, changes, made, done)
            try:
                turn = await correction.make(turn, plan.turns[number + 1 :])
            except NotCorrectedError as error:
                message = f"{changes.step} was not made again as planned: {error}"
                done.notes.append(Note(kind="not_corrected", call=changes.step, message=message))
                continue
        done.plan.turns.append(turn)
        by_id = {step.id: step for step in (*chain.steps, *done.steps)}
        made += [by_id[name] for name in turn.steps]
    await end_session(sample.context, sample.seed, sample.index)
    return done


class _Correction:
    def __init__(
        self, sample: Sample, chain: Chain, changes: ChangedCall, made: Sequence[Step], done: Corrected
    ) -> None:
        self.sample, self.chain, self.changes, self.made, self.done = sample, chain, changes, made, done
        self.steps: list[Step] = []
        self._rules: ChainRules | None = None
        if sample.policy is not None:
            self._rules = ChainRules(sample.policy, sample.setting, sample.registry.specs)
        #: By step the one that is made in its place.
        self.instead: dict[str, Step] = {}

    async def make(self, turn: PlannedTurn, later: Sequence[PlannedTurn]) -> PlannedTurn:
        """Return the turn with its calls made. Raises NotCorrectedError."""
        old = self.chain.by_id[self.changes.step]
        before = [step.id for step in self.made]
        again = [self.chain.by_id[name] for name in self.chain.dependents(old.id) if name in before]
        async with self._calls([old, *again]) as calls:
            new = await self._call(calls, old, self.changes.arguments, self._kept_sources(old))
            if equal(new.result, old.result):
                raise NotCorrectedError("it finds the same")
            for step in again:
                arguments, sources = self._go_on(step)
                if not equal(arguments, step.arguments):
                    await self._call(calls, step, arguments, sources)
        self._check_rules(later)
        await self._check_replay(later)
        self.done.steps += self.steps
        for name, step in self.instead.items():
            next(each for each in self.done.chains if name in each).append(step.id)
        for entry in self.done.attempts[-len(self.steps) :]:
            entry["kept"] = True
        made = {"replaces": Replacement(step=old.id, by=new.id), "steps": [step.id for step in self.steps]}
        return turn.model_copy(update={"changes": None, **made})

    @asynccontextmanager
    async def _calls(self, steps: Sequence[Step]) -> AsyncIterator[Calls]:
        """Give a way to call the steps' tools, after what the dialogue has made by then of tools with a session."""
        names = stateful_tools(self.sample.registry, (step.tool for step in (*self.made, *steps)))
        accepted = [step.model_dump() for step in self.made if step.tool in names]
        branch = {"proposals": [{"tool": step.tool} for step in steps], "accepted": accepted}
        async with calls_of_branch(self.sample, branch) as calls:
            yield calls

    async def _call(self, calls: Calls, old: Step, arguments: Json, sources: dict[str, Source]) -> Step:
        attempts = [*self.sample.state.get("attempts", []), *self.done.attempts]
        if sum(1 + each["repairs"] for each in attempts) >= self.sample.context.max_tool_calls:
            raise NotCorrectedError("the budget of tool calls is spent")
        if old.tool not in self.sample.registry:
            raise NotCorrectedError(f"the tool {old.tool!r} is not loaded any more")
        number = self.sample.length + len(self.done.steps) + len(self.steps) + 1
        wanted = Step(id=f"s{number}", tool=old.tool, arguments=arguments, sources=sources, result=None)
        if self._rules is not None and (why := self._rules.why_not(wanted, [*self.made, *self.steps])):
            raise NotCorrectedError(why)
        id = f"c{len(self.done.attempts) + 1}"
        with attributed_to(old.tool):
            logged = begin_call(self.sample.iteration, id, old.tool, arguments)
            logged.result = result = await calls.execute(old.tool, arguments)
        steps = {pointer: source for pointer, source in sources.items() if isinstance(source, StepSource)}
        proposal = Proposal(id=id, tool=old.tool, arguments=arguments, sources=steps, rationale=f"{old.id}, changed")
        entry = attempt_entry(self.sample.iteration, proposal, result)
        self.done.attempts.append(entry)
        if result.error is not None:
            raise NotCorrectedError(f"{old.tool} failed ({result.error.kind}: {result.error.message[:200]})")
        if result.empty:
            raise NotCorrectedError(f"{old.tool} finds nothing")
        after = [self.instead[name].id if name in self.instead else name for name in old.after]
        if self.chain.writes(old):
            after.append(old.id)
        members: dict[str, Any] = {name: entry[name] for name in ("result", "empty", "truncated", "elapsed_ms")}
        new = wanted.model_copy(update={"after": after, **members})
        if self._rules is not None:
            new = self._rules.with_lookups(new, [*self.made, *self.steps])
        self.steps.append(new)
        self.instead[old.id] = new
        return new

    def _kept_sources(self, old: Step) -> dict[str, Source]:
        """Return the sources of the leaves that do not change."""
        changed = changed_leaves(old.arguments, self.changes.arguments)
        return {pointer: source for pointer, source in old.sources.items() if pointer not in changed}

    def _go_on(self, step: Step) -> tuple[Json, dict[str, Source]]:
        """Return the step's arguments and sources with the results of now. Raises NotCorrectedError."""
        arguments: Any = step.arguments
        sources: dict[str, Source] = dict(step.sources)
        for pointer, source in step.sources.items():
            if not set(source.steps()) & self.instead.keys():
                continue
            new = self.instead[source.step] if isinstance(source, StepSource) and source.span is None else None
            value = resolve(new.result, source.pointer) if new and isinstance(source, StepSource) else MISSING
            if new is None or value is MISSING:
                raise NotCorrectedError(f"what {step.id} takes of it is not there any more")
            arguments = replaced(arguments, tokens(pointer), value)
            sources[pointer] = source.model_copy(update={"step": new.id})
        return arguments, sources

    def _check_rules(self, later: Sequence[PlannedTurn]) -> None:
        """Raise NotCorrectedError where a later call of the dialogue would break a rule after the correction."""
        before = [*self.made, *self.steps]
        for step in (self.chain.by_id[name] for turn in later for name in turn.steps):
            if self._rules is not None and (why := self._rules.why_not(step, before)):
                raise NotCorrectedError(f"after it {step.id} could not be made: {why}")
            before.append(step)

    async def _check_replay(self, later: Sequence[PlannedTurn]) -> None:
        """Raise NotCorrectedError unless the whole dialogue can be replayed with the correction in its place."""
        following = [self.chain.by_id[name] for turn in later for name in turn.steps]
        if why := await replay_steps(self.sample, [*self.made, *self.steps, *following]):
            raise NotCorrectedError(f"after it the dialogue cannot be replayed: {why[0]}")
