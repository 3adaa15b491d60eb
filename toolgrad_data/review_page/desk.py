"""What the page's requests do: hand out records, prove mended drafts, put decisions on the disk.

Nothing here knows HTTP. Each method takes and gives JSON values; a `Refusal` says what was wrong and what stands.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from graph.record import Finding, Record, RejectedRecord
from nodes.proofs.distinct import SIMILAR, grams_of, overlap
from toolgrad_data.report.entries import body_of
from toolgrad_data.review_page.records import ChangedRecordError, Item, ReadRecord, read_item
from toolgrad_data.reviews.agreement import agreements
from toolgrad_data.reviews.audit import QUESTIONS
from toolgrad_data.reviews.mending import MendError, draft_of, mend
from toolgrad_data.reviews.review import MendedDraft, Name, Review
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.reviews.standing import Standing, review_in_loop
from toolgrad_data.verify.unknown_plugins import screens_of

Json = dict[str, Any]

_NAME: TypeAdapter[str] = TypeAdapter(Name)
#: Wrong lines of the reviews that are told one by one.
_SHOWN = 3


class Refusal(Exception):
    """A request that is not done: an HTTP status, a code for the page, words for the person, and what else to show."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"error": code, "message": message, **more}


class Desk:
    """The records to be reviewed and the reviews of the run. May be used by several threads.

    `everything` are all records of the run, which a mended one must be unlike; `told` is how the reviewed were drawn.
    """

    def __init__(
        self, folder: Path, items: Sequence[Item], everything: Sequence[Item], *, is_audit: bool = False, told: str = ""
    ) -> None:
        self.name = folder.resolve().name
        self.key = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self.items = {item.id: item for item in items}
        self._all = everything
        self.is_audit = is_audit
        self.told = told
        self._file = ReviewFile(folder, skips_wrong=True)
        self._file.reviews()
        self.notes = _notes_of(self._file)
        self._lock = threading.Lock()
        self._grams: dict[str, frozenset[int]] = {}

    def run(self) -> Json:
        """Return what the page shows of the run as a whole."""
        return {
            "name": self.name,
            "key": self.key,
            "told": self.told,
            "questions": [list(one) for one in QUESTIONS.items()] if self.is_audit else [],
            "reviewers": self._standing().reviewers,
        }

    def queue(self, reviewer: str) -> Json:
        """Return all heads in the order of the review, each with the reviewer's decision."""
        mine = self._decisions(_named(reviewer))
        return {"heads": [{**item.head, "mine": mine.get(item.id)} for item in self.items.values()]}

    def state(self, reviewer: str) -> Json:
        """Return the reviewer's decisions, the last one, and how far reviewers agree on what this one has decided."""
        reviewer = _named(reviewer)
        standing = self._standing()
        mine = [review for review in self._current(standing) if review.reviewer == reviewer]
        decided = {review.record for review in mine}
        kept: dict[str, dict[str, object]] = {}
        for review in self._current(standing):
            # What others decided of records that this reviewer has not decided tells nothing here either.
            if review.record in decided:
                kept.setdefault(review.reviewer, {})[review.record] = review.decision != "reject"
        last = max(mine, key=lambda review: review.at, default=None)
        return {
            "decisions": {review.record: review.decision for review in mine},
            "counts": Counter(review.decision for review in mine),
            "last": last.record if last else None,
            "agreement": [pair._asdict() for pair in agreements(kept)],
        }

    def entry(self, reviewer: str, id: str) -> Json:
        """Return a record with what its reviewer may see of it."""
        return self._entry(_named(reviewer), *self._read(id))

    def prove(self, id: str, draft: Any) -> Json:
        """Return the record with the draft's words, and what the proofs find."""
        item, read = self._read(id)
        made = self._mended(item, read.record, _draft(draft))
        return {**self._view(made, hidden=True), "findings": len(made.verification.findings)}

    def decide(self, given: Json) -> Json:
        """Put a decision on the disk and return the record as it is to be shown then.

        `known` is the id of the decision that the page shows as the reviewer's own: another tab may have made one.
        A decision that is sent again is there already.
        """
        known = given.pop("known", None)
        given.pop("at", None)
        item, read = self._read(str(given.get("record", "")))
        if given.get("digest") != read.digest:
            raise Refusal(409, "changed", f"{item.id} was changed meanwhile. Look at it again.")
        try:
            review = Review.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = "/".join(map(str, first["loc"]))
            raise Refusal(400, "invalid", f"{place and f'{place}: '}{first['msg']}") from error
        if review.mended is not None:
            made = self._mended(item, read.record, review.mended)
            if made.verification.findings:
                words = "The proofs find something in the mended words, so they are not saved."
                raise Refusal(422, "unproved", words, **self._view(made, hidden=True))
        with self._lock:
            self._append(review, known)
        return self._entry(review.reviewer, item, read)

    def _append(self, review: Review, known: Any) -> None:
        there = next((one for one in self._file.reviews() if one.id == review.id), None)
        if there is not None:
            same = there.model_copy(update={"at": review.at}) == review
            if not same:
                raise Refusal(409, "taken", "A decision of that id is there already, and another one.")
            return
        standing = Standing.of(self._file.reviews()).by_record.get(review.record, {}).get(review.reviewer)
        if (standing.id if standing else None) != known:
            what = f"decided in another tab: {standing.decision}" if standing else "taken back in another tab"
            raise Refusal(409, "elsewhere", f"{review.record} was {what}. Look at it again.")
        if review.undoes is not None and (standing is None or standing.id != review.undoes):
            raise Refusal(409, "elsewhere", f"{review.record}: that decision does not stand any more.")
        self._file.append(review)

    def _read(self, id: str) -> tuple[Item, ReadRecord]:
        item = self.items.get(id)
        if item is None:
            raise Refusal(404, "unknown", f"There is no record {id[:80]} here.")
        try:
            return item, read_item(item)
        except (ChangedRecordError, OSError) as error:
            raise Refusal(409, "changed", f"{error}. Start toolgrad review again.") from error

    def _standing(self) -> Standing:
        with self._lock:
            return Standing.of(self._file.reviews())

    def _current(self, standing: Standing) -> list[Review]:
        """Return the decisions about records of this review as they are now."""
        return [review for review in standing if review.record in self.items and not self._is_stale(review)]

    def _is_stale(self, review: Review) -> bool:
        known = self.items[review.record].digest
        return known is not None and known != review.digest

    def _decisions(self, reviewer: str) -> dict[str, str]:
        return {one.record: one.decision for one in self._current(self._standing()) if one.reviewer == reviewer}

    def _entry(self, reviewer: str, item: Item, read: ReadRecord) -> Json:
        of_record = self._standing().by_record.get(item.id, {})
        mine = of_record.get(reviewer)
        shown = read.record
        draft = draft_of(shown)
        if mine is not None and mine.mended is not None and mine.digest == read.digest:
            draft = mine.mended
            shown = self._mended(item, read.record, draft)
        made = list(of_record.values())
        if read.record.review is not None:
            made.insert(0, review_in_loop(item.id, read.digest, read.record.review))
        others = [one.model_dump(mode="json") for one in made if one.reviewer != reviewer]
        # A decision about what the record was before is none about what it is.
        is_decided = mine is not None and mine.digest == read.digest
        return {
            **self._view(shown, hidden=not is_decided),
            "digest": read.digest,
            "draft": draft.model_dump(),
            "mine": mine.model_dump(mode="json") if mine else None,
            "stale": mine is not None and not is_decided,
            "others": others if is_decided else None,
            "judge": read.record.judge.model_dump(mode="json") if is_decided and read.record.judge else None,
        }

    def _view(self, record: Record, *, hidden: bool) -> Json:
        """Return a record as the page shows it; `hidden` are a judge's scores, and what they were the reason for."""
        if hidden:
            record = _without_judge(record)
        return {**body_of(record), "tools": [spec.model_dump() for spec in record.tools]}

    def _mended(self, item: Item, record: Record, draft: MendedDraft) -> Record:
        try:
            made = mend(record, draft, screens=screens_of(record)[0])
        except MendError as error:
            raise Refusal(400, "no_draft", f"{error}.") from error
        alike = self._alike(item, made)
        if alike is None:
            return made
        proved = made.verification.model_copy(
            update={"distinct": False, "findings": [*made.verification.findings, alike]}
        )
        return made.model_copy(update={"verification": proved})

    def _alike(self, item: Item, made: Record) -> Finding | None:
        """Return the first other accepted record of the run whose queries are nearly the mended ones."""
        mine = grams_of(turn.query for turn in made.turns)
        for other in self._all:
            if other.id == item.id or other.kind == "rejected":
                continue
            theirs = self._grams.get(other.id)
            if theirs is None:
                theirs = self._grams[other.id] = grams_of(query for query, _ in other.head["texts"])
            if overlap(mine, theirs) >= SIMILAR:
                return Finding.of(
                    "distinct", "similar_query", f"the record {other.id} has nearly the same query", "/turns/0"
                )
        return None


