"""One event loop for the whole process, in a thread of its own: for sessions that outlive the caller's loop.

A session (a server's process, a connection) belongs to the loop that opened it. Callers come from many loops:
every test, every `asyncio.run`, the development server. So sessions live here, and calls come over.
"""

import asyncio
import atexit
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds that what is open may take to close when the process ends.
_CLOSING_S = 5.0

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_closers: list[Callable[[], Awaitable[None]]] = []


def submit(work: Coroutine[Any, Any, T]) -> "Future[T]":
    """Run the coroutine on the background loop; return its future. Cancelling the future cancels the work."""
    return asyncio.run_coroutine_threadsafe(work, _running())


async def run(work: Coroutine[Any, Any, T]) -> T:
    """Await, from any loop, what the coroutine gives on the background loop. Cancelling cancels it there."""
    return await asyncio.wrap_future(submit(work))


def at_exit(close: Callable[[], Awaitable[None]]) -> None:
    """Have `close` run on the background loop when the process ends; it has 5 seconds, side by side with others."""
    _closers.append(close)


def _running() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            # A daemon: a server that hangs must not keep the process from ending.
            thread = threading.Thread(target=_loop.run_forever, name="toolgrad-background", daemon=True)
            thread.start()
            atexit.register(_close, thread)
        return _loop


async def _close_all() -> None:
    await asyncio.gather(*(close() for close in _closers), return_exceptions=True)


def _close(thread: threading.Thread) -> None:
    global _loop
    with _lock:
        loop, _loop = _loop, None
    if loop is None:
        return
    with contextlib.suppress(Exception):
        asyncio.run_coroutine_threadsafe(_close_all(), loop).result(_CLOSING_S)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(1.0)
    if not thread.is_alive():
        loop.close()
