"""What a name of a LangChain source stands for: tools, toolkits, classes and functions that make them."""

import inspect
from collections.abc import Coroutine
from typing import Any

from langchain_core.tools import BaseTool

from tool_registry.calling.background import submit
from tool_registry.sources.python.importing import user_line
from tool_registry.tool import LoadError

#: Seconds that a toolkit may take to list its tools, which may ask a server.
_LISTING_S = 60.0


def tools_in(value: Any, arguments: dict[str, Any], where: str) -> list[BaseTool]:
    """Return the LangChain tools that the value stands for.

    A tool; a list; an object with `get_tools()`, which may be a coroutine function; or a class or function that
    makes one of these, called with `arguments`. Blocking. Raises LoadError naming `where` and what is allowed.
    """
    if not isinstance(value, BaseTool) and (isinstance(value, type) or inspect.isroutine(value)):
        value = _call(value, arguments, where)
    elif arguments:
        raise LoadError(
            f"{where} is made already: options {', '.join(sorted(arguments))} would go to a class or function"
        )
    return _collect(value, where)


def is_toolkit(value: Any) -> bool:
    """Tell whether the value is an object (no class) that lists its tools by `get_tools()`."""
    return not isinstance(value, type) and callable(getattr(value, "get_tools", None))


def _collect(value: Any, where: str) -> list[BaseTool]:
    if isinstance(value, BaseTool):
        return [value]
    if isinstance(value, list | tuple):
        return [tool for position, item in enumerate(value) for tool in _collect(item, f"{where}[{position}]")]
    if is_toolkit(value):
        return _collect(_call(value.get_tools, {}, f"{where}.get_tools()"), f"{where}.get_tools()")
    raise LoadError(
        f"{where} is a {type(value).__name__}: kind langchain takes a LangChain tool, a list of them, an object "
        "with get_tools(), or a class or function that makes one. Functions and other objects are kind python."
    )


def _call(make: Any, arguments: dict[str, Any], where: str) -> Any:
    try:
        made = make(**arguments)
        if isinstance(made, Coroutine):
            # Where other sessions live too: this thread has no loop, and what it opens must outlive the loading.
            return submit(made).result(_LISTING_S)
    except TimeoutError as error:
        raise LoadError(f"{where} gave no answer within {_LISTING_S:g} s") from error
    except Exception as error:
        raise LoadError(f"{where} failed ({type(error).__name__}: {error}){user_line(error)}") from error
    return made
