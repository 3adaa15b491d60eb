"""What an exception says of itself: the tool that was worked on, the place, and a traceback without the machine.

Whoever does work on one tool, such as filling its arguments or storing its result, says so where the work is done:
`with attributed_to(spec.name):`. An exception that passes there carries the tool's name from then on, whatever wraps
it on its way; nothing is ever read out of the text of a traceback.
"""

import sys
import sysconfig
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_ROOT = Path(__file__).resolve().parents[2]
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
#: Parts looked at for the one that cannot be encoded: a state has some thousands.
_PARTS_MAX = 100_000


class _ToolNote(str):
    """A note of an exception, as tracebacks show them, that knows its tool."""

    tool: str

    def __new__(cls, tool: str) -> Self:
        note = super().__new__(cls, f"while working on the tool {tool}")
        note.tool = tool
        return note


class attributed_to:
    """Attribute an exception that is raised inside to the tool, unless it has one already: the innermost counts."""

    __slots__ = ("_tool",)

    def __init__(self, tool: str) -> None:
        self._tool = tool

    def __enter__(self) -> None:
        """Begin the work."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Let an exception pass, with the tool's name."""
        if isinstance(error, Exception):
            attribute(error, self._tool)


def attribute(error: Exception, tool: str) -> None:
    """Attribute the exception to the tool, unless it has one already."""
    if tool_of(error) is None:
        with suppress(Exception):  # an exception of somebody's own may refuse notes
            error.add_note(_ToolNote(tool))


def tool_of(error: BaseException) -> str | None:
    """Return the tool that the exception, or one that it comes from, was attributed to."""
    for one in chain_of(error):
        for note in getattr(one, "__notes__", None) or ():
            if isinstance(note, _ToolNote):
                return note.tool
    return None


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the exception, the members of a group, and what each was raised from."""
    seen: set[int] = set()
    waiting = deque([error])
    while waiting:
        one = waiting.popleft()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        waiting.append(one.__cause__)


def attribute_part(error: Exception, value: Any, encode: Callable[[Any], object]) -> None:
    """Attribute an exception of `encode(value)` to the tool of the call in it that cannot be encoded by itself.

    Calls are what a state and a record hold of them: objects with `tool` and `arguments`.
    """
    waiting = deque([value])
    for _ in range(_PARTS_MAX):
        if not waiting:
            return
        part = waiting.popleft()
        if isinstance(part, dict):
            if isinstance(part.get("tool"), str) and "arguments" in part:
                try:
                    encode(part)
                except Exception:
                    attribute(error, part["tool"])
                    return
            else:
                waiting.extend(part.values())
        elif isinstance(part, list | tuple):
            waiting.extend(part)
        elif hasattr(part, "arg"):  # LangGraph's Send
            waiting.append(part.arg)


def place_of(error: BaseException) -> str:
    """Return file and line of where it was raised, relative to the package: nothing of the machine.

    Of an exception that a library raised also the line of ours, or of a tool's file, that had called it. Empty for
    one that was never raised.
    """
    raised = next((one for one in _innermost_first(error) if one.__traceback__ is not None), None)
    if raised is None:
        return ""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(raised.__traceback__)]
    file, line = frames[-1]
    place = f"{_relative(file)}:{line}"
    if _is_library(file):
        ours = next(((name, number) for name, number in reversed(frames) if not _is_library(name)), None)
        return f"{place}, from {_relative(ours[0])}:{ours[1]}" if ours else place
    return place


def traceback_of(error: BaseException) -> str:
    """Return the traceback, its causes included, with files relative to their packages."""
    told = traceback.TracebackException.from_exception(error)
    waiting: list[traceback.TracebackException | None] = [told]
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        for frame in one.stack:
            frame.line  # noqa: B018 - reads the source line, which needs the file's whole name
            frame.filename = _relative(frame.filename)
        waiting += [one.__cause__, one.__context__, *(one.exceptions or ())]
    return "".join(told.format())


def _innermost_first(error: BaseException) -> Iterator[BaseException]:
    """Yield the members of groups before the groups: a group is raised where it is put together."""
    chain = list(chain_of(error))
    yield from (one for one in chain if not isinstance(one, BaseExceptionGroup))
    yield from chain


def _relative(file: str) -> str:
    if file.startswith("<"):
        return file
    path = Path(file)
    folders = sorted({str(_ROOT), *(entry for entry in sys.path if entry)}, key=len, reverse=True)
    folder = next((folder for folder in folders if path.is_relative_to(folder)), None)
    # A file by itself, such as one with somebody's tools, has its name only.
    return path.relative_to(folder).as_posix() if folder and Path(folder).is_absolute() else path.name


def _is_library(file: str) -> bool:
    return file.startswith(("<", *_LIBRARIES)) or "site-packages" in Path(file).parts
