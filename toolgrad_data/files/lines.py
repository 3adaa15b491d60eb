"""The lines of a file that may be of any size and hold anything, with bounded memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

#: A longer line is named and skipped: to parse it would take many times its size in memory.
LINE_MAX = 64 * 1024 * 1024

_BLOCK = 1 << 20


class Line(NamedTuple):
    """One line of a file: its number from 1, its bytes without the line break, and where in the file it ends.

    `data` is None for a line that is too long. `whole` is false for a last line without its line break.
    """

    number: int
    data: bytes | None
    size: int
    end: int
    whole: bool = True


def read_lines(path: Path, line_max: int = LINE_MAX) -> Iterator[Line]:
    """Yield the lines of a file that are not blank. Raises OSError."""
    number = end = 0
    with open(path, "rb") as file:
        while True:
            data = file.readline(line_max + 1)
            if not data:
                return
            number += 1
            size = len(data)
            end += size
            whole = data.endswith(b"\n")
            if size > line_max and not whole:
                rest, whole = _skip_line(file)
                end += rest
                yield Line(number, None, size + rest, end, whole)
                continue
            stripped = data.strip()
            if number == 1:
                stripped = stripped.removeprefix(b"\xef\xbb\xbf")
            if stripped:
                yield Line(number, stripped, size, end, whole)


def _skip_line(file: BinaryIO) -> tuple[int, bool]:
    """Read past the rest of the line; return how many bytes that were and whether it had an end."""
    passed = 0
    while block := file.readline(_BLOCK):
        passed += len(block)
        if block.endswith(b"\n"):
            return passed, True
    return passed, False
