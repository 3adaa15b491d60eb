"""Selected calls of stateful tools, made once more in the sample's own session before they join its chain."""

from dataclasses import replace
from typing import Any

from graph.context import Context
from graph.record import Step
from nodes.stateful import limits_of, recorded
from tool_registry.effects import Placed, comes_after
from tool_registry.sample_sessions import SampleSession


class Placing:
    """A chain that grows step by step in its session."""

    def __init__(self, session: SampleSession, context: Context, steps: list[dict[str, Any]]) -> None:
        self._session = session
        self._limits = limits_of(context)
        self._placed = [_placed(Step.model_validate(step)) for step in steps]
        #: By id what steps that were placed before come `after` now, where that has changed.
        self.moved: dict[str, list[str]] = {}

    async def place(self, step: Step) -> Step | str:
        """Return the step with what it comes `after`, or why it cannot join the chain, in words.

        It was executed in a fork, or before another call of its iteration was kept: only in the session it is
        known to give the same after all that was accepted.
        """
        tool = self._session.registry.get(step.tool) if step.tool in self._session.registry else None
        if tool is not None and tool.home is None:
            self._placed.append(_placed(step))
            return step
        (call,) = recorded([step.model_dump()])
        if tool is None:
            return f"the tool {step.tool!r} is not loaded any more"
        accepted = [placed.call for placed in self._placed]
        outcome = await self._session.apply(call, accepted, self._limits)
        if outcome.verdict != "same":
            where = f" at {outcome.where}" if outcome.where else ""
            return (
                "made again in the sample's session it does not give the same "
                f"({outcome.verdict.replace('_', ' ')}{where}: {outcome.message})"
            )
        after = await comes_after(call, step.uses(), self._placed, self._session, self._limits)
        step = step.model_copy(update={"after": after.pop(step.id)})
        self._placed = [replace(each, after=frozenset(after.get(each.call.id, each.after))) for each in self._placed]
        self._placed.append(_placed(step))
        self.moved |= after
        return step


def _placed(step: Step) -> Placed:
    (call,) = recorded([step.model_dump()])
    return Placed(call, step.uses(), frozenset(step.after))
