"""What happened in an episode, as its environment has logged it: nothing that the policy says of itself."""

from typing import Any, Literal

from pydantic import Field

from graph.strict_model import StrictModel
from tool_registry.result import ToolError
from tool_registry.sessions.instance import Effect

#: Why an episode ended: all messages were answered, the policy gave up before, or a limit of the task.
Ending = Literal["answered", "submitted", "calls", "seconds", "abandoned"]


class CallEntry(StrictModel):
    """A call and what came of it. `effect` is what it did to the state of its source, as measured or declared."""

    tool: str
    arguments: dict[str, Any]
    result: Any = None
    empty: bool = False
    error: ToolError | None = None
    effect: Effect = "unknown"


class TurnEntry(StrictModel):
    """A turn: the calls in order, the assistant's final message (None: it never came), and the state at its end.

    `state` has the digest of each stateful source that can be compared, by its label.
    """

    calls: list[CallEntry] = Field(default=[])
    message: str | None = None
    is_cut: bool = Field(default=False, description="The message was longer than the limit.")
    state: dict[str, str] = Field(default={})


class Trace(StrictModel):
    """An episode of a task, turn by turn as far as it came. `ending`: None while it goes on; `start`: as `state`."""

    task: str
    start: dict[str, str] = Field(default={})
    turns: list[TurnEntry] = Field(default=[])
    ending: Ending | None = None

    def calls(self) -> list[CallEntry]:
        """Return all calls in order."""
        return [call for turn in self.turns for call in turn.calls]
