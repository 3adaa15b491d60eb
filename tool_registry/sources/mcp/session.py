"""One session with an MCP server: opened once, kept for the process, opened again when the server died.

Everything here runs on the background loop (`tool_registry.calling.background`), whichever loop the caller is on.
"""

import asyncio
import contextlib
import json
import logging
import time
from typing import Any

import mcp_types
from fastmcp import Client
from fastmcp.client.logging import LogMessage
from fastmcp.client.messages import MessageHandler
from fastmcp.client.transports import ClientTransport, SSETransport, StreamableHttpTransport
from mcp import MCPError
from pydantic import ValidationError

from tool_registry.calling.call_time import not_counted
from tool_registry.calling.failures import from_exception, tool_error
from tool_registry.result import ErrorKind, ToolFailure
from tool_registry.sources.mcp.http import HttpStatus, refusal
from tool_registry.sources.mcp.listing import ReadableListing
from tool_registry.sources.mcp.servers import Server
from tool_registry.sources.mcp.stderr import StderrTail
from tool_registry.sources.mcp.stdio import StdioTransport

_CODES: dict[int, ErrorKind] = {
    mcp_types.INVALID_PARAMS: "invalid_arguments",
    mcp_types.REQUEST_TIMEOUT: "timeout",
}
#: Failed calls look at the list of tools again, but not more often than this.
_LOOK_EVERY_S = 5.0
#: Calls in a row that nobody waited for to the end: then the server counts as hung and is started again.
_HUNG_AFTER = 3
_CLOSING_S = 4.0

# What these clients log of a server's faults, with tracebacks, is told here as failures of calls and lines of noise. A
# handler of the user's own on the root logger sees the records of `mcp` all the same.
logging.getLogger("mcp").addHandler(logging.NullHandler())
for _handler in list(logging.getLogger("fastmcp").handlers):
    logging.getLogger("fastmcp").removeHandler(_handler)
logging.getLogger("fastmcp").addHandler(logging.NullHandler())


class ConnectionLostError(Exception):
    """The server died, hung or was never there. The message says what is known of it."""


