"""A run's accepted records as people reviewed them: what every command reads that takes reviews into account."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from graph.record import Record
from toolgrad_data.files.jsonl import read_lines
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.mending import MendError, mend
from toolgrad_data.reviews.review import Review, record_digest
from toolgrad_data.reviews.review_file import read_reviews
from toolgrad_data.reviews.standing import Standing, Verdict
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.store import RECORDS, parse_record


class ChosenRecord(NamedTuple):
    """A record that is taken; where it was mended with the mend, and as it was before."""

    record: Record
    mend: Review | None = None
    original: Record | None = None

    def mended_label(self) -> dict[str, Any]:
        """Return who mended what and what stood there before; nothing where nobody did."""
        if self.mend is None or self.original is None:
            return {}
        before = [
            {"turn": number, half: getattr(old, half)}
            for number, (old, new) in enumerate(zip(self.original.turns, self.record.turns, strict=True))
            for half in ("query", "response")
            if getattr(old, half) != getattr(new, half)
        ]
        return {"mended": {"by": self.mend.reviewer, "at": self.mend.at, "reason": self.mend.reason, "before": before}}


@dataclass
class ReviewTally:
    """What became of the records that were read: taken, mended (by id, who did what), others by reason."""

    taken: int = 0
    mended: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    stale: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the counts."""
        return {
            "taken": self.taken,
            "mended": dict(sorted(self.mended.items())),
            "left_out": dict(sorted(self.left_out.items())),
            "stale": self.stale,
        }


def chosen_records(
    folder: Path, reviewed: Reviewed | None = None, tally: ReviewTally | None = None
) -> Iterator[ChosenRecord]:
    """Yield the run's accepted records, or those of them that were reviewed so, each with the last mend applied.

    `tally` is told what became of each. Raises CorruptFileError naming the line of a file.
    """
    if reviewed is None:
        yield from (ChosenRecord(record) for record in read_records(folder))
        return
    tally = tally if tally is not None else ReviewTally()
    standing = Standing.of(read_reviews(folder))
    everybody = set(standing.reviewers)
    path = folder / RECORDS
    for number, data in read_lines(path):
        record = parse_record(path, number, data, Record)
        verdict = (
            standing.verdict(record.id, record_digest(data)) if record.id in standing.by_record else Verdict("open")
        )
        tally.stale += bool(verdict.stale)
        if (reason := _why_not(verdict, reviewed, everybody)) is not None:
            tally.left_out[reason] += 1
            continue
        chosen = ChosenRecord(record)
        if verdict.mend is not None:
            chosen = _mended(record, verdict.mend)
            if chosen.mend is None:
                tally.left_out["its mended draft does not hold any more; mend it again"] += 1
                continue
            tally.mended[record.id] = chosen.mended_label()["mended"]
        tally.taken += 1
        yield chosen


def reviewed_records(folder: Path, reviewed: Reviewed | None = None) -> Iterator[Record]:
    """Yield the records of `chosen_records` alone."""
    return (chosen.record for chosen in chosen_records(folder, reviewed))


def standing_mends(folder: Path) -> list[str]:
    """Return the ids of the mends that stand: what is measured of mended records is of these."""
    return sorted(review.id for review in Standing.of(read_reviews(folder)) if review.decision == "mend")


def _why_not(verdict: Verdict, reviewed: Reviewed, everybody: set[str]) -> str | None:
    """Return why a record is not taken."""
    accepted = set(verdict.accepted_by)
    if not verdict.reviews:
        return "was changed since it was reviewed" if verdict.stale else "is not reviewed"
    if verdict.status == "rejected":
        return "was rejected by a reviewer"
    if reviewed is Reviewed.accepted and verdict.status == "disputed":
        return "was rejected by a reviewer and accepted by another"
    if reviewed is Reviewed.all and accepted != everybody:
        return "is not accepted by every reviewer"
    return None


def _mended(record: Record, review: Review) -> ChosenRecord:
    """Return the record as it was mended; without a mend where the draft is no draft of it or does not hold."""
    assert review.mended is not None  # noqa: S101 - a mend has one
    try:
        made = mend(record, review.mended)
    except MendError:
        return ChosenRecord(record)
    return ChosenRecord(record) if made.verification.findings else ChosenRecord(made, review, record)
