"""What `toolgrad review` does before it serves: reads the records and draws those that are reviewed."""

from pathlib import Path

from toolgrad_data.errors import UsageError
from toolgrad_data.review_page.desk import Desk
from toolgrad_data.review_page.order import Order
from toolgrad_data.review_page.records import Kind, read_items
from toolgrad_data.review_page.sampling import draw, draw_audit
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.runs.waiting import waiting_samples
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
    waiting: bool = False,
    audit: int | None = None,
    watcher: Watcher | None = None,
) -> Desk:
    """Return the desk of the run's records, of these and its rejected samples, or of the samples that wait.

    Lines of reviews.jsonl that are no reviews are a note. Raises UsageError (nothing to review)."""
    reviewed = {review.record for review in ReviewFile(folder, skips_wrong=True).reviews()}
    kinds: list[Kind] = ["accepted", "waiting"] if waiting else ["accepted", "rejected"] if rejected else ["accepted"]
    everything, skipped = read_items(folder, kinds, reviewed=reviewed, watcher=watcher)
    asked = [item for item in everything if item.kind == "waiting"] if waiting else everything
    if order is Order.disagreement and not any(item.doubt for item in asked):
        raise UsageError(
            f"{folder}: no record was judged, so nothing can disagree with the proofs.\n"
            "Take another --order, or make the run with a judge (docs/judging.md)"
        )
    if audit is not None:
        items, told = draw_audit(asked, audit, seed), f"an audit, drawn by stratum with seed {seed}"
    else:
        items, told = draw(asked, order, limit, seed), _TOLD[order]
        told += f", seed {seed}" if order is Order.random else ""
    if not items:
        raise UsageError(f"{folder}: {_nothing(folder, rejected=rejected, waiting=waiting)}")
    desk = Desk(folder, items, everything, is_audit=audit is not None, told=told)
    if skipped:
        desk.notes.append(f"{skipped:,} lines are no records and are left out (toolgrad verify {folder} tells why)")
    return desk


def _nothing(folder: Path, *, rejected: bool, waiting: bool) -> str:
    if waiting:
        return "no sample waits for people.\nSamples wait where a run is made with --review"
    if any(waiting_samples(folder)):
        return f"has no records to review.\nSamples that wait: toolgrad review {folder} --waiting"
    hint = "" if rejected else f"\nRejected samples: toolgrad review {folder} --rejected"
    return f"has no records to review.{hint}"
