"""Where the calls of an iteration run: reads in the sample's session, writes in a fork of it."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from graph.context import Context
from graph.state import State
from nodes.reserve import kept_calls, reserve_by_id, reserve_ids
from nodes.views import permissions_of, registry_of
from tool_registry.calling.execution import execute
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolResult
from tool_registry.sessions.replay import RecordedCall, replay
from tool_registry.sessions.sample import SampleSession, any_kept, end_sample, is_write, sample_session
from tool_registry.sessions.session import CallLimits, open_session

#: What a branch is told of the chain.
MEMBERS = ("id", "tool", "arguments", "result", "truncated")


def limits_of(context: Context) -> CallLimits:
    """Return how calls are made under the settings."""
    return {
        "permissions": permissions_of(context),
        "timeout_s": context.tool_timeout_s,
        "max_result_bytes": context.max_result_bytes,
    }


def recorded_calls(steps: Iterable[dict[str, Any]]) -> list[RecordedCall]:
    """Return steps of the state as calls that can be made again."""
    return [RecordedCall.model_validate({name: step[name] for name in MEMBERS if name in step}) for step in steps]


def stateful_tools(registry: ToolRegistry, names: Iterable[str]) -> list[str]:
    """Return which of the tools have a session, each once."""
    if not registry.has_stateful:
        return []
    return [name for name in dict.fromkeys(names) if name in registry and registry.get(name).binding is not None]


def needs_fork(registry: ToolRegistry, names: Iterable[str]) -> bool:
    """Return whether one of the tools may change the state of a session."""
    return any(is_write(registry.get(name)) for name in stateful_tools(registry, names))


class Calls:
    """How a branch calls tools; this one calls those that remember nothing."""

    is_fork = False

    def __init__(self, registry: ToolRegistry, context: Context) -> None:
        self.registry = registry
        self.limits = limits_of(context)

    async def execute(self, name: str, arguments: dict[str, Any]) -> ToolResult:
        """Call the tool; see `tool_registry.calling.execution.execute`."""
        return await execute(self.registry.get(name), arguments, **self.limits)


class SessionCalls(Calls):
    """Calls in a session, after the accepted ones. In a fork each call comes after the one before."""

    def __init__(
        self,
        session: SampleSession,
        context: Context,
        accepted: Sequence[RecordedCall],
        *,
        is_fork: bool,
    ) -> None:
        super().__init__(session.registry, context)
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
async def calls_of_branch(registry: ToolRegistry, context: Context, call: dict[str, Any]) -> AsyncIterator[Calls]:
    """Give a branch its way to call tools.

    Effects of a call that nobody selects must not reach the sample's session: a branch that may write has a
    session of its own, in which the accepted calls are made first, and which is thrown away at its end. So it is
    where a proposal uses the result of a write in the reserve: that write is made before it.
    """
    names = [proposal["tool"] for proposal in call["proposals"]]
    if not stateful_tools(registry, names):
        yield Calls(registry, context)
        return
    used = call.get("reserve", [])
    accepted = recorded_calls([*call.get("accepted", []), *used])
    if needs_fork(registry, [*names, *(each["tool"] for each in used)]):
        fork = SampleSession(registry)
        try:
            yield SessionCalls(fork, context, accepted, is_fork=True)
        finally:
            await fork.aclose()
        return
    async with sample_session(registry, call["seed"], call["index"]) as session:
        yield SessionCalls(session, context, accepted, is_fork=False)


async def end_session(context: Context, seed: int, index: int) -> None:
    """Give up the session of a sample that goes no further in this process, if it has one."""
    if any_kept():
        await end_sample(await registry_of(context), seed, index)


async def not_replayable(state: State, context: Context, registry: ToolRegistry) -> list[str]:
    """Return which calls of the chain's stateful tools a fresh session does not give again, and how, in words.

    The sample's own session has seen more than the chain: reads that nobody selected. They should have changed
    nothing, but that is what their tools say of themselves.
    """
    names = stateful_tools(registry, (step["tool"] for step in state.get("steps", [])))
    if not names:
        return []
    calls = recorded_calls(step for step in state.get("steps", []) if step["tool"] in names)
    async with await open_session(registry) as session:
        outcomes = await replay(session, calls, **limits_of(context))
    return [
        f"{outcome.id} {outcome.tool}{' at ' + outcome.where if outcome.where else ''}: {outcome.message}"
        for outcome in outcomes
        if outcome.verdict != "same"
    ]


def still_true(state: State, attempts: list[dict[str, Any]], registry: ToolRegistry) -> list[dict[str, Any]]:
    """Return the attempts without those that may come out differently now: later a write of their source was kept.

    A write that was kept itself stays, and so does what is in the reserve: it was made again after that write.
    """
    if not stateful_tools(registry, (attempt["tool"] for attempt in attempts)):
        return attempts
    kept, ids = kept_calls(state), reserve_ids(state)
    in_reserve = reserve_by_id(state)
    last_write: dict[Any, int] = {}
    for attempt in attempts:
        source = _source(registry, attempt["tool"])
        if source is not None and _is_kept_write(attempt, kept, registry):
            kept_in = kept[attempt["iteration"], attempt["id"]]
            last_write[source] = max(kept_in, last_write.get(source, 0))
    return [
        attempt
        for attempt in attempts
        if attempt["iteration"] > last_write.get(_source(registry, attempt["tool"]), 0)
        or _is_kept_write(attempt, kept, registry)
        or ids.get((attempt["iteration"], attempt["id"])) in in_reserve
    ]


def _is_kept_write(attempt: dict[str, Any], kept: Collection[tuple[int, str]], registry: ToolRegistry) -> bool:
    return (attempt["iteration"], attempt["id"]) in kept and is_write(registry.get(attempt["tool"]))


def _source(registry: ToolRegistry, name: str) -> Any:
    binding = registry.get(name).binding if name in registry else None
    return binding.source if binding is not None else None
