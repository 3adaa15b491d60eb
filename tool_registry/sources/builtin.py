"""The built-in tools as a source: the functions of our toolkits, read by the Python source."""

import inspect
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from tool_registry.builtin import TOOLKITS
from tool_registry.builtin.declare import ToolkitError
from tool_registry.calling.failures import tool_error
from tool_registry.declare import declaration_of
from tool_registry.result import ToolFailure
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.python.function import function_tool
from tool_registry.tool import Loaded, LoadError, Tool, Treatment

# Instead of the run's timeout. These are computations that end, but the first call of a domain loads its data, and
# on a busy machine that may take longer than a service may: how busy it is must not decide what is in the records.
_TIMEOUT_S = 600.0


def load(config: SourceConfig) -> Loaded:
    """Return the built-in tools of the category that the target names, or all, in the order of the toolkits.

    Raises LoadError for an unknown category.
    """
    tools = all_tools()
    if not config.target:
        return Loaded(list(tools))
    wanted = _fold(config.target)
    chosen = [tool for tool in tools if _fold(tool.spec.category) == wanted]
    if not chosen:
        known = ", ".join(sorted({tool.spec.category for tool in tools}))
        raise LoadError(f"there are no built-in tools of category {config.target!r}. Known: {known}.")
    return Loaded(chosen)


def all_tools() -> tuple[Tool, ...]:
    """Return the built-in tools, the same objects each time. Raises ValueError when two of them share a name."""
    tools = tuple(tool for name in TOOLKITS.own_names for tool in tools_of(name))
    twice = [name for name, n in Counter(tool.spec.name for tool in tools).items() if n > 1]
    if twice:
        raise ValueError(f"Built-in tools must have different names; declared twice: {', '.join(twice)}.")
    return tools


@lru_cache(maxsize=64)
def tools_of(toolkit: str) -> tuple[Tool, ...]:
    """Return the tools of one of our toolkits, the same objects each time."""
    return tuple(map(as_tool, TOOLKITS.get(toolkit)))


def as_tool(function: Callable[..., Any]) -> Tool:
    """Return a function of a toolkit as a tool: with its whole docstring, and failures in its own words."""
    tool = function_tool(function, declaration_of(function), "general")
    about = {"source": "builtin", "description": inspect.getdoc(function) or ""}
    spec = tool.spec.model_copy(update=about)
    return replace(tool, spec=spec, call=partial(_call, tool.call), treatment=Treatment(timeout_s=_TIMEOUT_S))


async def _call(call: Callable[[dict[str, Any]], Awaitable[Any]], arguments: dict[str, Any]) -> Any:
    try:
        return await call(arguments)
    except ToolkitError as error:
        raise ToolFailure(tool_error("tool_error", str(error))) from error


def _fold(category: str) -> str:
    return " ".join(re.split(r"[\s_-]+", category.strip())).casefold()
