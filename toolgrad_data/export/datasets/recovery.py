"""Recoveries: a call fails, the assistant reads why, and calls again rightly. The failed call is not to be learned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from graph.record import Record
from toolgrad_data.export.conversation import Call, Example, Message, calling, tool_answer
from toolgrad_data.export.datasets.measured import Measured
from toolgrad_data.export.datasets.mistakes import Mistake, failed_attempts, quoting_mistakes, trial_mistakes
from toolgrad_data.export.datasets.trials import Trials
from toolgrad_data.export.formats.call_ids import with_ids
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for


class Recoveries:
    """Makes of positive examples such in which a call fails first: all that the run has, and up to `share` of all
    examples with mistakes that were made by calling the tools (`trials`).
    """

    def __init__(self, share: float, seed: int, trials: Trials | None, measured: Measured | None = None) -> None:
        self._each = share / (1 - share)
        self._due = 0.5
        self._seed = seed
        self._trials = trials
        self._measured = measured
        self.counts: Counter[str] = Counter()

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the examples, with a recovery behind one where there is one."""
        for example in examples:
            yield example
            if example.kind == "positive" and example.record is not None:
                self._due += self._each
                made = self.after(example, example.record)
                if made is not None:
                    self._due -= 1
                    yield made
        report.notes["recovery"] = dict(sorted(self.counts.items()))

    def after(self, example: Example, record: Record) -> Example | None:
        """Return the example with a failed call before the right one, or None."""
        rng = rng_for(self._seed, "recovery", example.id)
        invented = quoting_mistakes(record, self._trials, rng) if self._trials and self._due >= 1 else iter(())
        own = trial_mistakes(record, self._measured.calls.get(record.id, ())) if self._measured else iter(())
        # What a tool said nothing against is none that an assistant could read.
        refused = (mistake for mistake in own if mistake.error is not None)
        for mistake in chain(refused, failed_attempts(record), invented):
            made = with_mistake(example, mistake)
            if made is not None:
                self.counts[f"made: {mistake.origin}"] += 1
                return made
        if self._due >= 1:
            self.counts["not made: no call of it fails so that the tool says why"] += 1
        return None


def with_mistake(example: Example, mistake: Mistake) -> Example | None:
    """Return the example with the wrong call and its failure before the right one; None where that one is not."""
    place = place_of(example, mistake)
    if place is None:
        return None
    number, call = place
    wrong = Call("wrong", call.tool, mistake.arguments)
    failure: list[Message] = [calling(wrong, train=False), tool_answer(wrong, mistake.answer)]
    made = replace(
        example,
        id=f"{example.id}-recovery",
        messages=(*example.messages[:number], *failure, *example.messages[number:]),
        kind="recovery",
        labels={**example.labels, "failed": mistake.origin, "failed_tool": call.tool},
        episode=None,
        since=sum(message.role == "user" for message in example.messages[:number]) - 1,
    )
    # An id of its own kind would tell that the call fails before its result does.
    return with_ids(made)


def place_of(example: Example, mistake: Mistake) -> tuple[int, Call] | None:
    """Return which message has the right call, and the call."""
    for number, message in enumerate(example.messages):
        for call in message.calls:
            whole = {**{pointer.removeprefix("/"): value for pointer, value in call.defaults.items()}, **call.arguments}
            if call.tool == mistake.step.tool and mistake.step.arguments in (whole, call.arguments):
                return number, call
    return None
