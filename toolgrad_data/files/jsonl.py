"""JSON Lines files that survive a crash: lines are appended whole, and a cut-off last one is removed."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonlines

from toolgrad_data.errors import CorruptFileError

_BLOCK = 1 << 16


class DurableWriter:
    """Appends whole lines: after `append` they are on the disk or, when it raised, no part of them is."""

    def __init__(self, path: Path) -> None:
        # Unbuffered: a line that failed must not lie in a buffer that is written at close.
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115 - closed by close()

    def append(self, *lines: bytes, durable: bool = True) -> None:
        """Write the lines and, if `durable`, wait for the disk. On OSError the file is as before."""
        start = os.fstat(self._file.fileno()).st_size
        rest = memoryview(b"".join(lines))
        try:
            while rest:
                # A raw write may take only a part, as on a disk that is nearly full.
                rest = rest[self._file.write(rest) or 0 :]
            if durable:
                os.fsync(self._file.fileno())
        except OSError:
            os.ftruncate(self._file.fileno(), start)
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def encode_line(value: Any) -> bytes:
    """Return the value as one line. Raises ValueError for what JSON does not have (NaN, lone surrogates)."""
    line = io.BytesIO()
    with jsonlines.Writer(line, dumps=_dumps) as writer:
        writer.write(value)
    return line.getvalue()


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def repair_tail(path: Path) -> str | None:
    """Make a file end with a whole line after a crash; return what was done in words, or None.

    A last line without its end is cut off, unless only the line break is missing: a whole line is kept.
    """
    if not path.exists():
        return None
    with open(path, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        start = _last_line_start(file, end)
        if start == end:
            return None
        file.seek(start)
        tail = file.read()
        if isinstance(_parse(tail), dict):
            file.write(b"\n")
            done = "the line break after the last line was missing and has been added"
        else:
            file.truncate(start)
            done = f"the last line was cut off in mid-write ({end - start} bytes) and has been removed"
        file.flush()
        os.fsync(file.fileno())
    return f"{path.name}: {done}"


def _last_line_start(file: io.BufferedRandom, end: int) -> int:
    """Return where the line that is not ended starts; `end` when there is none."""
    position = end
    while position > 0:
        block = min(_BLOCK, position)
        position -= block
        file.seek(position)
        found = file.read(block).rfind(b"\n")
        if found >= 0:
            return position + found + 1
    return 0


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a file; nothing when it does not exist.

    Raises CorruptFileError naming the line that is no JSON object.
    """
    if not path.exists():
        return
    with open(path, "rb") as file:
        # The standard library's reader: a faster one would round whole numbers beyond 64 bits.
        reader = jsonlines.Reader(file, loads=json.loads)
        number = 0
        while True:
            number += 1
            try:
                yield number, reader.read(type=dict)
            except EOFError:
                return
            except jsonlines.InvalidLineError as error:
                raise corrupt(path, number, str(error.__cause__ or error)) from error


def corrupt(path: Path, number: int, why: str) -> CorruptFileError:
    """Return the error for a line that no run writes."""
    return CorruptFileError(
        f"{path}, line {number}: {why}\n"
        "A run writes whole lines only, so this line was changed by something else.\n"
        f"Look at it: sed -n {number}p {path}\n"
        "Restore it, or delete the line (its sample is then made again by the same command)."
    )
