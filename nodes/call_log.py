"""The calls that a sample has made in this process, as they are made: what is left of them when it crashes.

A call is in the state only when its branch has finished and its checkpoint was written. A write that reached its
server must be counted although neither happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from tool_registry.result import ToolResult


@dataclass
class MadeCall:
    """A call, its repairs included; `result` is None while nothing has come back."""

    iteration: int
    id: str
    tool: str
    arguments: dict[str, Any]
    repairs: int = 0
    result: ToolResult | None = None


@dataclass
class CallLog:
    """The calls by iteration and proposal, and what ended a branch of the sample, but not the sample."""

    calls: dict[tuple[int, str], MadeCall] = field(default_factory=dict)
    crashes: list[BaseException] = field(default_factory=list)


_log: ContextVar[CallLog | None] = ContextVar("calls of the sample", default=None)


@contextmanager
def logging_calls() -> Iterator[CallLog]:
    """Log the calls that are made inside, by whichever tasks."""
    log = CallLog()
    token = _log.set(log)
    try:
        yield log
    finally:
        _log.reset(token)


def begin_call(iteration: int, id: str, tool: str, arguments: dict[str, Any]) -> MadeCall:
    """Note that the call is being made; with an id that was noted before, as its repair."""
    call = MadeCall(iteration, id, tool, arguments)
    log = _log.get()
    if log is not None:
        before = log.calls.get((iteration, id))
        call.repairs = before.repairs + 1 if before is not None else 0
        log.calls[iteration, id] = call
    return call


def note_crash(error: BaseException) -> None:
    """Note what ended a branch."""
    log = _log.get()
    if log is not None:
        log.crashes.append(error)
