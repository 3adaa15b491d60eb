"""What a client sends and sees. The same messages are understood by `toolgrad serve` under /openenv."""

from typing import Any, Literal

from openenv.core.env_server.types import Action, Observation, State
from pydantic import Field


class ToolGradAction(Action):
    """A call of a tool, or the final message of a turn, or the end of the episode."""

    type: Literal["call_tool", "message", "submit", "list_tools"]
    tool_name: str = Field(default="", description="Of call_tool.")
    arguments: Any = Field(default={}, description="Of call_tool: an object by the tool's schema, or its JSON text.")
    text: str | None = Field(default=None, description="Of message: what the assistant says to the person.")

    @classmethod
    def call(cls, tool_name: str, arguments: Any) -> "ToolGradAction":
        """Return a call."""
        return cls(type="call_tool", tool_name=tool_name, arguments=arguments)

    @classmethod
    def message(cls, text: str | None) -> "ToolGradAction":
        """Return the assistant's final message of the turn."""
        return cls(type="message", text=text)

    @classmethod
    def submit(cls) -> "ToolGradAction":
        """Return the wish to end the episode where it is."""
        return cls(type="submit")


class ToolGradObservation(Observation):
    """What is seen: of a turn's beginning `message` (and first `system` and `tools`), of a call `result` or `error`."""

    system: str = ""
    message: str | None = None
    tools: list[dict[str, Any]] = Field(default=[])
    turn: int = 0
    ending: str | None = None
    tool_name: str | None = None
    result: Any = None
    error: dict[str, str] | None = None
    truncated: bool = False


class ToolGradState(State):
    """Where the episode is."""

    task: str | None = None
    turn: int = 0
    done: bool = False
