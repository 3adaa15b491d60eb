"""Preference pairs: the right answer, and one that was or would have been wrong at the same point.

| `rejected` | what was wrong | from |
|---|---|---|
| `failed_call` | the tool refused the arguments | calls that the run or an evaluated model made; the user's words |
| `other_call` | it answers another question | calls that the run made and did not keep, or an evaluated model made |
| `guessed_argument` | the value was never said | a `missing_argument` negative; a turn that asks for it |
| `unoffered_tool` | there is no such tool here | `missing_tool`, `near_tool`, `irrelevant`; a refusal without a rule |
| `ignored_wish` | what the user wants cannot be passed | a `lacking_parameter` negative |
| `forbidden_call` | a rule of the policy forbids it | a refusal |
| `outdated_call` | it has the value that was just corrected | a correction |
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from graph.record import Record
from toolgrad_data.export.conversation import Call, Example, Message, Preference, UnfitError, call_id, calling
from toolgrad_data.export.datasets.measured import Measured
from toolgrad_data.export.datasets.mistakes import (
    Mistake,
    failed_attempts,
    other_attempts,
    quoting_mistakes,
    trial_mistakes,
)
from toolgrad_data.export.datasets.recovery import place_of
from toolgrad_data.export.datasets.trials import Trials
from toolgrad_data.export.formats.call_ids import with_ids
from toolgrad_data.export.from_record import call_of
from toolgrad_data.export.negative_kinds import KINDS
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.export.waves import waves_of

_PAIRS_MOST = 2


class Preferences:
    """Makes pairs of examples, at most two of one turn; what it cannot make a pair of is counted."""

    def __init__(self, seed: int, trials: Trials | None, measured: Measured | None = None) -> None:
        self._seed = seed
        self._trials = trials
        self._measured = measured
        self.counts: Counter[str] = Counter()

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the pairs in the place of the examples."""
        for example in examples:
            pairs = list(islice(_few_a_turn(self.pairs(example)), _PAIRS_MOST * max(example.queries, 1)))
            if not pairs:
                report.leave_out("has no wrong answer to prefer the right one to")
            for pair in pairs:
                self.counts[str(pair.labels["rejected"])] += 1
                yield pair
        report.notes["preferences"] = dict(sorted(self.counts.items()))

    def pairs(self, example: Example) -> Iterator[Example]:
        """Yield the pairs that an example gives."""
        record = example.record
        if record is None:
            return
        if example.kind == "positive":
            yield from _of_turns(example, record)
            rng = rng_for(self._seed, "preference", example.id)
            invented = quoting_mistakes(record, self._trials, rng) if self._trials else iter(())
            own = trial_mistakes(record, self._measured.calls.get(record.id, ())) if self._measured else iter(())
            mistakes = chain(own, failed_attempts(record), islice(other_attempts(record), 1), invented)
            for number, mistake in enumerate(mistakes):
                kind = "failed_call" if mistake.error else "other_call"
                pair = _of_mistake(example, mistake, f"{example.id}-preference-{number}", kind)
                if pair is not None:
                    yield pair
        elif example.kind in KINDS and example.kind != "chit_chat":
            pair = _of_negative(example, record)
            if pair is not None:
                yield pair


def _few_a_turn(pairs: Iterator[Example]) -> Iterator[Example]:
    """Yield at most two pairs of one turn."""
    made: Counter[int] = Counter()
    for pair in pairs:
        turn = _turn_of(pair.messages, len(pair.messages))
        made[turn] += 1
        if made[turn] <= _PAIRS_MOST:
            yield pair


def _of_turns(example: Example, record: Record) -> Iterator[Example]:
    """Yield what a dialogue's own turns say would have been wrong: the call that asks, refuses or corrects instead."""
    steps = {step.id: (number, step) for number, turn in enumerate(record.turns) for step in turn.steps}
    specs = {spec.name: spec for spec in record.tools}
    starts = [place for place, message in enumerate(example.messages) if message.role == "user"]
    ends = [*starts[1:], len(example.messages)]
    for number, (turn, end) in enumerate(zip(record.turns, ends, strict=False)):
        id = f"{example.id}-preference-turn-{number + 1}"
        at = end - 1  # the response
        calls: list[Call] = []
        kind = "guessed_argument"
        for awaited in dict.fromkeys(one.step for one in turn.awaits):
            _, step = steps.get(awaited, (0, None))
            # What it would have needed besides is there.
            if step is not None and all(steps[used][0] <= number for used in step.uses() if used in steps):
                calls.append(call_of(step, specs.get(step.tool), call_id(len(calls))))
        if turn.refuses is not None:
            kind = "unoffered_tool" if turn.refuses.rule is None else "forbidden_call"
            calls = [Call(call_id(0), turn.refuses.tool, turn.refuses.arguments)]
        if calls:
            yield _pair(example, at, example.messages[at], calling(*calls), kind, id)
        if turn.replaces is not None and {turn.replaces.step, turn.replaces.by} <= steps.keys():
            old, new = steps[turn.replaces.step][1], steps[turn.replaces.by][1]
            mistake = Mistake(new, old.arguments, None, "attempt")
            pair = _of_mistake(example, mistake, id, "outdated_call")
            if pair is not None:
                yield pair


def _of_mistake(example: Example, mistake: Mistake, id: str, kind: str) -> Example | None:
    place = place_of(example, mistake)
    if place is None:
        return None
    at, right = place
    chosen = example.messages[at]
    calls = tuple(Call(call.id, call.tool, mistake.arguments) if call.id == right.id else call for call in chosen.calls)
    return _pair(example, at, chosen, calling(*calls), kind, id)


def _of_negative(example: Example, record: Record) -> Example | None:
    """A negative's first answer is the chosen one; the record's own first calls would have been wrong."""
    starts = [place for place, message in enumerate(example.messages) if message.role == "user"]
    if len(starts) <= example.since:
        return None
    at = starts[example.since] + 1
    turn = record.turns[example.since]
    specs = {spec.name: spec for spec in record.tools}
    try:
        waves = waves_of(turn)
        first = [call_of(step, specs.get(step.tool), call_id(n)) for n, step in enumerate(waves[0] if waves else ())]
    except UnfitError:
        return None
    if example.kind == "missing_argument":
        tool, _, name = str(example.labels.get("missing")).partition("/")
        first = [call for call in first if call.tool == tool and name in call.arguments]
        kind = "guessed_argument"
    elif example.kind == "lacking_parameter":
        tool, _, name = str(example.labels.get("lacks")).partition("/")
        first = [replace(call, arguments=_but(call.arguments, name)) for call in first if call.tool == tool]
        kind = "ignored_wish"
    else:
        offered = {tool.name for tool in example.tools}
        first = [call for call in first if call.tool not in offered]
        kind = "unoffered_tool"
    if not first:
        return None
    return _pair(example, at, example.messages[at], calling(*first), kind, f"{example.id}-preference")


def _but(arguments: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if key != name}


def _turn_of(messages: tuple[Message, ...], place: int) -> int:
    return sum(message.role == "user" for message in messages[:place])


def _pair(example: Example, at: int, chosen: Message, rejected: Message, kind: str, id: str) -> Example:
    pair = replace(
        example,
        id=id,
        messages=(*example.messages[:at], chosen),
        kind="preference",
        labels={**example.labels, "rejected": kind},
        episode=None,
        since=max(_turn_of(example.messages, at) - 1, 0),
        preference=Preference(at, (rejected,)),
    )
    return with_ids(pair)
