"""What a run tells those who watch it."""

from toolgrad_data.runs.spending import Spending


class Observer:
    """Is told what happens in a run, and shows nothing. Counts are of the whole run, earlier commands included."""

    def begin(self, total: int, accepted: int, rejected: int) -> None:
        """Samples start; `total` includes those that are done."""

    def advance(self, accepted: int, rejected: int, waiting: int = 0) -> None:
        """One more sample is done, or waits for a person."""

    def spend(self, spending: Spending) -> None:
        """A decision was made; `spending` is the run's total, and goes on changing."""

    def say(self, message: str) -> None:
        """Something that a person should know."""

    def end(self) -> None:
        """No more samples come."""
