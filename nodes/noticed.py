"""What is noticed of a record and refuses nothing: its `warnings`."""

from graph.record import Finding, Record
from nodes.drafts import open_figures


def warnings_of(record: Record) -> list[Finding]:
    """Return figures that may tell several values, which the writer was asked about and did not say."""
    return [finding for index, turn in enumerate(record.turns) for finding in open_figures(turn, index)]
