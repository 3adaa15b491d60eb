"""One process a run: a lock that the system releases when its holder ends, however it ends."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

from toolgrad_data.errors import RunFailedError


class RunLock:
    """A context manager that holds `FOLDER/.lock`; raises RunFailedError when another process does."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(self._descriptor)
        except OSError as error:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            who = f" ({holder})" if holder else ""
            raise RunFailedError(
                f"{self._path.parent}: another process{who} is writing this run.\n"
                "Wait until it ends, stop it, or give another --out."
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"pid {os.getpid()}\n".encode("ascii"))
        return self

    def __exit__(self, *_: object) -> None:
        # The file stays: removing it would let a third process lock a new file beside a second one's.
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    # Past the end of the file's text, so that another process can still read who holds the lock.
    _LOCKED_BYTE = 1 << 20

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
