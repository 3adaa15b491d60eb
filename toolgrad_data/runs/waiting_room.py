"""What a run knows of its samples that wait for a person, and of what people have decided about them."""

from pathlib import Path

from graph.record import Record
from toolgrad_data.runs.distinct_index import DistinctIndex
from toolgrad_data.runs.finished import FinishedSamples
from toolgrad_data.runs.sample import Answer
from toolgrad_data.runs.waiting import Decide, WaitingFile, WaitingSample, waiting_samples


class WaitingRoom:
    """The samples that wait. `seen` are those that this command has come to, in order of their index.

    `decide` is asked what people decided; nobody is as long as it is None.
    """

    def __init__(self, folder: Path) -> None:
        self.decide: Decide | None = None
        self._folder = folder
        self._file = WaitingFile(folder)
        self._undecided = DistinctIndex()
        self.seen = 0

    def __len__(self) -> int:
        return len(self._file.waits)

    def words(self) -> str:
        """Return how many wait, as the end of a sentence; nothing when none does."""
        return f", {len(self)} wait{'s' if len(self) == 1 else ''} for review" if len(self) else ""

    def below(self, samples: int) -> int:
        """Return how many of the first samples wait."""
        return sum(sample.index < samples for sample in waiting_samples(self._folder))

    def answers(self) -> dict[int, Answer]:
        """Return what was decided about those that were found waiting before, by index. Raises as `decide` does."""
        answers: dict[int, Answer] = {}
        if self.decide is None:
            return answers
        for sample in waiting_samples(self._folder):
            if sample.behind is None and (value := self.decide(sample.id, sample.digest, sample.refused)) is not None:
                answers[sample.index] = Answer(digest=sample.digest, value=value)
        return answers

    def add(self, sample: WaitingSample) -> None:
        """Note that the sample waits; accepted records that come after must not be like it. Raises OSError."""
        self._undecided.add(Record.model_validate(sample.record))
        self._file.add(sample)
        self.seen += 1

    def hold(self, record: Record) -> bool:
        """Let an accepted record wait behind an earlier one that it is like, and that waits; say whether there is one.

        That may still come to be the first of its kind: the records are the same in whatever order people decide.
        """
        before = self._undecided.like(record)
        if before is not None:
            self.add(WaitingSample.held(record, before))
        return before is not None

    def leave(self, id: str) -> None:
        """Note that the sample has its line."""
        self._file.drop(id)

    def tidy(self, done: FinishedSamples | None = None) -> None:
        """Drop what waits no longer from the file. Raises OSError."""
        self._file.tidy(done or ())

    def close(self) -> None:
        """Forget what was compared."""
        self._undecided.close()
