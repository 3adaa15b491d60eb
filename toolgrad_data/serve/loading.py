"""The tasks of a run or a folder with their tools loaded, as far as they can be played."""

from collections.abc import Callable, Iterable
from itertools import islice

from graph.context import Context
from tool_registry.registry import get_registry
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.tool_loading import load_tools_again
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.making import limits_of, make_tasks
from toolgrad_data.tasks.store import read_tasks
from toolgrad_data.tasks.target import Target
from toolgrad_data.tasks.task import KeyedTask, changed_tools

#: Reasons that are told one by one.
_SHOWN = 5


async def load_tasks(
    target: Target,
    context: Context,
    *,
    offered: int,
    calls: int | None = None,
    limit: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Environment, list[KeyedTask]]:
    """Return the environment, and the tasks that can be played in it; `say` is told of the others.

    Records of a run are made tasks and proved, as `toolgrad tasks` does. `offered` and `calls` are for those of a run.
    Raises UsageError where none can be played, and for tasks of another version.
    """
    await load_tools_again(context, target.context)
    environment = Environment(await get_registry(context.tools), context.permissions)
    left_out: list[str] = []
    tasks: list[KeyedTask] = []
    if target.tasks is not None:
        for keyed in islice(read_tasks(target.tasks), limit):
            wrong = changed_tools(keyed, environment.registry.specs)
            if wrong:
                name, why = next(iter(wrong.items()))
                left_out.append(f"{keyed.task.id}: {name} {why}")
            else:
                tasks.append(keyed)
        again = "Name the tools that they were made with (--tools, --config), or make them anew of their run."
    else:
        records = islice(read_records(target.folder), limit)
        async for made in make_tasks(records, environment, limits_of(context, calls), offered=offered):
            if made.proof is None or made.reason:
                left_out.append(f"{made.record}: {made.reason}")
            else:
                tasks.append(made.proof.keyed)
            if (number := len(tasks) + len(left_out)) % 100 == 0:
                say(f"{number} records, {len(tasks)} tasks")
        again = f"See why: toolgrad tasks {target.folder} --out DIR"
    if not tasks:
        some = [*left_out[:_SHOWN], again] if left_out else ["It has no tasks or accepted records."]
        raise UsageError("\n".join([f"{target.tasks or target.folder}: nothing can be played.", *some]))
    for words in left_out[:_SHOWN]:
        say(f"left out: {words}")
    if len(left_out) > _SHOWN:
        say(f"and {len(left_out) - _SHOWN} more")
    return environment, share_specs(tasks)


def share_specs(tasks: Iterable[KeyedTask]) -> list[KeyedTask]:
    """Return the tasks with one object for what is the same tool in many: a spec is most of a task's memory."""
    known: dict[str, ToolSpec] = {}

    def shared(specs: list[ToolSpec]) -> list[ToolSpec]:
        return [known.setdefault(spec.model_dump_json(), spec) for spec in specs]

    return [
        keyed.model_copy(
            update={
                "task": keyed.task.model_copy(update={"offered": shared(keyed.task.offered)}),
                "key": keyed.key.model_copy(
                    update={"record": keyed.key.record.model_copy(update={"tools": shared(keyed.key.record.tools)})}
                ),
            }
        )
        for keyed in tasks
    ]
