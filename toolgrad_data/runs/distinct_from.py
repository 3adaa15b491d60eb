"""Records of other files that no record of a run may be like."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from graph.record import Record
from toolgrad_data.errors import UsageError
from toolgrad_data.files.lines import read_lines
from toolgrad_data.files.record_lines import NotARecordError, parse_line
from toolgrad_data.runs.distinct_index import DistinctIndex


def digests(paths: tuple[Path, ...]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name. Raises UsageError for one that cannot be read."""
    found: dict[str, str] = {}
    for path in paths:
        try:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise UsageError(f"--distinct-from {path}: cannot be read: {error.strerror}") from error
        name = path.name if path.name not in found else str(path)
        found[name] = digest
    return found


def records_of(path: Path) -> Iterator[Record | None]:
    """Yield the file's records in order, and None for each line that is none."""
    for line in read_lines(path):
        try:
            yield parse_line(line)
        except NotARecordError:
            yield None


def add_records(index: DistinctIndex, paths: Iterable[Path]) -> Iterator[str]:
    """Add the files' records to the index; yield what a person should know of them."""
    for path in paths:
        skipped = 0
        for record in records_of(path):
            if record is None:
                skipped += 1
            else:
                index.add(record, path.name)
        if skipped:
            yield f"{path}: {skipped} lines are no records and were left out of the comparison"
