"""Tasks that are opened elsewhere: with the report's tools, with those of the variable, and without."""

from pathlib import Path

import pytest

from tests.fixtures.dialogues.building import DESK, TOOLS
from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.errors import UsageError
from toolgrad_data.tasks.hosting import HostedTasks, needed_tools
from toolgrad_data.tasks.mutants import golden_play
from toolgrad_data.tasks.proving import play
from toolgrad_data.tasks.store import TasksReport, write_tasks
from toolgrad_data.tasks.task import KeyedTask


@pytest.fixture
async def desk_task() -> KeyedTask:
    return keyed(records()[5], await environment())


def write(folder: Path, task: KeyedTask, tools: list[str] | None) -> None:
    write_tasks(folder, [task], TasksReport(tools=tools, allow_unannotated=False, allow_writes=True, tasks=1))


async def test_tasks_are_played_with_the_tools_of_the_report(tmp_path: Path, desk_task: KeyedTask) -> None:
    write(tmp_path, desk_task, TOOLS)
    hosted = await HostedTasks.open(tmp_path)
    own = golden_play(await hosted.environment.golden(desk_task))
    trace = await play(hosted.environment, hosted.task(desk_task.task.id), own)
    assert (await hosted.score(trace)).total == 1
    with pytest.raises(UsageError, match="there is no task 'task-0' among these 1"):
        hosted.episode("task-0")


async def test_tools_that_a_path_names_are_told_and_asked_for(
    tmp_path: Path, desk_task: KeyedTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, desk_task, None)
    monkeypatch.delenv("TOOLGRAD_TOOLS", raising=False)
    with pytest.raises(UsageError, match=r"need tools that a path .* names: .*\(python\)[^\n]*\nSet TOOLGRAD_TOOLS"):
        await HostedTasks.open(tmp_path)
    monkeypatch.setenv("TOOLGRAD_TOOLS", f"builtin\n  {DESK}\n")
    assert (await HostedTasks.open(tmp_path)).tasks.keys() == {desk_task.task.id}


@pytest.mark.parametrize(
    ("tools", "words"),
    [
        (["builtin"], "is not among the tools that are loaded"),
        (["python:gone.py:TOOLS"], "gone.py"),
        (["builtin", "python:nowhere.at.all:Desk"], "nowhere"),
    ],
)
async def test_a_tool_that_is_gone_is_told(tmp_path: Path, desk_task: KeyedTask, tools: list[str], words: str) -> None:
    write(tmp_path, desk_task, tools)
    with pytest.raises(UsageError, match=words) as raised:
        await HostedTasks.open(tmp_path)
    assert "Set TOOLGRAD_TOOLS" in str(raised.value)


async def test_what_is_missing_is_told(tmp_path: Path, desk_task: KeyedTask) -> None:
    with pytest.raises(UsageError, match=r"has no tasks\.jsonl"):
        await HostedTasks.open(tmp_path)
    write(tmp_path, desk_task, TOOLS)
    (tmp_path / "report.json").write_text("{")
    with pytest.raises(UsageError, match=r"has no report\.json that can be read"):
        await HostedTasks.open(tmp_path)


async def test_needed_tools_are_told_by_source(desk_task: KeyedTask) -> None:
    needed = needed_tools([desk_task])
    assert needed.keys() == {"python"}
    assert "assign_ticket" in needed["python"]
