"""What packages have in common: names, the tasks in them, and which tools they say they need."""

import ast
from pathlib import Path

import pytest

from tests.fixtures.dialogues.building import TOOLS
from tests.unit.toolgrad_data.tasks.playing import environment, keyed, records
from toolgrad_data.errors import UsageError
from toolgrad_data.tasks.store import TasksReport, read_tasks
from toolgrad_data.tasks.writers import WRITERS, check_formats, write_formats
from toolgrad_data.tasks.writers.package import package_name


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("first", "toolgrad_first"),
        ("My tasks, 2", "toolgrad_my_tasks_2"),
        ("ü", "toolgrad_tasks"),
        ("1-a", "toolgrad_1_a"),
    ],
)
def test_a_package_is_called_by_its_folder(folder: str, name: str) -> None:
    assert package_name(Path("tasks") / folder) == name
    assert name.isidentifier()


def test_an_unknown_format_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"--format TRL: is none of the formats.*\nAllowed: nemo-gym"):
        check_formats(["trl", "TRL"])
    check_formats(WRITERS)


@pytest.mark.parametrize("name", ["nemo-gym", "trl", "verifiers"])
@pytest.mark.parametrize("tools", [TOOLS, None])
async def test_a_package_holds_the_tasks_and_says_what_it_needs(
    tmp_path: Path, name: str, tools: list[str] | None
) -> None:
    own = await environment()
    tasks = [keyed(record, own) for record in records()[4:6]]
    report = TasksReport(tools=tools, allow_unannotated=False, allow_writes=True, tasks=2)
    out = tmp_path / "A b"
    write_formats(out, [name, name], tasks, report)
    assert [path.name for path in out.iterdir()] == [name]
    (file,) = (out / name).rglob("tasks.jsonl")
    assert list(read_tasks(file.parent)) == tasks
    (readme,) = (out / name).rglob("README.md")
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# 2 tasks for ")
    assert "`assign_ticket`" in text
    assert "TOOLGRAD_TOOLS" in text
    assert ("a path, which is not told here" in text) == (tools is None)
    for path in (out / name).rglob("*"):
        if path.is_file():
            written = path.read_text(encoding="utf-8")
            assert "toolgrad_tasks" not in written, path
            assert "{{" not in written, path
            if path.suffix == ".py":
                ast.parse(written)


async def test_tasks_of_built_in_tools_need_nothing_else(tmp_path: Path) -> None:
    own = await environment()
    tasks = (keyed(record, own) for record in records())
    task = next(task for task in tasks if all(spec.source == "builtin" for spec in task.task.offered))
    report = TasksReport(tools=["builtin"], allow_unannotated=False, allow_writes=False, tasks=1)
    write_formats(tmp_path, ["trl"], [task], report)
    assert "All tools are built in" in (tmp_path / "trl" / "README.md").read_text(encoding="utf-8")
