"""OpenEnv: an environment's folder as `openenv init` lays it out, with a server of the tasks, and its client."""

from collections.abc import Sequence
from pathlib import Path

from toolgrad_data.tasks.store import TasksReport
from toolgrad_data.tasks.task import KeyedTask
from toolgrad_data.tasks.writers.package import write_package


def write(folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None:
    """Write the environment, and how to serve and play it. Raises OSError."""
    write_package(folder, "openenv_environment", "server/tasks", tasks, report, {})
