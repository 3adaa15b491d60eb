"""The time of a call: it stands still while what answers the call is being started."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, Self

_current: "ContextVar[CallTime | None]" = ContextVar("call_time", default=None)
#: Seconds between two looks at a clock that stands still near the end of its time.
_LOOK_S = 0.05


class CallTime:
    """A stopwatch, running from the start. As a context manager it is the one that `not_counted` stops."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._not_counted = 0.0
        self._stopped: float | None = None
        self._token: Token[CallTime | None] | None = None

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _current.reset(self._token)

    def ms(self) -> float:
        """Return the milliseconds that count."""
        now = self._stopped if self._stopped is not None else time.perf_counter()
        return (now - self._started - self._not_counted) * 1000

    async def wait(self, task: "asyncio.Task[Any]", timeout_s: float) -> bool:
        """Wait for the task until so many seconds that count are over; return whether it is done."""
        while True:
            left = timeout_s - self.ms() / 1000
            if left <= 0 and self._stopped is None:
                return task.done()
            done, _ = await asyncio.wait({task}, timeout=max(left, _LOOK_S if self._stopped is not None else 0))
            if done:
                return True

    def stop(self) -> None:
        """Have the time stand still."""
        self._stopped = time.perf_counter()

    def go_on(self) -> None:
        """Have it go on."""
        if self._stopped is not None:
            self._not_counted += time.perf_counter() - self._stopped
            self._stopped = None


@contextmanager
def not_counted() -> Iterator[None]:
    """Keep what is done in this block out of the time of the call that it is done for."""
    clock = _current.get()
    if clock is None:
        yield
        return
    clock.stop()
    try:
        yield
    finally:
        clock.go_on()
