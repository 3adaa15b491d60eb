"""What a server process writes to its standard error: read away, so that it never blocks, the end of it kept."""

import contextlib
import os
import select
import threading

_KEPT = 2000
_SHOWN = 300
#: A process that writes without end is not read at once for ever.
_CHUNKS_AT_ONCE = 64


class StderrTail:
    """A pipe whose writing end is `file`; the last 2,000 bytes are kept."""

    def __init__(self) -> None:
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        self.file = os.fdopen(writing, "w", encoding="utf-8", errors="replace")
        self._kept = b""
        self._lock = threading.Lock()
        # A thread, not the loop: it goes on reading while the loop that started the server closes it.
        threading.Thread(target=self._read, name="toolgrad-stderr", daemon=True).start()

    def _read(self) -> None:
        waiting = select.poll()
        waiting.register(self._reading, select.POLLIN | select.POLLHUP)
        while waiting.poll() and self._take():
            pass
        with self._lock:
            os.close(self._reading)
            self._reading = -1

    def _take(self) -> bool:
        """Keep what has been written; return False once nobody can write any more."""
        with self._lock, contextlib.suppress(BlockingIOError):
            for _ in range(_CHUNKS_AT_ONCE if self._reading >= 0 else 0):
                chunk = os.read(self._reading, 65536)
                if not chunk:
                    return False
                self._kept = (self._kept + chunk)[-_KEPT:]
        return True

    def last_words(self) -> str:
        """Return the last lines in at most 300 characters, on one line."""
        # What a process that has ended wrote is in the pipe, though the thread may not have come to it.
        self._take()
        lines = [line.strip() for line in self._kept.decode("utf-8", "replace").splitlines() if line.strip()]
        return " ".join(" / ".join(lines[-3:])[-_SHOWN:].split())

    def close(self) -> None:
        """Close the writing end of this process; reading ends when the server's is closed too."""
        with contextlib.suppress(OSError):
            self.file.close()
