"""What is wrong with the calls of a foreign row as such: one that failed in words, has no answer, or is made twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from graph.record import Finding, Record, Step, Turn
from nodes.marks.figures import figures_of
from nodes.marks.readings import Number
from tool_registry.calling.failures import from_content, from_words
from tool_registry.json.pointer import MISSING, equal
from toolgrad_data.verify.foreign.sample import ForeignSample

_AGAIN = re.compile(r"\b(?:twice|thrice|again|once more|both times|repeat\w*)\b", re.IGNORECASE)


def check(sample: ForeignSample, record: Record) -> Iterator[Finding]:
    """Yield a finding a call; the record's steps are the sample's calls in their order."""
    for index, (told, turn) in enumerate(zip(sample.turns, record.turns, strict=True)):
        where = f"/turns/{index}/steps"
        for at, (call, step) in enumerate(zip(told.calls, turn.steps, strict=True)):
            failure = None if from_content(call.result) else from_words(call.result)  # the other is proved
            if failure is not None:
                message = f"{step.id} {step.tool}: the result reads as a failure: {failure.message[:200]}"
                yield Finding(promise="executed", code="failed_result", message=message, where=f"{where}/{at}/result")
            if call.is_passed_over:
                message = f"{step.id} {step.tool} has no result, and the conversation goes on without it"
                yield Finding(promise="executed", code="no_result", message=message, where=f"{where}/{at}/result")
        for at, before in _repeated_calls(turn, [call.result for call in told.calls]):
            step = turn.steps[at]
            message = f"{step.id} {step.tool} is the same call as {turn.steps[before].id}, and finds nothing else"
            yield Finding(promise="executed", code="repeated_call", message=message, where=f"{where}/{at}")


def _repeated_calls(turn: Turn, results: list[object]) -> Iterator[tuple[int, int]]:
    """Yield (step, earlier step) of the same calls with nothing between them that could have changed the answer.

    A call that finds something else each time (dice) is none, nor one that the query wants so often.
    """
    readings = (reading for figure in figures_of(turn.query) for reading in figure.readings)
    wanted = {int(each.value) for each in readings if isinstance(each, Number) and 1 < each.value < 100}
    times = Counter(map(_key, turn.steps))
    for at, step in enumerate(turn.steps):
        before = next((other for other in range(at - 1, -1, -1) if _key(turn.steps[other]) == _key(step)), None)
        if before is None or times[_key(step)] in wanted or _AGAIN.search(turn.query):
            continue
        tools = {between.tool for between in turn.steps[before + 1 : at]}
        known = results[before] is not MISSING and results[at] is not MISSING
        if tools <= {step.tool} and not (known and not equal(results[before], results[at])):
            yield at, before


def _key(step: Step) -> tuple[str, str]:
    return step.tool, json.dumps(step.arguments, sort_keys=True)
