"""Figures of the records that people accepted, as they mended them."""

from toolgrad_data.errors import UsageError
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.reviewed import ReviewTally, chosen_records
from toolgrad_data.runs.store import RECORDS
from toolgrad_data.stats.figures import Stats, StatsCollector
from toolgrad_data.verify.verification import Target


def is_run(target: Target) -> bool:
    """Say whether the target is a run's records, which may have reviews beside them."""
    return target.file.name == RECORDS


def count_reviewed(target: Target, reviewed: Reviewed) -> Stats:
    """Return the figures of the records that were reviewed so. Raises UsageError (no run, none), CorruptFileError."""
    if not is_run(target):
        raise UsageError(f"--reviewed: {target.file} is no run's {RECORDS}, so there are no reviews beside it")
    folder = target.file.parent
    collector = StatsCollector(str(target.file), of_a_run=False)
    tally = ReviewTally()
    for chosen in chosen_records(folder, reviewed, tally):
        collector.add(chosen.record)
    if not tally.taken:
        reasons = "".join(f"\n  {count} × {reason}" for reason, count in sorted(tally.left_out.items()))
        raise UsageError(
            f"{folder}: has no records that were reviewed so.{reasons}\nReview some: toolgrad review {folder}"
        )
    return collector.stats()
