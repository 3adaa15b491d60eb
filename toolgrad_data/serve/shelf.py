"""The tasks that are served, and which of them a client gets."""

import random
from collections.abc import Sequence

from toolgrad_data.serve.errors import WrongRequestError
from toolgrad_data.tasks.task import KeyedTask

#: The one split of OpenEnv's task API.
SPLIT = "train"


class Shelf:
    """Tasks in their order. One is chosen by its id, by its index, by a seed; else the next one is given."""

    def __init__(self, tasks: Sequence[KeyedTask]) -> None:
        self._tasks = list(tasks)
        self._by_id = {keyed.task.id: keyed for keyed in self._tasks}
        self._next = 0

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def ids(self) -> list[str]:
        """The ids in order."""
        return [keyed.task.id for keyed in self._tasks]

    def choose(self, task: str | None = None, index: int | None = None, seed: int | None = None) -> KeyedTask:
        """Return the task. The same seed gives the same one. Raises WrongRequestError for one that there is not."""
        if task is not None:
            if (keyed := self._by_id.get(task)) is None:
                raise WrongRequestError(
                    f"there is no task {task[:80]!r}; there are {len(self)}, by index 0 to {len(self) - 1}"
                )
            return keyed
        if index is not None:
            if not 0 <= index < len(self):
                raise WrongRequestError(f"there is no task of index {index}; there are 0 to {len(self) - 1}")
            return self._tasks[index]
        if seed is not None:
            return self._tasks[random.Random(seed).randrange(len(self))]
        keyed = self._tasks[self._next]
        self._next = (self._next + 1) % len(self)
        return keyed
