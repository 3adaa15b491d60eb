"""A wire to the simulated endpoint that can be cut."""

import asyncio
from typing import Any, Self
from urllib.parse import urlsplit


class Relay:
    """Passes bytes on to a server on loopback; entered, it listens."""

    def __init__(self, server_url: str) -> None:
        parts = urlsplit(server_url)
        self._target = parts.hostname, parts.port
        self._server: asyncio.Server | None = None
        self._wires: set[asyncio.StreamWriter] = set()
        self._used = asyncio.Event()
        self._port = 0

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._hang_up()

    async def used(self) -> None:
        """Wait until something has passed since the last cut."""
        await self._used.wait()

    async def cut(self, seconds: float) -> None:
        """Abort all connections and accept none for so long."""
        await self._hang_up()
        self._used.clear()
        try:
            await asyncio.sleep(seconds)
        finally:  # also for who is cancelled meanwhile: the command has ended, and is run again
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        for wire in list(self._wires):
            wire.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        self._wires |= {writer, there_writer}

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while data := await source.read(1 << 16):
                self._used.set()
                target.write(data)
                await target.drain()

        pumps: list[asyncio.Task[Any]] = [
            asyncio.create_task(pump(reader, there_writer)),
            asyncio.create_task(pump(there_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for wire in (writer, there_writer):
                wire.transport.abort()
                self._wires.discard(wire)
