"""`rejected.earlier.jsonl`: the lines of rejected samples that `--again` has made, or is making, anew."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from graph.record import Meta
from toolgrad_data.jsonl import DurableWriter, corrupt, read_lines

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


def move_lines(source: Path, folder: Path) -> None:
    """Move all lines of a file to the end of the earlier ones. Raises OSError.

    May be killed at any moment and done again: what is there already is not written twice, and nothing is removed
    before all of it is there.
    """
    with open(source, "rb") as lines:
        add_lines(folder, lines)
    with open(source, "r+b") as file:
        file.truncate(0)
        os.fsync(file.fileno())


def add_lines(folder: Path, lines: Iterable[bytes]) -> int:
    """Append those of the lines that are not among the earlier ones; return how many. Raises OSError."""
    path = folder / EARLIER
    known: set[bytes] = set()
    if path.exists():
        with open(path, "rb") as file:
            known.update(map(_digest, file))
    new: list[bytes] = []
    count = size = 0
    for line in lines:
        if (digest := _digest(line)) not in known:
            known.add(digest)
            new.append(line)
            count, size = count + 1, size + len(line)
        if size >= _AT_ONCE:
            _append(path, new)
            new, size = [], 0
    if new:
        _append(path, new)
    return count


def _append(path: Path, lines: list[bytes]) -> None:
    with closing(DurableWriter(path)) as writer:
        writer.append(*lines)


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line.rstrip(b"\n"), digest_size=16).digest()
