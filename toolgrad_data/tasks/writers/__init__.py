"""Writers of tasks for frameworks of reinforcement learning: one module a framework, by the name of `--format`.

A module has one function:

    def write(folder: Path, tasks: Sequence[KeyedTask], report: TasksReport) -> None

It writes a package that can be moved elsewhere into `folder`, which is there and belongs to the framework alone.
"""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path

from toolgrad_data.errors import UsageError
from toolgrad_data.tasks.store import TasksReport
from toolgrad_data.tasks.task import KeyedTask

#: What a module has as `write`. Raises OSError.
Write = Callable[[Path, Sequence[KeyedTask], TasksReport], None]

#: The module of each format.
WRITERS: dict[str, str] = {"nemo-gym": "nemo_gym", "openenv": "openenv", "trl": "trl", "verifiers": "verifiers"}


def check_formats(names: Iterable[str]) -> None:
    """Raise UsageError for a name that is no format's."""
    for name in names:
        if name not in WRITERS:
            raise UsageError(
                f"--format {name}: is none of the formats of tasks.\nAllowed: {', '.join(sorted(WRITERS))}"
            )


def write_formats(out: Path, names: Iterable[str], tasks: Sequence[KeyedTask], report: TasksReport) -> None:
    """Write the tasks for each of the frameworks into a folder of its name. Raises OSError."""
    for name in dict.fromkeys(names):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        write: Write = import_module(f"{__name__}.{WRITERS[name]}").write
        write(folder, tasks, report)
