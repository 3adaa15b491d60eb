"""Where the calls of an iteration run: reads in the sample's session, writes in a fork of it."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from graph.context import Context
from graph.record import Step
from nodes.reserve import kept_calls, reserve_by_id, reserve_ids
from nodes.sample import Sample
from tool_registry.calling.execution import execute
from tool_registry.registry import ToolRegistry, get_registry
from tool_registry.result import ToolResult
from tool_registry.sessions.replay import RecordedCall, replay
from tool_registry.sessions.sample import SampleSession, any_kept, end_sample, is_write, sample_session
from tool_registry.sessions.session import CallLimits, open_session

#: What a branch is told of the chain.
MEMBERS = ("id", "tool", "arguments", "result", "truncated")


def recorded_calls(steps: Iterable[dict[str, Any]]) -> list[RecordedCall]:
    """Return steps of the state as calls that can be made again."""
    return [RecordedCall.model_validate({name: step[name] for name in MEMBERS if name in step}) for step in steps]


def stateful_tools(registry: ToolRegistry, names: Iterable[str]) -> list[str]:
    """Return which of the tools have a session, each once."""
    if not registry.has_stateful:
        return []
    return [name for name in dict.fromkeys(names) if registry.stateful_source(name) is not None]


def needs_fork(registry: ToolRegistry, names: Iterable[str]) -> bool:
    """Return whether one of the tools may change the state of a session."""
    return any(is_write(registry.get(name)) for name in stateful_tools(registry, names))


class Calls:
    """How a branch calls tools; this one calls those that remember nothing."""

    is_fork = False

    def __init__(self, registry: ToolRegistry, limits: CallLimits) -> None:
        self.registry, self.limits = registry, limits

    async def execute(self, name: str, arguments: dict[str, Any]) -> ToolResult:
        """Call the tool; see `tool_registry.calling.execution.execute`."""
        return await execute(self.registry.get(name), arguments, **self.limits)


class SessionCalls(Calls):
    """Calls in a session, after the accepted ones. In a fork each call comes after the one before."""

    def __init__(
        self,
        session: SampleSession,
        limits: CallLimits,
        accepted: Sequence[RecordedCall],
        *,
        is_fork: bool,
    ) -> None:
        super().__init__(session.registry, limits)
        self.is_fork = is_fork
        self._session = session
        self._accepted = list(accepted)

    async def execute(self, name: str, arguments: dict[str, Any]) -> ToolResult:
        """Call the tool; see `SampleSession.execute`."""
        result = await self._session.execute(name, arguments, self._accepted, self.limits, keep=self.is_fork)
        if self.is_fork:
            self._accepted.append(RecordedCall(tool=name, arguments=arguments, result=result.content))
        return result


@asynccontextmanager
async def calls_of_branch(sample: Sample, call: dict[str, Any]) -> AsyncIterator[Calls]:
    """Give a branch its way to call tools.

    Effects of a call that nobody selects must not reach the sample's session: a branch that may write has a
    session of its own, in which the accepted calls are made first, and which is thrown away at its end. So it is
    where a proposal uses the result of a write in the reserve: that write is made before it.
    """
    registry, limits = sample.registry, sample.limits
    names = [proposal["tool"] for proposal in call["proposals"]]
    if not stateful_tools(registry, names):
        yield Calls(registry, limits)
        return
    used = call.get("reserve", [])
    accepted = recorded_calls([*call.get("accepted", []), *used])
    if needs_fork(registry, [*names, *(each["tool"] for each in used)]):
        fork = SampleSession(registry)
        try:
            yield SessionCalls(fork, limits, accepted, is_fork=True)
        finally:
            await fork.aclose()
        return
    async with sample_session(registry, sample.seed, sample.index) as session:
        yield SessionCalls(session, limits, accepted, is_fork=False)


async def end_session(context: Context, seed: int, index: int) -> None:
    """Give up the session of a sample that goes no further in this process, if it has one."""
    if any_kept():
        await end_sample(await get_registry(context.tools), seed, index)


async def not_replayable(sample: Sample) -> list[str]:
    """Return which calls of the chain's stateful tools a fresh session does not give again, and how, in words.

    The sample's own session has seen more than the chain: reads that nobody selected. They should have changed
    nothing, but that is what their tools say of themselves.
    """
    return await _replay(sample, sample.state.get("steps", []))


async def replay_steps(sample: Sample, steps: Iterable[Step]) -> list[str]:
    """Return the same of these steps, in their order."""
    return await _replay(sample, [step.model_dump() for step in steps])


async def _replay(sample: Sample, steps: Sequence[dict[str, Any]]) -> list[str]:
    names = stateful_tools(sample.registry, (step["tool"] for step in steps))
    if not names:
        return []
    async with await open_session(sample.registry) as session:
        calls = recorded_calls(step for step in steps if step["tool"] in names)
        outcomes = await replay(session, calls, **sample.limits)
    return [
        f"{outcome.id} {outcome.tool}{' at ' + outcome.where if outcome.where else ''}: {outcome.message}"
        for outcome in outcomes
        if outcome.verdict != "same"
    ]


def still_true(sample: Sample, attempts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the attempts without those that may come out differently now: later a write of their source was kept.

    A write that was kept itself stays, and so does what is in the reserve: it was made again after that write.
    """
    state, registry = sample.state, sample.registry
    if not stateful_tools(registry, (attempt["tool"] for attempt in attempts)):
        return attempts
    kept, ids, in_reserve = kept_calls(state), reserve_ids(state), reserve_by_id(state)
    last_write: dict[Any, int] = {}
    for attempt in attempts:
        source = registry.stateful_source(attempt["tool"])
        if source is not None and _is_kept_write(attempt, kept, registry):
            kept_in = kept[attempt["iteration"], attempt["id"]]
            last_write[source] = max(kept_in, last_write.get(source, 0))
    return [
        attempt
        for attempt in attempts
        if attempt["iteration"] > last_write.get(registry.stateful_source(attempt["tool"]), 0)
        or _is_kept_write(attempt, kept, registry)
        or ids.get((attempt["iteration"], attempt["id"])) in in_reserve
    ]


def _is_kept_write(attempt: dict[str, Any], kept: Collection[tuple[int, str]], registry: ToolRegistry) -> bool:
    return (attempt["iteration"], attempt["id"]) in kept and is_write(registry.get(attempt["tool"]))
