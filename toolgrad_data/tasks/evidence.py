"""Evidence: the record's end results are reached, by its own calls or by others that give the same.

The comparison is the judge's (`nodes/trial_outcome.py`), against what the record's calls give now.
"""

from collections.abc import Sequence

from graph.record import Record, Step, TrajectoryCall, TrajectoryTurn
from nodes.trial_outcome import Compared, compare, end_steps
from tool_registry.json.pointer import equal
from tool_registry.permissions import effective
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.reward import RewardPart
from toolgrad_data.tasks.trace import Trace


def compare_calls(golden: Golden, trace: Trace) -> tuple[Record, Compared]:
    """Return the judge's comparison of the episode's calls with the record's steps, and the record that it is with."""
    record = _asked_once(golden)
    return record, _compare(trace, record)


def score_evidence(record: Record, compared: Compared) -> RewardPart:
    """Return the part."""
    ends = set().union(*(end_steps(turn.steps) for turn in record.turns))
    missing = [name for name in compared.missing if name in ends]
    if not ends:
        return RewardPart(reason="the record has no calls")
    reached = len(ends) - len(missing)
    if not missing:
        return RewardPart(score=1.0, reason=f"all {len(ends)} end results were reached ({compared.outcome})")
    tools = {step.id: step.tool for turn in record.turns for step in turn.steps}
    lost = ", ".join(dict.fromkeys(tools[name] for name in missing))
    reason = f"{reached} of {len(ends)} end results were reached; none of the calls gives that of {lost}"
    return RewardPart(score=reached / len(ends), reason=reason)


def _compare(trace: Trace, record: Record) -> Compared:
    turns = [
        TrajectoryTurn(
            reasoning="",
            message=number,
            calls=[
                TrajectoryCall(tool=call.tool, arguments=call.arguments, result=call.result, error=call.error)
                for call in turn.calls
            ],
        )
        for number, turn in enumerate(trace.turns)
    ]
    return compare(turns, record)


def _asked_once(golden: Golden) -> Record:
    """Return the record without reads that repeat an earlier one with its result: who remembers need not ask."""
    kept: list[Step] = []
    turns = []
    for turn in golden.record.turns:
        steps = [step for step in turn.steps if not _is_repeated(step, kept, golden)]
        kept += steps
        turns.append(turn.model_copy(update={"steps": steps}))
    return golden.record.model_copy(update={"turns": turns})


def _is_repeated(step: Step, earlier: Sequence[Step], golden: Golden) -> bool:
    spec = golden.specs.get(step.tool)
    is_read = spec is not None and effective(spec).read_only is True
    return is_read and any(
        each.tool == step.tool and equal(each.arguments, step.arguments) and equal(each.result, step.result)
        for each in earlier
    )
