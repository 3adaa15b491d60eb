"""A tool that can be called, and what a source gives when it is loaded."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tool_registry.spec import ToolSpec


class LoadError(Exception):
    """Tools cannot be loaded. The message says what was wrong, what is allowed and what to do."""


@dataclass(frozen=True)
class Tool:
    """A spec and what answers its calls.

    `call` takes the arguments, which the spec's schema allows, and gives the raw answer or raises:
    `ToolFailure` where the source knows the kind of failure, anything else where it does not. It must not
    block the event loop; `tool_registry.execution.execute` is the only caller and classifies what comes back.
    """

    spec: ToolSpec
    call: Callable[[dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Loaded:
    """What one tool spec of the command line gave: tools, and what was skipped and why."""

    tools: list[Tool]
    problems: list[str] = field(default_factory=list)
