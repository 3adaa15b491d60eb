"""An episode: a policy plays a task with tools of a session of its own.

    async with Episode(task, registry, permissions) as episode:
        seen = await episode.reset()
        answer = await episode.call("city_location", {"city": "Bergen"})
        seen = await episode.message("Bergen lies at 60.39 degrees north.")
        trace = await episode.submit()

A policy sees the `Observation`s and what `call` gives, nothing else; the trace is for `reward.score`.
"""

import asyncio
import json
import time
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Self

from pydantic import Field

from graph.strict_model import StrictModel
from tool_registry.calling.failures import tool_error
from tool_registry.json.native import NotJSONError, to_json_native
from tool_registry.permissions import Permissions, effective
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolError, ToolResult
from tool_registry.sessions.instance import Effect, StatefulSource
from tool_registry.sessions.session import CallLimits, ToolSession
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import CliError
from toolgrad_data.tasks.task import Task
from toolgrad_data.tasks.trace import CallEntry, Ending, Trace, TurnEntry

#: Characters of a tool's name that are logged.
_NAME_MAX = 200


class EpisodeError(CliError):
    """An episode was asked for something out of order. It goes on where it was."""


class Observation(StrictModel):
    """What the policy sees at the beginning of a turn, or of the end.

    `message` is the person's; None when the episode is `done`, and then `ending` says why. `turn` counts from 0.
    """

    system: str = ""
    message: str | None = None
    tools: list[ToolSpec] = Field(default=[])
    turn: int = 0
    done: bool = False
    ending: Ending | None = None


class CallAnswer(StrictModel):
    """What a call gives the policy: `content`, or an `error`. `done`: a limit has ended the episode."""

    ok: bool
    content: Any = None
    error: ToolError | None = None
    truncated: bool = Field(default=False, description="The content was cut to the limit's size.")
    done: bool = False


