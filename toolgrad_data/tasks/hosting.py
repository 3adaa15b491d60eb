"""The tasks of a folder with the tools to play them, for a loop that is somebody else's: a server's, a trainer's.

    hosted = await HostedTasks.open(folder)
    async with hosted.episode(id) as episode:
        ...
        reward = await hosted.score(await episode.submit())

Tools are those of the folder's report, or of the environment variable TOOLGRAD_TOOLS: tool specs, one a line.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from tool_registry.tool import LoadError
from toolgrad_data.errors import UsageError
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.golden import TaskError, check_tools
from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.store import REPORT, read_report, read_tasks
from toolgrad_data.tasks.task import KeyedTask, Task
from toolgrad_data.tasks.trace import Trace

TOOLS_VARIABLE = "TOOLGRAD_TOOLS"
_SET_IT = (
    f"Set {TOOLS_VARIABLE} to the tool specs that the tasks were made with, one a line, such as python:tools.py:TOOLS"
)
#: Names of tools, and reasons of sources, in a message.
_NAMES = 5


class HostedTasks:
    """Tasks with their keys, by id, and the environment to play them in."""

    def __init__(self, tasks: Mapping[str, KeyedTask], environment: Environment) -> None:
        self.tasks = tasks
        self.environment = environment

    @classmethod
    async def open(cls, folder: Path, tools: Sequence[str] | None = None) -> Self:
        """Read the tasks, and load their tools. `tools`: specs to load instead of the report's and the variable's.

        Raises UsageError when the folder has no tasks, and when tools are gone, changed or cannot be loaded.
        """
        tasks = {keyed.task.id: keyed for keyed in read_tasks(folder)}
        report = read_report(folder)
        if report is None:
            raise UsageError(f"{folder}: has no {REPORT} that can be read.\nMake the tasks anew: toolgrad tasks RUN")
        specs = list(tools) if tools is not None else _specs_of_variable() or report.tools
        if specs is None:
            names = _in_words(needed_tools(tasks.values()))
            raise UsageError(f"the tasks need tools that a path of one machine names: {names}.\n{_SET_IT}")
        permissions = Permissions(allow_unannotated=report.allow_unannotated, allow_writes=report.allow_writes)
        try:
            registry = await get_registry(specs)
        except LoadError as error:
            raise UsageError(f"the tools of the tasks cannot be loaded: {error}\n{_SET_IT}") from error
        try:
            for keyed in tasks.values():
                check_tools(keyed, registry)
        except TaskError as error:
            why = [str(error).splitlines()[0], *registry.problems[:_NAMES]]
            raise UsageError("\n  ".join(["the tools of the tasks:", *why]) + f"\n{_SET_IT}") from error
        return cls(tasks, Environment(registry, permissions))

    def task(self, id_: str) -> Task:
        """Return the task. Raises UsageError for an unknown one."""
        return self._keyed(id_).task

    def episode(self, id_: str) -> Episode:
        """Return a new episode of the task. Raises UsageError for an unknown one."""
        return self.environment.open(self.task(id_))

    async def score(self, trace: Trace) -> Reward:
        """Return what the episode earned. Raises as `Environment.score` does, and UsageError for an unknown task."""
        return await self.environment.score(self._keyed(trace.task), trace)

    def _keyed(self, id_: str) -> KeyedTask:
        if id_ not in self.tasks:
            raise UsageError(f"there is no task {id_!r} among these {len(self.tasks)}")
        return self.tasks[id_]


def needed_tools(tasks: Iterable[KeyedTask]) -> dict[str, list[str]]:
    """Return the names of the tools that the tasks offer, by the kind of source that they are from."""
    found: dict[str, set[str]] = {}
    for keyed in tasks:
        for spec in keyed.task.offered:
            found.setdefault(spec.source, set()).add(spec.name)
    return {source: sorted(found[source]) for source in sorted(found)}


def _in_words(needed: dict[str, list[str]]) -> str:
    own = [f"{name} ({source})" for source, names in needed.items() if source != "builtin" for name in names]
    return ", ".join(own[:_NAMES]) + (f" and {len(own) - _NAMES} more" if len(own) > _NAMES else "")


def _specs_of_variable() -> list[str]:
    return [line.strip() for line in os.environ.get(TOOLS_VARIABLE, "").splitlines() if line.strip()]
