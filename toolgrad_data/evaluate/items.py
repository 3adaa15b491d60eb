"""What is to be played: tasks with their keys, and negatives."""

from dataclasses import dataclass

from graph.record import Record
from toolgrad_data.evaluate.trial import ItemKind
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.tasks.task import KeyedTask, Task

#: Seconds of an episode: what the endpoint lets wait is no fault of the model's.
EPISODE_SECONDS = 86_400.0


@dataclass(frozen=True)
class Item:
    """Something to be played. `record` is what is right, and stays here; `missing` is the tool and pointer of a value
    that the person has left out."""

    kind: ItemKind
    task: Task
    record: Record
    keyed: KeyedTask | None = None
    missing: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """What its trials are known by."""
        return self.task.id


def item_of(keyed: KeyedTask, most_calls: int | None, seed: int) -> Item:
    """Return a task as an item: with the limits of an evaluation, its tools in an order that tells nothing."""
    changed = {"seconds": EPISODE_SECONDS, **({"calls": most_calls} if most_calls else {})}
    offered = list(keyed.task.offered)
    rng_for(seed, "evaluate", "offered", keyed.task.id).shuffle(offered)
    limits = keyed.task.limits.model_copy(update=changed)
    task = keyed.task.model_copy(update={"limits": limits, "offered": offered})
    return Item("task", task, keyed.key.record, keyed.model_copy(update={"task": task}))
