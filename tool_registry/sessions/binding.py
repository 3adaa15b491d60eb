"""Tools of a stateful source: where each sample calls them in an instance of its own."""

from typing import Any

from tool_registry.sessions.instance import StatefulSource
from tool_registry.tool import SessionBinding, Tool


def bind_to_session(tool: Tool, source: StatefulSource, member: str) -> Tool:
    """Return the tool as one of a stateful source, under the name that it has in an instance.

    Outside of a session each call of it meets an instance of its own, so that nothing is left behind.
    """

    async def call(arguments: dict[str, Any]) -> Any:
        instance = await source.open()
        try:
            return await instance.call(member, arguments)
        finally:
            await instance.close()

    return Tool(tool.spec, call, tool.treatment, binding=SessionBinding(source, member))
