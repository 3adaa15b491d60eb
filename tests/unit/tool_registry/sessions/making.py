"""Registries and calls for tests of sessions."""

from typing import Any

from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sessions.effects import Placed, comes_after
from tool_registry.sessions.replay import RecordedCall
from tool_registry.sessions.sample import SampleSession
from tool_registry.sources.config import SourceConfig

LIMITS: Any = {
    "permissions": Permissions(allow_unannotated=True, allow_writes=True),
    "timeout_s": 10.0,
    "max_result_bytes": 65536,
}


def counters(attribute: str = "Counter", **settings: Any) -> str:
    config = SourceConfig(kind="python", target=f"tests.fixtures.counters:{attribute}", stateful=True, **settings)
    return config.as_spec()


def registry_of(*specs: str) -> ToolRegistry:
    return load_registry(list(specs) or [counters()])


async def order(registry: ToolRegistry, *calls: tuple[str, dict[str, Any]]) -> list[list[str]]:
    """What each of the calls comes after, as a sample accepts them one after the other as s1, s2, and so on."""
    session = SampleSession(registry, measures=True)
    placed: list[Placed] = []
    for number, (tool, arguments) in enumerate(calls, 1):
        fork = SampleSession(registry)
        made = [each.call for each in placed]
        result = await fork.execute(tool, arguments, made, LIMITS)
        await fork.aclose()
        assert result.ok, result.error
        call = RecordedCall(id=f"s{number}", tool=tool, arguments=arguments, result=result.content)
        assert (await session.apply(call, made, LIMITS)).verdict == "same"
        after = await comes_after(call, frozenset(), placed, session, LIMITS)
        placed = [
            Placed(each.call, each.uses, frozenset(after.get(each.call.id, each.after)))
            for each in [*placed, Placed(call, frozenset())]
        ]
    await session.aclose()
    return [sorted(each.after) for each in placed]
