"""What came of running a record's steps again, as data."""

from collections import Counter
from dataclasses import dataclass, field

from graph.record import Finding, Record


@dataclass
class Replayed:
    """What came of a record's steps: counts by outcome, why steps could not be checked, tools that are others now.

    Outcomes are `same` (a deterministic tool gave the same result), `same_shape` (another tool gave a result
    of the same shape), `differs` and `not_checkable`.
    """

    findings: list[Finding] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)
    changed_tools: set[str] = field(default_factory=set)
    vanished_tools: set[str] = field(default_factory=set)

    def differs(self, where: str, code: str, message: str) -> None:
        """Note a step whose result is not what the tool gives."""
        self.outcomes["differs"] += 1
        self.findings.append(Finding(promise="replayed", code=code, message=message, where=where))

    def not_checkable(self, reason: str) -> None:
        """Note a step that cannot be run as it was."""
        self.outcomes["not_checkable"] += 1
        self.unchecked[reason] += 1


def all_not_checkable(record: Record, reason: str) -> Replayed:
    """Return the record's steps as not checkable, all for the same reason."""
    replayed = Replayed()
    for turn in record.turns:
        for _ in turn.steps:
            replayed.not_checkable(reason)
    return replayed
