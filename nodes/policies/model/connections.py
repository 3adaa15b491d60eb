"""The connections to endpoints: as many as there are requests at once, in several small pools."""

import itertools
import urllib.request

import httpx2

_POOLS = 16


class SpreadTransport(httpx2.AsyncBaseTransport):
    """Hands requests to its pools in turn.

    A pool looks through all its connections for each request (httpcore asks every idle socket whether it is still
    open), so that with one pool a request costs the more, the more samples run at once: a quarter of the client's
    CPU time at 256.
    """

    def __init__(self, pools: int = _POOLS) -> None:
        # No bounds: concurrency, pace and timeouts bound requests, and closing what will be used again costs more.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        certificates = httpx2.create_ssl_context()
        self._pools = [httpx2.AsyncHTTPTransport(verify=certificates, limits=limits) for _ in range(pools)]
        self._turns = itertools.cycle(self._pools)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request by the next pool."""
        return await next(self._turns).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all pools."""
        for pool in self._pools:
            await pool.aclose()


def spread_transport() -> SpreadTransport | None:
    """Return a transport, or None where the environment names a proxy: httpx then makes its own for each."""
    return None if urllib.request.getproxies() else SpreadTransport()
