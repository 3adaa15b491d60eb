"""An MCP server over stdio that keeps tickets in its memory. Argument: a file to note its start in."""

import sys
from pathlib import Path

from fastmcp import FastMCP
from fastmcp.tools import Tool

from tool_registry.builtin.ticket_desk import TicketDesk
from tool_registry.declare import declaration_of

server: FastMCP = FastMCP("desk")
desk = TicketDesk()
NAMES = ("create_ticket", "assign_ticket", "comment_on_ticket", "close_ticket", "get_ticket", "waiting_tickets")
for name in NAMES:
    method = getattr(desk, name)
    read_only = declaration_of(method).annotations.read_only
    server.add_tool(Tool.from_function(method, annotations={"readOnlyHint": read_only}))

if __name__ == "__main__":
    if len(sys.argv) > 1:
        with Path(sys.argv[1]).open("a") as log:
            log.write("started\n")
    server.run(show_banner=False, log_level="ERROR")
