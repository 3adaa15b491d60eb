"""As much of HTTP/1.1 as a model endpoint on loopback needs, also to misbehave: a server that can cut connections."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

_BODY_MAX = 64 * 1024 * 1024


@dataclass(frozen=True)
class HttpRequest:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpResponse:
    """One response. With `cut_after` the connection is closed after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cut_after: int | None = None


Handler = Callable[[HttpRequest], Awaitable[HttpResponse]]


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return the value as a JSON response."""
    return HttpResponse(status, json.dumps(value).encode(), headers or {})


class HttpServer:
    """Serves one handler on loopback while it is entered; connections are kept alive."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self._handler = handler
        self._port = port
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Return the address without a path, such as `http://127.0.0.1:8123`."""
        assert self._server is not None, "the server is not running"
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, backlog=1024)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or the server is being closed
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; tell whether the connection may carry another."""
        head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        length = int(headers.get("content-length", 0))
        if length > _BODY_MAX:
            return False
        method, target, _ = head.split(" ", 2)
        body = await reader.readexactly(length)
        response = await self._handler(HttpRequest(method, target.partition("?")[0], headers, body))
        members = {
            "content-type": response.content_type,
            "content-length": str(len(response.body)),
            **response.headers,
        }
        status = "".join(f"{name}: {value}\r\n" for name, value in members.items())
        content = response.body if response.cut_after is None else response.body[: response.cut_after]
        writer.write(f"HTTP/1.1 {response.status} -\r\n{status}\r\n".encode() + content)
        await writer.drain()
        return response.cut_after is None and headers.get("connection") != "close"
