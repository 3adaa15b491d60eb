"""What is to be played: a run's records as tasks, tasks of a file, and negatives."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.record import Record
from tool_registry.spec import ToolSpec
from toolgrad_data.evaluate.trial import ItemKind
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.tasks.task import KeyedTask, Task, make_task

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


def item_of(keyed: KeyedTask, most_calls: int | None) -> Item:
    """Return a task as an item, with the limits of an evaluation."""
    limits = keyed.task.limits.model_copy(
        update={"seconds": EPISODE_SECONDS, **({"calls": most_calls} if most_calls else {})}
    )
    task = keyed.task.model_copy(update={"limits": limits})
    return Item("task", task, keyed.key.record, keyed.model_copy(update={"task": task}))


def items_of_records(
    records: Iterator[Record], tools: Mapping[str, ToolSpec], *, offered: int, most_calls: int | None, seed: int
) -> Iterator[Item]:
    """Yield each record as a task that offers its own tools and others, up to so many in all."""
    for record in records:
        own = {spec.name: tools.get(spec.name, spec) for spec in record.tools}
        others = sorted(name for name in tools if name not in own and _may_be_offered(name, record))
        rng = rng_for(seed, "evaluate", "offered", record.id)
        drawn = rng.sample(others, min(max(offered - len(own), 0), len(others)))
        keyed = make_task(record, {**own, **{name: tools[name] for name in drawn}})
        yield _shuffled(item_of(keyed, most_calls), rng)


def _may_be_offered(name: str, record: Record) -> bool:
    """A tool that the person asks for and that is not there is what a refusal is about."""
    return all(
        turn.refuses is None or turn.refuses.rule is not None or turn.refuses.tool != name for turn in record.turns
    )


def _shuffled(item: Item, rng: random.Random) -> Item:
    """Offer the tools in an order that tells nothing."""
    specs = list(item.task.offered)
    rng.shuffle(specs)
    task = item.task.model_copy(update={"offered": specs})
    keyed = item.keyed and item.keyed.model_copy(update={"task": task})
    return Item(item.kind, task, item.record, keyed, item.missing)