def _notes_of(file: ReviewFile) -> list[str]:
    """Return what is wrong with lines of the reviews, of the first few in full."""
    notes = [f"{error}\nIt is left as it is, and is not counted here." for error in file.wrong[:_SHOWN]]
    if (more := len(file.wrong) - _SHOWN) > 0:
        notes.append(f"{file.path}: {more:,} more lines are no reviews, and are left as they are")
    return notes


def _named(reviewer: Any) -> str:
    try:
        return _NAME.validate_python(reviewer)
    except ValidationError as error:
        raise Refusal(400, "no_name", "A reviewer has a name of at most 80 characters.") from error


def _draft(draft: Any) -> MendedDraft:
    try:
        return MendedDraft.model_validate(draft)
    except ValidationError as error:
        raise Refusal(400, "no_draft", "A draft has a query and a response for each turn.") from error


def _without_judge(record: Record) -> Record:
    proved = record.verification
    left = [finding for finding in proved.findings if finding.promise != "judged"]
    update: Json = {
        "judge": None,
        "trajectories": None,
        "review": None,
        "verification": proved.model_copy(update={"findings": left}),
    }
    if isinstance(record, RejectedRecord):
        update["reasons"] = [reason for reason in record.reasons if not reason.startswith("judged:")]
    return record.model_copy(update=update)
