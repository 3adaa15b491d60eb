"""Connections that outlive the server's restarts: what failed for a lost connection is done again."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from toolgrad_data.errors import RunFailedError, UsageError

T = TypeVar("T")
Say = Callable[[str], None]
Connection = psycopg.AsyncConnection[dict[str, Any]]
Pool = AsyncConnectionPool[Connection]

#: Seconds that a server may be away before the run ends.
PATIENCE_S = 600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0
# For one connection out of the pool; the waiting proper is `Patience`'s.
_POOL_S = 5.0
#: As LangGraph's saver wants its connections.
KWARGS: dict[str, Any] = {
    "autocommit": True,
    "prepare_threshold": 0,
    "row_factory": dict_row,
    "connect_timeout": 5,
    # Of a database in SQL_ASCII text would come as bytes.
    "client_encoding": "utf8",
}

# Not every failure is the connection's, but no other may pass by itself.
_LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


class Patience:
    """Does things again while the server is away, with growing pauses, and says once that it waits."""

    def __init__(self, say: Say, stop: asyncio.Event | None = None, seconds: float = PATIENCE_S) -> None:
        self._say = say
        self._stop = stop or asyncio.Event()
        self._seconds = seconds
        self._away = False

    async def keep(self, action: Callable[[], Awaitable[T]]) -> T:
        """Return what the action returns; it may be done twice. Raises RunFailedError when it took too long."""
        began, pause = time.monotonic(), _FIRST_PAUSE_S
        while True:
            try:
                result = await action()
            except _LOST as error:
                waited = time.monotonic() - began
                if waited > self._seconds or self._stop.is_set():
                    raise RunFailedError(
                        f"PostgreSQL has been away for {waited:.0f} seconds ({_words(error)}). The run has "
                        "stopped; nothing that was accepted is lost, and the same command goes on."
                    ) from None
                if not self._away:
                    self._away = True
                    self._say(f"PostgreSQL is away ({_words(error)}); the run waits for it")
            else:
                if self._away:
                    self._away = False
                    self._say("PostgreSQL is back; the run goes on")
                return result
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)


@asynccontextmanager
async def pooled(address: str, connections: int) -> AsyncIterator[Pool]:
    """Yield a pool of at most so many connections, which may not be there yet."""
    pool: Pool = AsyncConnectionPool(
        address,
        min_size=1,
        max_size=connections,
        kwargs=KWARGS,
        timeout=_POOL_S,
        check=AsyncConnectionPool.check_connection,
        reconnect_timeout=PATIENCE_S,
        open=False,
    )
    # It warns of each failed attempt; Patience tells it once.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    await pool.open()
    try:
        yield pool
    finally:
        await pool.close(timeout=_POOL_S)


async def connect(address: str) -> Connection:
    """Return one connection. Raises psycopg.Error."""
    return await psycopg.AsyncConnection.connect(address, **KWARGS)


def unreachable(error: psycopg.Error) -> UsageError:
    """Return the failure of the first connection in words, without the address's secrets."""
    return UsageError(
        f"--store: no connection to PostgreSQL: {_words(error)}\n"
        "Is the server there, and the password in PGPASSWORD or the variable that --store names?"
    )


def _words(error: Exception) -> str:
    """Return the first line of what the driver says; it names host and user, never a password."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
