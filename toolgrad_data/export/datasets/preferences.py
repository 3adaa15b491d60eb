"""Preference pairs: the right answer, and one that was or would have been wrong at the same point.

| `rejected` | what was wrong | from |
|---|---|---|
| `failed_call` | the tool refused the arguments | calls that the run or an evaluated model made; the user's words |
| `other_call` | it answers another question | calls that the run made and did not keep, or an evaluated model made |
| `guessed_argument` | the value was never said | a `missing_argument` negative |
| `unoffered_tool` | there is no such tool here | a `missing_tool` or `irrelevant` negative |
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

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
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.export.waves import waves_of

_PAIRS_MOST = 2


class Preferences:
    """Makes pairs of examples, at most two of one; what it cannot make a pair of is counted."""

    def __init__(self, seed: int, trials: Trials | None, measured: Measured | None = None) -> None:
        self._seed = seed
        self._trials = trials
        self._measured = measured
        self.counts: Counter[str] = Counter()

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the pairs in the place of the examples."""
        for example in examples:
            pairs = list(islice(self.pairs(example), _PAIRS_MOST))
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
            rng = rng_for(self._seed, "preference", example.id)
            invented = quoting_mistakes(record, self._trials, rng) if self._trials else iter(())
            own = trial_mistakes(record, self._measured.calls.get(record.id, ())) if self._measured else iter(())
            mistakes = chain(own, failed_attempts(record), islice(other_attempts(record), 1), invented)
            for number, mistake in enumerate(mistakes):
                pair = _of_mistake(example, mistake, number)
                if pair is not None:
                    yield pair
        elif example.kind in ("missing_argument", "missing_tool", "irrelevant"):
            pair = _of_negative(example, record)
            if pair is not None:
                yield pair


def _of_mistake(example: Example, mistake: Mistake, number: int) -> Example | None:
    place = place_of(example, mistake)
    if place is None:
        return None
    at, right = place
    chosen = example.messages[at]
    calls = tuple(Call(call.id, call.tool, mistake.arguments) if call.id == right.id else call for call in chosen.calls)
    kind = "failed_call" if mistake.error else "other_call"
    return _pair(example, at, chosen, calling(*calls), kind, f"{example.id}-preference-{number}")


def _of_negative(example: Example, record: Record) -> Example | None:
    """A negative's first answer is the chosen one; the record's own first calls would have been wrong."""
    at = next((number for number, message in enumerate(example.messages) if message.role == "assistant"), None)
    if at is None:
        return None
    specs = {spec.name: spec for spec in record.tools}
    try:
        first = [call_of(step, specs.get(step.tool), call_id(n)) for n, step in enumerate(waves_of(record.turns[0])[0])]
    except UnfitError:
        return None
    if example.kind == "missing_argument":
        tool, _, name = str(example.labels.get("missing")).partition("/")
        first = [call for call in first if call.tool == tool and name in call.arguments]
        kind = "guessed_argument"
    else:
        offered = {tool.name for tool in example.tools}
        first = [call for call in first if call.tool not in offered]
        kind = "unoffered_tool"
    if not first:
        return None
    return _pair(example, at, example.messages[at], calling(*first), kind, f"{example.id}-preference")


def _pair(example: Example, at: int, chosen: Message, rejected: Message, kind: str, id: str) -> Example:
    pair = replace(
        example,
        id=id,
        messages=(*example.messages[:at], chosen),
        kind="preference",
        labels={**example.labels, "rejected": kind},
        preference=Preference(at, (rejected,)),
    )
    return with_ids(pair)
