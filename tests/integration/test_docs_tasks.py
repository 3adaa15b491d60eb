"""docs/tasks.md: the commands and the example work as they are written, and the tables name what there is."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.integration.command import lines, run
from toolgrad_data.tasks.mutants import MUTANTS
from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.task import TaskLimits

PAGE = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text(encoding="utf-8")


def first_cells(title: str) -> set[str]:
    table = re.search(rf"^\| {title} \|.*?\n\n", PAGE, re.MULTILINE | re.DOTALL)
    assert table
    return {row.split("`")[1] for row in table[0].splitlines()[2:] if row}


def test_the_tables_name_all_there_is() -> None:
    assert first_cells("part") == Reward.model_fields.keys() - {"task", "total", "solved"}
    assert first_cells("mutant") == MUTANTS.keys()
    assert f"`calls` ({TaskLimits().calls}, " in PAGE


def test_the_commands_and_the_example_work(tmp_path: Path) -> None:
    commands, *_ = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for command in commands.splitlines():
        code, out, err = run(tmp_path, *command.removeprefix("$ toolgrad ").split())
        assert code == 0, out + err
    tasks = lines(tmp_path / "tasks" / "first" / "tasks.jsonl")
    assert len(lines(tmp_path / "runs" / "first" / "records.jsonl")) == 20
    # What does not prove itself is left out, and told.
    assert 18 <= len(tasks) <= 20
    assert str(tmp_path) not in (tmp_path / "tasks" / "first" / "tasks.jsonl").read_text()
    name, text = next(iter(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)))
    (tmp_path / name).write_text(text)
    done = subprocess.run([sys.executable, name], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = [row.split() for row in done.stdout.splitlines()]
    assert [row[0] for row in printed] == [task["task"]["id"] for task in tasks]
    assert all(float(row[1]) < 1 for row in printed)


def test_bad_input_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "generate", "--samples", "2", "--out", "runs/two")[0] == 0
    for arguments, words in (
        (("runs/none", "--out", "t"), "does not exist"),
        (("runs/two", "--out", "runs/two"), "is a run"),
        (("runs/two", "--out", "t", "--tools", "builtin:text"), "not among the tools that are loaded"),
        (("runs/two", "--out", "t"), "has tasks"),
    ):
        code, out, err = run(tmp_path, "tasks", *arguments)
        assert words in out + err, (arguments, code, out, err)
    once = (tmp_path / "t" / "tasks.jsonl").read_bytes()
    code, out, err = run(tmp_path, "tasks", "runs/two", "--out", "t", "--overwrite", "--json")
    assert code == 0, err
    assert json.loads(out)["records"] == 2
    again = run(tmp_path, "tasks", "runs/two", "--out", "u")
    assert again[0] == 0, again
    assert (tmp_path / "t" / "tasks.jsonl").read_bytes() == (tmp_path / "u" / "tasks.jsonl").read_bytes() != once
