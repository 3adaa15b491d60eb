"""`reviews.jsonl`, read and appended to: by several processes at once, and with nothing lost when one is killed."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from toolgrad_data.errors import CorruptFileError
from toolgrad_data.files.file_lock import locked
from toolgrad_data.files.jsonl import DurableWriter, encode_line, repair_tail
from toolgrad_data.reviews.review import REVIEW_SCHEMA_VERSION, REVIEWS, Review

_LOCK = ".reviews.lock"


class ReviewFile:
    """The reviews of a run. `notes` tells what was repaired.

    What is appended is on the disk when `append` returns. It reads what other processes append too. With `skips_wrong`
    a line that is no review stops nothing: it stays where it is, and `wrong` says of each what is wrong with it.
    """

    def __init__(self, folder: Path, *, skips_wrong: bool = False) -> None:
        self.path = folder / REVIEWS
        self.notes: list[str] = []
        self.wrong: list[CorruptFileError] = []
        self._skips_wrong = skips_wrong
        self._lock = folder / _LOCK
        self._read_to = 0
        self._lines = 0
        self._reviews: list[Review] = []
        self._ids: set[str] = set()

    def reviews(self) -> list[Review]:
        """Return all reviews, in the order in which they were made. Raises CorruptFileError, OSError.

        Only what was appended since the last time is read; a last line without its end is no line yet.
        """
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self._read_to:  # replaced by something else: read anew
            self._read_to, self._lines, self._reviews, self._ids, self.wrong = 0, 0, [], set(), []
        if size > self._read_to:
            with open(self.path, "rb") as file:
                file.seek(self._read_to)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            for line in whole.splitlines():
                self._lines += 1
                self._take(line)
            self._read_to += len(whole)
        if self.wrong and not self._skips_wrong:
            raise self.wrong[0]
        return self._reviews

    def _take(self, line: bytes) -> None:
        try:
            review = _parse_review(self.path, self._lines, line)
        except CorruptFileError as error:
            self.wrong.append(error)
            return
        if review.id not in self._ids:
            self._ids.add(review.id)
            self._reviews.append(review)

    def append(self, review: Review) -> None:
        """Put the review on the disk, once, however often it is appended. Raises OSError, TimeoutError."""
        line = encode_line(review.model_dump(mode="json"))
        with locked(self._lock):
            if (note := repair_tail(self.path)) is not None:
                self.notes.append(note)
            self.reviews()
            if review.id in self._ids:
                return
            is_new = not self.path.exists()
            with closing(DurableWriter(self.path)) as writer:
                writer.append(line)
            if is_new:
                _sync_folder(self.path.parent)
        self.reviews()


def read_reviews(folder: Path) -> Iterator[Review]:
    """Yield the run's reviews, in the order in which they were made. Raises CorruptFileError naming the line."""
    yield from ReviewFile(folder).reviews()


def _parse_review(path: Path, number: int, line: bytes) -> Review:
    try:
        return Review.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = f"{'/'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}"
        if first["loc"] == ("schema_version",):
            why = f"schema_version is {str(first['input'])[:40]}; this program reads {REVIEW_SCHEMA_VERSION}"
        raise CorruptFileError(
            f"{path}, line {number}: not a review: {why}\n"
            f"Look at it: sed -n {number}p {path}\nRestore it, or delete the line: that decision is then not made."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make the file's name durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
