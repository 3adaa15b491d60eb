"""One process a run: a lock that the system releases when its holder ends, however it ends."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from toolgrad_data.errors import RunFailedError
from toolgrad_data.files.file_lock import try_lock


class RunLock:
    """A context manager that holds `FOLDER/.lock`; raises RunFailedError when another process does."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try_lock(self._descriptor)
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
