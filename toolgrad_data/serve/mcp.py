"""Tasks over MCP: a session is a task's, with `reset` and `submit` beside the task's own tools.

The task is chosen by the address (`/mcp?task=ID`, `/mcp?index=3`, `/mcp?seed=7`), else it is the next one. Sessions are
those of the protocol's versions that begin with `initialize`: newer ones have none, and clients of them fall back.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types.jsonrpc import UNSUPPORTED_PROTOCOL_VERSION
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from toolgrad_data.errors import CliError
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.errors import ServeError, WrongRequestError
from toolgrad_data.serve.shelf import Shelf
from toolgrad_data.tasks.episode import Observation
from toolgrad_data.tasks.task import KeyedTask

_SESSION = "mcp-session-id"
_INSTRUCTIONS = (
    "A task to be done with tools. Call reset for the person's first message, call the tools, then submit the final "
    "message of the turn: it gives the person's next one, or the end."
)


@dataclass
class _Session:
    """What is played in a session. `names` are those of `reset` and `submit`, which no tool of the task has."""

    keyed: KeyedTask
    names: tuple[str, str]
    episode: str | None = None


class McpTasks:
    """The endpoint: an ASGI application, which lives while `run()` is entered."""

    def __init__(self, desk: EpisodeDesk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        #: By id, those that were used last at the end. Of a session that is idle the manager and the desk let go.
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        server: Server[Any] = Server(
            "toolgrad", instructions=_INSTRUCTIONS, on_list_tools=self._list, on_call_tool=self._call
        )
        self.manager = StreamableHTTPSessionManager(
            server,
            json_response=True,
            session_idle_timeout=desk.limits.idle_seconds,
            max_request_body_size=desk.limits.body_bytes,
            max_sessions=desk.limits.connections,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        headers = Headers(scope=scope)
        version = headers.get("mcp-protocol-version")
        if version is not None and version not in HANDSHAKE_PROTOCOL_VERSIONS:
            await _no_session(version)(scope, receive, send)
            return
        await self.manager.handle_request(scope, receive, send)
        if scope["method"] == "DELETE":
            await self._close(headers.get(_SESSION, ""))

    async def _close(self, id_: str) -> None:
        session = self._sessions.pop(id_, None)
        if session is not None and session.episode is not None:
            await self._desk.leave(session.episode)

    def _session(self, context: ServerRequestContext[Any, Any]) -> _Session:
        request = context.request
        assert isinstance(request, Request)  # noqa: S101 - for the type: this transport has one
        id_ = request.headers[_SESSION]
        if (known := self._sessions.get(id_)) is not None:
            self._sessions.move_to_end(id_)
            return known
        asked = request.query_params
        keyed = self._shelf.choose(asked.get("task"), _number(asked.get("index")), _number(asked.get("seed")))
        session = self._sessions[id_] = _Session(keyed, own_names([spec.name for spec in keyed.task.offered]))
        while len(self._sessions) > 2 * self._desk.limits.connections:
            self._sessions.popitem(last=False)
        return session

    async def _list(
        self, context: ServerRequestContext[Any, Any], _: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        session = self._session(context)
        reset, submit = session.names
        own = [
            types.Tool(
                name=reset,
                description="Begin the task, or begin it anew: gives the instructions and the person's first message.",
                input_schema={"type": "object", "properties": {}, "additionalProperties": False},
            ),
            types.Tool(
                name=submit,
                description="Give the final message of this turn. Gives the person's next one, or the end.",
                input_schema=_SUBMIT,
            ),
        ]
        offered = session.keyed.task.offered
        return types.ListToolsResult(
            tools=[
                *own,
                *(
                    types.Tool(name=one.name, description=one.description, input_schema=one.parameters)
                    for one in offered
                ),
            ]
        )

    async def _call(
        self, context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            return await self._called(self._session(context), params.name, params.arguments or {})
        except CliError as error:
            return _result({"error": str(error)}, failed=True)

    async def _called(self, session: _Session, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        reset, submit = session.names
        if name == reset:
            if arguments:
                raise WrongRequestError(f"{reset} takes no arguments")
            if session.episode is not None:
                await self._desk.leave(session.episode)
                session.episode = None
            session.episode, seen = await self._desk.begin(session.keyed)
            return _result({"episode_id": session.episode, "system": seen.system, **_person(seen)})
        if session.episode is None:
            raise ServeError(f"the task has not begun: call {reset} first")
        if name != submit:
            answer, finished = await self._desk.call(session.episode, name, arguments)
            if answer.error is None:
                return _result(answer.content)
            told = {"error": answer.error.message}
            return _result(told if finished is None else {**told, "done": True, **finished.told()}, failed=True)
        if (finished := self._desk.find(session.episode)) is None:
            message, ends = _submitted(arguments, submit)
            if message is not None:
                seen, finished = await self._desk.message(session.episode, message)
            if finished is None and ends:
                finished = await self._desk.submit(session.episode)
            if finished is None:
                return _result(_person(seen))
        return _result({"done": True, **finished.told()})


_SUBMIT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "message": {"type": "string", "description": "What is said to the person."},
        "end": {"type": "boolean", "description": "End the task here, whatever the person has still to say."},
    },
    "required": ["message"],
    "additionalProperties": False,
}


def own_names(taken: list[str]) -> tuple[str, str]:
    """Return the names of `reset` and `submit`: others where a tool of the task has them, in whatever case."""
    used = {name.casefold() for name in taken}

    def free(name: str) -> str:
        while name in used:
            name = f"task_{name}"
        return name

    return free("reset"), free("submit")


def _submitted(arguments: dict[str, Any], name: str) -> tuple[str | None, bool]:
    message, ends = arguments.get("message"), arguments.get("end", False)
    if arguments.keys() - {"message", "end"} or not isinstance(message, str) or not isinstance(ends, bool):
        raise WrongRequestError(f"{name} takes message, a text, and end, true or false")
    return message, ends


def _person(seen: Observation) -> dict[str, Any]:
    return {"message": seen.message, "turn": seen.turn, "done": False}


def _result(content: Any, *, failed: bool = False) -> types.CallToolResult:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    structured = content if isinstance(content, dict) and not failed else None
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=structured, is_error=failed
    )


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        raise WrongRequestError(f"{text[:40]!r} is no whole number") from None


def _no_session(version: str) -> JSONResponse:
    data = {"supported": list(HANDSHAKE_PROTOCOL_VERSIONS), "requested": version[:40]}
    words = "a task is played in a session: begin with initialize"
    error = {"code": UNSUPPORTED_PROTOCOL_VERSION, "message": words, "data": data}
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, 400)
