"""How fast an endpoint is asked: requests a minute, and slowing down when it says that it is too much."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

#: The gap between requests after the first 429, in seconds; it doubles with each further one.
_FIRST_GAP = 0.05
_LONGEST_GAP = 5.0
#: Below this a gap is no brake any more.
_SHORTEST_GAP = 0.005
_RECOVERY = 0.8


@dataclass(frozen=True)
class RetryLimits:
    """How often and how long one request is tried again; seconds."""

    attempts: int = 6
    base_s: float = 0.5
    cap_s: float = 20.0
    total_s: float = 180.0

    def wait(self, failures: int, retry_after: float | None) -> float:
        """Return the seconds to wait after the given number of failures: exponential, with jitter.

        What the server asked for is never shortened, only spread a little.
        """
        backoff = min(self.cap_s, self.base_s * 2.0 ** max(failures - 1, 0)) * random.uniform(0.5, 1.0)
        return backoff if retry_after is None else retry_after + min(backoff, 0.25)


class Pace:
    """When the next request to one endpoint may start; shared by all samples of the process.

    Holds no lock and no event loop: slots are handed out between two awaits.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = 0.0
        self._last_slowdown = float("-inf")
        self.gap_s = 0.0

    def reserve(self, requests_per_minute: float | None) -> float:
        """Take the next slot and return the seconds until it begins."""
        now = self._clock()
        slot = max(now, self._next)
        interval = 60.0 / requests_per_minute if requests_per_minute else 0.0
        self._next = slot + max(interval, self.gap_s)
        return slot - now

    def succeeded(self) -> None:
        """Speed up again, step by step."""
        self.gap_s *= _RECOVERY
        if self.gap_s < _SHORTEST_GAP:
            self.gap_s = 0.0

    def limited(self, retry_after: float | None) -> None:
        """Slow down after a 429: nobody asks before `retry_after` seconds, and then less densely.

        Many requests under way meet the same limit: within a second they count as one.
        """
        now = self._clock()
        if retry_after is not None:
            self._next = max(self._next, now + retry_after)
        if now - self._last_slowdown >= 1.0:
            self._last_slowdown = now
            self.gap_s = min(max(self.gap_s * 2, _FIRST_GAP), _LONGEST_GAP)
