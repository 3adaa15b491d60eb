"""Tools of MCP servers, from the `mcpServers` file that other clients use."""

import asyncio
import importlib.util
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tool_registry import background
from tool_registry.admission import check_spec
from tool_registry.sources.config import SourceConfig, in_words
from tool_registry.sources.mcp_servers import Server, read_servers, server_of
from tool_registry.spec import Annotations, ToolSpec, mapped_name
from tool_registry.stateful import StatefulSource, housed
from tool_registry.tool import Loaded, LoadError, Tool

if TYPE_CHECKING:
    import mcp_types

    from tool_registry.sources.mcp_session import Session


class McpOptions(BaseModel):
    """What only MCP sources have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    servers: list[str] = Field(default=[], description="Only these servers of the file (default: all).")
    start_timeout_s: float = Field(default=30.0, gt=0, le=600, description="Seconds for a server to be ready.")
    parse_json: bool = Field(default=True, description="Read a text that is a JSON object or array as one.")


# By what tells the servers apart. In memory only: the keys hold secrets.
_sessions: "dict[str, Session]" = {}
# Of stateful servers: the session that has listed the tools, until somebody takes it.
_spares: "list[list[Session]]" = []


def load(config: SourceConfig) -> Loaded:
    """Return the tools of all servers in the file; in `problems` servers that cannot be had and tools that cannot be.

    Servers are started side by side, once for the process. Raises LoadError when the file cannot be read, when
    no server can be had, with `strict` when one cannot, and when the extra `mcp` is not installed. With
    `stateful` each server is a stateful source: an instance is a session, and over stdio a process, of its own.
    """
    if importlib.util.find_spec("fastmcp") is None:
        raise LoadError(
            "MCP servers need the extra `mcp`, which is not installed. Run: pip install 'toolgrad-langgraph[mcp]'"
        )
    options = _options(config)
    entries, problems = read_servers(config.target)
    unknown = sorted(set(options.servers) - set(entries))
    if unknown:
        raise LoadError(f"{config.target} has no server {unknown[0]!r}. It has: {', '.join(entries)}.")
    servers: list[Server] = []
    for name, entry in entries.items():
        if options.servers and name not in options.servers:
            continue
        try:
            server = server_of(name, entry, config.target)
        except LoadError as error:
            problems.append(str(error))
            continue
        if server is not None:
            servers.append(server)
    loaded = Loaded([], problems)
    for given in background.submit(_load_all(servers, options, config.stateful)).result():
        loaded.tools.extend(given.tools)
        loaded.problems.extend(given.problems)
    if not loaded.tools or (config.strict and loaded.problems):
        raise LoadError("; ".join(loaded.problems) or f"the MCP servers in {config.target} have no tools")
    return loaded


async def close_sessions() -> None:
    """Close every session of the process, on the background loop. A later call opens its own again."""
    unused = [spare.pop() for spare in _spares if spare]
    await asyncio.gather(*(session.close() for session in [*_sessions.values(), *unused]), return_exceptions=True)


background.at_exit(close_sessions)


def _options(config: SourceConfig) -> McpOptions:
    try:
        return McpOptions.model_validate(config.options)
    except ValidationError as error:
        allowed = ", ".join(McpOptions.model_fields)
        raise LoadError(f"{config.label}: options: {in_words(error)}. Allowed options: {allowed}") from error


async def _load_all(servers: list[Server], options: McpOptions, stateful: bool) -> list[Loaded]:
    return await asyncio.gather(*(_load_server(server, options, stateful) for server in servers))


async def _load_server(server: Server, options: McpOptions, stateful: bool) -> Loaded:
    from tool_registry.sources.mcp_session import ConnectionLostError, Session

    key = server.key
    session = None if stateful else _sessions.get(key)
    if session is None:
        session = Session(server, start_timeout_s=options.start_timeout_s, once=stateful)
        if not stateful:
            _sessions[key] = session
    try:
        listed = await session.tools()
    except ConnectionLostError as error:
        await session.close()
        if not stateful:
            _sessions.pop(key, None)
        return Loaded([], [server.clean(str(error))])
    loaded = Loaded([])
    source = _source(session, listed, options) if stateful else None
    for tool in listed:
        try:
            made = _tool(tool, session, options)
            check_spec(made.spec)
            if source is not None:
                made = housed(made, source, tool.name)
        except (LoadError, ValueError) as error:
            loaded.problems.append(server.clean(f"MCP server {server.name!r}: a tool is skipped: {error}"))
            continue
        loaded.tools.append(made)
    if session.noise:
        loaded.problems.append(
            f"MCP server {server.name!r} prints to its standard output: "
            f"{session.noise} lines that are no messages were skipped"
        )
    return loaded


def _source(session: "Session", listed: "list[mcp_types.Tool]", options: McpOptions) -> StatefulSource:
    """Return the server as a stateful source. The session that has listed its tools is the first instance."""
    from tool_registry.sources.mcp_session import Session

    known = {tool.name: tool for tool in listed}
    spare = [session]
    _spares.append(spare)

    async def open_instance() -> _McpInstance:
        if spare:
            return _McpInstance(spare.pop(), known, options)
        own = Session(session.server, start_timeout_s=options.start_timeout_s, once=True)
        try:
            # Calls compare its tools with those that were loaded.
            await own.tools()
        except BaseException:
            await asyncio.shield(own.close())
            raise
        return _McpInstance(own, known, options)

    return StatefulSource(f"MCP server {session.server.name!r}", open_instance, is_cheap=False)


class _McpInstance:
    """A session that is not shared."""

    def __init__(self, session: "Session", known: "dict[str, mcp_types.Tool]", options: McpOptions) -> None:
        self._session = session
        self._known = known
        self._options = options

    @property
    def is_lost(self) -> bool:
        return self._session.is_lost

    async def call(self, member: str, arguments: dict[str, Any]) -> Any:
        return await _caller(self._known[member], self._session, self._options, repeat=False)(arguments)

    async def close(self) -> None:
        await self._session.close()


def _tool(tool: "mcp_types.Tool", session: "Session", options: McpOptions) -> Tool:
    from tool_registry.sources.mcp_answers import unwrapped_schema

    name = mapped_name(tool.name)
    hints = tool.annotations
    spec = ToolSpec(
        name=name,
        original_name=tool.name if name != tool.name else None,
        description=(tool.description or tool.title or f"{tool.name}.").strip(),
        parameters=tool.input_schema,
        output_schema=unwrapped_schema(tool.output_schema),
        category=session.server.name,
        source="mcp",
        annotations=Annotations(
            read_only=hints.read_only_hint,
            destructive=hints.destructive_hint,
            idempotent=hints.idempotent_hint,
            open_world=hints.open_world_hint,
        )
        if hints
        else Annotations(),
    )
    return Tool(spec, _caller(tool, session, options, repeat=spec.annotations.read_only is True))


def _caller(
    tool: "mcp_types.Tool", session: "Session", options: McpOptions, *, repeat: bool
) -> Callable[[dict[str, Any]], Awaitable[Any]]:
    from tool_registry.sources.mcp_answers import content_of

    async def call(arguments: dict[str, Any]) -> Any:
        answer = await background.run(session.call(tool, arguments, repeat=repeat))
        return session.server.cleaned(content_of(answer, tool.output_schema, parse_json=options.parse_json))

    return call
