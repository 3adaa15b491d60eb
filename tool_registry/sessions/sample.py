"""Each sample's session with the stateful sources, brought to where the sample's accepted calls have left it.

A session is never in a checkpoint. It is kept by the process while its sample runs, and what is not there (after
a crash, in another process, on a fork of a thread) is built again: a fresh instance, in which the accepted calls
are made in order and must give what they gave.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tool_registry.calling import background
from tool_registry.calling.failures import tool_error
from tool_registry.json.pointer import equal
from tool_registry.permissions import effective
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolError, ToolResult
from tool_registry.sessions.instance import Effect, StatefulSource
from tool_registry.sessions.replay import RecordedCall, ReplayOutcome, measure_call, replay_call
from tool_registry.sessions.session import CallLimits, ToolSession
from tool_registry.tool import Tool

#: Sessions that are kept at most while nobody calls in them, and for how long.
KEPT_MAX = 256
KEPT_S = 900.0


def is_write(tool: Tool) -> bool:
    """Return whether a call of the tool may change something: all that is not known to only read."""
    return effective(tool.spec).read_only is not True


@dataclass
class _Seen:
    """The calls that a source's instance has seen, in order; reads that nobody accepted are not counted.

    `effects` are what the calls have done to it, as `measure_call` gives it.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    calls: list[RecordedCall] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def add(self, call: RecordedCall, effect: Effect) -> None:
        self.calls.append(call)
        self.effects.append(effect)


