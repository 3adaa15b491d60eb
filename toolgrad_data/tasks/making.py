"""Tasks made of a run's records, each proved; what proves to be none is left out, with the reason."""

from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

from graph.context import Context
from graph.record import Record
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry
from tool_registry.spec import ToolSpec
from toolgrad_data.export.offered import takes_the_same
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.proving import Proof, prove_task
from toolgrad_data.tasks.task import KeyedTask, TaskLimits, make_task

#: Tools that a task offers, as far as the record was offered so many; all that the record needs are among them.
OFFERED = 20


class MadeTask(NamedTuple):
    """A record and its task with the proof; or why there is no task."""

    record: str
    proof: Proof | None
    reason: str = ""


async def make_tasks(
    records: Iterable[Record], environment: Environment, limits: TaskLimits | None = None, *, offered: int = OFFERED
) -> AsyncIterator[MadeTask]:
    """Yield what comes of each record, in order."""
    for record in records:
        made = keyed_task(record, environment.registry, environment.permissions, limits, offered=offered)
        if isinstance(made, str):
            yield MadeTask(record.id, None, made)
            continue
        proof = await prove_task(made, environment)
        environment.forget(made.task)
        yield MadeTask(record.id, proof, "; ".join(proof.problems))


def keyed_task(
    record: Record,
    registry: ToolRegistry,
    permissions: Permissions,
    limits: TaskLimits | None = None,
    *,
    offered: int = OFFERED,
) -> KeyedTask | str:
    """Return the record's task, which is not proved, or why there is none, in words."""
    if not any(turn.steps for turn in record.turns):
        return "it has no calls"
    own = [spec.name for spec in record.tools]
    for name, spec in zip(own, record.tools, strict=True):
        if name not in registry:
            return f"{name} is not among the tools that are loaded"
        if not (verdict := registry.verdict(name, permissions)).runs:
            return verdict.reason
        if not takes_the_same(registry.get(name).spec, spec):
            return f"{name} takes other parameters now than the record says"
    others = [
        name
        for name in sorted(set(record.offered) - set(own))
        if name in registry and registry.verdict(name, permissions).runs
    ]
    drawn = rng_for(record.meta.run_seed, "offered", record.id).sample(
        others, min(len(others), max(offered - len(own), 0))
    )
    tools: dict[str, ToolSpec] = {name: registry.get(name).spec for name in [*own, *drawn]}
    return make_task(record, tools, limits)


def limits_of(context: Context, calls: int | None = None) -> TaskLimits:
    """Return the limits of tasks of a run that was made with these settings."""
    own = TaskLimits(call_seconds=context.tool_timeout_s, result_bytes=context.max_result_bytes)
    return own if calls is None else own.model_copy(update={"calls": calls})
