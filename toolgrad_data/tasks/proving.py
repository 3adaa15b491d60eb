"""A task proves itself: its own episode earns all, twice the same, an empty one nothing, each mutant less than all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tool_registry.json.pointer import equal
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.golden import Golden, TaskError
from toolgrad_data.tasks.mutants import MUTANTS, Mutant, Play, golden_play
from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.task import KeyedTask, Task
from toolgrad_data.tasks.trace import Trace

_PARTS = ("evidence", "effects", "answer", "refused")


@dataclass
class Proof:
    """What was tried with a task. `problems` say why it is none; `mutants` has those that were made, each with the
    totals that they earned, by name.
    """

    keyed: KeyedTask
    problems: list[str] = field(default_factory=list)
    mutants: dict[str, list[float]] = field(default_factory=dict)


async def prove_task(keyed: KeyedTask, environment: Environment) -> Proof:
    """Play the task's own episode twice, nothing at all, and its mutants."""
    try:
        golden = await environment.golden(keyed)
    except TaskError as error:
        return Proof(keyed, [str(error).partition("\n")[0].partition(": ")[2]])
    again = await play(environment, keyed.task, golden_play(golden))
    if keyed.key.by_state and [turn.state for turn in again.turns] != [turn.state for turn in golden.trace.turns]:
        # Something in the state is another each time, such as a moment: the writes are compared.
        keyed = keyed.model_copy(update={"key": keyed.key.model_copy(update={"by_state": False})})
        environment.forget(keyed.task)
        golden = await environment.golden(keyed)
        again = await play(environment, keyed.task, golden_play(golden))
    proof = Proof(keyed)
    first, second = await environment.score(keyed, golden.trace), await environment.score(keyed, again)
    if not first.solved or first.total < 1:
        proof.problems.append(f"its own episode does not earn all: {failing(first)}")
    elif first != second:
        proof.problems.append(f"its own episode does not earn the same a second time: {failing(second)}")
    nothing = await environment.score(keyed, await play(environment, keyed.task, ()))
    if nothing.total > 0:
        proof.problems.append(f"to do nothing earns {nothing.total:g}")
    for name in MUTANTS:
        async for total in _totals(name, keyed, golden, environment):
            proof.mutants.setdefault(name, []).append(total)
            if total >= 1:
                proof.problems.append(f"the mutant {name} earns all")
    return proof


async def play(environment: Environment, task: Task, script: Play) -> Trace:
    """Play a script, as far as it goes, and return what happened."""
    async with environment.open(task) as episode:
        await episode.reset()
        for turn in script:
            for call in turn.calls:
                if (await episode.call(call.tool, call.arguments)).done:
                    return await episode.submit()
            if (await episode.message(turn.message)).done:
                break
        return await episode.submit()


def failing(reward: Reward) -> str:
    """Return which parts do not hold, and why."""
    parts = ((name, getattr(reward, name)) for name in _PARTS)
    return "; ".join(f"{name}: {part.reason}" for name, part in parts if part.score is not None and part.score < 1)


async def _totals(name: str, keyed: KeyedTask, golden: Golden, environment: Environment) -> AsyncIterator[float]:
    """Yield what each mutant of the name earns; of those that change a call the first that comes out otherwise."""
    for mutant in MUTANTS[name](golden):
        trace = await play(environment, keyed.task, mutant.play)
        if mutant.changed is not None and not _comes_out_otherwise(mutant, trace, golden):
            continue
        yield (await environment.score(keyed, trace)).total
        if mutant.changed is not None:
            return


def _comes_out_otherwise(mutant: Mutant, trace: Trace, golden: Golden) -> bool:
    """Say whether the changed call worked, and gave another result or changed something."""
    calls, own = trace.calls(), golden.trace.calls()
    number = mutant.changed or 0
    if number >= len(calls) or calls[number].error is not None:
        return False
    is_other = number < len(own) and not equal(calls[number].result, own[number].result)
    return is_other or calls[number].effect == "changed"