class SampleSession:
    """A session that knows which accepted calls it has seen. Its calls may come from any loop.

    `accepted` is always the whole chain, also the steps of other tools; of these only those count that belong to
    the source of the call. What of them the instance has not seen is made first; an instance that has seen
    anything else is given up for a new one. One that `measures` says what its calls have changed.
    """

    def __init__(self, registry: ToolRegistry, *, measures: bool = False) -> None:
        self.registry = registry
        self._measures = measures
        self._session = ToolSession(registry)
        self._seen: dict[StatefulSource, _Seen] = {}

    async def execute(
        self,
        name: str,
        arguments: dict[str, Any],
        accepted: Sequence[RecordedCall],
        limits: CallLimits,
        *,
        keep: bool = False,
    ) -> ToolResult:
        """Call the tool as `ToolSession.execute` does, after the accepted calls of its source.

        `unavailable` when those do not give again what they gave. With `keep` the call counts as seen from here
        on: for a session that is thrown away, in which calls follow each other.
        """
        tool = self.registry.get(name)
        if tool.binding is None or not tool.verdict(limits["permissions"]).runs:
            return await self._call(name, arguments, limits)
        return await background.run(self._execute(tool, arguments, accepted, limits, keep))

    async def apply(self, call: RecordedCall, accepted: Sequence[RecordedCall], limits: CallLimits) -> ReplayOutcome:
        """Make an accepted call: it must give what is recorded, else it is as if it had not been made."""
        return await background.run(self._apply(self.registry.get(call.tool), call, accepted, limits))

    async def effects(self, name: str, accepted: Sequence[RecordedCall], limits: CallLimits) -> list[Effect]:
        """Return what the accepted calls of the tool's source did to its instance, in order.

        Of tools that declare whether they only read as they declare it, of others as it was measured; `unknown` from
        the first call on that does not give again what it gave.
        """
        return await background.run(self._effects(self.registry.get(name), accepted, limits))

    async def commutes(self, call: RecordedCall, accepted: Sequence[RecordedCall], limits: CallLimits) -> bool:
        """Make a call after the accepted ones, and return whether it gives what is recorded and changes nothing.

        Where it does change something it is as if it had not been made.
        """
        return await background.run(self._commutes(self.registry.get(call.tool), call, accepted, limits))

    async def look(self, call: RecordedCall, limits: CallLimits) -> ReplayOutcome:
        """Make a call that only reads at the point that the session has come to, and compare."""
        return await replay_call(self._session, call, **limits)

    async def aclose(self) -> None:
        """End the session."""
        await self._session.aclose()

    # On the background loop

    async def _execute(
        self,
        tool: Tool,
        arguments: dict[str, Any],
        accepted: Sequence[RecordedCall],
        limits: CallLimits,
        keep: bool,
    ) -> ToolResult:
        seen = self._seen_by(tool)
        async with seen.lock:
            wrong = await self._bring(tool, seen, accepted, limits)
            if wrong is not None:
                return ToolResult(ok=False, error=wrong)
            result = await self._call(tool.spec.name, arguments, limits)
            if keep:
                call = RecordedCall(tool=tool.spec.name, arguments=arguments, result=result.content)
                seen.add(call, "unknown")
            return result

    async def _effects(self, tool: Tool, accepted: Sequence[RecordedCall], limits: CallLimits) -> list[Effect]:
        seen = self._seen_by(tool)
        async with seen.lock:
            await self._bring(tool, seen, accepted, limits)
            missing = sum(self._is_beside(call.tool, tool) for call in accepted) - len(seen.effects)
            unknown: list[Effect] = ["unknown"] * missing
            return [*seen.effects, *unknown]

    async def _commutes(
        self, tool: Tool, call: RecordedCall, accepted: Sequence[RecordedCall], limits: CallLimits
    ) -> bool:
        seen = self._seen_by(tool)
        async with seen.lock:
            if await self._bring(tool, seen, accepted, limits) is not None:
                return False
            outcome, effect = await measure_call(self._session, call, limits)
            if effect != "unchanged":
                await self._begin_again(tool, seen)
            return outcome.verdict == "same" and effect == "unchanged"

    async def _make(self, call: RecordedCall, limits: CallLimits) -> tuple[ReplayOutcome, Effect]:
        if self._measures:
            return await measure_call(self._session, call, limits)
        return await self.look(call, limits), "unknown"

    async def _apply(
        self, tool: Tool, call: RecordedCall, accepted: Sequence[RecordedCall], limits: CallLimits
    ) -> ReplayOutcome:
        outcome = await self._apply_once(tool, call, accepted, limits)
        if outcome.verdict == "not_run" and outcome.error is not None and outcome.error.retryable:
            # A server that did not start or was lost: nothing has happened in the one that comes now.
            outcome = await self._apply_once(tool, call, accepted, limits)
        return outcome

    async def _apply_once(
        self, tool: Tool, call: RecordedCall, accepted: Sequence[RecordedCall], limits: CallLimits
    ) -> ReplayOutcome:
        seen = self._seen_by(tool)
        async with seen.lock:
            wrong = await self._bring(tool, seen, accepted, limits)
            if wrong is not None:
                return ReplayOutcome(id=call.id, tool=call.tool, verdict="not_run", message=wrong.message, error=wrong)
            outcome, effect = await self._make(call, limits)
            if outcome.verdict == "same":
                seen.add(call, effect)
            else:
                await self._begin_again(tool, seen)
            return outcome

    async def _bring(
        self, tool: Tool, seen: _Seen, accepted: Sequence[RecordedCall], limits: CallLimits
    ) -> ToolError | None:
        """Bring the tool's source to where the accepted calls leave it; return why that cannot be done, or None."""
        wanted = [call for call in accepted if self._is_beside(call.tool, tool)]
        if self._session.is_lost(_source(tool)) or not _begins(wanted, seen.calls):
            await self._begin_again(tool, seen)
        for call in wanted[len(seen.calls) :]:
            outcome, effect = await self._make(call, limits)
            if outcome.verdict != "same":
                await self._begin_again(tool, seen)
                said = f"{call.id or call.tool} {outcome.verdict.replace('_', ' ')} ({outcome.message})"
                error = tool_error("unavailable", f"the session of {_source(tool).label} cannot be built again: {said}")
                may_pass = outcome.error is not None and outcome.error.retryable
                return error.model_copy(update={"retryable": may_pass})
            seen.add(call, effect)
        return None

    async def _begin_again(self, tool: Tool, seen: _Seen) -> None:
        seen.calls, seen.effects = [], []
        await self._session.forget([_source(tool)])

    async def _call(self, name: str, arguments: dict[str, Any], limits: CallLimits) -> ToolResult:
        return await self._session.execute(name, arguments, **limits)

    def _seen_by(self, tool: Tool) -> _Seen:
        return self._seen.setdefault(_source(tool), _Seen())

    def _is_beside(self, name: str, tool: Tool) -> bool:
        return self.registry.stateful_source(name) is _source(tool)


