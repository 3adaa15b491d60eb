"""What people decided about samples that wait: `reviews.jsonl` read as answers for the workflow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolgrad_data.reviews.review import Review
from toolgrad_data.reviews.review_file import read_reviews
from toolgrad_data.reviews.standing import Standing
from toolgrad_data.runs.waiting import Decide


def decisions_of(folder: Path) -> Decide:
    """Return what answers for people: of a record that nobody decided about, or about which they differ, None.

    Raises CorruptFileError. What is decided afterwards is for the next command.
    """
    standing = Standing.of(read_reviews(folder))

    def decide(id: str, digest: str, refused: Sequence[str]) -> dict[str, Any] | None:
        verdict = standing.verdict(id, digest)
        reviews = [review for review in verdict.reviews if review.id not in refused]
        match verdict.status:
            case "rejected":
                return _answer(reviews, "; ".join(dict.fromkeys(review.reason for review in reviews)))
            case "accepted" | "mended" if reviews:
                mends = [review for review in reviews if review.decision == "mend"]
                # Somebody's mend that did not hold leaves what the others accepted.
                return _answer(mends[-1:] or reviews)
            case _:
                return None

    return decide


def _answer(reviews: Sequence[Review], reason: str = "") -> dict[str, Any]:
    last = reviews[-1]
    return {
        "decision": last.decision,
        "reason": reason[:10_000],
        "mended": None if last.mended is None else last.mended.model_dump(mode="json"),
        "reviewer": ", ".join(dict.fromkeys(review.reviewer for review in reviews))[:200],
        "note": "\n".join(review.note for review in reviews if review.note)[:10_000],
        "id": last.id,
    }
