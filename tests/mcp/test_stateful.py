"""A real MCP server that keeps state: each session has a process of its own."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.mcp.files import servers_file
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.replay import RecordedCall, replay
from tool_registry.sessions import ToolSession, open_session
from tool_registry.sources.config import SourceConfig

SERVER = Path(__file__).with_name("desk_server.py")
ROOT = Path(__file__).parents[2]
LIMITS: dict[str, Any] = {
    "permissions": Permissions(allow_writes=True),
    "timeout_s": 20.0,
    "max_result_bytes": 65536,
}


def desk_spec(folder: Path) -> str:
    entry = {
        "command": sys.executable,
        "args": [str(SERVER), str(folder / "started")],
        "env": {"PYTHONPATH": str(ROOT)},
    }
    return SourceConfig(kind="mcp", target=servers_file(folder, desk=entry), stateful=True).as_spec()


def desks(folder: Path) -> ToolRegistry:
    return load_registry([desk_spec(folder)])


def starts(folder: Path) -> int:
    return len((folder / "started").read_text().splitlines())


def kill_servers() -> None:
    """Kill the desks that this process has started."""
    for children in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in children.read_text().split():
            if SERVER.name in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(int(pid), signal.SIGKILL)


async def create(session: ToolSession, subject: str) -> Any:
    result = await session.execute("create_ticket", {"subject": subject}, **LIMITS)
    assert result.ok, result.error
    return result.content["ticket"]


async def test_each_session_has_a_server_of_its_own(tmp_path: Path) -> None:
    registry = desks(tmp_path)
    async with await open_session(registry) as one, await open_session(registry) as other:
        assert starts(tmp_path) == 1, "the one that listed the tools"
        assert [await create(one, "no sound"), await create(one, "no light")] == ["T-1004", "T-1005"]
        assert starts(tmp_path) == 1, "the first session takes it"
        assert await create(other, "no water") == "T-1004"
        assert starts(tmp_path) == 2
        seen = await one.execute("get_ticket", {"ticket": "T-1004"}, **LIMITS)
        assert seen.content["subject"] == "no sound"


async def test_replay_in_a_new_server(tmp_path: Path) -> None:
    registry = desks(tmp_path)
    calls = []
    async with await open_session(registry) as session:
        for tool, arguments in (
            ("create_ticket", {"subject": "no sound"}),
            ("assign_ticket", {"ticket": "T-1004", "agent": "Bruno"}),
            ("create_ticket", {"subject": "no light"}),
            ("waiting_tickets", {}),
        ):
            result = await session.execute(tool, arguments, **LIMITS)
            calls.append(RecordedCall(id=tool, tool=tool, arguments=arguments, result=result.content))
    async with await open_session(registry) as session:
        assert [outcome.verdict for outcome in await replay(session, calls, **LIMITS)] == ["same"] * 4
    async with await open_session(registry) as session:
        outcomes = await replay(session, calls[1:], **LIMITS)
        assert [outcome.verdict for outcome in outcomes] == ["failed", "differs", "differs"]


async def test_a_server_that_died_is_not_replaced_by_one_that_knows_nothing(tmp_path: Path) -> None:
    async with await open_session(desks(tmp_path)) as session:
        await create(session, "no sound")
        kill_servers()
        for _ in range(2):
            gone = await session.execute("get_ticket", {"ticket": "T-1004"}, **LIMITS)
            assert gone.error is not None
            assert gone.error.kind == "unavailable"
        await session.forget()
        assert await create(session, "again from the start") == "T-1004"