def _source(tool: Tool) -> StatefulSource:
    assert tool.binding is not None  # noqa: S101 - callers have looked
    return tool.binding.source


def _begins(wanted: Sequence[RecordedCall], seen: Sequence[RecordedCall]) -> bool:
    return len(seen) <= len(wanted) and all(
        one.tool == other.tool and equal(one.arguments, other.arguments) and equal(one.result, other.result)
        for one, other in zip(seen, wanted, strict=False)
    )


# What the process keeps

_Key = tuple[int, int, int]


@dataclass
class _Kept:
    session: SampleSession
    users: int = 0
    used_at: float = 0.0
    is_over: bool = False


_kept: "OrderedDict[_Key, _Kept]" = OrderedDict()


@contextlib.asynccontextmanager
async def sample_session(registry: ToolRegistry, seed: int, index: int) -> AsyncIterator[SampleSession]:
    """Give the session of a sample, which is not given up meanwhile.

    A sample is told by its registry, the run's seed and its index. Sessions that nobody ended are given up after
    `KEPT_S` seconds without a call, or when there are more than `KEPT_MAX`; who comes later builds them again.
    """
    entry = await background.run(_take(registry, seed, index))
    try:
        yield entry.session
    finally:
        await asyncio.shield(background.run(_return(entry)))


def any_kept() -> bool:
    """Return whether the process keeps a session of any sample."""
    return bool(_kept)


async def end_sample(registry: ToolRegistry, seed: int, index: int) -> None:
    """Give up the sample's session, if there is one, once nobody calls in it."""
    key = (id(registry), seed, index)
    if key in _kept:
        await asyncio.shield(background.run(_give_up(key)))


async def _take(registry: ToolRegistry, seed: int, index: int) -> _Kept:
    key = (id(registry), seed, index)
    entry = _kept.get(key)
    if entry is None:
        # It refers to the registry, so that its id is not given to another one.
        entry = _kept[key] = _Kept(SampleSession(registry, measures=True))
        _look_later()
    entry.users += 1
    _kept.move_to_end(key)
    await _give_up_old()
    return entry


async def _return(entry: _Kept) -> None:
    entry.users -= 1
    entry.used_at = time.monotonic()
    if entry.is_over and not entry.users:
        await entry.session.aclose()


async def _give_up_old() -> None:
    now = time.monotonic()
    too_many = len(_kept) - KEPT_MAX
    idle = [key for key, entry in _kept.items() if not entry.users]
    for position, key in enumerate(idle):
        if position < too_many or now - _kept[key].used_at > KEPT_S:
            await _give_up(key)


async def _give_up(key: _Key) -> None:
    entry = _kept.pop(key, None)
    if entry is None:
        return
    entry.is_over = True
    if not entry.users:
        await entry.session.aclose()


_looking: asyncio.TimerHandle | None = None


def _look_later() -> None:
    global _looking
    if _looking is None:
        # No task that sleeps: it would be pending when the process ends.
        _looking = asyncio.get_running_loop().call_later(KEPT_S / 4, _look)


def _look() -> None:
    global _looking
    _looking = None
    if _kept:
        background.submit(_give_up_old())
        _look_later()
