"""A server of uvicorn that an event stops, so that no signal breaks in on what it does."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn


class StoppableServer(uvicorn.Server):
    """Leaves the signals to who has called it (`run_interruptibly`)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def serve_until(self, stop: asyncio.Event, listening: socket.socket) -> None:
        """Serve what comes in on the socket until `stop` is set, and end the requests that are under way."""
        stopping = asyncio.create_task(self._wait(stop))
        try:
            await self.serve(sockets=[listening])
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)

    async def _wait(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.should_exit = True
