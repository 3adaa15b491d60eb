"""Real MCP servers that keep state: each session has a process of its own."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.app import build_graph
from graph.context import Context
from graph.record import RejectedRecord
from tests.mcp.files import servers_file
from tests.mcp.repositories import planted
from tests.unit.tool_registry.sessions.making import order
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, get_registry, load_registry
from tool_registry.sessions.digest import IncomparableError
from tool_registry.sessions.replay import RecordedCall, replay
from tool_registry.sessions.sample import SampleSession
from tool_registry.sessions.session import CallLimits, ToolSession, open_session
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.python.folder_copies import FolderCopies
from tool_registry.tool import LoadError
from toolgrad_data.runs.sample import run_sample

DESK = Path(__file__).with_name("desk_server.py")
NOTES = Path(__file__).with_name("notes_server.py")
ROOT = Path(__file__).parents[2]
LIMITS: CallLimits = {
    "permissions": Permissions(allow_writes=True),
    "timeout_s": 20.0,
    "max_result_bytes": 65536,
}


def spec_of(folder: Path, server: Path) -> str:
    entry = {
        "command": sys.executable,
        "args": [str(server), str(folder / "started")],
        "env": {"PYTHONPATH": str(ROOT)},
    }
    return SourceConfig(kind="mcp", target=servers_file(folder, **{server.stem: entry}), stateful=True).as_spec()


def loaded(folder: Path, server: Path) -> ToolRegistry:
    return load_registry([spec_of(folder, server)])


def starts(folder: Path) -> int:
    return len((folder / "started").read_text().splitlines())


def servers() -> list[int]:
    """The servers of notes that this process has started and that run."""
    return [
        int(pid)
        for children in Path(f"/proc/{os.getpid()}/task").glob("*/children")
        for pid in children.read_text().split()
        if NOTES.name in Path(f"/proc/{pid}/cmdline").read_text()
    ]


def kill_servers() -> None:
    for pid in servers():
        os.kill(pid, signal.SIGKILL)


async def result_of(session: ToolSession, tool: str, /, **arguments: Any) -> Any:
    result = await session.execute(tool, arguments, **LIMITS)
    assert result.ok, result.error
    return result.content


async def test_each_session_has_a_server_of_its_own(tmp_path: Path) -> None:
    registry = loaded(tmp_path, DESK)
    async with await open_session(registry) as one, await open_session(registry) as other:
        assert starts(tmp_path) == 1, "the one that listed the tools"
        created = [await result_of(one, "create_ticket", subject=subject) for subject in ("no sound", "no light")]
        assert [each["ticket"] for each in created] == ["T-1004", "T-1005"]
        assert starts(tmp_path) == 1, "the first session takes it"
        assert (await result_of(other, "create_ticket", subject="no water"))["ticket"] == "T-1004"
        assert starts(tmp_path) == 2
        assert (await result_of(one, "get_ticket", ticket="T-1004"))["subject"] == "no sound"


async def test_replay_in_a_new_server(tmp_path: Path) -> None:
    registry = loaded(tmp_path, NOTES)
    calls = []
    async with await open_session(registry) as session:
        for tool, arguments in (
            ("add_note", {"text": "call Ann"}),
            ("strike_note", {"note": "N-101"}),
            ("add_note", {"text": "buy bread"}),
            ("list_notes", {}),
        ):
            result = await session.execute(tool, arguments, **LIMITS)
            calls.append(RecordedCall(id=tool, tool=tool, arguments=arguments, result=result.content))
    async with await open_session(registry) as session:
        assert [outcome.verdict for outcome in await replay(session, calls, **LIMITS)] == ["same"] * 4
    async with await open_session(registry) as session:
        outcomes = await replay(session, calls[1:], **LIMITS)
        assert [outcome.verdict for outcome in outcomes] == ["failed", "differs", "differs"]


async def test_a_server_that_died_is_not_replaced_by_one_that_knows_nothing(tmp_path: Path) -> None:
    async with await open_session(loaded(tmp_path, NOTES)) as session:
        await result_of(session, "add_note", text="call Ann")
        kill_servers()
        for _ in range(2):
            gone = await session.execute("list_notes", {}, **LIMITS)
            assert gone.error is not None
            assert gone.error.kind == "unavailable"
        await session.forget()
        assert await result_of(session, "list_notes") == {"notes": []}


async def test_a_sample_goes_on_where_its_server_died(tmp_path: Path) -> None:
    session = SampleSession(loaded(tmp_path, NOTES))
    result = {"note": "N-101", "open_notes": 1}
    add = RecordedCall(id="s1", tool="add_note", arguments={"text": "call Ann"}, result=result)
    assert (await session.apply(add, [], LIMITS)).verdict == "same"
    kill_servers()
    gone = await session.execute("list_notes", {}, [add], LIMITS)
    assert gone.error is not None
    assert gone.error.retryable
    # The next call finds the session lost and builds it again.
    assert (await session.execute("list_notes", {}, [add], LIMITS)).content == {"notes": ["N-101"]}
    await session.aclose()


async def test_the_workflow_on_a_server_that_keeps_state(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, NOTES)
    context = Context(tools=[spec], calls="3-4:100", allow_writes=True)
    graph = build_graph().compile(checkpointer=InMemorySaver())
    runs = [run_sample(graph, context, 3, index, resume=False) for index in range(3)]
    registry = await get_registry([spec])
    effects = 0
    for record in await asyncio.gather(*runs):
        assert record is not None
        assert not isinstance(record, RejectedRecord), record.reasons
        steps = record.turns[0].steps
        assert "add_note" in [step.tool for step in steps]
        effects += sum(bool(step.after) for step in steps)
        async with await open_session(registry) as session:
            calls = [RecordedCall.model_validate(step.model_dump()) for step in steps]
            assert [outcome.verdict for outcome in await replay(session, calls, **LIMITS)] == ["same"] * len(steps)
    assert effects
    assert servers() == [], "each fork and each sample's session has ended its server"


async def test_a_real_git_server_works_on_a_copy_of_the_repository(tmp_path: Path) -> None:
    repository = planted(tmp_path / "garden", "autumn")
    entry = {"command": sys.executable, "args": ["-m", "mcp_server_git", "--repository", str(repository)]}
    target = servers_file(tmp_path, git=entry)
    options = {"copies": [str(repository)]}
    registry = load_registry([SourceConfig(kind="mcp", target=target, stateful=True, options=options).as_spec()])
    path = str(repository)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("git_create_branch", {"repo_path": path, "branch_name": "spring"}),
        ("git_checkout", {"repo_path": path, "branch_name": "spring"}),
        ("git_branch", {"repo_path": path, "branch_type": "local"}),
    ]
    calls = []
    async with await open_session(registry) as session:
        for tool, arguments in steps:
            result = await session.execute(tool, arguments, **LIMITS)
            assert result.ok, result.error
            calls.append(RecordedCall(id=tool, tool=tool, arguments=arguments, result=result.content))
        assert "* spring" in str(calls[-1].result)
        assert not (repository / ".git/refs/heads/spring").exists()
    async with await open_session(registry) as session:
        before = await session.execute(*steps[-1], **LIMITS)
        assert "spring" not in str(before.content), "the next session begins with the repository as it is"
        assert [outcome.verdict for outcome in await replay(session, calls, **LIMITS)] == ["same"] * 3
        away = await session.execute("git_log", {"repo_path": f"{path}/nothing"}, **LIMITS)
        assert away.error is not None
        assert "toolgrad-" not in away.error.message, "the copy's path is told to nobody"


def test_copies_are_for_sessions(tmp_path: Path) -> None:
    target = servers_file(tmp_path, notes={"command": sys.executable, "args": [str(NOTES)]})
    with pytest.raises(LoadError, match="set stateful = true"):
        load_registry([SourceConfig(kind="mcp", target=target, options={"copies": [str(tmp_path)]}).as_spec()])
    missing = SourceConfig(kind="mcp", target=target, stateful=True, options={"copies": ["nothing_here"]})
    with pytest.raises(LoadError, match="nothing_here is no folder"):
        load_registry([missing.as_spec()])


def folder_server(folder: Path, *, copies: bool = True) -> ToolRegistry:
    notes = folder / "notes"
    notes.mkdir()
    (notes / "garden").write_text("roses\n")
    entry = {
        "command": sys.executable,
        "args": [str(Path(__file__).with_name("folder_server.py")), str(notes)],
        "env": {"PYTHONPATH": str(ROOT)},
    }
    options = {"copies": [str(notes)]} if copies else {}
    target = servers_file(folder, notes=entry)
    source = SourceConfig(kind="mcp", target=target, stateful=True, allow_unannotated=True, options=options)
    return load_registry([source.as_spec()])


Made = tuple[str, dict[str, Any]]
NAMES: Made = ("note_names", {})
GARDEN: Made = ("note_lines", {"name": "garden"})
ADD: Made = ("add_line", {"name": "attic"})
HEADINGS: Made = ("headings", {})
SET: Made = ("set_heading", {"name": "attic"})


@pytest.mark.parametrize(
    ("calls", "after"),
    [
        ([NAMES, GARDEN, NAMES], [[], [], []]),
        # The list is another one once there is a note more, the garden is not; reads come after the last write.
        ([NAMES, GARDEN, ADD, GARDEN], [[], [], ["s1"], ["s3"]]),
        # What the server remembers is in no folder: the order in which it was made is tried, and kept.
        ([HEADINGS, SET, HEADINGS], [[], ["s1"], ["s2"]]),
    ],
)
async def test_what_changes_no_copied_folder_reads_if_another_server_gives_the_same(
    tmp_path: Path, calls: list[Made], after: list[list[str]]
) -> None:
    assert await order(folder_server(tmp_path), *calls) == after


async def test_a_server_without_copies_is_not_measured(tmp_path: Path) -> None:
    assert await order(folder_server(tmp_path, copies=False), NAMES, GARDEN) == [[], ["s1"]]


def test_changes_of_copies_are_seen(tmp_path: Path) -> None:
    original = tmp_path / "notes"
    original.mkdir()
    (original / "garden").write_text("roses")
    copies = FolderCopies([str(original)])
    (garden,) = (Path(copies.inside(str(original / "garden"))),)
    digests = [copies.digest()]
    for change in (
        lambda: garden.write_text("tulip"),  # of the same length, at the same time
        lambda: garden.chmod(0o600),
        lambda: garden.rename(garden.with_name("attic")),
        lambda: (garden.parent / "empty").mkdir(),
        lambda: (garden.parent / "link").symlink_to("attic"),
    ):
        assert copies.digest() == digests[-1]
        change()
        digests.append(copies.digest())
    assert len(set(digests)) == len(digests)
    os.mkfifo(garden.parent / "pipe")
    with pytest.raises(IncomparableError, match="neither file, folder nor link"):
        copies.digest()
    copies.close()
