"""Running a record's steps again, in order and in a session of their own, and what comes of each."""

import asyncio

from graph.context import Context
from graph.record import Record, Step
from nodes.execute_call import RETRY_PAUSES_S
from nodes.proofs.refusals import offered_of_kind
from nodes.proofs.schemas import specs_of
from tool_registry.permissions import effective
from tool_registry.registry import ToolRegistry
from tool_registry.sessions.replay import RecordedCall, ReplayOutcome, replay_call
from tool_registry.sessions.session import ToolSession, open_session
from tool_registry.spec import ToolSpec
from toolgrad_data.export.offered import takes_the_same
from toolgrad_data.verify.replayed import Replayed


async def replay(record: Record, registry: ToolRegistry, context: Context) -> Replayed:
    """Run the steps again, in order, and see whether what was refused is offered. Raises only CancelledError."""
    specs = specs_of(record)
    async with await open_session(registry) as session:
        replaying = _Replaying(session, context)
        for turn_index, turn in enumerate(record.turns):
            for step_index, step in enumerate(turn.steps):
                where = f"/turns/{turn_index}/steps/{step_index}"
                await replaying.step(step, specs.get(step.tool), where)
    if any(turn.refuses is not None for turn in record.turns):
        replaying.replayed.findings += offered_of_kind(record, registry.specs)
    return replaying.replayed


class _Replaying:
    def __init__(self, session: ToolSession, context: Context) -> None:
        self._session = session
        self._context = context
        self._has_gaps = False
        self.replayed = Replayed()

    async def step(self, step: Step, spec: ToolSpec | None, where: str) -> None:
        """Run one step and note what came of it."""
        registry, replayed = self._session.registry, self.replayed
        if step.tool not in registry:
            replayed.vanished_tools.add(step.tool)
            self._not_checkable(f"the tool {step.tool} is not among those loaded")
            return
        tool = registry.get(step.tool)
        if spec is None or not takes_the_same(spec, tool.spec):
            replayed.changed_tools.add(step.tool)
            self._not_checkable(f"the tool {step.tool} takes other parameters now than the record says")
            return
        if tool.binding is not None and self._has_gaps:
            # Its state may come from the step that was left out.
            self._not_checkable("an earlier step of its session could not be run again")
            return
        outcome = await self._outcome(step)
        error, again = outcome.error, outcome.result
        if outcome.verdict == "not_run" or (error is not None and error.kind == "timeout"):
            self._not_checkable(outcome.message)
        elif outcome.verdict == "failed":
            replayed.differs(f"{where}/result", "fails", f"{step.id} {step.tool} fails now: {outcome.message}")
        elif outcome.verdict == "differs":
            kind = "result" if outcome.rule == "exact" else "shape of its result"
            message = f"{step.id} {step.tool}: the {kind} is another at {outcome.where or 'the top'}: {outcome.message}"
            code = "result_differs" if outcome.rule == "exact" else "shape_differs"
            replayed.differs(f"{where}/result{outcome.where}", code, message)
        elif outcome.rule == "shape":
            replayed.outcomes["same_shape"] += 1
        elif again is not None and (again.empty, again.truncated) != (step.empty, step.truncated):
            message = f"{step.id} {step.tool}: empty and truncated are {again.empty} and {again.truncated}"
            replayed.differs(where, "flags_differ", message)
        else:
            replayed.outcomes["same"] += 1

    def _not_checkable(self, reason: str) -> None:
        self._has_gaps = True
        self.replayed.not_checkable(reason)

    async def _outcome(self, step: Step) -> ReplayOutcome:
        context = self._context
        call = RecordedCall.model_validate(step.model_dump())
        tool = self._session.registry.get(step.tool)
        pauses = RETRY_PAUSES_S[: context.max_call_retries] if effective(tool.spec).read_only else ()
        for pause in (*pauses, None):
            outcome = await replay_call(
                self._session,
                call,
                permissions=context.permissions,
                timeout_s=context.tool_timeout_s,
                max_result_bytes=context.max_result_bytes,
            )
            if pause is None or outcome.error is None or not outcome.error.retryable:
                break
            await asyncio.sleep(pause)
        return outcome
