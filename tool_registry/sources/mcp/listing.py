"""A server's list of tools, read tool by tool: what breaks the protocol costs itself, not the list.

The client takes a list only as a whole. So each tool is made one that the client takes, or left out, before it looks.
"""

from collections.abc import Mapping
from typing import Any

from mcp import ClientSession
from mcp_types.methods import parse_server_result
from mcp_types.version import LATEST_HANDSHAKE_VERSION
from pydantic import ValidationError

from tool_registry.sources.admission import readable_parameters, readable_schema
from tool_registry.tool import LoadError

_METHOD = "tools/list"
#: Without these there is no tool.
_NEEDED = frozenset({"name", "inputSchema"})


class ReadableListing:
    """The dispatcher of a client's session with another one around it.

    `problems` is told what was left out of the lists, each once.
    """

    def __init__(self, session: ClientSession, problems: dict[str, None]) -> None:
        self._session = session
        self._inner = session._dispatcher
        self._problems = problems
        session._dispatcher = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def send_raw_request(self, method: str, params: Mapping[str, Any] | None, opts: Any = None) -> dict[str, Any]:
        """Send a request and return its raw result; a list of tools is made readable."""
        raw: dict[str, Any] = await self._inner.send_raw_request(method, params, opts)
        if method != _METHOD or not isinstance(raw.get("tools"), list):
            return raw
        tools = []
        for position, tool in enumerate(raw["tools"]):
            try:
                tools.append(self._readable(tool, position, raw))
            except LoadError as error:
                self._problems[f"a tool is skipped: {error}"] = None
        return {**raw, "tools": tools}

    def _readable(self, tool: Any, position: int, listing: dict[str, Any]) -> dict[str, Any]:
        name = tool.get("name") if isinstance(tool, dict) else None
        if not isinstance(name, str) or not name.strip():
            raise LoadError(f"the one at place {position + 1} of the list has no name")
        what = f"tool {name}"
        made: dict[str, Any] = {**tool, "inputSchema": readable_parameters(tool.get("inputSchema"), what)}
        if made.get("outputSchema") is not None:
            try:
                made["outputSchema"] = readable_schema(made["outputSchema"], f"{what}, output schema")
            except LoadError as error:
                self._leave_out(made, "outputSchema", str(error))
        for _ in range(len(made)):
            wrong = self._wrong(made, listing)
            if wrong is None:
                break
            member, said = wrong
            if member in _NEEDED or member not in made:
                raise LoadError(f"{what}: {said}")
            self._leave_out(made, member, f"{what}, {said}")
        return made

    def _leave_out(self, tool: dict[str, Any], member: str, why: str) -> None:
        del tool[member]
        self._problems[f"{why}; the tool is kept without it"] = None

    def _wrong(self, tool: dict[str, Any], listing: dict[str, Any]) -> tuple[str, str] | None:
        """Return the first member that the protocol does not allow, and what is wrong with it, or None."""
        version = self._session.protocol_version or LATEST_HANDSHAKE_VERSION
        try:
            parse_server_result(_METHOD, version, {**listing, "tools": [tool]})
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_input=False):
                place = [str(each) for each in problem["loc"]]
                if "tools" in place:
                    member = place[place.index("tools") + 2 :]
                    return (member[0] if member else ""), f"{'.'.join(member)}: {problem['msg']}"
        return None