class Session(MessageHandler):
    """A session with one server. `noise` counts lines on its standard output that were no messages.

    `start_timeout_s` bounds opening and each listing of tools. With `once` a server that died is not started
    again: what it remembered is gone.
    """

    def __init__(self, server: Server, *, start_timeout_s: float, once: bool = False) -> None:
        self.server = server
        self._once = once
        self.noise = 0
        self.opened = 0
        self._start_timeout_s = start_timeout_s
        self._opening = asyncio.Lock()
        self._client: Client[Any] | None = None
        self._stderr: StderrTail | None = None
        self._http = HttpStatus()
        self._tools: dict[str, mcp_types.Tool] = {}
        #: What was left out of the server's list of tools and why, each once.
        self.problems: dict[str, None] = {}
        self._is_lost = False
        self._looked_at = 0.0
        self._list_changed = False
        self._unfinished = 0

    @property
    def is_lost(self) -> bool:
        """Whether the server died or hangs."""
        return self._is_lost

    async def tools(self) -> list[mcp_types.Tool]:
        """Return all tools of the server, page by page. Raises ConnectionLostError."""
        await self._look(await self._connect())
        return list(self._tools.values())

    async def call(self, known: mcp_types.Tool, arguments: dict[str, Any], *, repeat: bool) -> mcp_types.CallToolResult:
        """Return the server's answer, `isError` or not.

        With `repeat`, for tools that only read, a call whose server died is sent a second time to a new one.
        Raises ToolFailure: `unavailable` (retryable) when there is no server, `unavailable` (not retryable)
        when the server has the tool no more or has another one under its name since `known` was listed,
        `malformed_output` when the answer breaks the protocol or the tool's own schema.
        """
        try:
            try:
                return await self._call(known, arguments)
            except ConnectionLostError:
                if not repeat:
                    raise
                return await self._call(known, arguments)
        except ConnectionLostError as error:
            raise ToolFailure(tool_error("unavailable", self.server.clean(str(error)))) from error

    async def close(self) -> None:
        """End the session and its server. A later call opens it again."""
        async with self._opening:
            await self._discard()

    async def on_tool_list_changed(self, message: mcp_types.ToolListChangedNotification) -> None:  # noqa: ARG002
        """Have the next call look at the tools first."""
        self._list_changed = True

    async def on_exception(self, message: Exception) -> None:  # noqa: ARG002
        """Count what came on standard output and is no message."""
        self.noise += 1

    # One call

    async def _call(self, known: mcp_types.Tool, arguments: dict[str, Any]) -> mcp_types.CallToolResult:
        with not_counted():
            client = await self._connect()
        if self._list_changed:
            await self._look(client)
        self._check_is_same(known)
        try:
            result = await self._send(client, known.name, arguments)
        except ToolFailure:
            await self._look_after_failure(client, known)
            raise
        if result.is_error:
            await self._look_after_failure(client, known)
        return result

    async def _send(self, client: "Client[Any]", name: str, arguments: dict[str, Any]) -> mcp_types.CallToolResult:
        try:
            result = await client.call_tool_mcp(name, arguments)
        except asyncio.CancelledError:
            self._unfinished += 1
            if self._unfinished >= _HUNG_AFTER:
                self._is_lost = True
            raise
        except MCPError as error:
            if error.code == mcp_types.CONNECTION_CLOSED or "session terminated" in error.message.lower():
                raise self._lost(error) from error
            kind = _CODES.get(error.code, "tool_error")
            raise ToolFailure(tool_error(kind, self.server.clean(error.message))) from error
        except RuntimeError as error:
            said = str(error)
            if "structured content" in said or "output schema" in said:
                short = said.split("\n", maxsplit=1)[0]
                raise ToolFailure(tool_error("malformed_output", self.server.clean(short))) from error
            raise self._lost(error) from error
        except Exception as error:
            if from_exception(error).kind in ("unavailable", "timeout", "rate_limited"):
                raise self._lost(error) from error
            if type(error).__name__ in ("ClosedResourceError", "BrokenResourceError", "EndOfStream"):
                raise self._lost(error) from error
            failure = from_exception(error)
            raise ToolFailure(failure.model_copy(update={"message": self.server.clean(failure.message)})) from error
        self._unfinished = 0
        return result

    def _lost(self, error: BaseException) -> ConnectionLostError:
        self._is_lost = True
        if self._http.refused is not None:
            return ConnectionLostError(refusal(self.server, self._http.refused))
        return ConnectionLostError(f"the MCP server {self.server.name!r} is gone: {_words(error)}{self._last_words()}")

    # Its tools

    async def _look(self, client: "Client[Any]") -> None:
        self._list_changed = False
        self._looked_at = time.monotonic()
        try:
            async with asyncio.timeout(self._start_timeout_s):
                listed = await client.list_tools()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ConnectionLostError(
                f"the MCP server {self.server.name!r} breaks the protocol where it lists its tools: "
                f"{place}: {first['msg']}"
            ) from error
        except Exception as error:
            raise self._lost(error) from error
        self._tools = {}
        for tool in listed:
            if tool.name in self._tools:
                self.problems[f"a tool is skipped: tool {tool.name}: an earlier one has the same name"] = None
            else:
                self._tools[tool.name] = tool

    async def _look_after_failure(self, client: "Client[Any]", known: mcp_types.Tool) -> None:
        """Tell a tool that failed from one that is gone: servers need not announce a change."""
        if self._list_changed or time.monotonic() - self._looked_at > _LOOK_EVERY_S:
            with contextlib.suppress(ConnectionLostError):
                await self._look(client)
        self._check_is_same(known)

    def _check_is_same(self, known: mcp_types.Tool) -> None:
        now = self._tools.get(known.name)
        what = f"the MCP server {self.server.name!r}"
        if now is None:
            message = f"{what} has no tool {known.name!r} any more"
        elif _contract(now) != _contract(known):
            message = f"{what} has changed the schema of {known.name!r} since it was loaded: start again to load it"
        else:
            return
        failure = tool_error("unavailable", message)
        raise ToolFailure(failure.model_copy(update={"retryable": False}))

    # Opening and closing

    async def _connect(self) -> "Client[Any]":
        async with self._opening:
            if self._client is not None and not self._is_lost:
                return self._client
            await self._discard()
            if self._once and self.opened:
                self._is_lost = True
                raise ConnectionLostError(f"the MCP server {self.server.name!r} is gone, and what it remembered")
            try:
                self._client = await self._open()
            except Exception as error:
                raise ConnectionLostError(self._why_not(error)) from error
            self._is_lost = False
            self._unfinished = 0
            # A server that came back may be another one: calls compare with what it lists now.
            if self.opened:
                await self._look(self._client)
            self.opened += 1
            return self._client

    async def _open(self) -> "Client[Any]":
        client: Client[Any] = Client(
            self._transport(),
            message_handler=self,
            log_handler=_ignore_log,
            progress_handler=_ignore_progress,
            init_timeout=self._start_timeout_s,
        )
        try:
            # Beside the client's own timeout: starting the process and connecting count as well.
            async with asyncio.timeout(self._start_timeout_s + _CLOSING_S):
                await client.__aenter__()  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            raise TimeoutError(f"no answer within {self._start_timeout_s:g} s") from error
        ReadableListing(client.session, self.problems)
        return client

    def _transport(self) -> ClientTransport:
        server = self.server
        if server.url is not None:
            kind = SSETransport if server.is_sse else StreamableHttpTransport
            return kind(
                server.url,
                headers=dict(server.headers),
                auth=server.token,
                httpx_client_factory=self._http.client,
            )
        self._stderr = StderrTail()
        return StdioTransport(server, self._stderr.file)

    async def _discard(self) -> None:
        client, self._client = self._client, None
        stderr, self._stderr = self._stderr, None
        if client is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_CLOSING_S):
                    await client.close()  # type: ignore[no-untyped-call]
        if stderr is not None:
            stderr.close()

    def _why_not(self, error: BaseException) -> str:
        if self._http.refused is not None:
            return refusal(self.server, self._http.refused)
        return f"the MCP server {self.server.name!r} does not start: {_words(error)}{self._last_words()}"

    def _last_words(self) -> str:
        said = self._stderr.last_words() if self._stderr else ""
        return self.server.clean(f" (its last words: {said})") if said else ""


def _contract(tool: mcp_types.Tool) -> str:
    return json.dumps([tool.input_schema, tool.output_schema], sort_keys=True)


def _words(error: BaseException) -> str:
    text = str(error) if not isinstance(error, MCPError) else error.message
    text = text.removeprefix("Client failed to connect: ")
    if text == "Failed to initialize server session":
        return "it does not answer"
    if text == "Server returned an error response":
        return "it answers with an HTTP error (is the address right, and the token one that it takes?)"
    return " ".join(text.split())[:300] or type(error).__name__


async def _ignore_log(message: LogMessage) -> None:
    """A server's log messages are its own affair."""


async def _ignore_progress(progress: float, total: float | None, message: str | None) -> None:
    """Nobody watches a call's progress."""
