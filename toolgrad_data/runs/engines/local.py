"""The engine of a run in one process."""

from graph.record import Record
from toolgrad_data.runs.checkpoint_cleanup import Pruner
from toolgrad_data.runs.engines.base import RunState
from toolgrad_data.runs.sample import Graph, Watch, run_sample, thread_id
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.waiting import WaitingSample


class LocalEngine:
    """Makes samples on this process's event loop; see `Engine`. `resume` says that there may be checkpoints."""

    def __init__(self, settings: RunSettings, making: RunState, graph: Graph, resume: bool, watch: Watch) -> None:
        self.pruner = Pruner(graph, settings.keep_checkpoints)
        self._settings = settings
        self._making = making
        self._graph = graph
        self._resume = resume
        self._watch = watch

    async def make(self, index: int) -> Record | WaitingSample | None:
        """See `Engine.make`."""
        return await run_sample(
            self._graph,
            self._settings.context,
            self._settings.seed,
            index,
            resume=self._resume,
            run=self._settings.out.name,
            watch=self._watch,
            durability=self._settings.durability,
            again=self._making.earlier.get(index, 0),
            without=sorted(self._making.left_out),
            answer=self._making.answers.get(index),
        )

    async def on_commit(self, record: Record) -> None:
        """See `Engine.on_commit`."""
        meta = record.meta
        await self.pruner.prune(thread_id(meta.run_seed, meta.index, self._making.earlier.get(meta.index, 0)))

    def leave_out(self, tool: str) -> None:
        """See `Engine.leave_out`."""
