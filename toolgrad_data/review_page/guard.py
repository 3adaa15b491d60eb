"""Who may talk to the page's server: this machine's browser, on the page itself, with the token of the address.

The server listens on loopback alone. Other pages in the same browser can send requests there too, and a hostile name
server can make its own name lead there (DNS rebinding). So each request must name this server in `Host`, must not come
from another origin, and must carry the token; what is answered may not be framed, read or kept by others.
"""

import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-toolgrad-token"  # noqa: S105 - a name
_HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """An ASGI application around another one. `policy` is the Content-Security-Policy of all answers."""

    def __init__(self, app: ASGIApp, token: str, hosts: Iterable[str], policy: str) -> None:
        self._app, self._token = app, token
        self._hosts = frozenset(hosts)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)
        self._headers = {**_HEADERS, "content-security-policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        problem = self._problem(scope)
        if problem is not None:
            await JSONResponse({"error": "refused", "message": problem}, 403)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _problem(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if headers.get("host") not in self._hosts:
            return "This server answers to its own address alone."
        if (origin := headers.get("origin")) is not None and origin not in self._origins:
            return "Requests of other pages are refused."
        is_page = scope["method"] in ("GET", "HEAD") and scope["path"] == "/"
        if not is_page and headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return "Requests of other pages are refused."
        given = (
            QueryParams(scope.get("query_string", b"")).get("token", "") if is_page else headers.get(TOKEN_HEADER, "")
        )
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._token.encode()):
            return "The token is missing or is another one. Open the address that toolgrad review has printed."
        return None
