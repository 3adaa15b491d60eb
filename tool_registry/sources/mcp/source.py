"""Tools of MCP servers, from the `mcpServers` file that other clients use."""

import asyncio
import importlib.util
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tool_registry.calling import background
from tool_registry.calling.answer_reading import AnswerReading
from tool_registry.sessions.binding import bind_to_session
from tool_registry.sources.admission import admit_spec
from tool_registry.sources.config import SourceConfig, in_words
from tool_registry.sources.mcp.servers import Server, read_servers, server_of
from tool_registry.spec import Annotations, ToolSpec, mapped_name
from tool_registry.tool import Loaded, LoadError, Tool, Treatment

if TYPE_CHECKING:
    import mcp_types

    from tool_registry.sources.mcp.session import Session


class McpOptions(BaseModel):
    """What only MCP sources have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    servers: list[str] = Field(default=[], description="Only these servers of the file (default: all).")
    start_timeout_s: float = Field(default=30.0, gt=0, le=600, description="Seconds for a server to be ready.")
    parse_json: bool = Field(default=True, description="Read a text that is a JSON object or array as one.")
    copies: list[str] = Field(default=[], description="Folders of which each session of a stateful server has a copy.")


# By what tells the servers apart. In memory only: the keys hold secrets.
_sessions: "dict[str, Session]" = {}


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
    if options.copies and not config.stateful:
        raise LoadError(f"{config.label}: options.copies are for sessions: set stateful = true as well")
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
    closing = [session.close() for session in _sessions.values()]
    if "tool_registry.sources.mcp.instances" in sys.modules:
        from tool_registry.sources.mcp.instances import close_spares

        closing.append(close_spares())
    await asyncio.gather(*closing, return_exceptions=True)


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
    from tool_registry.sources.mcp.instances import open_instance, source_of
    from tool_registry.sources.mcp.session import ConnectionLostError

    settings = options.model_dump(include={"start_timeout_s", "parse_json", "copies"})
    source = None
    try:
        if stateful:
            instance = await open_instance(server, **settings)
            source = source_of(instance, server, **settings)
            session, listed = instance.session, list(instance.known.values())
        else:
            session = _share_session(server, options)
            listed = await session.tools()
    except LoadError as error:
        return Loaded([], [server.clean(f"MCP server {server.name!r}: {error}")])
    except ConnectionLostError as error:
        if server.key in _sessions:
            await _sessions.pop(server.key).close()
        return Loaded([], [server.clean(str(error))])
    loaded = Loaded([], [server.clean(f"MCP server {server.name!r}: {problem}") for problem in session.problems])
    for tool in listed:
        try:
            made = _tool(tool, session, options)
            spec, lost = admit_spec(made.spec)
            made = replace(made, spec=spec)
            loaded.problems.extend(server.clean(f"MCP server {server.name!r}: {each}") for each in lost)
            if source is not None:
                made = bind_to_session(made, source, tool.name)
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


def _share_session(server: Server, options: McpOptions) -> "Session":
    from tool_registry.sources.mcp.session import Session

    if server.key not in _sessions:
        _sessions[server.key] = Session(server, start_timeout_s=options.start_timeout_s)
    return _sessions[server.key]


def _tool(tool: "mcp_types.Tool", session: "Session", options: McpOptions) -> Tool:
    from tool_registry.sources.mcp.answers import unwrapped_schema

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
    caller = _caller(tool, session, options, repeat=spec.annotations.read_only is True)
    return Tool(spec, caller, Treatment(reading=AnswerReading(reads_json=options.parse_json)))


def _caller(
    tool: "mcp_types.Tool", session: "Session", options: McpOptions, *, repeat: bool
) -> Callable[[dict[str, Any]], Awaitable[Any]]:
    from tool_registry.sources.mcp.instances import call_tool

    async def call(arguments: dict[str, Any]) -> Any:
        return await call_tool(session, tool, arguments, parse_json=options.parse_json, repeat=repeat)

    return call
