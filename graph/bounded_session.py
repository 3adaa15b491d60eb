"""HTTP to a receiver of traces that may be slow, dead or refusing: requests take seconds, and none at the end."""

import threading
import time
from functools import cache
from typing import Any

#: Seconds in which what is left may be sent when the process ends.
END_S = 2.5
_CONNECT_S, _READ_S = 1.5, 2.5
#: After so many failures in a row nothing is tried for a while, so that what waits is dropped, not piled up.
_FAILURES = 3
_REST_S = 30.0


@cache
def bounded_session(receiver: str) -> Any:
    """Return the process's session of that receiver of traces, by whose name failures are told."""
    # Not at the top: requests takes a while to import.
    import requests

    class BoundedSession(requests.Session):
        """A session whose requests take seconds, and none when the process has ended some seconds ago."""

        def __init__(self) -> None:
            super().__init__()
            self._deadline: float | None = None
            self._failures = 0
            self._rests_until = 0.0
            # The client's threads outlive the main one: they send what is left.
            threading.Thread(target=self._watch, daemon=True).start()

        def _watch(self) -> None:
            threading.main_thread().join()
            self.end()

        def begin(self) -> None:
            """Be without an end again, as a second run in the same process is."""
            self._deadline = None

        def end(self) -> None:
            """Begin the last seconds."""
            self._deadline = self._deadline or time.monotonic() + END_S

        def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
            """Send the request, unless the time is over or nobody has answered. Raises ConnectionError."""
            now = time.monotonic()
            deadline = self._deadline
            left = deadline - now if deadline is not None else _READ_S
            if left <= 0:
                raise requests.ConnectionError("not sent: the process ends")
            if now < self._rests_until:
                raise requests.ConnectionError(f"not sent: {receiver} did not answer before")
            kwargs["timeout"] = (min(_CONNECT_S, left), min(_READ_S, left))
            try:
                response = super().request(method, url, *args, **kwargs)
            except (requests.ConnectionError, requests.Timeout):
                self._failures += 1
                if self._failures % _FAILURES == 0:
                    self._rests_until = time.monotonic() + _REST_S
                raise
            self._failures = 0
            return response

    return BoundedSession()
