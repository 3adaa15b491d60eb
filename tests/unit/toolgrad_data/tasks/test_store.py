"""Tasks on disk."""

import json
from pathlib import Path

import pytest

from graph.context import Context
from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.errors import CorruptFileError, UsageError
from toolgrad_data.tasks.store import TASKS, TasksReport, read_report, read_tasks, write_tasks


async def _written(folder: Path) -> list[dict[str, object]]:
    own = await environment()
    tasks = [keyed(record, own) for record in records()[:2]]
    write_tasks(folder, tasks, TasksReport.of(Context()))
    assert list(read_tasks(folder)) == tasks == list(read_tasks(folder / TASKS))
    return [json.loads(line) for line in (folder / TASKS).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda line: line["task"].update(version=2), "is of version 2; this program plays 1"),
        (lambda line: line["key"].update(version=0), "is of version 0"),
        (lambda line: line.pop("key"), "key: Field required"),
        (lambda line: line["key"].update(task="task-other"), "the key is that of task-other"),
        (lambda line: line["task"].update(messages=[]), "task/messages"),
    ],
)
async def test_what_is_no_task_is_told_with_its_line(tmp_path: Path, change, words: str) -> None:  # type: ignore[no-untyped-def]
    lines = await _written(tmp_path)
    change(lines[1])
    (tmp_path / TASKS).write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    with pytest.raises(UsageError, match="line 2") as told:
        list(read_tasks(tmp_path))
    assert words in str(told.value)


async def test_files_that_hold_no_tasks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="toolgrad tasks RUN"):
        list(read_tasks(tmp_path))
    (tmp_path / TASKS).write_text("no json\n", encoding="utf-8")
    with pytest.raises(CorruptFileError, match="line 1"):
        list(read_tasks(tmp_path))


@pytest.mark.parametrize(
    ("spec", "is_kept"),
    [
        ("builtin:astronomy", True),
        ("python:tools.py:TOOLS", True),
        ("python:/srv/secret/tools.py:TOOLS", False),
        ('config:{"kind":"mcp","target":"/srv/secret/mcp.json"}', False),
    ],
)
def test_a_report_names_no_path_of_the_machine(tmp_path: Path, spec: str, is_kept: bool) -> None:
    report = TasksReport.of(Context(tools=[spec]))
    write_tasks(tmp_path, [], report)
    assert read_report(tmp_path) == report
    assert report.tools == ([spec] if is_kept else None)
    assert "/srv/secret" not in (tmp_path / "report.json").read_text(encoding="utf-8")
