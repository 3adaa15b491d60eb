"""Servers from the registries, as separate processes, and what the workflow makes of their tools."""

import sys
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.context import Context
from graph.record import Record, RejectedRecord
from graph.sources import StepSource
from nodes.proofs import grounded
from tests.mcp.files import called, loaded_tools, servers_file
from tests.mcp.repositories import FILESYSTEM, needs_node, planted
from tool_registry.sources.config import SourceConfig
from toolgrad_data.runs.sample import run_sample
from toolgrad_data.stats.dependence import is_dependent


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with five commits."""
    return planted(tmp_path / "garden", "autumn")


def git_spec(folder: Path, repository: Path) -> str:
    target = servers_file(folder, git={"command": sys.executable, "args": ["-m", "mcp_server_git"]})
    return SourceConfig(kind="mcp", target=target, context={"repo_path": str(repository)}).as_spec()


async def records(spec: str, count: int) -> list[Record]:
    from graph.app import build_graph

    context = Context(tools=[spec], calls="2-4:100")
    graph = build_graph().compile(checkpointer=InMemorySaver())
    found = [await run_sample(graph, context, 3, index, resume=False) for index in range(count)]
    assert [record for record in found if isinstance(record, RejectedRecord)] == []
    return found


def cited(found: list[Record]) -> list[StepSource]:
    return [
        source
        for record in found
        for turn in record.turns
        for step in turn.steps
        for source in step.sources.values()
        if isinstance(source, StepSource)
    ]


async def test_time_server_structured_content_and_schema(tmp_path: Path) -> None:
    tools = loaded_tools(servers_file(tmp_path, time={"command": sys.executable, "args": ["-m", "mcp_server_time"]}))
    convert = tools["convert_time"]
    assert convert.spec.annotations.read_only is True
    assert convert.spec.output_schema is not None
    answer = await called(convert, source_timezone="Asia/Tokyo", time="10:00", target_timezone="Asia/Kolkata")
    assert answer.content["target"]["datetime"].endswith("T06:30:00+05:30")
    wrong = await called(convert, source_timezone="Asia/Tokyo", time="ten", target_timezone="Asia/Kolkata")
    assert wrong.error is not None
    assert wrong.error.kind == "tool_error"


async def test_git_chains_over_commits_in_a_log(tmp_path: Path, repository: Path) -> None:
    found = await records(git_spec(tmp_path, repository), 6)
    dependent = [record for record in found if is_dependent(record)]
    assert len(dependent) >= 4
    assert any(len(source.span or "") == 40 for source in cited(dependent))
    assert not any("given as" in record.turns[0].query for record in found)
    for record in found:
        assert grounded.check(record) == []
        assert record.context.vars == {"repo_path": str(repository)}
        for turn in record.turns:
            assert str(repository) not in turn.query
            for step in turn.steps:
                assert step.sources["/repo_path"].kind == "context"
            for source in cited(dependent):
                assert source.span is None or source.span not in turn.query


async def test_a_git_tool_that_writes_does_not_run(tmp_path: Path, repository: Path) -> None:
    from tool_registry.calling.execution import execute
    from tool_registry.permissions import Permissions

    target = servers_file(tmp_path, git={"command": sys.executable, "args": ["-m", "mcp_server_git"]})
    branch = loaded_tools(target)["git_create_branch"]
    arguments = {"repo_path": str(repository), "branch_name": "new"}
    result = await execute(branch, arguments, permissions=Permissions(), timeout_s=5, max_result_bytes=1000)
    assert result.error is not None
    assert result.error.kind == "not_allowed"


@needs_node
async def test_filesystem_chains_over_paths_in_a_search(tmp_path: Path) -> None:
    root = tmp_path / "notes"
    (root / "drafts").mkdir(parents=True)
    for name in ("plan.md", "list.md", "a.txt", "b.txt", "drafts/c.py", "data.json", "set.toml", "sums.csv"):
        (root / name).write_text(f"about {name}\n")
    target = servers_file(tmp_path, files={"command": "node", "args": [str(FILESYSTEM), str(root)]})
    spec = SourceConfig(kind="mcp", target=target, context={"root": str(root)}).as_spec()
    found = await records(spec, 16)
    # More than half of the samples of many seeds are; of few samples a seed gives few.
    dependent = [record for record in found if is_dependent(record)]
    assert len(dependent) >= 5
    assert any(source.pointer == "/content" for source in cited(dependent))
    assert not any("file or directory" in record.turns[0].query for record in found)
    for record in found:
        assert grounded.check(record) == []
