"""The built-in tools as a source."""

import re
from functools import lru_cache, partial
from typing import Any

from tool_registry.builtin.declare import BuiltinTool, ToolkitError
from tool_registry.calling.failures import tool_error
from tool_registry.calling.threads import in_thread
from tool_registry.result import ToolFailure
from tool_registry.sources.config import SourceConfig
from tool_registry.tool import Loaded, LoadError, Tool, Treatment

# Instead of the run's timeout. These are computations that end, but the first call of a domain loads its data, and
# on a busy machine that may take longer than a service may: how busy it is must not decide what is in the records.
_TIMEOUT_S = 600.0


def load(config: SourceConfig) -> Loaded:
    """Return the built-in tools of the category that the target names, or all, in the catalogue's order.

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


@lru_cache(maxsize=1)
def all_tools() -> tuple[Tool, ...]:
    """Return the built-in tools, the same objects each time."""
    # Imported here: the toolkits import packages with data, which a run on other tools does not need.
    from tool_registry.builtin.catalogue import builtin_tools

    return tuple(map(as_tool, builtin_tools()))


def as_tool(builtin: BuiltinTool) -> Tool:
    """Return a built-in tool as one that can be called.

    The function runs in a thread although it takes microseconds: any call may be the first that opens a data
    file, which must not happen on the event loop. The thread costs about 0.1 ms.
    """
    return Tool(builtin.spec, partial(_call, builtin), Treatment(timeout_s=_TIMEOUT_S))


async def _call(builtin: BuiltinTool, arguments: dict[str, Any]) -> Any:
    try:
        return await in_thread(builtin.function, **arguments)
    except ToolkitError as error:
        raise ToolFailure(tool_error("tool_error", str(error))) from error


def _fold(category: str) -> str:
    return " ".join(re.split(r"[\s_-]+", category.strip())).casefold()
