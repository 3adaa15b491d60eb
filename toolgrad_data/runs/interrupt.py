"""Ctrl-C and SIGTERM: the first asks the run to stop, the second leaves at once."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

EXIT_INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_interruptibly(main: Callable[[asyncio.Event], Coroutine[Any, Any, T]], announce: Callable[[], None]) -> T:
    """Run `main(stop)`. The first signal sets `stop` and calls `announce`, the second ends the process."""
    runner = asyncio.Runner()
    loop, stop = runner.get_loop(), asyncio.Event()
    asked = False

    # A plain handler runs also while something blocks the event loop, where the loop's own would wait.
    def on_signal(*_: object) -> None:
        nonlocal asked
        if asked:
            os._exit(EXIT_INTERRUPTED)
        asked = True
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
            loop.call_soon_threadsafe(announce)

    before = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        with runner:
            return runner.run(main(stop))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
