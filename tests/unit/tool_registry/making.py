"""Tools made for one test."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.result import ToolResult
from tool_registry.spec import Annotations, ToolSpec
from tool_registry.tool import Tool

READ_ONLY_TOOLS: Final = Permissions()
ANY_OBJECT: dict[str, Any] = {"type": "object"}


def spec(name: str = "a_tool", **members: Any) -> ToolSpec:
    given = {
        "name": name,
        "description": "A tool.",
        "parameters": ANY_OBJECT,
        "source": "python",
        "annotations": Annotations(read_only=True),
    }
    return ToolSpec(**{**given, **members})


def tool(call: Callable[[dict[str, Any]], Awaitable[Any]], **members: Any) -> Tool:
    return Tool(spec(**members), call)


def returning(answer: Any, **members: Any) -> Tool:
    async def call(arguments: dict[str, Any]) -> Any:
        return answer

    return tool(call, **members)


def raising(error: BaseException, **members: Any) -> Tool:
    async def call(arguments: dict[str, Any]) -> Any:
        raise error

    return tool(call, **members)


async def run(
    called: Tool,
    arguments: Any = None,
    *,
    permissions: Permissions = READ_ONLY_TOOLS,
    timeout_s: float = 10.0,
    max_result_bytes: int = 64 * 1024,
) -> ToolResult:
    return await execute(
        called,
        {} if arguments is None else arguments,
        permissions=permissions,
        timeout_s=timeout_s,
        max_result_bytes=max_result_bytes,
    )
