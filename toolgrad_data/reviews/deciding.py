"""Decide about samples that wait from the command line: lines of `reviews.jsonl`, checked before they are written."""

import getpass
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from graph.record import Record
from toolgrad_data.errors import UsageError
from toolgrad_data.reviews.decisions import decisions_of
from toolgrad_data.reviews.mending import MendError, mend
from toolgrad_data.reviews.review import Decision, MendedDraft, Review
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.runs.waiting import WaitingSample, waiting_samples

_SHOWN = 5


class Deciding:
    """One reviewer at the samples of a run that wait."""

    def __init__(self, folder: Path, reviewer: str | None, note: str = "") -> None:
        self._folder = folder
        self._reviewer = reviewer
        self._note = note

    def samples(self, id: str | None = None) -> Iterator[WaitingSample]:
        """Yield what waits, or the sample of that id or number. Raises UsageError."""
        some = []
        for sample in waiting_samples(self._folder):
            some.append(sample.id)
            if id is None or id in (sample.id, str(sample.index)):
                yield sample
                if id is not None:
                    return
        if id is not None:
            more = f", … {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
            waits = f"It has: {', '.join(some[:_SHOWN])}{more}" if some else "Nothing waits."
            raise UsageError(f"{self._folder}: no sample {id!r} waits for review.\n{waits}")

    def undecided(self) -> int:
        """Return how many samples nobody has decided about, or not all alike."""
        return sum(1 for _ in self._undecided())

    def _undecided(self) -> Iterator[WaitingSample]:
        decide = decisions_of(self._folder)
        for sample in self.samples():
            if sample.behind is None and decide(sample.id, sample.digest, sample.refused) is None:
                yield sample

    def decide(
        self, *, accept: str | None, reject: str | None, reason: str, mend: str | None, file: Path | None
    ) -> int:
        """Write the decisions, all or none; return how many. Raises UsageError and CorruptFileError."""
        chosen: list[tuple[Decision, str]] = [
            *(("accept", id) for id in self._ids(accept)),
            *(("reject", id) for id in self._ids(reject)),
            *(("mend", id) for id in self._ids(mend)),
        ]
        twice = sorted({id for _, id in chosen if sum(id == other for _, other in chosen) > 1})
        if twice:
            raise UsageError(f"{', '.join(twice)}: named twice. One decision for each.")
        if reject and not reason.strip():
            raise UsageError("--reject needs a --reason, which is what the sample is rejected with.")
        if (mend is None) != (file is None):
            raise UsageError(
                "--mend ID and --with FILE go together; the words to start from: toolgrad waiting RUN ID --draft"
            )
        by_id = {sample.id: sample for _, id in chosen for sample in self.samples(id)}
        reviews = [self._review(kind, by_id[id], reason, file) for kind, id in chosen]
        reviews_file = ReviewFile(self._folder)
        for review in reviews:
            reviews_file.append(review)
        return len(reviews)

    def _ids(self, given: str | None) -> list[str]:
        if given is None:
            return []
        if given.strip() == "all":
            return [sample.id for sample in self._undecided()]
        return [next(self.samples(name.strip())).id for name in given.split(",") if name.strip()]

    def _review(self, kind: Decision, sample: WaitingSample, reason: str, file: Path | None) -> Review:
        if sample.behind is not None:
            raise UsageError(
                f"{sample.id} is accepted already, and waits for {sample.behind}, which it is like: decide about that."
            )
        mended = _read_draft(file, sample) if kind == "mend" and file is not None else None
        try:
            return Review(
                record=sample.id,
                digest=sample.digest,
                reviewer=getpass.getuser() if self._reviewer is None else self._reviewer,
                decision=kind,
                reason=reason if kind == "reject" else "",
                note=self._note,
                mended=mended,
            )
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise UsageError(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from error


def _read_draft(file: Path, sample: WaitingSample) -> MendedDraft:
    """Return the mended words, proved. Raises UsageError: what is wrong with them."""
    try:
        draft = MendedDraft.model_validate(json.loads(file.read_text(encoding="utf-8")))
        mended = mend(Record.model_validate(sample.record), draft)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--with {file}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UsageError(
            f"--with {file}: {'/'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}\n"
            'Allowed: {"turns": [{"query": "…", "response": "…"}]}, as toolgrad waiting RUN ID --draft prints it.'
        ) from error
    except (ValueError, MendError) as error:
        raise UsageError(f"--with {file}: {error}") from error
    if found := mended.verification.findings:
        told = "\n".join(f"  {finding.promise}: {finding.message}" for finding in found)
        raise UsageError(f"--with {file}: the mended words do not hold, and nothing was written:\n{told}")
    return draft
