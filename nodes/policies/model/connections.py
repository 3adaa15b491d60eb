"""The connections to endpoints: as many as there are requests at once, each in a pool of its own; their responses."""

import json
import urllib.request
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import httpx2

from nodes.policies.model.envelope import read_response

_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding"})

#: Concurrency, pace and timeouts bound requests, and closing what will be used again costs more.
UNBOUNDED = httpx2.Limits(max_connections=None, max_keepalive_connections=None)


class SpreadTransport(httpx2.AsyncBaseTransport):
    """Lends a pool to each request, the one used last first, and makes one when all are lent.

    A pool looks through all its connections for each request (httpcore asks every idle socket whether it is still
    open), so that with one pool a request costs the more, the more samples run at once: a quarter of the client's
    CPU time at 256.
    """

    def __init__(self) -> None:
        self._certificates = httpx2.create_ssl_context()
        self._pools: list[httpx2.AsyncHTTPTransport] = []
        self._idle: list[httpx2.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request by a pool that is lent until the response is closed."""
        if self._idle:
            pool = self._idle.pop()
        else:
            pool = httpx2.AsyncHTTPTransport(verify=self._certificates, limits=UNBOUNDED)
            self._pools.append(pool)
        try:
            response = await pool.handle_async_request(request)
        except BaseException:
            self._idle.append(pool)
            raise
        stream = cast("httpx2.AsyncByteStream", response.stream)
        response.stream = _Lent(stream, lambda: self._idle.append(pool))
        return response

    async def aclose(self) -> None:
        """Close all pools."""
        for pool in self._pools:
            await pool.aclose()


class _Lent(httpx2.AsyncByteStream):
    """The body of a response; closed, it gives its pool back, once."""

    def __init__(self, stream: httpx2.AsyncByteStream, give_back: Callable[[], None]) -> None:
        self._stream = stream
        self._give_back: Callable[[], None] | None = give_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            if self._give_back is not None:
                self._give_back()
                self._give_back = None


def spread_transport() -> SpreadTransport | None:
    """Return a transport, or None where the environment names a proxy: httpx then makes its own for each."""
    return None if urllib.request.getproxies() else SpreadTransport()


class EnvelopeClient(httpx2.AsyncClient):
    """A client whose responses are read as `read_response` reads them, whole."""

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Send the request; a body that can be read is replaced by what a well-behaved endpoint would send."""
        response = await super().send(request, stream=stream, **options)
        content = await response.aread()
        read = read_response(response.status_code, content, response.charset_encoding)
        if read is None:
            return response
        status, document = read
        headers = {name: value for name, value in response.headers.items() if name.lower() not in _OF_THE_BODY}
        headers["content-type"] = "application/json"
        return httpx2.Response(status, headers=headers, content=json.dumps(document).encode("ascii"), request=request)
