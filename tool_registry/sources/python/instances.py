"""Python objects with state: how each session gets one of its own."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from types import MethodType
from typing import Any

from langchain_core.tools import BaseTool

from tool_registry.calling.threads import in_thread
from tool_registry.sessions.binding import bind_to_session
from tool_registry.sessions.digest import IncomparableError, state_digest
from tool_registry.sessions.instance import StatefulSource
from tool_registry.sources.python.importing import user_line
from tool_registry.sources.python.toolkit import is_toolkit
from tool_registry.tool import Loaded, LoadError, Tool

_ALLOWED = (
    "name a class, or a function without parameters that makes a new object; "
    "an object that is made already works when copy.deepcopy can copy it"
)


def stateful_tools(value: Any, where: str, label: str, collect: Callable[[Any], Loaded]) -> Loaded:
    """Return the tools of the value under a source of their own, whose instances share nothing.

    `collect` finds the tools of what an instance is. Raises LoadError for a value of which there is no second
    one, saying what to name instead.
    """
    make = maker(value, where)
    first, second = make(), make()
    found, other = collect(first), collect(second)
    _check_nothing_is_shared(first, second, where)
    members = _by_member(found.tools)
    if list(members) != list(_by_member(other.tools)):
        raise LoadError(f"{where} has other tools each time it is made: stateful needs the same ones in each session")

    async def open_instance() -> _PythonInstance:
        return await in_thread(_PythonInstance, make, collect)

    source = StatefulSource(label, open_instance, type=type(first))
    return Loaded([bind_to_session(tool, source, member) for member, tool in members.items()], found.problems)


def maker(value: Any, where: str) -> Callable[[], Any]:
    """Return what makes an object of its own each time. Raises LoadError when there is no way to."""
    if isinstance(value, type) or inspect.isroutine(value):
        needed = _parameters_needed(value)
        if needed:
            raise LoadError(f"{where}, stateful: it needs {', '.join(needed)}; {_ALLOWED}")
        return lambda: _make(value, where)
    for item in _parts(value):
        if inspect.isfunction(item) or isinstance(item, BaseTool):
            name = item.name if isinstance(item, BaseTool) else item.__name__
            raise LoadError(
                f"{where}, stateful: {name} keeps its state outside of itself, "
                f"where all samples would share it: {_ALLOWED}"
            )
    try:
        deepcopy(value)
    except Exception as error:
        raise LoadError(
            f"{where}, stateful: the {type(value).__name__} cannot be copied for each sample "
            f"({type(error).__name__}: {error}): {_ALLOWED}"
        ) from error
    # Of the one that was imported, which nobody calls.
    return lambda: deepcopy(value)


class _PythonInstance:
    """An object, its tools by member, and its end."""

    is_lost = False

    def __init__(self, make: Callable[[], Any], collect: Callable[[Any], Loaded]) -> None:
        self._value = make()
        self._manager = self._value if isinstance(self._value, AbstractContextManager) else None
        if self._manager is not None:
            entered = self._manager.__enter__()
            self._value = self._value if entered is None else entered
        self._tools = _by_member(collect(self._value).tools)

    async def call(self, member: str, arguments: dict[str, Any]) -> Any:
        return await self._tools[member].call(arguments)

    async def digest(self) -> str:
        if any(is_toolkit(part) for part in _parts(self._value)):
            raise IncomparableError("a toolkit makes its tools, and need not hold what they share")
        return await in_thread(state_digest, self._value, self._manager)

    async def close(self) -> None:
        self._tools = {}
        manager, self._manager, self._value = self._manager, None, None
        if manager is not None:
            with suppress(Exception):
                await in_thread(manager.__exit__, None, None, None)


def _by_member(tools: list[Tool]) -> dict[str, Tool]:
    # By position too: a list may hold two of one name.
    return {f"{position}:{tool.spec.name}": tool for position, tool in enumerate(tools)}


def _make(make: Callable[[], Any], where: str) -> Any:
    try:
        value = make()
    except Exception as error:
        raise LoadError(
            f"{where}, stateful: it cannot be made ({type(error).__name__}: {error}){user_line(error)}"
        ) from error
    if inspect.iscoroutine(value):
        value.close()
        raise LoadError(f"{where}, stateful: it is a coroutine function; name a plain one")
    return value


def _parameters_needed(make: Callable[..., Any]) -> list[str]:
    try:
        parameters = inspect.signature(make).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        each.name
        for each in parameters
        if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]


def _parts(value: Any) -> Iterator[Any]:
    """Yield what the tools of a value hang on: functions, LangChain tools, methods' objects, other objects."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, MethodType):
        yield value.__self__
    else:
        yield value


def _check_nothing_is_shared(first: Any, second: Any, where: str) -> None:
    seen = {id(part) for part in _parts(first)}
    if any(id(part) in seen for part in _parts(second)):
        raise LoadError(f"{where}, stateful: it gives the same object each time, which all samples would share")
