"""What `toolgrad card` does: reads runs, files and a report, and gives the card's text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolgrad_data.errors import UsageError
from toolgrad_data.publish.card.counts import count_runs, data_files
from toolgrad_data.publish.card.licences import origins
from toolgrad_data.publish.card.writing import CardOptions, card
from toolgrad_data.reviews.choice import Reviewed


def card_of(
    runs: Sequence[Path],
    options: CardOptions,
    data: Sequence[Path] = (),
    report: Mapping[str, Any] | None = None,
    reviewed: Reviewed | None = None,
) -> str:
    """Return the card of the runs and of the files made of them, with what the export reported.

    `reviewed` are the records that count, if not all.

    Raises UsageError, CorruptFileError.
    """
    counts = count_runs(runs, reviewed)
    sources = [text for _, run in counts.runs for text in run.settings.tools]
    return card(options, counts, origins(counts.specs.values(), sources), data_files(data), report)


def read_report(path: Path) -> dict[str, Any]:
    """Return what `toolgrad export --report` wrote. Raises UsageError."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"--report {path}: cannot be read: {error}") from error
    if not isinstance(report, dict) or "left_out" not in report:
        raise UsageError(f"--report {path}: is no report of an export.\nMake one: toolgrad export … --report {path}")
    return report
