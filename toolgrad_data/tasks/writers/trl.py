"""TRL: a class of environments a task for `GRPOTrainer(environment_factory=…)`, with the task's own tools."""

from collections.abc import Sequence
from pathlib import Path

from toolgrad_data.tasks.store import TasksReport
from toolgrad_data.tasks.task import KeyedTask
from toolgrad_data.tasks.writers.package import write_package


def write(folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None:
    """Write the module of the environments, a script that trains with them, and how to. Raises OSError."""
    write_package(folder, "trl", "toolgrad_tasks", tasks, report, {})
