"""What a process does that makes samples for a command elsewhere: load the same tools, pass on what happens."""

from collections.abc import Callable

from graph.context import Context
from graph.record import RoleUsage
from tool_registry.sources.limits import divide_limits
from toolgrad_data.errors import RunFailedError
from toolgrad_data.runs.crash import Crash
from toolgrad_data.runs.engines.messages import Message
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.sample import Watch
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.tool_loading import load_tools, require_some
from toolgrad_data.runs.traces import Trace


class RemoteWatch(Watch):
    """Sends what happens to a sample as messages; `over` is set when no further decision is to begin."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self.over = False

    def spend(self, index: int, usage: RoleUsage) -> None:
        """See `Watch.spend`."""
        self._send({"spend": index, "usage": usage.model_dump(mode="json")})

    def fail(self, role: str, message: str) -> None:
        """See `Watch.fail`."""
        self._send({"fail": role, "words": message})

    def crash(self, index: int, crash: Crash) -> None:
        """See `Watch.crash`."""
        self._send({"crash": index, "of": crash.model_dump(mode="json")})

    def trace(self, trace: Trace) -> None:
        """See `Watch.trace`."""
        self._send({"trace": trace.model_dump(mode="json")})

    def ending(self) -> bool:
        """See `Watch.ending`."""
        return self.over


async def shared_context(settings: RunSettings, order: Message, other_tools: str) -> Context:
    """Return the settings of samples with this process's share of what is limited.

    Raises RunFailedError with `other_tools` unless the tools that are loaded here are the command's.
    """
    workers = order["workers"]
    divide_limits(workers)
    context = settings.context
    if context.requests_per_minute is not None:
        context = context.model_copy(update={"requests_per_minute": context.requests_per_minute / workers})
    tools = require_some(await load_tools(context), context)
    if new_run_info(settings, tools).fingerprint != order["fingerprint"]:
        raise RunFailedError(other_tools)
    return context
