"""The checkpoints of a run in PostgreSQL, in LangGraph's own tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
)
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from toolgrad_data.runs.checkpoints import SERIALIZER
from toolgrad_data.runs.postgres.connection import Patience, Pool

_THREADS = "SELECT thread_id FROM checkpoints WHERE starts_with(thread_id, %s) GROUP BY 1 HAVING count(*) >= %s"


class TeamSaver(AsyncPostgresSaver):
    """LangGraph's saver for PostgreSQL, for one run among others, that waits for a server which is away.

    A thread is named `RUN/RECORD`, for records of two runs may have the same id. Everything that is written twice
    is written over.
    """

    def __init__(self, pool: Pool, run: str, patience: Patience) -> None:
        super().__init__(pool, serde=SERIALIZER)
        self._pool = pool
        self._run = run
        self._patience = patience

    def thread(self, id: str) -> str:
        """Return the name of a record's thread."""
        return id if id.startswith(f"{self._run}/") else f"{self._run}/{id}"

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """See `AsyncPostgresSaver.aget_tuple`."""
        return await self._patience.keep(lambda: super(TeamSaver, self).aget_tuple(self._own(config)))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """See `AsyncPostgresSaver.aput`."""
        own = self._own(config)
        return await self._patience.keep(lambda: super(TeamSaver, self).aput(own, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """See `AsyncPostgresSaver.aput_writes`."""
        own = self._own(config)
        await self._patience.keep(lambda: super(TeamSaver, self).aput_writes(own, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """See `AsyncPostgresSaver.adelete_thread`."""
        await self._patience.keep(lambda: super(TeamSaver, self).adelete_thread(self.thread(thread_id)))

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """See `AsyncPostgresSaver.aget_delta_channel_history`."""
        own = self._own(config)
        return await self._patience.keep(
            lambda: super(TeamSaver, self).aget_delta_channel_history(config=own, channels=channels)
        )

    async def athreads(self, least: int) -> list[str]:
        """See `toolgrad_data.runs.checkpoint_cleanup.Listing`."""

        async def listed() -> list[str]:
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(_THREADS, (f"{self._run}/", least))).fetchall()
            return [row["thread_id"].removeprefix(f"{self._run}/") for row in rows]

        return await self._patience.keep(listed)

    def _own(self, config: RunnableConfig) -> RunnableConfig:
        configurable = config["configurable"]
        return {**config, "configurable": {**configurable, "thread_id": self.thread(configurable["thread_id"])}}
