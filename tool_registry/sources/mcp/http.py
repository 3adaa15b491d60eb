"""What a server over HTTP answers below the protocol: a refusal, and what to set."""

from typing import Any
from urllib.parse import urlsplit

import httpx2
from mcp.shared._httpx_utils import create_mcp_http_client

from tool_registry.sources.mcp.servers import Server

_REFUSED = {401: "not authorised", 403: "forbidden", 407: "a proxy wants authorisation"}


class HttpStatus:
    """Makes the clients of a session. `refused` is the last status where that was a refusal, else None."""

    def __init__(self) -> None:
        self.refused: int | None = None

    def client(
        self,
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
        **_: Any,
    ) -> httpx2.AsyncClient:
        """Return a client as the library makes it, whose answers are looked at; redirects are the library's affair."""
        made = create_mcp_http_client(headers=headers, timeout=timeout, auth=auth)
        made.event_hooks.setdefault("response", []).append(self._look)
        return made

    async def _look(self, response: httpx2.Response) -> None:
        self.refused = response.status_code if response.status_code in _REFUSED else None


def refusal(server: Server, status: int) -> str:
    """Return which server refuses, and what to set; its address without what may be secret in it."""
    parts = urlsplit(server.url or "")
    where = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"
    headers = {name.casefold() for name in server.headers}
    if server.token is not None or headers & {"authorization", "x-api-key", "api-key"}:
        what = "The token or key that it was given is not one that it takes: renew it in"
    else:
        what = "It was given no token. Set one in"
    example = '"auth": "${TOKEN}" or "headers": {"Authorization": "Bearer ${TOKEN}"}'
    return (
        f"the MCP server {server.name!r} at {where} refuses: HTTP {status} ({_REFUSED[status]}). "
        f"{what} the file of servers, such as {example}, and TOKEN in the environment (docs/tools.md)"
    )
