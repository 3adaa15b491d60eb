"""What `toolgrad review` does before it serves: reads the records and draws those that are reviewed."""

from pathlib import Path

from toolgrad_data.errors import UsageError
from toolgrad_data.review_page.desk import Desk
from toolgrad_data.review_page.order import Order
from toolgrad_data.review_page.records import read_items
from toolgrad_data.review_page.sampling import draw, draw_audit
from toolgrad_data.reviews.review_file import read_reviews
from toolgrad_data.verify.progress import Watcher

_TOLD = {
    Order.file: "in the order of the file",
    Order.random: "in random order",
    Order.screened: "those with most screened marks first",
    Order.disagreement: "those first of which a judge and the proofs disagree most",
}


def open_desk(
    folder: Path,
    *,
    order: Order = Order.file,
    limit: int | None = None,
    seed: int = 0,
    rejected: bool = False,
    audit: int | None = None,
    watcher: Watcher | None = None,
) -> Desk:
    """Return the desk of the run's records. Raises UsageError (nothing to review), CorruptFileError (the reviews)."""
    reviewed = {review.record for review in read_reviews(folder)}
    everything, skipped = read_items(folder, rejected=rejected, reviewed=reviewed, watcher=watcher)
    if order is Order.disagreement and not any(item.doubt for item in everything):
        raise UsageError(
            f"{folder}: no record was judged, so nothing can disagree with the proofs.\n"
            "Take another --order, or make the run with a judge (docs/judging.md)"
        )
    if audit is not None:
        items, told = draw_audit(everything, audit, seed), f"an audit, drawn by stratum with seed {seed}"
    else:
        items, told = draw(everything, order, limit, seed), _TOLD[order]
        told += f", seed {seed}" if order is Order.random else ""
    if not items:
        hint = f"\nRejected samples: toolgrad review {folder} --rejected" if not rejected else ""
        raise UsageError(f"{folder}: has no records to review.{hint}")
    desk = Desk(folder, items, everything, is_audit=audit is not None, told=told)
    if skipped:
        desk.notes.append(f"{skipped:,} lines are no records and are left out (toolgrad verify {folder} tells why)")
    return desk
