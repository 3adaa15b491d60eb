"""The checkpoints of a run, in LangGraph's SQLite format, written on the event loop."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from tool_registry.calling.crashes import attribute_part


class _Serializer(JsonPlusSerializer):
    """LangGraph's; of a value that it refuses it says which tool's call is the reason."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """See `JsonPlusSerializer.dumps_typed`."""
        try:
            return super().dumps_typed(obj)
        except Exception as error:
            attribute_part(error, obj, super().dumps_typed)
            raise


#: State is JSON, so nothing but that and LangGraph's own types is made of what is read: by default a file that
#: somebody else wrote could name any class, and run code with it.
SERIALIZER = _Serializer(allowed_msgpack_modules=None)


class RunSaver(SqliteSaver):
    """LangGraph's saver for SQLite, for a graph that runs on one event loop.

    `AsyncSqliteSaver` hands each statement to a thread and waits for the answer, several times for one write of
    some 50 µs: a fifth of an offline run's CPU time. Here the write is simply made (`bench/engine.py` compares
    them). Both read each other's files.

    Of the writes that the samples make in one turn of the loop, milliseconds, one transaction is made: a commit of
    its own would be half the cost of each. So a process that is killed loses no more than what it was just about to
    write. What a failed statement or commit leaves undone ends the run (`toolgrad_data.runs.sample.is_fatal`).
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, serde=SERIALIZER)
        self._due: asyncio.Future[None] | None = None
        self._failure: sqlite3.Error | None = None

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """See `SqliteSaver.cursor`; the transaction ends with the loop's turn, or here where there is no loop.

        Raises sqlite3.Error, also for an earlier turn's commit.
        """
        if self._failure is not None:
            raise self._failure
        with self.lock, closing(self.conn.cursor()) as cursor:
            self.setup()
            try:
                yield cursor
            except sqlite3.Error:
                self.conn.rollback()  # half a statement's rows must not be there
                raise
        if transaction and self._due is None:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                self.conn.commit()
            else:
                self._due = loop.create_future()
                loop.call_soon(self._commit_turn, self._due)

    def commit(self) -> None:
        """End the transaction now. Raises sqlite3.Error."""
        if self._failure is not None:
            raise self._failure
        self.conn.commit()

    def _commit_turn(self, due: "asyncio.Future[None]") -> None:
        self._due = None
        try:
            self.conn.commit()
        except sqlite3.Error as error:
            self._failure = error  # for the next who writes or reads
        if not due.done():
            due.set_result(None)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """See `SqliteSaver.get_tuple`."""
        return self.get_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """See `SqliteSaver.list`."""
        # All at once: between two of them a sample may write, which the open listing would keep waiting for.
        for found in list(self.list(config, filter=filter, before=before, limit=limit)):
            yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """See `SqliteSaver.put`; returns when the turn's transaction has ended.

        So with durability `sync` nothing further is paid for before what was paid for is in the file.
        """
        written = self.put(config, checkpoint, metadata, new_versions)
        if self._due is not None:
            await asyncio.shield(self._due)
        if self._failure is not None:
            raise self._failure
        return written

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """See `SqliteSaver.put_writes`."""
        self.put_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """See `SqliteSaver.delete_thread`."""
        self.delete_thread(thread_id)

    def threads(self) -> dict[str, int]:
        """Return how many checkpoints each thread has, by its id."""
        with self.cursor(transaction=False) as cursor:
            return dict(cursor.execute("SELECT thread_id, count(*) FROM checkpoints GROUP BY thread_id"))

    async def athreads(self, least: int) -> list[str]:
        """See `toolgrad_data.runs.checkpoint_cleanup.Listing`."""
        return [id for id, checkpoints in self.threads().items() if checkpoints >= least]

    def shrink(self) -> None:
        """Give the room of what was deleted back to the disk, unless somebody reads the file just then.

        It takes as long as copying what is left.
        """
        self.commit()
        with self.lock, suppress(sqlite3.OperationalError):
            self.conn.execute("PRAGMA busy_timeout=500")
            self.conn.execute("VACUUM")

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """See `SqliteSaver.get_delta_channel_history`."""
        return self.get_delta_channel_history(config=config, channels=channels)


#: Seconds to wait for another process's lock, such as that of a worker whose command was killed.
WAIT_S = 30.0


@contextmanager
def checkpoints(path: Path, *, exclusive: bool = False) -> Iterator[RunSaver]:
    """Open the file, made when it is missing. Raises sqlite3.Error when it cannot be used.

    With `exclusive` nobody else can use it while it is open.
    """
    with closing(sqlite3.connect(path, timeout=WAIT_S)) as connection:
        if exclusive:
            # Before write-ahead logging is on; the lock is taken with the first write.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        saver = RunSaver(connection)
        saver.setup()  # turns write-ahead logging on
        # With it, NORMAL loses no committed transaction when the process dies, and saves a sync a superstep;
        # after a power failure a sample goes on from an older checkpoint.
        connection.execute("PRAGMA synchronous=NORMAL")
        # Pages that are written and deleted again between two checkpoints of the log are copied once.
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        try:
            yield saver
            saver.commit()
        finally:
            # What an interruption left to be committed.
            with suppress(sqlite3.Error):
                connection.commit()
            # After a failed write: a cursor that a traceback still refers to would keep the closed connection,
            # and with an open transaction the lock, alive.
            with suppress(sqlite3.Error):
                connection.rollback()
