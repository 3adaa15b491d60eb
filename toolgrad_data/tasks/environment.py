"""Tasks with the tools to play them: opens episodes, and scores what came of them.

environment = Environment(registry, permissions)
async with environment.open(keyed.task) as episode:
    ...
    reward = await environment.score(keyed, await episode.submit())
"""

from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.reward import Reward, RewardWeights
from toolgrad_data.tasks.task import KeyedTask, Task
from toolgrad_data.tasks.trace import Trace


class Environment:
    """The tools of tasks, loaded. What the record's own calls give is found once a task, and kept."""

    def __init__(self, registry: ToolRegistry, permissions: Permissions, weights: RewardWeights | None = None) -> None:
        self.registry = registry
        self.permissions = permissions
        self.weights = weights or RewardWeights()

    def open(self, task: Task) -> Episode:
        """Return a new episode of the task. Raises TaskError when its tools are gone or changed."""
        return Episode(task, self.registry, self.permissions)

    async def score(self, keyed: KeyedTask, trace: Trace) -> Reward:
        """Return what the episode earned.

        Raises EpisodeError for a trace of an episode that goes on, or of another task, and TaskError when the record's
        own calls do not give the same any more.
        """
        raise NotImplementedError
