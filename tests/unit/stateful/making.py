"""Registries and calls for tests of sessions."""

from typing import Any

from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sources.config import SourceConfig

LIMITS: dict[str, Any] = {
    "permissions": Permissions(allow_unannotated=True, allow_writes=True),
    "timeout_s": 10.0,
    "max_result_bytes": 65536,
}


def counters(attribute: str = "Counter", **settings: Any) -> str:
    config = SourceConfig(kind="python", target=f"tests.fixtures.counters:{attribute}", stateful=True, **settings)
    return config.as_spec()


def registry_of(*specs: str) -> ToolRegistry:
    return load_registry(list(specs) or [counters()])
