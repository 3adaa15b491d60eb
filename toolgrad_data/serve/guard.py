"""Who may ask: a server of this machine, called by its own name, by somebody who has the token, in bounded sizes.

A page in a browser can be made to send requests to loopback, also under a name of its own that was given this address
(DNS rebinding): a `Host` or `Origin` that is not loopback is refused before anything else is looked at.
"""

import hmac
from urllib.parse import urlsplit

from mcp.server.transport_security import RequestBodyLimitMiddleware
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: What a server of this machine is called.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: What anybody of this machine may ask: whether the server is there.
OPEN_PATHS = frozenset({"/health", "/openenv/health"})


class Guard:
    """Refuses by `Host`, `Origin`, token and size, in this order; the rest goes to `app`."""

    def __init__(self, app: ASGIApp, token: str, body_bytes: int) -> None:
        self._app = RequestBodyLimitMiddleware(app, body_bytes)
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await _refuse_connection(refusal, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if _name(f"//{headers.get('host', '')}") not in LOOPBACK:
            return _said(421, "this server answers to 127.0.0.1, localhost and [::1] only")
        origin = headers.get("origin")
        if origin is not None and _name(origin) not in LOOPBACK:
            return _said(403, "requests of web pages of other origins are refused")
        if scope["path"] in OPEN_PATHS:
            return None
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token):
            words = "a token is needed: send the header Authorization: Bearer TOKEN (docs/serve.md says where it is)"
            return _said(401, words, {"WWW-Authenticate": "Bearer"})
        return None


def _name(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        # A port that is none makes the whole of it none.
        _ = parts.port
    except ValueError:
        return None
    return None if parts.username is not None else parts.hostname


def _said(status: int, words: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": words}, status, headers)


async def _refuse_connection(refusal: JSONResponse, receive: Receive, send: Send) -> None:
    """Answer a WebSocket's opening with the refusal, as HTTP does."""
    await receive()
    await send({"type": "websocket.http.response.start", "status": refusal.status_code, "headers": refusal.raw_headers})
    await send({"type": "websocket.http.response.body", "body": refusal.body})
