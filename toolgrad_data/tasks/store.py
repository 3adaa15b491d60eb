"""Tasks on disk: `tasks.jsonl`, a task with its key a line, and beside it `report.json`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from graph.context import Context
from graph.strict_model import StrictModel
from toolgrad_data.errors import UsageError
from toolgrad_data.files.jsonl import read_lines
from toolgrad_data.files.whole import write_whole
from toolgrad_data.tasks.task import TASK_VERSION, KeyedTask

TASKS = "tasks.jsonl"
REPORT = "report.json"


class LeftOut(StrictModel):
    """A record of which no task was made, and why."""

    record: str
    reason: str


class MutantCount(StrictModel):
    """Mutants of a name: those that were played, and those that earned less than the whole."""

    made: int = 0
    refused: int = 0


class TasksReport(StrictModel):
    """What came of a run's records. `tools`: the specs to load them by; null where one is a path of one machine."""

    version: Literal[1] = TASK_VERSION
    tools: list[str] | None
    allow_unannotated: bool
    allow_writes: bool
    records: int = 0
    tasks: int = 0
    left_out: list[LeftOut] = Field(default=[])
    mutants: dict[str, MutantCount] = Field(default={})

    @classmethod
    def of(cls, context: Context) -> "TasksReport":
        """Return an empty one for a run that was made with these settings."""
        has_path = any(_names_a_path(spec) for spec in context.tools)
        return cls(
            tools=None if has_path else context.tools,
            allow_unannotated=context.permissions.allow_unannotated,
            allow_writes=context.permissions.allow_writes,
        )


def write_tasks(folder: Path, tasks: Iterable[KeyedTask], report: TasksReport) -> None:
    """Write both files, each as a whole. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / TASKS, "".join(f"{keyed.model_dump_json()}\n" for keyed in tasks))
    write_whole(folder / REPORT, f"{report.model_dump_json(indent=2)}\n")


def read_tasks(path: Path) -> Iterator[KeyedTask]:
    """Yield the tasks of a folder or of its `tasks.jsonl`. Raises UsageError for what is none or of another version."""
    file = path / TASKS if path.is_dir() else path
    if not file.is_file():
        raise UsageError(f"{path}: has no {TASKS}.\nMake tasks of a run: toolgrad tasks RUN --out {path}")
    for number, data in read_lines(file):
        where = f"{file}, line {number}"
        if (version := _version(data)) != TASK_VERSION:
            raise UsageError(
                f"{where}: the task is of version {json.dumps(version)[:40]}; this program plays {TASK_VERSION}.\n"
                "Make the tasks anew of their run: toolgrad tasks RUN --out DIR"
            )
        try:
            keyed = KeyedTask.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = "/".join(map(str, first["loc"]))
            raise UsageError(f"{where}: is no task with its key: {place}: {first['msg']}") from error
        if keyed.key.task != keyed.task.id:
            raise UsageError(f"{where}: the key is that of {keyed.key.task}, the task is {keyed.task.id}")
        yield keyed


def read_report(folder: Path) -> TasksReport | None:
    """Return the report beside the tasks, or None where there is none that can be read."""
    try:
        return TasksReport.model_validate_json((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _version(data: dict[str, Any]) -> Any:
    """Return the version that the line says, of the key where the task's is right."""
    said = [part.get("version") for part in (data.get("task"), data.get("key")) if isinstance(part, dict)]
    return next((each for each in said if each != TASK_VERSION), TASK_VERSION if said else None)


def _names_a_path(spec: str) -> bool:
    """Say whether a tool spec holds an absolute path."""
    return any(part.startswith(("/", "~")) or part[1:3] == ":\\" for part in _texts(spec))


def _texts(spec: str) -> Iterator[str]:
    kind, _, rest = spec.partition(":")
    if kind != "config":
        yield rest
        return
    left: list[Any] = [json.loads(rest)]
    while left:
        match left.pop():
            case dict() as members:
                left += members.values()
            case list() as members:
                left += members
            case str() as text:
                yield text
