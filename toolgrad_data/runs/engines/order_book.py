"""What a worker has been told to do, and does: samples to make, checkpoints to prune, until it is to quit."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from graph.context import Context
from toolgrad_data.runs.checkpoint_cleanup import Pruner
from toolgrad_data.runs.engines.messages import Message, record_to_json
from toolgrad_data.runs.engines.remote import RemoteWatch
from toolgrad_data.runs.sample import Answer, run_sample
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.workflow import compile_graph


class OrderBook:
    """A worker's orders on its event loop; `failures` are what ended its work, the first one first."""

    def __init__(
        self,
        settings: RunSettings,
        context: Context,
        saver: BaseCheckpointSaver[Any],
        say: Callable[[Message], None],
    ) -> None:
        self._settings = settings
        self._context = context
        self._say = say
        self._graph = compile_graph(saver, settings.method)
        self.pruner = Pruner(self._graph, settings.keep_checkpoints)
        self.failures: list[Exception] = []
        self._watch = RemoteWatch(say)
        self._quitting = asyncio.Event()
        self._samples: set[asyncio.Task[None]] = set()
        self._prunings: set[asyncio.Task[None]] = set()

    def take(self, order: Message) -> None:
        """Begin what the command orders; see `messages`."""
        if "make" in order:
            self._begin(self._make(order), self._samples)
        elif "committed" in order:
            self._begin(self.pruner.prune(order["committed"]), self._prunings)
        elif "end" in order:
            self._watch.over = True
        else:
            self._quitting.set()

    async def work(self) -> None:
        """Work until told to quit, or until something fails; samples that are under way then are left."""
        await self._quitting.wait()
        for task in self._samples:
            task.cancel()
        await asyncio.gather(*self._samples, *self._prunings, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        async def until_failure() -> None:
            try:
                await work
            except Exception as error:
                self.failures.append(error)
                self._quitting.set()

        task = asyncio.create_task(until_failure())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _make(self, order: Message) -> None:
        record = await run_sample(
            self._graph,
            self._context,
            self._settings.seed,
            order["make"],
            resume=order["resume"],
            run=self._settings.out.name,
            watch=self._watch,
            durability=self._settings.durability,
            again=order["again"],
            without=order["without"],
            answer=order["answer"] and Answer.model_validate(order["answer"]),
        )
        self._say({"made": order["make"], "record": record_to_json(record)})
