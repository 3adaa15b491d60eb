"""A run's records as the page asks for them: what orders and lists need in memory, the rest where it lies on disk."""

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from graph.record import Record, RejectedRecord
from graph.sources import UserSource
from nodes.marks.turns import with_tells
from toolgrad_data.files.lines import LINE_MAX, Line, read_lines
from toolgrad_data.files.record_lines import NotARecordError, as_record, parse_json
from toolgrad_data.report.entries import head_of
from toolgrad_data.reviews.review import record_digest
from toolgrad_data.runs.store import RECORDS, REJECTED
from toolgrad_data.verify.progress import Watcher


class ChangedRecordError(Exception):
    """The file has something else where the record was."""


@dataclass(frozen=True)
class Item:
    """A record of the run and where it lies. `head` is what the page's list shows.

    `screened` counts marks that are screened and not proved: inferred ones and those in other words. `doubt` is how far
    the judge and the proofs are apart, None where no judge was asked. `stratum` is what an audit spreads over.
    `digest` is known of records that had reviews when they were read.
    """

    id: str
    head: dict[str, Any]
    file: Path
    start: int
    size: int
    is_rejected: bool
    screened: int
    doubt: tuple[float, ...] | None
    stratum: tuple[str, ...]
    digest: str | None = None


@dataclass(frozen=True)
class ReadRecord:
    """A record, the digest of its line, and whether it is a rejected sample."""

    record: Record
    digest: str


def read_items(
    folder: Path, *, rejected: bool = False, reviewed: Set[str] = frozenset(), watcher: Watcher | None = None
) -> tuple[list[Item], int]:
    """Return the run's accepted records, or its rejected samples beside them, and how many lines are no records.

    `reviewed` are the ids of records that have reviews.
    """
    items: dict[str, Item] = {}
    skipped = 0
    watcher = watcher or Watcher()
    for name in (RECORDS, REJECTED) if rejected else (RECORDS,):
        path = folder / name
        if not path.exists():
            continue
        watcher.begin(path.stat().st_size)
        for line in read_lines(path):
            watcher.advance(line.end, len(items))
            try:
                record = _parse(line, is_rejected=name == REJECTED)
            except (NotARecordError, ValidationError):
                skipped += 1
                continue
            known = record_digest(json.loads(line.data or b"")) if record.id in reviewed else None
            items.setdefault(record.id, _item(record, path, line, known))
        watcher.end()
    return list(items.values()), skipped


def read_item(item: Item) -> ReadRecord:
    """Return the record. Raises ChangedRecordError where the file has something else there, OSError."""
    with open(item.file, "rb") as file:
        file.seek(item.start)
        data = file.read(min(item.size, LINE_MAX))
    line = Line(1, data.strip().removeprefix(b"\xef\xbb\xbf"), len(data), len(data))
    try:
        record = _parse(line, is_rejected=item.is_rejected)
    except (NotARecordError, ValidationError) as error:
        raise ChangedRecordError(f"{item.file.name} was changed: {item.id} is not where it was") from error
    if record.id != item.id:
        raise ChangedRecordError(f"{item.file.name} was changed: {record.id} is where {item.id} was")
    return ReadRecord(record, record_digest(json.loads(line.data or b"")))


def _parse(line: Line, *, is_rejected: bool) -> Record:
    data = parse_json(line)
    return RejectedRecord.model_validate(data) if is_rejected else as_record(data)


def _item(record: Record, file: Path, line: Line, digest: str | None) -> Item:
    shown = record.model_copy(update={"judge": None})  # scores are hidden until one has decided
    is_rejected = isinstance(record, RejectedRecord)
    head = head_of(0, shown)
    if is_rejected:
        head["codes"] = [code for code in head["codes"] if not code.startswith("judged")]
    return Item(
        id=record.id,
        head=head,
        file=file,
        start=line.end - line.size,
        size=line.size,
        is_rejected=is_rejected,
        screened=sum(1 for _ in _screened(record)),
        doubt=_doubt(record, is_rejected),
        stratum=_stratum(record, head["calls"]),
        digest=digest,
    )


def _screened(record: Record) -> Iterator[None]:
    """Yield for each mark that is screened."""
    for turn in with_tells(record).turns:
        yield from (None for tell in turn.tells or () if tell.inferred or tell.paraphrase)
        for step in turn.steps:
            for source in step.sources.values():
                yield from (None for part in source.whole() if isinstance(part, UserSource) and part.paraphrase)


def _doubt(record: Record, is_rejected: bool) -> tuple[float, ...] | None:
    """Return a key that is larger the more the judge disagrees with the verdict that the sample got."""
    judge = record.judge
    if judge is None:
        return None
    share = judge.solved / judge.trials if judge.trials else 0.5
    key = (float(judge.disagreement is not None), 1 - share, 10.0 - judge.naturalness - judge.would_ask)
    return tuple(-part for part in key) if is_rejected else key


def _stratum(record: Record, calls: int) -> tuple[str, ...]:
    lengths = (
        "1 call" if calls <= 1 else "2 or 3 calls" if calls <= 3 else "4 to 6 calls" if calls <= 6 else "more calls"
    )
    kinds = "+".join(sorted({turn.kind for turn in record.turns[1:]})) or "one query"
    turns = len(record.turns)
    categories = sorted({spec.category for spec in record.tools})
    return (lengths, "1 turn" if turns <= 1 else "2 turns" if turns == 2 else "more turns", kinds, *categories[:1])
