"""What an export wrote, and what it left out and why."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ExportReport:
    """Counts of one export. `left_out` counts examples by reason, `kinds` and `splits` those written."""

    format: str
    records: int = 0
    examples: int = 0
    rows: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    #: What a stage found out besides, by its name: JSON values.
    notes: dict[str, Any] = field(default_factory=dict)

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Count what is not written."""
        self.left_out[reason] += count

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values; the order of its members is always the same."""
        return {
            "format": self.format,
            "records": self.records,
            "examples": self.examples,
            "rows": self.rows,
            "kinds": dict(sorted(self.kinds.items())),
            "splits": dict(sorted(self.splits.items())),
            "left_out": dict(sorted(self.left_out.items())),
            "files": self.files,
            **self.notes,
        }
