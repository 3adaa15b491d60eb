"""A session: one sample's live view of a registry's tools.

Stateless tools are the process's own. Of each source with `stateful = true` a session has an instance of its
own, opened when one of its tools is first called: a server's process, an object. All of it lives on the
background loop (`tool_registry.calling.background`), whichever loop the caller is on.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from tool_registry.calling import background
from tool_registry.calling.execution import execute
from tool_registry.calling.failures import from_exception, tool_error
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolResult
from tool_registry.sessions.digest import IncomparableError
from tool_registry.sessions.instance import Effect, Instance, StatefulSource
from tool_registry.tool import Tool

#: Every session that has an instance, so that none outlives the process.
_open: "set[ToolSession]" = set()


class CallLimits(TypedDict):
    """How calls are made, as `execute` takes it: what may run, seconds, bytes of JSON."""

    permissions: Permissions
    timeout_s: float
    max_result_bytes: int


@dataclass(eq=False)
class _Slot:
    """A stateful source in a session. One call at a time: the order of calls is what its state comes from."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    instance: Instance | None = None
    lost: str | None = None
    #: The state after the last call, where that was measured.
    digest: str | None = None
    #: What could not be compared once is not tried again: a large state costs most before it is too large.
    is_comparable: bool = True


class ToolSession:
    """Calls tools of a registry, with instances of its own of the stateful ones.

    An asynchronous context manager; `aclose` ends it. It may be used from any loop.
    """

    def __init__(self, registry: ToolRegistry) -> None:
        self.registry = registry
        self._slots: dict[StatefulSource, _Slot] = {}
        self._is_closed = False

    async def execute(self, name: str, arguments: dict[str, Any], **limits: Unpack[CallLimits]) -> ToolResult:
        """Call the tool as `tool_registry.calling.execution.execute` does; every failure is a result.

        Calls of one stateful source run one after the other. An instance that cannot be opened is `unavailable`
        (retryable). After a call that ran into its timeout, was cancelled or lost its server nobody knows the
        state: further calls of the source are `unavailable` until `forget`. Raises UnknownToolError, and
        RuntimeError once the session is closed.
        """
        tool = self.registry.get(name)
        # What may not run opens nothing.
        if tool.binding is None or not tool.verdict(limits["permissions"]).runs:
            return await execute(tool, arguments, **limits)
        return (await background.run(self._execute(tool, arguments, limits, measured=False)))[0]

    async def measure(
        self, name: str, arguments: dict[str, Any], **limits: Unpack[CallLimits]
    ) -> tuple[ToolResult, Effect]:
        """Call the tool as `execute` does, and say whether that has changed its instance.

        `unknown` for a tool without a session, for a state that cannot be compared, and for a session that is lost.
        """
        tool = self.registry.get(name)
        if tool.binding is None or not tool.verdict(limits["permissions"]).runs:
            return await execute(tool, arguments, **limits), "unknown"
        return await background.run(self._execute(tool, arguments, limits, measured=True))

    async def state(self, source: StatefulSource, timeout_s: float) -> str | None:
        """Return a digest of the source's state, or None where it cannot be compared or is lost.

        Digests of two sessions in one process are equal exactly when the states are. Where no call was made yet an
        instance is opened to look at, if that is cheap.
        """
        return await background.run(self._state(source, timeout_s))

    def is_lost(self, source: StatefulSource) -> bool:
        """Return whether the state of the source's instance is not known any more."""
        return source in self._slots and self._slots[source].lost is not None

    async def forget(self, sources: Iterable[StatefulSource] | None = None) -> None:
        """Give up the instances of these sources (default: all); a later call begins with a new one."""
        await _finish(self._forget(list(self._slots) if sources is None else list(sources)))

    async def aclose(self) -> None:
        """End the session and its instances, once the calls under way are done."""
        await _finish(self.close_here())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    # On the background loop

    async def close_here(self) -> None:
        """As `aclose`, for callers on the background loop."""
        self._is_closed = True
        await self._forget(list(self._slots))
        _open.discard(self)

    async def _execute(
        self, tool: Tool, arguments: dict[str, Any], limits: CallLimits, *, measured: bool
    ) -> tuple[ToolResult, Effect]:
        binding = tool.binding
        assert binding is not None  # noqa: S101 - `execute` has looked
        slot = self._slots.setdefault(binding.source, _Slot())
        # Outside the timeout of the call: waiting for a turn and starting a server are no fault of the tool's.
        async with slot.lock:
            if self._is_closed:
                raise RuntimeError("this session is closed")
            if slot.lost is not None:
                return _unavailable(f"the session of {binding.source.label} is lost: {slot.lost}"), "unknown"
            if slot.instance is None:
                _open.add(self)
                try:
                    slot.instance = await binding.source.open()
                except Exception as error:
                    redaction = tool.treatment.redaction
                    said = from_exception(error, redaction.clean_text if redaction is not None else str)
                    return _unavailable(f"{binding.source.label} gives no session: {said.message}"), "unknown"
            mine = replace(tool, call=partial(slot.instance.call, binding.member))
            slot.lost = f"a call of {tool.spec.name} was cancelled"
            before = slot.digest or await _digest(slot, limits["timeout_s"]) if measured else None
            slot.digest = None
            result = await execute(mine, arguments, **limits)
            if result.error is not None and result.error.kind == "timeout":
                slot.lost = f"a call of {tool.spec.name} took too long"
            elif slot.instance.is_lost:
                slot.lost = f"{tool.spec.name} ended it"
            else:
                slot.lost = None
            if before is None or slot.lost is not None:
                return result, "unknown"
            slot.digest = await _digest(slot, limits["timeout_s"])
            if slot.digest is None:
                return result, "unknown"
            return result, "unchanged" if slot.digest == before else "changed"

    async def _state(self, source: StatefulSource, timeout_s: float) -> str | None:
        slot = self._slots.setdefault(source, _Slot())
        async with slot.lock:
            if self._is_closed:
                raise RuntimeError("this session is closed")
            if slot.lost is not None or not slot.is_comparable:
                return None
            if slot.instance is None:
                if not source.is_cheap:
                    return None
                _open.add(self)
                try:
                    slot.instance = await source.open()
                except Exception:  # a call of it will say why
                    return None
            slot.digest = slot.digest or await _digest(slot, timeout_s)
            return slot.digest

    async def _forget(self, sources: list[StatefulSource]) -> None:
        await asyncio.gather(*(self._empty(self._slots[source]) for source in sources if source in self._slots))

    async def _empty(self, slot: _Slot) -> None:
        async with slot.lock:
            instance, slot.instance, slot.lost = slot.instance, None, None
            slot.digest, slot.is_comparable = None, True
            if instance is not None:
                await instance.close()


async def _digest(slot: _Slot, timeout_s: float) -> str | None:
    """Return the digest of the slot's state, or None where it cannot be compared."""
    if slot.instance is None or not slot.is_comparable:
        return None
    try:
        return await asyncio.wait_for(slot.instance.digest(), timeout_s)
    except (IncomparableError, TimeoutError):
        slot.is_comparable = False
        return None


async def open_session(registry: ToolRegistry) -> ToolSession:
    """Return a new session. No server is started before a tool of it is called."""
    return ToolSession(registry)


async def _close_all() -> None:
    await asyncio.gather(*(session.close_here() for session in list(_open)), return_exceptions=True)


background.at_exit(_close_all)


async def _finish(work: Any) -> None:
    # Shielded: who is cancelled while it closes must not leave a server behind.
    await asyncio.shield(asyncio.wrap_future(background.submit(work)))


def _unavailable(message: str) -> ToolResult:
    return ToolResult(ok=False, error=tool_error("unavailable", message))
