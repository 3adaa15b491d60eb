"""Effects: the state at the end is the record's, and no write came before its turn.

Where a source's state can be compared it has to be equal. Elsewhere the successful writes are compared, by tool and
arguments without those that are the schema's default; failed ones do not count.
"""

import json
from collections import Counter
from collections.abc import Iterator

from nodes.trial_outcome import without_defaults
from tool_registry.permissions import effective
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.reward import RewardPart
from toolgrad_data.tasks.trace import CallEntry, Trace

#: The source of tools that belong to no session.
_NO_SOURCE = ""


def score_effects(golden: Golden, trace: Trace) -> RewardPart:
    """Return the part. Where neither the record nor the episode has written anything it does not apply."""
    labels = sorted({*golden.labels.values(), _NO_SOURCE})
    written = any(_writes(golden, golden.trace)) or any(_writes(golden, trace))
    problems = [problem for label in labels for problem in _problems(golden, trace, label)]
    if problems:
        return RewardPart(score=0.0, reason="; ".join(problems))
    if not written:
        return RewardPart(reason="nothing is to be changed, and nothing was")
    return RewardPart(score=1.0, reason="the state is the record's, and no write came before its turn")


def has_writes(golden: Golden) -> bool:
    """Say whether the record's own calls change something."""
    return any(_writes(golden, golden.trace))


def may_write(call: CallEntry, golden: Golden) -> bool:
    """Say whether the call, which worked, is not known to have changed nothing."""
    spec = golden.specs.get(call.tool)
    if call.error is not None or spec is None:
        return False
    declared = effective(spec).read_only
    return call.effect != "unchanged" if declared is None else not declared


def _writes(golden: Golden, trace: Trace) -> Iterator[CallEntry]:
    return (call for call in trace.calls() if is_write(call, golden))


def is_write(call: CallEntry, golden: Golden) -> bool:
    """Say whether it changed something: one that left all as it was is none, whatever it declares."""
    return may_write(call, golden) and call.effect != "unchanged"


def _problems(golden: Golden, trace: Trace, label: str) -> Iterator[str]:
    by_state = golden.by_state and _is_comparable(golden, golden.trace, label) and _is_comparable(golden, trace, label)
    is_changed = by_state and golden.trace.turns[-1].state[label] != golden.trace.start[label]
    if by_state and trace.start[label] == golden.trace.start[label]:
        if trace.turns[-1].state[label] != golden.trace.turns[-1].state[label]:
            yield _difference(golden, trace, label) or f"the state of {label} at the end is another than the record's"
    elif difference := _difference(golden, trace, label):
        yield difference
    if by_state and not is_changed and (difference := _missing(golden, trace, label)):
        yield difference  # writes that come to nothing in the end have to be made all the same
    yield from _early(golden, trace, label, by_state=by_state)


def _is_comparable(golden: Golden, trace: Trace, label: str) -> bool:
    """Say whether the source's state is known at each point, and is none that reading changes."""
    if not trace.turns or any(label not in state for state in (trace.start, *(turn.state for turn in trace.turns))):
        return False
    reads = (
        call
        for call in trace.calls()
        if golden.labels.get(call.tool) == label and effective(golden.specs[call.tool]).read_only is True
    )
    return all(call.effect != "changed" for call in reads)


def _early(golden: Golden, trace: Trace, label: str, *, by_state: bool) -> Iterator[str]:
    """Yield the turns at whose end something was written that the record has not written by then."""
    states = {golden.trace.start.get(label)}
    for number, (turn, own) in enumerate(zip(trace.turns[:-1], golden.trace.turns, strict=False)):
        states.add(own.state.get(label))
        if by_state and turn.state[label] in states:
            continue
        made, wanted = _counted(golden, trace, label, number), _counted(golden, golden.trace, label, number)
        if early := made - wanted:
            yield f"by the end of turn {number + 1} {_tool_of(next(iter(early)))} was called, too early"
            return


def _difference(golden: Golden, trace: Trace, label: str) -> str:
    made, wanted = _counted(golden, trace, label), _counted(golden, golden.trace, label)
    if extra := made - wanted:
        return f"{_tool_of(next(iter(extra)))} was called with arguments, or more often, than the record has"
    return _missing(golden, trace, label)


def _missing(golden: Golden, trace: Trace, label: str) -> str:
    missing = _counted(golden, golden.trace, label) - _counted(golden, trace, label)
    return f"what {_tool_of(next(iter(missing)))} should have changed was not changed" if missing else ""


def _counted(golden: Golden, trace: Trace, label: str, last: int | None = None) -> Counter[str]:
    """Return the writes to the source up to that turn, by tool and arguments."""
    turns = trace.turns if last is None else trace.turns[: last + 1]
    calls = [call for turn in turns for call in turn.calls if golden.labels.get(call.tool, _NO_SOURCE) == label]
    return Counter(
        json.dumps([call.tool, without_defaults(call.arguments, golden.specs[call.tool])], sort_keys=True)
        for call in calls
        if is_write(call, golden)
    )


def _tool_of(counted: str) -> str:
    return str(json.loads(counted)[0])
