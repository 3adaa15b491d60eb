"""Sources whose tools remember what was called: each session has an instance of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

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

    `is_cheap` says that an instance is opened in no time, so that one may be opened to try something out. `type` is the
    class whose methods the tools are, where they are those of an object.
    """

    label: str
    open: Callable[[], Awaitable[Instance]]
    is_cheap: bool = True
    type: "type | None" = None
