"""verifiers: a package with a taskset, whose reward is computed, and the harness that plays it."""

from collections.abc import Sequence
from pathlib import Path

from toolgrad_data.tasks.store import TasksReport
from toolgrad_data.tasks.task import KeyedTask
from toolgrad_data.tasks.writers.package import write_package


def write(folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None:
    """Write the package, ready to be installed, and how to run it. Raises OSError."""
    write_package(folder, "verifiers", "toolgrad_tasks/tasks", tasks, report, {})