class Episode:
    """One episode of one task. Calls that are made at once run one after the other, as they come.

    An asynchronous context manager; `aclose` ends its session. The trace of an episode that is closed before its end
    has the ending `abandoned`.
    """

    def __init__(self, task: Task, registry: ToolRegistry, permissions: Permissions) -> None:
        self.task = task
        self._offered = {spec.name for spec in task.offered}
        self._registry = registry
        self._sources = stateful_sources(task, registry)
        self._session = ToolSession(registry)
        self._limits = CallLimits(
            permissions=permissions,
            timeout_s=task.limits.call_seconds,
            max_result_bytes=task.limits.result_bytes,
        )
        self._trace = Trace(task=task.id)
        self._lock = asyncio.Lock()
        self._began: float | None = None
        self._calls = 0

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._trace.ending is not None

    async def reset(self) -> Observation:
        """Begin, and return the first message. A second time it begins anew with a fresh session."""
        async with self._lock:
            await self._session.aclose()
            self._session = ToolSession(self._registry)
            self._trace = Trace(task=self.task.id, start=await self._state(), turns=[TurnEntry()])
            self._began, self._calls = time.monotonic(), 0
            return self._observation()

    async def call(self, tool: str, arguments: Any) -> CallAnswer:
        """Call a tool that the task offers. Every failure is an answer.

        `arguments` are an object, or its JSON text as endpoints send it. A call beyond the limits ends the episode.
        Raises EpisodeError before `reset` and after the end.
        """
        async with self._lock:
            self._must_go_on()
            self._calls += 1
            if self._calls > self.task.limits.calls:
                return await self._over("calls", f"{self.task.limits.calls} calls were made, which is the limit")
            if self._is_late():
                return await self._over("seconds", f"{self.task.limits.seconds:g} seconds are over, which is the limit")
            tool = as_text(str(tool))
            given, wrong = self._read(tool, arguments)
            effect: Effect = "unchanged"
            if wrong is not None:
                result = ToolResult(ok=False, error=wrong)
            else:
                result, effect = await self._make(tool, given)
            entry = CallEntry(
                tool=tool[:_NAME_MAX],
                arguments=given,
                result=result.content,
                empty=result.empty,
                error=result.error,
                effect=effect,
            )
            self._trace.turns[-1].calls.append(entry)
            return CallAnswer(ok=result.ok, content=result.content, error=result.error, truncated=result.truncated)

    async def message(self, text: str | None) -> Observation:
        """Take the assistant's final message of the turn, and return the person's next one, or the end.

        None, as endpoints send where a model said nothing, is an empty one.

        Raises EpisodeError before `reset` and after the end.
        """
        async with self._lock:
            self._must_go_on()
            most = self.task.limits.message_characters
            turn = self._trace.turns[-1]
            if self._is_late():
                await self._end("seconds")
                return self._observation()
            said = as_text(text or "")
            turn.message, turn.is_cut = said[:most], len(said) > most
            if len(self._trace.turns) == len(self.task.messages):
                await self._end("answered")
            else:
                turn.state = await self._state()
                self._trace.turns.append(TurnEntry())
            return self._observation()

    async def submit(self) -> Trace:
        """End the episode where it is not ended, and return what happened; the same again when asked again.

        Raises EpisodeError before `reset`.
        """
        async with self._lock:
            if self._began is None:
                raise EpisodeError("the episode has not begun: call reset first")
            if not self.done:
                await self._end("submitted")
            return self._trace.model_copy(deep=True)

    async def aclose(self) -> None:
        """End it, and its session."""
        async with self._lock:
            if self._began is not None and not self.done:
                self._trace.ending = "abandoned"
            await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _must_go_on(self) -> None:
        if self._began is None:
            raise EpisodeError("the episode has not begun: call reset first")
        if self._trace.ending is not None:
            raise EpisodeError(f"the episode is over ({self._trace.ending}): call submit, or reset to play it again")

    def _is_late(self) -> bool:
        return self._began is not None and time.monotonic() - self._began > self.task.limits.seconds

    async def _over(self, ending: Ending, why: str) -> CallAnswer:
        await self._end(ending)
        return CallAnswer(ok=False, error=tool_error("not_allowed", f"the episode is over: {why}"), done=True)

    def _read(self, tool: str, arguments: Any) -> tuple[dict[str, Any], ToolError | None]:
        """Return the arguments as an object, and what is wrong with the call, if anything."""
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments) if arguments.strip() else {}
            except (ValueError, RecursionError) as error:
                return {}, tool_error("invalid_arguments", f"the arguments are no JSON: {error}")
        if not isinstance(arguments, dict):
            kind = type(arguments).__name__
            return {}, tool_error("invalid_arguments", f"the arguments are no object of names and values: {kind}")
        try:
            arguments, _ = to_json_native(arguments)
        except NotJSONError as error:
            return {}, tool_error("invalid_arguments", f"the arguments are no JSON: {error}")
        if tool not in self._offered:
            near = get_close_matches(str(tool).casefold(), self._offered, n=3, cutoff=0.6)
            meant = f" Near it: {', '.join(near)}." if near else ""
            return arguments, tool_error("not_allowed", f"there is no tool {str(tool)[:80]!r} here.{meant}")
        return arguments, None

    async def _make(self, name: str, arguments: dict[str, Any]) -> tuple[ToolResult, Effect]:
        if name not in self._registry:
            return ToolResult(ok=False, error=tool_error("unavailable", f"{name} is not loaded")), "unknown"
        tool = self._registry.get(name)
        declared = effective(tool.spec).read_only
        if tool.binding is not None:
            result, effect = await self._session.measure(name, arguments, **self._limits)
            if effect != "unknown" or declared is None:
                return result, effect
        else:
            result = await self._session.execute(name, arguments, **self._limits)
        return result, "unknown" if declared is None else "unchanged" if declared else "changed"

    async def _end(self, ending: Ending) -> None:
        self._trace.ending = ending
        self._trace.turns[-1].state = await self._state()

    async def _state(self) -> dict[str, str]:
        """Return the digest of each source that can be compared, by its label."""
        timeout_s = self.task.limits.call_seconds
        found = {label: await self._session.state(source, timeout_s) for label, source in self._sources.items()}
        return {label: digest for label, digest in found.items() if digest is not None}

    def _observation(self) -> Observation:
        turn = len(self._trace.turns) - 1
        if self.done:
            return Observation(turn=turn, done=True, ending=self._trace.ending)
        is_first = turn == 0
        return Observation(
            system=self.task.system if is_first else "",
            message=self.task.messages[turn],
            tools=self.task.offered if is_first else [],
            turn=turn,
        )


def as_text(words: str) -> str:
    """Return the words as text: half of a pair of surrogates is none."""
    return words.encode("utf-8", "replace").decode()


def stateful_sources(task: Task, registry: ToolRegistry) -> dict[str, StatefulSource]:
    """Return the stateful sources of the tools that the task offers, by label."""
    found = (registry.stateful_source(spec.name) for spec in task.offered)
    return {source.label: source for source in found if source is not None}
