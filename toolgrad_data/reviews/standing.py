"""Which reviews stand: of each reviewer the last about a record that was not taken back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from graph.record import RecordReview
from toolgrad_data.reviews.review import Review

#: Who decided while a run was made and gave no name.
IN_LOOP = "a person in the loop"

Status = Literal["accepted", "mended", "rejected", "disputed", "open"]


@dataclass(frozen=True)
class Verdict:
    """What all reviewers decided about a record as it is now. `stale` are decisions about what it was before.

    `status`: `accepted` (nobody rejects it), `mended` (so, and somebody mended it), `rejected` (nobody accepts it),
    `disputed`, or `open` where nobody decided.
    """

    status: Status
    reviews: tuple[Review, ...] = ()
    stale: tuple[Review, ...] = ()

    @property
    def accepted_by(self) -> list[str]:
        """Who accepts it, as it is or mended."""
        return [review.reviewer for review in self.reviews if review.decision != "reject"]

    @property
    def mend(self) -> Review | None:
        """The mend that counts: the last one."""
        return next((review for review in reversed(self.reviews) if review.decision == "mend"), None)


@dataclass
class Standing:
    """The decisions that stand, by record and reviewer, in the order in which they were made."""

    by_record: dict[str, dict[str, Review]] = field(default_factory=dict)

    @classmethod
    def of(cls, reviews: Iterable[Review]) -> "Standing":
        """Return what stands of the reviews, which are in the order in which they were made."""
        made = list(reviews)
        undone = {(each.reviewer, each.undoes) for each in made if each.decision == "undo"}
        standing = cls()
        for review in made:
            if review.decision == "undo" or (review.reviewer, review.id) in undone:
                continue
            of_record = standing.by_record.setdefault(review.record, {})
            of_record.pop(review.reviewer, None)
            of_record[review.reviewer] = review
        return standing

    @property
    def reviewers(self) -> list[str]:
        """Everybody who has a decision that stands."""
        return sorted({name for of_record in self.by_record.values() for name in of_record})

    def __iter__(self) -> Iterator[Review]:
        return (review for of_record in self.by_record.values() for review in of_record.values())

    def verdict(self, record: str, digest: str, in_loop: RecordReview | None = None) -> Verdict:
        """Return what was decided about the record with that digest.

        `in_loop` is what a person decided before it became a line of the run (`Record.review`): it stands as long as
        that person has decided nothing else, and lines that were made until then are about what it came from.
        """
        known = list(self.by_record.get(record, {}).values())
        if in_loop is not None:
            known = [review for review in known if review.digest == digest or review.at > in_loop.at]
            if (first := review_in_loop(record, digest, in_loop)).reviewer not in {one.reviewer for one in known}:
                known.insert(0, first)
        current = tuple(review for review in known if review.digest == digest)
        stale = tuple(review for review in known if review.digest != digest)
        return Verdict(_status(current), current, stale)


def review_in_loop(record: str, digest: str, in_loop: RecordReview) -> Review:
    """Return the decision as a review. Words that were mended stand in the record already: they are accepted."""
    return Review(
        id=f"in the loop {record}",
        record=record,
        digest=digest,
        reviewer=(in_loop.reviewer or "").strip()[:80] or IN_LOOP,
        decision="reject" if in_loop.decision == "reject" else "accept",
        reason="rejected while the run was made" if in_loop.decision == "reject" else "",
        note=in_loop.note[:10_000],
        at=in_loop.at,
    )


def _status(reviews: tuple[Review, ...]) -> Status:
    kinds = {review.decision for review in reviews}
    if not kinds:
        return "open"
    if kinds == {"reject"}:
        return "rejected"
    if "reject" in kinds:
        return "disputed"
    return "mended" if "mend" in kinds else "accepted"
