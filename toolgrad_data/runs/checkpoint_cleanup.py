"""What is left of a finished sample's checkpoints: its record holds all that they led to."""

from collections.abc import Iterable
from typing import Any, Protocol, cast, runtime_checkable

from langchain_core.runnables import RunnableConfig
from langgraph.channels import DeltaChannel
from langgraph.checkpoint.base import BaseCheckpointSaver

from toolgrad_data.runs.checkpoints import RunSaver
from toolgrad_data.runs.finished import FinishedSamples
from toolgrad_data.runs.sample import Graph, sample_of
from toolgrad_data.runs.settings import Keep


@runtime_checkable
class Listing(Protocol):
    """A saver that knows which threads it has; LangGraph's do not."""

    async def athreads(self, least: int) -> Iterable[str]:
        """Return the ids of the run's threads that have so many checkpoints."""


class Pruner:
    """Prunes the threads of committed samples, of one open run.

    What is called after the sample's line is on the disk may fail or be killed half-way: the record is there, and
    `sweep` prunes what is left when the run is opened the next time.
    """

    def __init__(self, graph: Graph, keep: Keep) -> None:
        self._graph = graph
        self._saver = cast("BaseCheckpointSaver[Any]", graph.checkpointer)
        self._keep = keep

    async def prune(self, id: str) -> None:
        """Remove that thread, or all of it but its last state, as the setting says."""
        match self._keep:
            case "none":
                await self._saver.adelete_thread(id)
            case "last":
                await self._keep_last({"configurable": {"thread_id": id, "checkpoint_ns": ""}})

    async def sweep(self, done: FinishedSamples) -> None:
        """Prune what a command that was killed right after a commit has left."""
        if self._keep == "all" or not done or not isinstance(self._saver, Listing):
            return
        for id in await self._saver.athreads(1 if self._keep == "none" else 2):
            if sample_of(id) in done:
                await self.prune(id)

    def finish(self) -> None:
        """Give the room back when no checkpoint is left."""
        if self._keep == "none" and isinstance(self._saver, RunSaver) and not self._saver.threads():
            self._saver.shrink()

    async def _keep_last(self, thread: RunnableConfig) -> None:
        last = await self._saver.aget_tuple(thread)
        if last is None:
            return
        values = (await self._graph.aget_state(thread)).values
        checkpoint = last.checkpoint
        # Delta channels are replayed from the history that goes; their values as such begin a new one.
        whole = {
            name: values[name]
            for name, channel in self._graph.channels.items()
            if isinstance(channel, DeltaChannel) and values.get(name)
        }
        checkpoint["channel_values"] = {**checkpoint["channel_values"], **whole}
        metadata = {name: value for name, value in last.metadata.items() if name != "counters_since_delta_snapshot"}
        await self._saver.adelete_thread(thread["configurable"]["thread_id"])
        await self._saver.aput(thread, checkpoint, cast("Any", metadata), checkpoint["channel_versions"])
