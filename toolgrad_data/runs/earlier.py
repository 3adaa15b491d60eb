"""`rejected.earlier.jsonl`: the lines of rejected samples that `--again` has made, or is making, anew."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from graph.record import Meta
from toolgrad_data.files.jsonl import DurableWriter, corrupt, read_lines

EARLIER = "rejected.earlier.jsonl"
_AT_ONCE = 1 << 20


def earlier_metas(folder: Path) -> Iterator[Meta]:
    """Yield the `meta` of each rejection before its sample was made anew.

    Raises CorruptFileError naming the line that is no record.
    """
    for number, data in read_lines(folder / EARLIER):
        try:
            yield Meta.model_validate(data.get("meta"))
        except ValidationError as error:
            raise corrupt(folder / EARLIER, number, "not a rejected record") from error


def size_of_earlier(folder: Path) -> int:
    """Return the size of the file in bytes, 0 when it is not there."""
    path = folder / EARLIER
    return path.stat().st_size if path.exists() else 0


def move_lines(source: Path, folder: Path, size: int) -> None:
    """Move all lines of a file behind the earlier ones, whose size was `size` before. Raises OSError.

    May be killed at any moment and done again: what a killed move has copied is written over, and nothing is removed
    before all of it is there.
    """
    if not source.exists() or not source.stat().st_size:
        return  # there was nothing, or it was moved and only not told
    if size_of_earlier(folder) > size:
        _truncate(folder / EARLIER, size)
    with open(source, "rb") as lines:
        append_earlier(folder, lines)
    _truncate(source, 0)


def append_earlier(folder: Path, lines: Iterable[bytes]) -> None:
    """Write the lines to the end of the file. Raises OSError."""
    with closing(DurableWriter(folder / EARLIER)) as writer:
        for some in _batches(lines):
            writer.append(*some)


class MissingEarlier:
    """Tells lines from elsewhere that the folder has not: of two that are alike it may have one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: Counter[bytes] = Counter()
        if (folder / EARLIER).exists():
            with open(folder / EARLIER, "rb") as file:
                self._known.update(map(_digest, file))

    def add(self, lines: Iterable[bytes]) -> None:
        """Write those that are missing. Raises OSError."""
        new = []
        for line in lines:
            digest = _digest(line)
            if self._known[digest]:
                self._known[digest] -= 1
            else:
                new.append(line)
        if new:
            append_earlier(self._folder, new)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    size = 0
    for line in lines:
        some.append(line)
        size += len(line)
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _truncate(path: Path, size: int) -> None:
    with open(path, "r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line.rstrip(b"\n"), digest_size=16).digest()
