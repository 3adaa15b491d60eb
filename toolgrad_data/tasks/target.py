"""What is played: a run, whose records are made tasks, or tasks that were made of one."""

from dataclasses import dataclass
from pathlib import Path

from graph.context import Context
from toolgrad_data.runs.reading import find_run
from toolgrad_data.runs.store import RECORDS, RUN, read_run_info
from toolgrad_data.tasks.store import TASKS, read_report


@dataclass(frozen=True)
class Target:
    """What is played: a run's folder, or a file of tasks. `context` has the tools that it was made with."""

    folder: Path
    tasks: Path | None
    context: Context | None


def find_target(name: Path) -> Target:
    """Return what is to be played. Raises UsageError where the name is neither a run nor tasks."""
    for folder in (name, Path("runs") / name):
        if (folder / TASKS).is_file() and not (folder / RECORDS).is_file():
            return Target(folder, folder / TASKS, _tools_of_tasks(folder))
    if name.is_file() and name.suffix == ".jsonl":
        return Target(name.parent, name, _tools_of_tasks(name.parent))
    run = find_run(name)
    return Target(run, None, read_run_info(run).settings if (run / RUN).is_file() else None)


def _tools_of_tasks(folder: Path) -> Context | None:
    report = read_report(folder)
    if report is None or report.tools is None:
        return None
    allowed = {"allow_unannotated": report.allow_unannotated, "allow_writes": report.allow_writes}
    return Context().model_copy(update={"tools": report.tools, **allowed})
