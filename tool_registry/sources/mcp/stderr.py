"""What a server process writes to its standard error: read away, so that it never blocks, the end of it kept."""

import contextlib
import os
import threading

_KEPT = 2000
_SHOWN = 300


class StderrTail:
    """A pipe whose writing end is `file`; the last 2,000 bytes are kept."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.file = os.fdopen(writing, "w", encoding="utf-8", errors="replace")
        self._kept = b""
        # A thread, not the loop: it goes on reading while the loop that started the server closes it.
        threading.Thread(target=self._read, args=(reading,), name="toolgrad-stderr", daemon=True).start()

    def _read(self, reading: int) -> None:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while chunk := pipe.read(65536):
                self._kept = (self._kept + chunk)[-_KEPT:]

    def last_words(self) -> str:
        """Return the last lines in at most 300 characters, on one line."""
        lines = [line.strip() for line in self._kept.decode("utf-8", "replace").splitlines() if line.strip()]
        return " ".join(" / ".join(lines[-3:])[-_SHOWN:].split())

    def close(self) -> None:
        """Close the writing end of this process; reading ends when the server's is closed too."""
        with contextlib.suppress(OSError):
            self.file.close()
