"""Tasks with the tools to play them: opens episodes, and scores what came of them.

environment = Environment(registry, permissions)
async with environment.open(keyed.task) as episode:
    ...
    reward = await environment.score(keyed, await episode.submit())
"""

import asyncio

from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.golden import Golden, replay_golden
from toolgrad_data.tasks.reward import Reward, RewardWeights
from toolgrad_data.tasks.score import score
from toolgrad_data.tasks.task import KeyedTask, Task
from toolgrad_data.tasks.trace import Trace


class Environment:
    """The tools of tasks, loaded. What the record's own calls give is found once a task, and kept."""

    def __init__(self, registry: ToolRegistry, permissions: Permissions, weights: RewardWeights | None = None) -> None:
        self.registry = registry
        self.permissions = permissions
        self.weights = weights or RewardWeights()
        self._golden: dict[str, asyncio.Task[Golden]] = {}

    def open(self, task: Task) -> Episode:
        """Return a new episode of the task."""
        return Episode(task, self.registry, self.permissions)

    async def golden(self, keyed: KeyedTask) -> Golden:
        """Return what the record's own calls give with these tools.

        Raises TaskError when the tools are gone or changed, or do not give what the record has.
        """
        known = self._golden.get(keyed.task.id)
        if known is None:
            playing = replay_golden(keyed, self.registry, self.permissions)
            known = self._golden[keyed.task.id] = asyncio.create_task(playing)
        try:
            return await asyncio.shield(known)
        except Exception:
            # A tool that was not reached may be reached the next time: no failure is kept.
            if self._golden.get(keyed.task.id) is known:
                self.forget(keyed.task)
            raise

    def forget(self, task: Task) -> None:
        """Give up what is kept of the task."""
        self._golden.pop(task.id, None)

    async def score(self, keyed: KeyedTask, trace: Trace) -> Reward:
        """Return what the episode earned.

        Raises EpisodeError for a trace of an episode that goes on, or of another task, and TaskError as `golden` does.
        """
        return score(await self.golden(keyed), trace, self.weights)
