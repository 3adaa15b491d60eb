"""An environment of OpenEnv: an episode of a task at a time, in a session of its own, with a reward that is computed.

What is right, the keys of the tasks, is read here, and is in no observation, state or error.
"""

import itertools
import random
import threading
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from openenv.core.env_server.interfaces import Environment

from toolgrad_data.errors import UsageError
from toolgrad_data.tasks.background import BackgroundLoop
from toolgrad_data.tasks.episode import CallAnswer, Episode, EpisodeError, Observation
from toolgrad_data.tasks.hosting import HostedTasks
from toolgrad_data.tasks.reward import Reward

try:
    from ..models import ToolGradAction, ToolGradObservation, ToolGradState
except ImportError:  # where the folder itself is the root, as `openenv serve` has it
    from models import ToolGradAction, ToolGradObservation, ToolGradState

TASKS = Path(__file__).parent / "tasks"
SPLIT = "train"
_PARTS = ("evidence", "effects", "answer", "refused", "economy")
#: OpenEnv's types of errors for ours.
_ERROR_TYPES = {
    "invalid_arguments": "invalid_args",
    "timeout": "timeout",
    "unavailable": "transport_error",
    "rate_limited": "transport_error",
    "not_allowed": "tool_not_found",
}
_given = itertools.count()
_lock = threading.Lock()


@cache
def _loop() -> BackgroundLoop:
    return BackgroundLoop()


@cache
def _opened() -> HostedTasks:
    return _loop().run(HostedTasks.open(TASKS))


def hosted_tasks() -> HostedTasks:
    """Return the tasks, opened once. Raises UsageError when a tool that they need is gone."""
    with _lock:
        return _opened()


class ToolGradEnvironment(Environment[ToolGradAction, ToolGradObservation, ToolGradState]):
    """Plays tasks. Each instance, and so each connection, has an episode of its own."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self) -> None:
        super().__init__()
        self._episode: Episode | None = None
        self._reward: Reward | None = None
        self._state = ToolGradState()

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        task: str | None = None,
        index: int | None = None,
        split: str | None = None,
        **_: Any,
    ) -> ToolGradObservation:
        """Begin an episode of the task of that id or index, or that the seed draws; else of the next one.

        Raises UsageError for a task that there is not.
        """
        hosted = hosted_tasks()
        ids = list(hosted.tasks)
        if split not in (None, SPLIT):
            raise UsageError(f"there is no split {split[:80]!r}; there is {SPLIT!r}")
        if task is None:
            if index is None:
                index = next(_given) % len(ids) if seed is None else random.Random(seed).randrange(len(ids))
            elif not 0 <= index < len(ids):
                raise UsageError(f"there is no task of index {index}; there are 0 to {len(ids) - 1}")
            task = ids[index]
        episode = hosted.episode(task)
        self.close()
        self._episode, self._reward = episode, None
        self._state = ToolGradState(episode_id=episode_id or str(uuid4()), task=task)
        return self._seen(_loop().run(episode.reset()))

    def step(self, action: ToolGradAction, timeout_s: float | None = None, **_: Any) -> ToolGradObservation:
        """Do what the action says. Raises EpisodeError before `reset`, and after the end but for `submit`."""
        if self._episode is None:
            raise EpisodeError("the episode has not begun: reset first")
        self._state.step_count += 1
        match action.type:
            case "list_tools":
                return ToolGradObservation(tools=[_shown(spec) for spec in self._episode.task.offered])
            case "call_tool":
                came = _loop().run(self._episode.call(action.tool_name, action.arguments))
                return self._came(action.tool_name, came)
            case "message":
                return self._seen(_loop().run(self._episode.message(action.text)))
            case _:
                _loop().run(self._episode.submit())
                return self._end(ToolGradObservation(turn=self._state.turn))

    @property
    def state(self) -> ToolGradState:
        """Where the episode is."""
        return self._state

    def close(self) -> None:
        """Give up what is played."""
        if self._episode is not None:
            _loop().run(self._episode.aclose())
            self._episode = None

    def list_splits(self) -> list[str]:
        """Return the one split."""
        return [SPLIT]

    def num_tasks(self, split: str) -> int:
        """Return how many tasks there are."""
        return len(self.list_tasks(split))

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        """Return the tasks, of which the id alone is told: a policy is given the rest turn by turn."""
        return [{"id": id_, "index": index} for index, id_ in enumerate(hosted_tasks().tasks) if split == SPLIT]

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """Return the task of that index. Raises IndexError."""
        return self.list_tasks(split)[index]

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
        """Return the tasks in that range."""
        return self.list_tasks(split)[start:stop]

    def _seen(self, seen: Observation) -> ToolGradObservation:
        self._state.turn = seen.turn
        if seen.done:
            return self._end(ToolGradObservation(turn=seen.turn))
        tools = [_shown(spec) for spec in seen.tools]
        told = {"episode_id": self._state.episode_id, "task": self._state.task}
        return ToolGradObservation(system=seen.system, message=seen.message, tools=tools, turn=seen.turn, metadata=told)

    def _came(self, name: str, came: CallAnswer) -> ToolGradObservation:
        error = None
        if came.error is not None:
            kind = _ERROR_TYPES.get(came.error.kind, "execution_error")
            error = {"error_type": kind, "message": came.error.message}
        seen = ToolGradObservation(
            tool_name=name[:200], result=came.content, error=error, truncated=came.truncated, turn=self._state.turn
        )
        return self._end(seen) if came.done else seen

    def _end(self, seen: ToolGradObservation) -> ToolGradObservation:
        """Return the observation with the reward. Its reasons are not told: they may speak of the record."""
        assert self._episode is not None  # noqa: S101 - for the type: it has begun
        trace = _loop().run(self._episode.submit())
        if self._reward is None:
            self._reward = _loop().run(hosted_tasks().score(trace))
        self._state.done = True
        parts = {name: getattr(self._reward, name).score for name in _PARTS}
        told = {"episode_id": self._state.episode_id, "task": self._state.task, "ending": trace.ending}
        seen.metadata = {**told, "solved": self._reward.solved, "parts": parts}
        seen.done, seen.reward, seen.ending = True, self._reward.total, trace.ending
        return seen


def _shown(spec: Any) -> dict[str, Any]:
    return {"name": spec.name, "description": spec.description, "input_schema": spec.parameters}
