"""What a run tells those who watch it."""

from typing import Protocol

from toolgrad_data.runs.spending import Spending


class Observer(Protocol):
    """Is told what happens in a run. Counts are of the whole run, earlier commands included."""

    def begin(self, total: int, accepted: int, rejected: int) -> None:
        """Samples start; `total` includes those that are done."""

    def advance(self, accepted: int, rejected: int) -> None:
        """One more sample is done."""

    def spend(self, spending: Spending) -> None:
        """A decision was made; `spending` is the run's total, and goes on changing."""

    def say(self, message: str) -> None:
        """Something that a person should know."""

    def end(self) -> None:
        """No more samples come."""


class Quiet:
    """An observer that shows nothing."""

    def begin(self, total: int, accepted: int, rejected: int) -> None:
        """Show nothing."""

    def advance(self, accepted: int, rejected: int) -> None:
        """Show nothing."""

    def spend(self, spending: Spending) -> None:
        """Show nothing."""

    def say(self, message: str) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""
