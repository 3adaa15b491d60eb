"""The tasks, with their reward: computed from what the environment has logged and the task's key.

What rides on a trace is the task's first messages and its id; keys stay in this package's files.
"""

from collections.abc import Iterable
from typing import Any

import verifiers.v1 as vf

from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.store import read_tasks
from toolgrad_data.tasks.trace import Trace
from toolgrad_tasks.hosted import TASKS, hosted_tasks


class PlayedState(vf.State):
    """What has happened in the episode: calls with their results, and messages."""

    played: dict[str, Any] | None = None


class ToolGradTask(vf.Task[vf.TaskData, PlayedState, vf.TaskConfig]):
    """A task, by its id."""

    @property
    def key(self) -> str:
        """Return the task's id, which is the same in every file of these tasks."""
        return str(self.data.id)

    @vf.reward
    async def solved(self, trace: vf.Trace) -> float:
        """Return the total: 1 only for a task that is solved."""
        return (await self._reward(trace)).total

    @vf.metric
    async def parts(self, trace: vf.Trace) -> dict[str, float]:
        """Return the parts of the reward that apply."""
        reward = await self._reward(trace)
        parts = ("evidence", "effects", "answer", "refused", "economy")
        return {name: score for name in parts if (score := getattr(reward, name).score) is not None}

    async def _reward(self, trace: vf.Trace) -> Reward:
        if trace.state.played is None:
            raise RuntimeError("no episode was played: these tasks are played by their own harness, toolgrad-tasks")
        return await (await hosted_tasks()).score(Trace.model_validate(trace.state.played))


class ToolGradTaskset(vf.Taskset[ToolGradTask, vf.TasksetConfig]):
    """The tasks in the order of their file."""

    def load(self) -> Iterable[ToolGradTask]:
        """Yield each task."""
        for keyed in read_tasks(TASKS):
            task = keyed.task
            data = vf.TaskData(id=task.id, prompt=task.messages[0], system_prompt=task.system or None)
            yield ToolGradTask(data, self.config.task)
