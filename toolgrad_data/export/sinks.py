"""Files that appear whole or not at all."""

import os
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from toolgrad_data.files.jsonl import encode_line

_BUFFER = 1 << 20


class Sink(ABC):
    """Takes rows; `commit` makes the file appear under its name, `abandon` leaves nothing of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Beside the file, so that the rename is one step; hidden, so that no loader of a folder reads it.
        self.part = path.with_name(f".{path.name}.part")

    @abstractmethod
    def add(self, *rows: dict[str, Any]) -> None:
        """Write the rows of an example. Raises ValueError, having written none, for what is not JSON; OSError."""

    @abstractmethod
    def finish(self) -> None:
        """Put everything on the disk, still under another name. Raises OSError."""

    @abstractmethod
    def commit(self) -> list[Path]:
        """Give what is finished its name, in the place of an older file, and return the files. Raises OSError."""

    @abstractmethod
    def abandon(self) -> None:
        """Remove what was written; after `commit` this does nothing."""


class JsonlSink(Sink):
    """A JSON object a line."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = open(self.part, "wb", buffering=_BUFFER)  # noqa: SIM115 - closed by commit() or abandon()

    def add(self, *rows: dict[str, Any]) -> None:
        """Write each row as a line."""
        self._file.write(b"".join(map(encode_line, rows)))

    def finish(self) -> None:
        """Flush."""
        sync_and_close(self._file)

    def commit(self) -> list[Path]:
        """Rename."""
        os.replace(self.part, self.path)
        return [self.path]

    def abandon(self) -> None:
        """Remove the part."""
        close_quietly(self._file)
        self.part.unlink(missing_ok=True)


def sync_and_close(file: IO[bytes]) -> None:
    """Wait until the disk has all that was written. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


def close_quietly(file: Any) -> None:
    """Close a file that is given up: what its buffer still holds may not fit on the disk."""
    with suppress(OSError, ValueError):
        file.close()
