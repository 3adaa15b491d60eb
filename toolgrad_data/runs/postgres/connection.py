"""Connections that outlive the server's restarts: what failed for a lost connection is done again.

Who begins waits for a server that is away too, but not for one that refuses it: a wrong password will not come right.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn, Ping
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from toolgrad_data.errors import CliError, InterruptedRunError, RunFailedError, UsageError

T = TypeVar("T")
Say = Callable[[str], None]
Connection = psycopg.AsyncConnection[dict[str, Any]]
Pool = AsyncConnectionPool[Connection]

#: Seconds that a server may be away before the run ends, and before it has begun: the address may be a wrong one.
PATIENCE_S, START_PATIENCE_S = 600.0, 60.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0
# For one connection out of the pool; the waiting proper is `Patience`'s.
_POOL_S = 5.0
#: As LangGraph's saver wants its connections.
KWARGS: dict[str, Any] = {
    "autocommit": True,
    "prepare_threshold": 0,
    "row_factory": dict_row,
    "connect_timeout": 5,
    # A machine that is gone, or a network that drops everything, says nothing: TCP itself would wait for hours.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    # Of a database in SQL_ASCII text would come as bytes.
    "client_encoding": "utf8",
}
# The server's side of it: a run that a lost machine was writing is free again in a minute.
_KEEP_ALIVE: tuple[LiteralString, ...] = (
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)

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
        """Return what the action returns; it may be done twice.

        Raises RunFailedError when it took too long, InterruptedRunError when the run was stopped meanwhile.
        """
        began, pause = time.monotonic(), _FIRST_PAUSE_S
        while True:
            try:
                result = await action()
            except _LOST as error:
                waited = time.monotonic() - began
                if self._stop.is_set():
                    raise InterruptedRunError(self.stop_message(_words(error))) from None
                if waited > self._seconds:
                    raise self.timeout_error(waited, _words(error)) from None
                if not self._away:
                    self._away = True
                    self._say(self.away(_words(error)))
            else:
                if self._away:
                    self._away = False
                    self._say(self.back())
                return result
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def away(self, why: str) -> str:
        """Return what is said when the waiting begins."""
        return f"PostgreSQL is away ({why}); the run waits for it"

    def back(self) -> str:
        """Return what is said when it ends well."""
        return "PostgreSQL is back; the run goes on"

    def stop_message(self, why: str) -> str:
        """Return what is said when somebody ends it."""
        return f"stopped while PostgreSQL was away ({why}). Nothing accepted is lost, and the same command goes on."

    def timeout_error(self, waited: float, why: str) -> CliError:
        """Return the failure when it took too long."""
        return RunFailedError(
            f"PostgreSQL has been away for {waited:.0f} seconds ({why}). The run has "
            "stopped; nothing that was accepted is lost, and the same command goes on."
        )


class StartPatience(Patience):
    """As a command begins: nothing is under way yet, and the address may be a wrong one."""

    def __init__(self, address: str, say: Say, stop: asyncio.Event, seconds: float = START_PATIENCE_S) -> None:
        super().__init__(say, stop, seconds)
        self._where = place(address)

    def away(self, why: str) -> str:
        """See `Patience.away`."""
        return f"waiting for PostgreSQL at {self._where}, {self._seconds:.0f} seconds at most; Ctrl-C ends it ({why})"

    def back(self) -> str:
        """See `Patience.back`."""
        return "PostgreSQL is there; the run begins"

    def stop_message(self, why: str) -> str:
        """See `Patience.stop_message`."""
        return f"stopped while waiting for PostgreSQL ({why}). Nothing has been begun; the same command begins."

    def timeout_error(self, waited: float, why: str) -> CliError:
        """See `Patience.timeout_error`."""
        return unreachable(f"{why}. It was waited for {waited:.0f} seconds")


@asynccontextmanager
async def open_pool(address: str, connections: int) -> AsyncIterator[Pool]:
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
    """Return one connection, which the server gives up soon when this machine is gone. Raises psycopg.Error."""
    connection = await psycopg.AsyncConnection.connect(address, **KWARGS)
    try:
        for setting in _KEEP_ALIVE:
            await connection.execute(setting)
    except BaseException:
        await connection.close()
        raise
    return connection


async def first_connection(address: str) -> Connection:
    """Return one connection. Raises psycopg.OperationalError while the server is away, UsageError for what stays.

    That is: no such host, user, password or database. Whether a server is there is libpq's own question, PQping: it
    also knows one that is starting or shutting down, and needs no password.
    """
    for again in (True, False):  # it may have come back between the attempt and the question
        try:
            return await connect(address)
        except psycopg.OperationalError as error:
            if await asyncio.to_thread(_is_away, address) and not _unknown_host(error):
                raise
            if not again:
                raise unreachable(_words(error)) from None
        except psycopg.Error as error:
            raise unreachable(_words(error)) from None
    raise AssertionError("not reached")


def _is_away(address: str) -> bool:
    asked = make_conninfo(address, connect_timeout=KWARGS["connect_timeout"])
    return PGconn.ping(asked.encode()) in (Ping.NO_RESPONSE, Ping.REJECT)


def _unknown_host(error: psycopg.OperationalError) -> bool:
    # The driver looks names up itself, and these are its words; libpq's are translated.
    return str(error).startswith("failed to resolve host")


def unreachable(why: str) -> UsageError:
    """Return the failure of the first connection in words."""
    return UsageError(
        f"--store: no connection to PostgreSQL: {why}\n"
        "Is the server there, and the password in PGPASSWORD or the variable that --store names?"
    )


def place(address: str) -> str:
    """Return HOST:PORT of the address, and nothing of its secrets."""
    parts = conninfo_to_dict(address)
    host = parts.get("host") or parts.get("hostaddr") or "this machine"
    return f"{host}:{parts['port']}" if parts.get("port") else str(host)


def _words(error: Exception) -> str:
    """Return the first line of what the driver says; it names host and user, never a password."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
