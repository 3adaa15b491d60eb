"""A lock on a file that the system releases when its holder ends, however it ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WAIT_S = 0.005


def try_lock(descriptor: int) -> None:
    """Lock the open file for this process. Raises OSError when another one holds it."""
    _lock(descriptor)


@contextmanager
def locked(path: Path, timeout_s: float = 10.0) -> Iterator[None]:
    """Hold the lock of a file, which is made and stays; wait for another holder. Raises TimeoutError, OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        until = time.monotonic() + timeout_s
        while True:
            try:
                try_lock(descriptor)
                break
            except OSError:
                if time.monotonic() > until:
                    raise TimeoutError(f"{path}: another process has held it for {timeout_s:g} s") from None
                time.sleep(_WAIT_S)
        yield
    finally:
        os.close(descriptor)


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
