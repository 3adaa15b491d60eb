"""Whoever wants to know of each call of a tool, as it is made: traces, which this package knows nothing of."""

from collections.abc import Awaitable, Callable
from typing import Any

from tool_registry.result import ToolResult
from tool_registry.spec import ToolSpec

#: Makes the call that it is given, and returns what came of it; it tells of both whom it likes.
CallWatch = Callable[[ToolSpec, dict[str, Any], Callable[[], Awaitable[ToolResult]]], Awaitable[ToolResult]]


class _Watch:
    now: CallWatch | None = None


def watch_calls(watch: CallWatch | None) -> None:
    """Have all calls of the process made by way of `watch`, or of nothing."""
    _Watch.now = watch


def current_watch() -> CallWatch | None:
    """Return what calls are made by way of."""
    return _Watch.now
