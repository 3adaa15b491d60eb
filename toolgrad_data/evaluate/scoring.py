"""From an episode that was played to the line of its trial."""

from nodes.policies.model.settings import AskSettings
from toolgrad_data.evaluate.failures import failure_of
from toolgrad_data.evaluate.items import Item
from toolgrad_data.evaluate.negatives import failure_of_negative
from toolgrad_data.evaluate.player import Played
from toolgrad_data.evaluate.trial import Quality, Trial
from toolgrad_data.tasks.environment import Environment


async def trial_of(
    item: Item,
    number: int,
    played: Played,
    environment: Environment,
    asked: AskSettings,
    *,
    seed: int,
    seconds: float,
    quality: Quality | None = None,
) -> Trial:
    """Return the trial, scored. Raises what `Environment.score` raises."""
    calls = played.trace.calls()
    reward = None
    if item.keyed is not None:
        reward = await environment.score(item.keyed, played.trace)
        failure = failure_of(item.task, item.record, played.trace, reward, played.error)
    else:
        failure = failure_of_negative(item, played.trace, played.error)
    own = {step.tool for turn in item.record.turns for step in turn.steps}
    called = {call.tool for call in calls}
    return Trial(
        task=item.id,
        kind=item.kind,
        trial=number,
        model=asked.model,
        temperature=asked.temperature,
        seed=seed,
        in_words=played.in_words,
        passed=failure is None,
        reward=reward,
        failure=failure,
        tool_recall=len(own & called) / len(own) if item.kind == "task" and own else None,
        calls=len(calls),
        calls_succeeded=sum(call.error is None for call in calls),
        quality=quality,
        messages=played.messages,
        trace=played.trace,
        error=played.error,
        seconds=round(seconds, 3),
        usage=played.usage,
    )
