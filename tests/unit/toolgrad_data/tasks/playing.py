"""Tasks of the hand-written dialogues, and what a scripted policy earns in them."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache

from graph.record import Record
from tests.fixtures.dialogues import dialogues
from tests.fixtures.dialogues.building import TOOLS
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.making import keyed_task
from toolgrad_data.tasks.mutants import PlannedCall, PlannedTurn, Play
from toolgrad_data.tasks.proving import play
from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.task import KeyedTask

Policy = Callable[[Episode], Awaitable[object]]


@cache
def records() -> tuple[Record, ...]:
    return tuple(dialogues())


async def environment() -> Environment:
    return Environment(await get_registry(TOOLS), Permissions(allow_writes=True))


def keyed(record: Record, among: Environment) -> KeyedTask:
    made = keyed_task(record, among.registry, among.permissions)
    assert isinstance(made, KeyedTask), made
    return made


def own_play(record: Record) -> Play:
    return tuple(
        PlannedTurn(tuple(PlannedCall(step.tool, step.arguments) for step in turn.steps), turn.response)
        for turn in record.turns
    )


async def reward_of(record: Record, script: Play) -> Reward:
    """Play the script in the record's task."""
    own = await environment()
    task = keyed(record, own)
    return await own.score(task, await play(own, task.task, script))


async def reward_by(record: Record, policy: Policy) -> Reward:
    """Let the policy play the record's task, which has been reset."""
    own = await environment()
    task = keyed(record, own)
    async with own.open(task.task) as episode:
        await episode.reset()
        await policy(episode)
        return await own.score(task, await episode.submit())


def with_turn(
    script: Play, number: int, *, calls: Sequence[PlannedCall] | None = None, message: str | None = None
) -> Play:
    """Return the script with another turn."""
    turn = script[number]
    if calls is not None:
        turn = turn._replace(calls=tuple(calls))
    if message is not None:
        turn = turn._replace(message=message)
    return (*script[:number], turn, *script[number + 1 :])
