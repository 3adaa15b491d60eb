"""Calls that went wrong: those that the run itself made, and the user's words taken for the argument.

A run keeps every call it made, and a failed one of a tool that the record then calls rightly is a mistake with its
correction. The commonest mistake of models is added where the tools can be called: "Japan" where the tool wants JP,
"9 November" where it wants 2027-11-09; the call is made, and what it answers is what the tool really says to that.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from graph.record import Attempt, Record, Step
from graph.sources import UserSource
from tool_registry.json.pointer import equal, scalars
from tool_registry.result import ToolError
from toolgrad_data.export.datasets.measured import MeasuredCall
from toolgrad_data.export.datasets.trials import Trials


@dataclass(frozen=True)
class Mistake:
    """A wrong call in the place of `step`. `error` is what the tool said, None where the call went through.

    `origin` is `attempt` for a call of the run, `quoted` for the user's words as an argument, `trial` for a call of a
    model that was evaluated.
    """

    step: Step
    arguments: dict[str, Any]
    error: ToolError | None
    origin: Literal["attempt", "quoted", "trial"]

    @property
    def answer(self) -> dict[str, Any]:
        """What a tool's message says of the failure."""
        error = self.error
        return {"error": {"kind": error.kind, "message": error.message}} if error else {}


def failed_attempts(record: Record) -> Iterator[Mistake]:
    """Yield failed calls of the run, each with the record's call of the same tool that was right."""
    for attempt, step in _pairs(record):
        # A tool that did not answer says nothing of the call: the same arguments may be right.
        if not attempt.ok and attempt.error is not None and not equal(attempt.arguments, step.arguments):
            yield Mistake(step, attempt.arguments, attempt.error, "attempt")


def other_attempts(record: Record) -> Iterator[Mistake]:
    """Yield calls of the run that went through and answer something else than the record's of the same tool."""
    for attempt, step in _pairs(record):
        if attempt.ok and not attempt.selected and not equal(attempt.result, step.result):
            yield Mistake(step, attempt.arguments, None, "attempt")


def quoting_mistakes(record: Record, trials: Trials, rng: random.Random) -> Iterator[Mistake]:
    """Yield calls with the user's words as they stand in the place of a value, which the tool refused."""
    options = [
        (step, pointer.removeprefix("/"), source.quote)
        for turn in record.turns
        for step in turn.steps
        for pointer, source in step.sources.items()
        if isinstance(source, UserSource) and pointer.count("/") == 1
    ]
    rng.shuffle(options)
    for step, name, quote in options:
        value = step.arguments.get(name)
        if not isinstance(value, str) or value.casefold() == quote.casefold():
            continue
        arguments = {**step.arguments, name: quote}
        result = trials.answer_of(step.tool, arguments)
        if result is not None and result.error is not None and result.error.kind in ("invalid_arguments", "tool_error"):
            yield Mistake(step, arguments, result.error, "quoted")


def trial_mistakes(record: Record, calls: Iterable[MeasuredCall]) -> Iterator[Mistake]:
    """Yield calls that an evaluated model made in failed trials and that are none of the record's, failed ones first.

    Each stands against the record's call of the same tool that has most in common with it.
    """
    steps = [step for turn in record.turns for step in turn.steps]
    seen: list[tuple[str, dict[str, Any]]] = []
    for call in sorted(calls, key=lambda call: call.error is None):
        same = [step for step in steps if step.tool == call.tool]
        if not same or any(equal(step.arguments, call.arguments) for step in same):
            continue
        if any(tool == call.tool and equal(arguments, call.arguments) for tool, arguments in seen):
            continue
        step = max(same, key=lambda step: _in_common(step.arguments, call.arguments))
        if call.error is None and equal(call.result, step.result):
            continue
        # A tool that was not there to answer says nothing of the call.
        if call.error is not None and call.error.kind not in ("invalid_arguments", "tool_error"):
            continue
        seen.append((call.tool, call.arguments))
        yield Mistake(step, call.arguments, call.error, "trial")


def _pairs(record: Record) -> Iterator[tuple[Attempt, Step]]:
    """Yield attempts that are no call of the record, with the call of the same tool that has most in common."""
    steps = [step for turn in record.turns for step in turn.steps]
    for attempt in record.attempts:
        same = [step for step in steps if step.tool == attempt.tool]
        if same and not any(equal(step.arguments, attempt.arguments) for step in same):
            yield attempt, max(same, key=lambda step: _in_common(step.arguments, attempt.arguments))


def _in_common(arguments: dict[str, Any], other: dict[str, Any]) -> int:
    theirs = dict(scalars(other))
    return sum(pointer in theirs and equal(value, theirs[pointer]) for pointer, value in scalars(arguments))
