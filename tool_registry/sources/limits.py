"""How hard a source may be used: calls under way at once and calls begun a minute, over all samples and loops."""

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import Future
from types import TracebackType

_processes = 1


def divide_limits(processes: int) -> None:
    """Say that so many processes use the sources alike, this one among them: each takes its share of a limit."""
    global _processes
    _processes = processes


class Limits:
    """An asynchronous context manager: inside it a call may run. Waiting is fair, first come first served.

    Not `asyncio.Semaphore`: registries are kept by the process, and a limit must hold over all its loops.
    """

    def __init__(self, concurrency: int | None = None, per_minute: float | None = None) -> None:
        self._concurrency = concurrency
        self._interval_s = 60 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._under_way = 0
        self._waiting: deque[Future[None]] = deque()
        self._next_start = 0.0

    async def __aenter__(self) -> None:
        if self._concurrency is not None:
            await self._acquire(max(self._concurrency // _processes, 1))
        try:
            await self._pace()
        except BaseException:
            self._release()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    async def _acquire(self, concurrency: int) -> None:
        with self._lock:
            if self._under_way < concurrency:
                self._under_way += 1
                return
            turn: Future[None] = Future()
            self._waiting.append(turn)
        try:
            await asyncio.wrap_future(turn)
        except asyncio.CancelledError:
            # It cannot be cancelled any more: the place was handed over in the same moment.
            if not turn.cancel():
                self._release()
            raise

    def _release(self) -> None:
        if self._concurrency is None:
            return
        with self._lock:
            while self._waiting:
                turn = self._waiting.popleft()
                if turn.set_running_or_notify_cancel():
                    break
            else:
                self._under_way -= 1
                return
        turn.set_result(None)

    async def _pace(self) -> None:
        if not self._interval_s:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + self._interval_s * _processes
        if start > now:
            await asyncio.sleep(start - now)
