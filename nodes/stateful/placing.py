"""Selected calls of stateful tools, made once more in the sample's own session before they join its chain."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from graph.record import Step
from graph.state import Json
from nodes.reserve import built_on
from nodes.stateful.branches import recorded_calls
from tool_registry.calling.crashes import attributed_to
from tool_registry.sessions.effects import Placed, comes_after
from tool_registry.sessions.instance import StatefulSource
from tool_registry.sessions.replay import RecordedCall, ReplayOutcome, compare_results, rule_of
from tool_registry.sessions.sample import SampleSession, is_write
from tool_registry.sessions.session import CallLimits


class Placing:
    """A chain that grows step by step in its session."""

    def __init__(self, session: SampleSession, limits: CallLimits, steps: list[dict[str, Any]]) -> None:
        self._session = session
        self._limits = limits
        self._placed = [_as_placed(Step.model_validate(step)) for step in steps]
        #: By id what steps that were placed before come `after` now, where that has changed.
        self.moved: dict[str, list[str]] = {}
        self._written: set[StatefulSource] = set()

    async def place(self, step: Step) -> Step | str:
        """Return the step with what it comes `after`, or why it cannot join the chain, in words.

        It was executed in a fork, or before another call of its iteration was kept: only in the session it is
        known to give the same after all that was accepted.
        """
        tool = self._session.registry.get(step.tool) if step.tool in self._session.registry else None
        if tool is not None and tool.binding is None:
            self._placed.append(_as_placed(step))
            return step
        (call,) = recorded_calls([step.model_dump()])
        if tool is None:
            return f"the tool {step.tool!r} is not loaded any more"
        accepted = [placed.call for placed in self._placed]
        outcome = await self._session.apply(call, accepted, self._limits)
        if outcome.verdict != "same":
            return f"made again in the sample's session it does not give the same ({_in_words(outcome)})"
        if is_write(tool):
            effects = await self._session.effects(step.tool, [*accepted, call], self._limits)
            if effects[-1:] != ["unchanged"] and tool.binding is not None:
                self._written.add(tool.binding.source)
        after = await comes_after(call, step.uses(), self._placed, self._session, self._limits)
        step = step.model_copy(update={"after": after.pop(step.id)})
        self._placed = [replace(each, after=frozenset(after.get(each.call.id, each.after))) for each in self._placed]
        self._placed.append(_as_placed(step))
        self.moved |= after
        return step

    async def find_changed(self, calls: Iterable[Json]) -> dict[str, str]:
        """Return by id which of the calls do not give the same after what was placed, and why, in words.

        They are made again where a call that was placed may have changed the state: what ran in the sample's session
        there, what shared a fork in a fork of its own, in order.
        """
        suspects = [call for call in calls if self._session.registry.stateful_source(call["tool"]) in self._written]
        accepted = [placed.call for placed in self._placed]
        outcomes: dict[str, ReplayOutcome] = {}
        made: dict[str, Json] = {}  # in forks, the same again
        for fork, group in groupby(sorted(suspects, key=_fork), key=_fork):
            shared = list(group)
            if fork == _NO_FORK:
                outcomes |= {each.id: await self._look(each, accepted) for each in recorded_calls(shared)}
            else:
                before = recorded_calls(built_on(shared, made))
                outcomes |= await self._make_in_fork(recorded_calls(shared), [*accepted, *before])
                made |= {call["id"]: call for call in shared if outcomes[call["id"]].verdict == "same"}
        return {
            name: f"does not give the same after what was kept ({_in_words(outcome)})"
            for name, outcome in outcomes.items()
            if outcome.verdict != "same"
        }

    async def _look(self, call: RecordedCall, accepted: list[RecordedCall]) -> ReplayOutcome:
        with attributed_to(call.tool):
            result = await self._session.execute(call.tool, call.arguments, accepted, self._limits)
            return compare_results(call, result, rule_of(self._session.registry.get(call.tool)))

    async def _make_in_fork(self, calls: list[RecordedCall], before: list[RecordedCall]) -> dict[str, ReplayOutcome]:
        fork, outcomes = SampleSession(self._session.registry), {}
        try:
            for call in calls:
                with attributed_to(call.tool):
                    outcomes[call.id] = await fork.apply(call, before, self._limits)
                if outcomes[call.id].verdict == "same":
                    before = [*before, call]
        finally:
            await fork.aclose()
        return outcomes


_NO_FORK = (0, "")


def _fork(call: Json) -> tuple[int, str]:
    return (call["iteration"], call["fork"]) if call.get("fork") else _NO_FORK


def _in_words(outcome: ReplayOutcome) -> str:
    where = f" at {outcome.where}" if outcome.where else ""
    return f"{outcome.verdict.replace('_', ' ')}{where}: {outcome.message}"


def _as_placed(step: Step) -> Placed:
    (call,) = recorded_calls([step.model_dump()])
    return Placed(call, step.uses(), frozenset(step.after))
