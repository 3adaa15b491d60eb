"""Sessions with an MCP server that are not shared: what an instance of a stateful server is."""

import asyncio
import os
from typing import Any

import mcp_types

from tool_registry.calling import background
from tool_registry.calling.threads import in_thread
from tool_registry.result import ToolFailure
from tool_registry.sessions.digest import IncomparableError
from tool_registry.sessions.instance import StatefulSource
from tool_registry.sources.mcp.answers import content_of
from tool_registry.sources.mcp.servers import Server
from tool_registry.sources.mcp.session import Session
from tool_registry.sources.python.folder_copies import FolderCopies

#: Of each stateful server the session that has listed the tools, until somebody takes it.
_spares: "list[list[McpInstance]]" = []
#: Servers that start at once: many forks are wanted together, and each would be late for the others.
_starting = asyncio.Semaphore(max(2, os.cpu_count() or 1))


async def call_tool(
    session: Session, tool: mcp_types.Tool, arguments: dict[str, Any], *, parse_json: bool, repeat: bool
) -> Any:
    """Return the content of the server's answer, without its secrets. Raises as `Session.call` and `content_of` do."""
    answer = await background.run(session.call(tool, arguments, repeat=repeat))
    return session.server.clean_value(content_of(answer, tool.output_schema, parse_json=parse_json))


class McpInstance:
    """A session of its own, with folders of its own. `known` are the tools as they were loaded."""

    def __init__(
        self, session: Session, copies: FolderCopies | None, known: dict[str, mcp_types.Tool], *, parse_json: bool
    ) -> None:
        self.session = session
        self.known = known
        self._copies = copies
        self._parse_json = parse_json

    @property
    def is_lost(self) -> bool:
        """Whether the server died or hangs."""
        return self.session.is_lost

    async def call(self, member: str, arguments: dict[str, Any]) -> Any:
        """Call the tool; paths of copied folders stand for those of the copies on the way in, and back again."""
        tool, copies = self.known[member], self._copies
        if copies is None:
            return await call_tool(self.session, tool, arguments, parse_json=self._parse_json, repeat=False)
        try:
            inside = copies.inside(arguments)
            return copies.outside(
                await call_tool(self.session, tool, inside, parse_json=self._parse_json, repeat=False)
            )
        except ToolFailure as failure:
            said = copies.outside(failure.error.message)
            raise ToolFailure(failure.error.model_copy(update={"message": said})) from failure

    async def digest(self) -> str:
        """Return a digest of the copied folders; a server that has none keeps its state where nobody sees it."""
        if self._copies is None:
            raise IncomparableError("the state is in the server's process")
        return await in_thread(self._copies.digest)

    async def close(self) -> None:
        """End the session and its server, and remove its folders."""
        await self.session.close()
        if self._copies is not None:
            await in_thread(self._copies.close)


async def open_instance(
    server: Server,
    *,
    start_timeout_s: float,
    parse_json: bool,
    copies: list[str],
    known: dict[str, mcp_types.Tool] | None = None,
) -> McpInstance:
    """Start a server of its own and list its tools, which calls compare with `known` (default: with themselves).

    Raises ConnectionLostError, and LoadError as `FolderCopies` does.
    """
    own = await in_thread(FolderCopies, copies) if copies else None
    session = Session(own.server(server) if own else server, start_timeout_s=start_timeout_s, once=True)
    instance = McpInstance(session, own, {}, parse_json=parse_json)
    try:
        async with _starting:
            listed = await session.tools()
    except BaseException:
        await asyncio.shield(instance.close())
        raise
    instance.known = known if known is not None else {tool.name: tool for tool in listed}
    return instance


def source_of(first: McpInstance, server: Server, **settings: Any) -> StatefulSource:
    """Return the server as a stateful source whose first instance is the one that has listed the tools.

    `settings` are those of `open_instance`.
    """
    spare = [first]
    _spares.append(spare)

    async def another() -> McpInstance:
        return spare.pop() if spare else await open_instance(server, known=first.known, **settings)

    return StatefulSource(f"MCP server {server.name!r}", another, is_cheap=False)


async def close_spares() -> None:
    """Close what nobody has taken."""
    unused = [spare.pop() for spare in _spares if spare]
    _spares.clear()
    await asyncio.gather(*(instance.close() for instance in unused), return_exceptions=True)
