"""Sources whose tools remember what was called: each session has an instance of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tool_registry.tool import SessionBinding, Tool

#: What a call did to the state of its instance; `unknown` where that cannot be compared, or was not.
Effect = Literal["changed", "unchanged", "unknown"]


class Instance(Protocol):
    """One copy of a source's state: a server's process, an object. Used on the background loop alone."""

    @property
    def is_lost(self) -> bool:
        """Whether its state is gone, so that no further call of it says anything."""

    async def call(self, member: str, arguments: dict[str, Any]) -> Any:
        """Call a tool of the source, as `Tool.call` does."""

    async def digest(self) -> str:
        """Return a digest of its state, equal exactly when the state is. Raises IncomparableError."""

    async def close(self) -> None:
        """Give it up."""


@dataclass(frozen=True, eq=False)
class StatefulSource:
    """A source with `stateful = true`. `open` makes a new instance, or raises; two share nothing.

    `is_cheap` says that an instance is opened in no time, so that one may be opened to try something out.
    """

    label: str
    open: Callable[[], Awaitable[Instance]]
    is_cheap: bool = True


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
