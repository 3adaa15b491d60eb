"""Each call of a tool as a run of LangChain's callbacks, below the node that makes it: what all traces hear of it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from langchain_core.callbacks import AsyncCallbackManager
from langchain_core.runnables.config import var_child_runnable_config

from tool_registry.result import ToolResult
from tool_registry.spec import ToolSpec


class FailedCallError(Exception):
    """A call that failed, for those who hear of runs; `kind` is the `ToolError`'s."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


async def run_of_call(
    spec: ToolSpec, arguments: dict[str, Any], call: Callable[[], Awaitable[ToolResult]]
) -> ToolResult:
    """Make the call, and tell the handlers of the node's run of it, if there are any; see `CallWatch`."""
    manager = (var_child_runnable_config.get() or {}).get("callbacks")
    if not isinstance(manager, AsyncCallbackManager) or not manager.handlers:
        return await call()
    run = await manager.on_tool_start(
        {"name": spec.name, "description": spec.description},
        _as_text(arguments),
        name=spec.name,
        inputs=arguments,
    )
    try:
        result = await call()
    except BaseException as error:  # CancelledError too
        await run.on_tool_error(error)
        raise
    if result.error is not None:
        await run.on_tool_error(FailedCallError(result.error.kind, result.error.message))
    else:
        await run.on_tool_end(result.content)
    return result


def _as_text(arguments: dict[str, Any]) -> str:
    try:
        return json.dumps(arguments, default=str)
    except (ValueError, RecursionError):  # what no JSON holds: the call itself will say so
        return ""
