"""Files of MCP servers for tests."""

import json
from pathlib import Path
from typing import Any

from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.result import ToolResult
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.mcp.source import load
from tool_registry.tool import Tool


def servers_file(folder: Path, **servers: dict[str, Any]) -> str:
    path = folder / "servers.json"
    path.write_text(json.dumps({"mcpServers": servers}))
    return str(path)


def loaded_tools(target: str, **options: Any) -> dict[str, Tool]:
    loaded = load(SourceConfig(kind="mcp", target=target, options=options))
    return {tool.spec.name: tool for tool in loaded.tools}


async def called(tool: Tool, timeout_s: float = 20, **arguments: Any) -> ToolResult:
    everything = Permissions(allow_unannotated=True, allow_writes=True)
    return await execute(tool, arguments, permissions=everything, timeout_s=timeout_s, max_result_bytes=65536)
