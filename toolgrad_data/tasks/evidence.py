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


def score_evidence(golden: Golden, trace: Trace) -> tuple[RewardPart, dict[str, object]]:
    """Return the part, and what the calls gave that stand for the record's steps, by step id."""
    record = _asked_once(golden)
    compared = compare_calls(trace, record)
    ends = end_steps([step for turn in record.turns for step in turn.steps])
    missing = [name for name in compared.missing if name in ends]
    found = {call.step: call.result for turn in compared.turns for call in turn.calls if call.step is not None}
    if not ends:
        return RewardPart(reason="the record has no calls"), found
    reached = len(ends) - len(missing)
    if not missing:
        return RewardPart(score=1.0, reason=f"all {len(ends)} end results were reached ({compared.outcome})"), found
    tools = {step.id: step.tool for turn in record.turns for step in turn.steps}
    lost = ", ".join(dict.fromkeys(tools[name] for name in missing))
    reason = f"{reached} of {len(ends)} end results were reached; none of the calls gives that of {lost}"
    return RewardPart(score=reached / len(ends), reason=reason), found


def compare_calls(trace: Trace, record: Record) -> Compared:
    """Return the judge's comparison of the episode's calls with the record's steps."""
    turns = [
        TrajectoryTurn(
            reasoning="",
            calls=[
                TrajectoryCall(tool=call.tool, arguments=call.arguments, result=call.result, error=call.error)
                for call in turn.calls
            ],
        )
        for turn in trace.turns
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
