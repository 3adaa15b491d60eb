"""An event loop in a thread of its own, for callers that are not asynchronous."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class BackgroundLoop:
    """Runs coroutines one after another or at once, from any thread; it ends with the process."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="toolgrad", daemon=True).start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what the coroutine gives; raises what it raises."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
