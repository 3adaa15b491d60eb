"""An MCP server over HTTP on loopback that asks for a bearer token. Argument: the port."""

import sys

from fastmcp import FastMCP
from fastmcp.server.auth import StaticTokenVerifier

server: FastMCP = FastMCP("desk", auth=StaticTokenVerifier({"open-sesame-42": {"client_id": "me", "scopes": []}}))


@server.tool(annotations={"readOnlyHint": True})
def ticket(number: int) -> dict[str, object]:
    """Return a ticket."""
    return {"number": number, "state": "open"}


@server.tool(annotations={"readOnlyHint": True})
def waiting() -> list[int]:
    """Return the numbers of the tickets that wait."""
    return [4, 7]


if __name__ == "__main__":
    server.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), show_banner=False, log_level="ERROR")
