"""The ledger of runs in PostgreSQL: what each run is, who writes it, and every line that it has.

`toolgrad_runs` has a row a run, by the name of its folder; `toolgrad_records` a row a finished sample with its line.
A machine with an empty folder of that name gets the lines back and goes on.
"""

import asyncio
import json
import os
import socket
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from graph.record import Record, RejectedRecord, version_problem
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.files.jsonl import encode_line
from toolgrad_data.runs.earlier import MissingEarlier
from toolgrad_data.runs.finished import FinishedSamples
from toolgrad_data.runs.postgres.connection import Connection, Patience, connect, first_connection
from toolgrad_data.runs.run_info import RunInfo, differences, with_fingerprint_of
from toolgrad_data.runs.settings import Keep
from toolgrad_data.runs.store import RunStore, cannot_continue, refusal

T = TypeVar("T")

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS toolgrad_runs (
    name TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    samples BIGINT NOT NULL,
    info JSONB NOT NULL,
    writer TEXT NOT NULL,
    begun_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    opened_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
""",
    """
CREATE TABLE IF NOT EXISTS toolgrad_records (
    run TEXT NOT NULL REFERENCES toolgrad_runs (name) ON DELETE CASCADE,
    id TEXT NOT NULL,
    index BIGINT NOT NULL,
    accepted BOOLEAN NOT NULL,
    line TEXT NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (run, index)
)
""",
    """
CREATE TABLE IF NOT EXISTS toolgrad_earlier (
    run TEXT NOT NULL REFERENCES toolgrad_runs (name) ON DELETE CASCADE,
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line TEXT NOT NULL
)
""",
)
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('toolgrad ' || %s, 0)) AS mine"
# Two commands that begin together would both make the tables. Not a lock that is waited for in the server: an index
# that is made concurrently waits for every statement under way, that one too.
_SETUP_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('toolgrad setup', 0)) AS mine"
_SETUP_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('toolgrad setup', 0))"
# A command that was killed a moment ago may still have its lock.
_LOCK_S, _TABLES_S, _LOOK_S = 3.0, 60.0, 0.1
_INSERT = (
    "INSERT INTO toolgrad_records (run, id, index, accepted, line) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (run, index) DO NOTHING"
)
_BEGIN = (
    "INSERT INTO toolgrad_runs (name, fingerprint, samples, info, writer) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (name) DO NOTHING"
)
_OPEN = "UPDATE toolgrad_runs SET samples = greatest(samples, %s), writer = %s, opened_at = now() WHERE name = %s"
_INDEXES = "SELECT index FROM toolgrad_records WHERE run = %s AND index > %s ORDER BY index LIMIT %s"
_LINES = "SELECT accepted, line FROM toolgrad_records WHERE run = %s AND index = ANY(%s) ORDER BY index"
# `--again`: what was rejected is no longer done. One statement, so that a command that is killed leaves both or none.
_MOVE = (
    "WITH moved AS (DELETE FROM toolgrad_records WHERE run = %s AND NOT accepted RETURNING run, index, line), "
    "kept AS (INSERT INTO toolgrad_earlier (run, line) SELECT run, line FROM moved ORDER BY index) "
    "UPDATE toolgrad_runs SET info = %s, fingerprint = %s WHERE name = %s"
)
_REJECTED = "SELECT count(*) AS number FROM toolgrad_records WHERE run = %s AND NOT accepted"
_TELL = "UPDATE toolgrad_runs SET info = %s WHERE name = %s"
_EARLIER = "SELECT number, line FROM toolgrad_earlier WHERE run = %s AND number > %s ORDER BY number LIMIT %s"
_INDEXES_AT_ONCE, _LINES_AT_ONCE = 20_000, 200


class Ledger:
    """One run's part of the ledger; while it is open no other command, on any machine, writes the run.

    A context manager. Entering gives the folder the lines that only the ledger has, and takes in those that it has
    not. Raises UsageError when there is no connection or another run of that name, RunFailedError when another
    command has it. `start` is for entering, `patience` for what follows.
    """

    def __init__(self, address: str, store: RunStore, keep: Keep, start: Patience, patience: Patience) -> None:
        self._address = address
        self._store = store
        self._keep = keep
        self._run = store.folder.name
        self._start = start
        self._patience = patience
        self._me = f"process {os.getpid()} on {socket.gethostname()}, {uuid.uuid4().hex[:8]}"
        self._connection: Connection | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start.keep(self._begin)
            await self._enter(self._store.info)
            await self._take_earlier()
            await self._exchange()
            if self._keep == "none":
                await self._sweep()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def add(self, record: Record) -> None:
        """Note that the record is on this machine's disk; waits for a server that is away."""
        line = encode_line(record.model_dump(mode="json")).decode()
        row = (self._run, record.id, record.meta.index, not isinstance(record, RejectedRecord), line)
        await self._do(lambda connection: connection.execute(_INSERT, row))

    async def tell(self, info: RunInfo) -> None:
        """Note what has changed in `run.json`."""
        text = info.model_dump_json()
        await self._do(lambda connection: connection.execute(_TELL, (text, self._run)))

    async def discard(self) -> None:
        """Remove the run, as if it had not been begun."""
        await self._do(lambda connection: connection.execute("DELETE FROM toolgrad_runs WHERE name = %s", (self._run,)))

    async def _begin(self) -> None:
        """Connect, make the tables and take the run; done again where the server goes away meanwhile."""
        if self._connection is not None:
            await self._connection.close()
        self._connection = await first_connection(self._address)
        await self._make_tables(self._connection)
        if not await self._try_lock(self._connection, _LOCK, (self._run,), _LOCK_S):
            raise await self._taken_error(self._connection)

    async def _exchange(self) -> None:
        """Give the folder the lines that only the ledger has, and the ledger those that only the folder has.

        Which are where is a byte a sample; the lines pass one by one, for a run may be larger than the memory.
        """
        here, there = FinishedSamples(self._store.info.seed), FinishedSamples(self._store.info.seed)
        for record in self._store.read_committed():
            here.add(record.meta.index)
        last, restored = -1, 0
        while page := await self._rows(_INDEXES, last, _INDEXES_AT_ONCE):
            last = page[-1]["index"]
            missing = []
            for row in page:
                there.add(row["index"])
                if not here.has(row["index"]):
                    missing.append(row["index"])
            restored += len(missing)
            for begin in range(0, len(missing), _LINES_AT_ONCE):
                for row in await self._rows(_LINES, missing[begin : begin + _LINES_AT_ONCE]):
                    model = Record if row["accepted"] else RejectedRecord
                    self._store.commit(model.model_validate(json.loads(row["line"])))
        if restored:
            self._store.notes.append(f"{restored} lines that the folder did not have came from the ledger")
        if len(here) + restored > len(there):
            for record in self._store.read_committed():
                if not there.has(record.meta.index):
                    await self.add(record)

    async def _rows(self, query: LiteralString, *values: Any) -> list[dict[str, Any]]:
        async def rows(connection: Connection) -> list[dict[str, Any]]:
            return await (await connection.execute(query, (self._run, *values))).fetchall()

        return await self._do(rows)

    async def _enter(self, info: RunInfo) -> None:
        async def enter(connection: Connection) -> dict[str, Any] | None:
            row = (self._run, info.fingerprint, info.samples, info.model_dump_json(), self._me)
            await connection.execute(_BEGIN, row)
            found = await connection.execute("SELECT info FROM toolgrad_runs WHERE name = %s", (self._run,))
            return await found.fetchone()

        row = await self._do(enter)
        if row and (problem := version_problem(row["info"])) is not None:
            raise UsageError(f"--store: the ledger's run {self._run}: {problem}")
        there = RunInfo.model_validate(row["info"]) if row else info
        if there.schema_version != info.schema_version:
            raise UsageError(cannot_continue(f"--store: the ledger's run {self._run}", there.schema_version))
        # A round that was begun here, and that the ledger has not heard of: tools may be others.
        ours = len(info.rounds) > len(there.rounds)
        if found := differences(there, info, mended=ours or self._store.again):
            raise UsageError(refusal(f"--store: the ledger's run {self._run}", found))
        there = with_fingerprint_of(there, info)
        if not ours:
            self._store.follow(there)
            if self._store.again:
                # What other machines have made of the run may be rejected, and this folder not know of it.
                rejected = (await self._rows(_REJECTED))[0]["number"]
                ours = self._store.begin_round(there, info, rejected)
        info = self._store.info
        if ours:
            values = (self._run, info.model_dump_json(), info.fingerprint, self._run)
            await self._do(lambda connection: connection.execute(_MOVE, values))
        await self._do(lambda connection: connection.execute(_OPEN, (info.samples, self._me, self._run)))

    async def _take_earlier(self) -> None:
        """Give the folder the earlier rejections that only the ledger has: each is a thread that is not used again."""
        last, missing = 0, MissingEarlier(self._store.folder)
        while page := await self._rows(_EARLIER, last, _LINES_AT_ONCE):
            last = page[-1]["number"]
            missing.add(f"{row['line'].rstrip()}\n".encode() for row in page)

    async def _sweep(self) -> None:
        """Remove the checkpoints that a command left which was killed right after a line."""
        for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
            delete = (
                f"DELETE FROM {table} USING toolgrad_records "  # noqa: S608 - names of our own
                f"WHERE toolgrad_records.run = %s "
                f"AND regexp_replace({table}.thread_id, '~[0-9]+$', '') = run || '/' || id"
            )
            await self._do(lambda connection, delete=delete: connection.execute(delete, (self._run,)))  # type: ignore[misc]

    async def _do(self, action: Callable[[Connection], Awaitable[T]]) -> T:
        """Do it on the connection that holds the lock; after a lost one, only when the run is still ours."""

        async def attempt() -> T:
            if self._connection is None or self._connection.closed:
                self._connection = await self._reconnect()
            return await action(self._connection)

        return await self._patience.keep(attempt)

    async def _reconnect(self) -> Connection:
        connection = await connect(self._address)
        try:
            if await self._try_lock(connection, _LOCK, (self._run,), _LOCK_S):
                return connection
            found = await connection.execute("SELECT writer FROM toolgrad_runs WHERE name = %s", (self._run,))
            row = await found.fetchone()
            if row and row["writer"] != self._me:
                raise await self._taken_error(connection)
            raise psycopg.OperationalError("the lost connection still holds the run")
        except BaseException:
            await connection.close()
            raise

    async def _make_tables(self, connection: Connection) -> None:
        if not await self._try_lock(connection, _SETUP_LOCK, (), _TABLES_S):
            raise RunFailedError("--store: another command has been making tables for a minute. Run it again.")
        try:
            for table in _TABLES:
                await connection.execute(table)
            await AsyncPostgresSaver(connection).setup()
        finally:
            with suppress(psycopg.OperationalError):  # a connection that is lost holds no lock
                await connection.execute(_SETUP_UNLOCK)

    async def _try_lock(
        self, connection: Connection, lock: LiteralString, values: tuple[str, ...], seconds: float
    ) -> bool:
        """Try for so long to get the lock; say whether it is ours."""
        for _ in range(round(seconds / _LOOK_S)):
            row = await (await connection.execute(lock, values)).fetchone()
            if row and row["mine"]:
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def _taken_error(self, connection: Connection) -> RunFailedError:
        found = await connection.execute("SELECT writer FROM toolgrad_runs WHERE name = %s", (self._run,))
        row = await found.fetchone()
        who = f" ({row['writer'].rpartition(',')[0]})" if row else ""
        return RunFailedError(
            f"--store: another command{who} is writing the run {self._run}.\n"
            "Wait until it ends, stop it, or give another --out."
        )
