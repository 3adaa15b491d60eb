"""A server over standard input and output: whatever it writes beside its messages is skipped, whatever its bytes."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TextIO

import anyio
from fastmcp.client.transports.base import ClientTransport, SessionKwargs, TransportOptions
from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter
from pydantic import ValidationError
from typing_extensions import Unpack

from tool_registry.json.plain_text import without_controls
from tool_registry.sources.mcp.servers import Server

_MESSAGE = re.compile(r'\{\s*"')
#: Places in a line where a message may begin that are tried.
_TRIED_MAX = 8


class StdioTransport(ClientTransport):
    """Starts the server's process for each session; `errors` takes its standard error."""

    def __init__(self, server: Server, errors: TextIO) -> None:
        # Bytes that are no UTF-8 become U+FFFD: a banner in another code page must not end the session.
        self._parameters = StdioServerParameters(
            command=str(server.command),
            args=server.args,
            env=server.env,
            cwd=server.cwd,
            encoding_error_handler="replace",
        )
        self._errors = errors

    @asynccontextmanager
    async def connect_session(
        self, *, transport_options: TransportOptions | None = None, **session_kwargs: Unpack[SessionKwargs]
    ) -> AsyncIterator[ClientSession]:
        """Start the server and yield a session with it; the process ends with the block."""
        options = transport_options or TransportOptions()
        written, heard = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        async with (
            written,
            heard,
            stdio_client(self._parameters, errlog=self._errors) as (lines, writing),
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(_forward, lines, written)
            async with options.session_class(heard, writing, **session_kwargs) as session:
                yield session
            tasks.cancel_scope.cancel()


async def _forward(lines: Any, written: Any) -> None:
    """Pass on what the client read of the server, with the messages that stood in lines it could not read."""
    # Closed at the end: that is how the session learns that the server is gone.
    async with written:
        async for item in lines:
            message = _message_in(item) if isinstance(item, ValidationError) else None
            try:
                await written.send(item if message is None else message)
            except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                return


def _message_in(error: ValidationError) -> SessionMessage | None:
    """Return the message that ends the line the error is about, behind a banner, a byte order mark or colours."""
    line = error.errors(include_url=False)[0].get("input")
    if not isinstance(line, str):
        return None
    line = without_controls(line)
    for found in list(_MESSAGE.finditer(line))[:_TRIED_MAX]:
        try:
            json.loads(line[found.start() :])
            return SessionMessage(jsonrpc_message_adapter.validate_json(line[found.start() :], by_name=False))
        except (ValueError, RecursionError):
            continue
    return None
