"""Writers of tasks for frameworks of reinforcement learning: one module a framework, by the name of `--format`.

A module has one function:

    def write(folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None

It writes a package that can be moved elsewhere into `folder`, which is there and belongs to the framework alone.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from toolgrad_data.tasks.store import TasksReport
from toolgrad_data.tasks.task import KeyedTask

#: The module of each format.
WRITERS: dict[str, str] = {}


class Write(Protocol):
    """What a writer's module has as `write`. Raises OSError."""

    def __call__(self, folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None: ...


def writer(name: str) -> Write:
    """Return the writer of the format; its module is imported only now. Raises KeyError for an unknown one."""
    write: Write = import_module(f"{__name__}.{WRITERS[name]}").write
    return write
