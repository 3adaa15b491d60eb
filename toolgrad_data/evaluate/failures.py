"""What went wrong in a trial, by the record: the first thing that kept it from passing, by type.

| type | |
|---|---|
| `forbidden_write` | something was changed that the record does not change, or a rule was broken |
| `wrong_tool` | a step is missing, its tool was not called, another one was |
| `invented_value` | its tool was called with a value that neither the person nor a result had said, in any place |
| `wrong_value` | its tool was called with another value |
| `stopped_early` | a step is missing, and nothing was called in its place |
| `untold` | all was found, and not, or otherwise, said |
| `over_limit`, `no_answer` | the episode's limit ended it; the model gave nothing usable |
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from graph.record import Record, Step, TrajectoryCall, TrajectoryTurn
from nodes.trial_outcome import Compared, compare, end_steps
from tool_registry.json.pointer import equal, scalars
from toolgrad_data.evaluate.trial import Failure
from toolgrad_data.tasks.reward import Reward
from toolgrad_data.tasks.task import Task
from toolgrad_data.tasks.trace import CallEntry, Trace

_VALUE_MAX = 60
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def failure_of(task: Task, record: Record, trace: Trace, reward: Reward, error: str | None) -> Failure | None:
    """Return what went wrong; None where the trial passed."""
    if reward.solved:
        return None
    if error is not None:
        return Failure(type="no_answer", words=error)
    if trace.ending in ("calls", "seconds"):
        return Failure(type="over_limit", words=f"the limit of {trace.ending} ended the episode")
    compared = compare(_turns(trace), record)
    forbidden = _forbidden(trace, compared, reward)
    if forbidden is not None:
        return forbidden
    steps = [step for turn in record.turns for step in turn.steps]
    ends = end_steps(steps)
    # What an end step needs is missed before it.
    missing = [step for step in steps if step.id in compared.missing]
    if any(step.id in ends for step in missing):
        return _of_missing(missing, task, trace, compared)
    if not any(turn.message for turn in trace.turns):
        return Failure(type="no_answer", words="the model said nothing")
    for part in ("answer", "evidence", "effects", "refused"):
        score = getattr(reward, part).score
        if score is not None and score < 1:
            return Failure(type="untold" if part == "answer" else "other", words=getattr(reward, part).reason or part)
    return Failure(type="other", words="the reward is below 1")


def _turns(trace: Trace) -> list[TrajectoryTurn]:
    return [TrajectoryTurn(reasoning="", calls=[_as_call(call) for call in turn.calls]) for turn in trace.turns]


def _as_call(call: CallEntry) -> TrajectoryCall:
    return TrajectoryCall(tool=call.tool, arguments=call.arguments, result=call.result, error=call.error)


def _forbidden(trace: Trace, compared: Compared, reward: Reward) -> Failure | None:
    if reward.refused.score is not None and reward.refused.score < 1:
        return Failure(type="forbidden_write", words=reward.refused.reason)
    if reward.effects.score is None or reward.effects.score == 1:
        return None
    for turn, held in zip(trace.turns, compared.turns, strict=True):
        for call, matched in zip(turn.calls, held.calls, strict=True):
            if call.effect == "changed" and call.error is None and matched.step is None:
                return Failure(type="forbidden_write", words=_shown(call.tool, call.arguments))
    return None


def _of_missing(missing: list[Step], task: Task, trace: Trace, compared: Compared) -> Failure:
    """Return what was done in the place of the first step that is missing."""
    entries = trace.calls()
    others = [number for number, call in enumerate(_all(compared)) if call.step is None]
    for step in missing:
        same = [number for number in others if entries[number].tool == step.tool]
        if same:
            number = max(same, key=lambda number: _in_common(entries[number].arguments, step.arguments))
            return _of_value(entries[number], step, list(_known(task, trace, number)))
    step = missing[0]
    strange = [number for number in others if entries[number].tool not in {step.tool for step in missing}]
    if strange:
        call = entries[strange[0]]
        return Failure(type="wrong_tool", words=f"{_shown(call.tool, call.arguments)} in place of {step.tool}")
    return Failure(type="stopped_early", words=f"{step.tool} was not called")


def _of_value(call: CallEntry, step: Step, known: list[str]) -> Failure:
    right = dict(scalars(step.arguments))
    wrong = [
        (pointer, value)
        for pointer, value in scalars(call.arguments)
        if value is not None and not (pointer in right and equal(value, right[pointer]))
    ]
    for pointer, value in wrong:
        if not isinstance(value, bool) and not any(_stands_in(value, text) for text in known):
            return Failure(type="invented_value", words=_told(call.tool, pointer, value, right))
    if wrong:
        return Failure(type="wrong_value", words=_told(call.tool, *wrong[0], right))
    left_out = [pointer for pointer in right if pointer not in dict(scalars(call.arguments))]
    what = f"without {', '.join(left_out)}" if left_out else _shown(call.tool, call.arguments)
    return Failure(type="wrong_value", words=f"{call.tool} {what}")


def _known(task: Task, trace: Trace, before: int) -> Iterator[str]:
    """Yield what the person and the tools had told the model before the call of that number, as text."""
    yield task.system
    made = 0
    for number, turn in enumerate(trace.turns):
        yield task.messages[number]
        for call in turn.calls:
            if made >= before:
                return
            yield json.dumps(call.result if call.error is None else call.error.message, ensure_ascii=False)
            made += 1


def _stands_in(value: Any, text: str) -> bool:
    if isinstance(value, str):
        return re.search(rf"(?<!\w){re.escape(_folded(value))}(?!\w)", _folded(text)) is not None
    return any(float(found.replace(",", "")) == value for found in _NUMBER.findall(text) if found.count(".") < 2)


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\s_-]+", " ", text).casefold().split())


def _all(compared: Compared) -> list[TrajectoryCall]:
    return [call for turn in compared.turns for call in turn.calls]


def _in_common(arguments: dict[str, Any], other: dict[str, Any]) -> int:
    theirs = dict(scalars(other))
    return sum(pointer in theirs and equal(value, theirs[pointer]) for pointer, value in scalars(arguments))


def _told(tool: str, pointer: str, value: Any, right: dict[str, Any]) -> str:
    instead = f", not {_cut(right[pointer])}" if pointer in right else ", which is to be left out"
    return f"{tool} {pointer} = {_cut(value)}{instead}"


def _shown(tool: str, arguments: dict[str, Any]) -> str:
    return f"{tool}({', '.join(f'{name}={_cut(value)}' for name, value in arguments.items())})"


def _cut(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_MAX else f"{text[: _VALUE_MAX - 1]}…"
