"""The engine of a run on a Ray cluster: ranges of samples as tasks, which Ray does again when a node dies.

The command is the driver: it alone writes the run's files, in order. Records come one by one over the board. A task
that is done again makes those that have not come, and with `--store` goes on from the dead one's checkpoints; without,
they are files on the node that runs the task.
"""

import asyncio
import math
import os
import secrets
import signal
import sys
import uuid
from collections.abc import Iterable
from typing import Any, Self

from graph.record import Record
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.runs.checkpoint_cleanup import Pruner
from toolgrad_data.runs.engines.base import RunState, RunWatch
from toolgrad_data.runs.engines.messages import Message, failure_from_json, record_from_json
from toolgrad_data.runs.sample import thread_id
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.tool_loading import check_shares
from toolgrad_data.runs.waiting import WaitingSample

#: Samples of a task at the least: it takes a while to begin one.
_LEAST_RANGE = 4
#: Machines that may die under one task; what dies more often is killed by what it does.
_RETRIES = 10
_CONNECT_S = _CLOSE_S = 10.0


class RayEngine:
    """A Ray cluster as an `Engine`. Entering connects to the one at the settings' address, or starts a local one.

    `pruner` is for checkpoints in the team's database; those on a node go with their task. Raises UsageError when the
    cluster is not there, or Ray is not installed.
    """

    def __init__(self, settings: RunSettings, making: RunState, pruner: Pruner | None, watch: RunWatch) -> None:
        self._settings = settings
        self._making = making
        self._pruner = pruner
        self._watch = watch
        self._ranges: dict[int, asyncio.Task[None]] = {}
        self._results: dict[int, asyncio.Future[Record | WaitingSample | None]] = {}
        self._begun: set[int] = set()
        self._listening: list[asyncio.Task[None]] = []
        self._board: Any = None
        self._make_range: Any = None
        self._order: Message = {}
        self._size = self._tasks = 1
        self._turns = asyncio.Semaphore(1)

    async def __aenter__(self) -> Self:
        await _reachable(self._settings.address)
        ray = _ray(own=self._settings.address in (None, "local"))
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            host = (self._settings.address or "").rpartition(":")[0]
            ray.init(
                address=self._settings.address or "local",
                # A cluster on loopback knows this machine by no other name.
                **({"_node_ip_address": host} if host.startswith("127.") else {}),
                namespace=f"toolgrad-{uuid.uuid4().hex}",
                include_dashboard=None if self._settings.address else False,
                log_to_driver=False,
                logging_level="error",
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise _no_cluster(self._settings.address, error) from error
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)  # Ray has its own, which leave at once
        try:
            self._prepare(ray)
        except BaseException:
            ray.shutdown()
            raise
        self._listening = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell_the_end())]
        return self

    def _prepare(self, ray: Any) -> None:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        from toolgrad_data.runs.engines.ray_task import Board, make_range

        cpus = int(ray.cluster_resources().get("CPU", 1))
        concurrency = self._settings.concurrency
        self._size = max(_LEAST_RANGE, math.ceil(concurrency / max(cpus, 1)))
        self._tasks = max(math.ceil(concurrency / self._size), 1)
        # Each has its share of the limits, so there are never more at once.
        self._turns = asyncio.Semaphore(self._tasks)
        check_shares(self._settings.context, self._tasks)
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        left_out = sorted(self._making.left_out)
        self._board = ray.remote(Board).options(num_cpus=0, scheduling_strategy=here).remote(left_out)
        self._make_range = ray.remote(make_range).options(num_cpus=1, max_retries=_RETRIES)
        self._order = {
            "settings": self._settings.model_dump_json(),
            "path": sys.path,
            "workers": self._tasks,
            "fingerprint": self._making.fingerprint,
            "session": uuid.uuid4().hex,
            "folder": os.getcwd(),
        }
        self._watch.say(f"Ray: {cpus} CPUs, {self._tasks} tasks of {self._size} samples at once")

    async def __aexit__(self, *_: object) -> None:
        # Who has told all its records still closes sessions and removes its files.
        closing = [task for number, task in self._ranges.items() if not task.done() and not self._waits(number)]
        if closing:
            await asyncio.wait(closing, timeout=_CLOSE_S)
        tasks = [*self._listening, *self._ranges.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # With the driver its tasks and the board end.
        _ray().shutdown()

    async def make(self, index: int) -> Record | WaitingSample | None:
        """See `Engine.make`; the first sample of a range begins all of it."""
        if self._watch.ending():
            return None
        number = index // self._size
        if number not in self._ranges:
            indexes = [index for index in self._indexes(number) if not self._making.done.has(index)]
            for one in indexes:
                self._results[one] = asyncio.get_running_loop().create_future()
            self._ranges[number] = asyncio.create_task(self._range(indexes))
            self._ranges[number].add_done_callback(lambda _: self._forget(number))
        made = await self._results[index]
        if isinstance(made, WaitingSample):  # nothing is committed of it
            self._results.pop(index, None)
            self._forget(number)
        return made

    async def on_commit(self, record: Record) -> None:
        """See `Engine.on_commit`; a range that is on the disk is forgotten."""
        self._results.pop(record.meta.index, None)
        self._forget(record.meta.index // self._size)
        if self._pruner is not None:
            meta = record.meta
            await self._pruner.prune(thread_id(meta.run_seed, meta.index, self._making.earlier.get(meta.index, 0)))

    def leave_out(self, tool: str) -> None:
        """See `Engine.leave_out`; tasks that are on their way hear of it from the board."""
        self._board.leave_out.remote(tool)

    def _indexes(self, number: int) -> range:
        return range(number * self._size, min((number + 1) * self._size, self._settings.samples))

    def _forget(self, number: int) -> None:
        task = self._ranges.get(number)
        if task is not None and task.done() and not any(index in self._results for index in self._indexes(number)):
            del self._ranges[number]

    def _waits(self, number: int) -> bool:
        """Say whether a record of the range has not come."""
        return any((result := self._results.get(index)) and not result.done() for index in self._indexes(number))

    async def _range(self, indexes: list[int]) -> None:
        from ray.exceptions import RayError

        try:
            async with self._turns:
                earlier = {index: self._making.earlier[index] for index in indexes if index in self._making.earlier}
                answers = {
                    index: self._making.answers[index].model_dump(mode="json")
                    for index in indexes
                    if index in self._making.answers
                }
                order = {**self._order, "earlier": earlier, "answers": answers}
                if (failure := await self._make_range.remote(order, indexes, self._board)) is not None:
                    raise failure_from_json(failure)
        except RayError as error:
            words = (str(error).strip().splitlines() or [type(error).__name__])[0]
            self._fail(
                indexes,
                RunFailedError(
                    f"the cluster could not make the samples {indexes[0]} to {indexes[-1]}: {words}\n"
                    "What was accepted is kept, and the same command goes on."
                ),
            )
        except Exception as error:  # whoever waits for a sample of the range is told
            self._fail(indexes, error)

    def _fail(self, indexes: Iterable[int], error: Exception) -> None:
        for index in indexes:
            future = self._results.get(index)
            if future is not None and not future.done():
                future.set_exception(error)
                future.exception()  # nobody may wait for it any more

    async def _listen(self) -> None:
        try:
            while True:
                for message in await self._board.listen.remote():
                    self._hear(message)
        except Exception as error:
            self._fail(list(self._results), RunFailedError(f"the connection to the Ray cluster was lost: {error}"))

    def _hear(self, message: Message) -> None:
        if "begin" in message:
            for index in message["begin"]:
                if index in self._begun:
                    self._watch.forget(index)
                self._begun.add(index)
        elif "made" in message:
            future = self._results.get(message["made"])
            if future is not None and not future.done():
                future.set_result(record_from_json(message["record"]))
        else:
            self._watch.take(message)

    async def _tell_the_end(self) -> None:
        await self._watch.over.wait()
        await self._board.end.remote()


async def _reachable(address: str | None) -> None:
    """Raise UsageError when nothing listens at HOST:PORT; Ray would try for minutes."""
    host, colon, port = (address or "").rpartition(":")
    if not colon:
        return
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), _CONNECT_S)
    except (OSError, TimeoutError) as error:
        raise _no_cluster(address, error) from error
    writer.close()


def _no_cluster(address: str | None, error: Exception) -> UsageError:
    where = f"at {address}" if address else "on this machine"
    return UsageError(
        f"--engine ray: no cluster {where}: {error}\nStart one with: ray start --head, or leave --address out. "
        "Does it ask for a token? Set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN where ~/.ray/auth_token has not got it."
    )


def _ray(own: bool = False) -> Any:
    """Return the library, for a cluster of one's own or another's. Raises UsageError when it is not installed."""
    if own and "RAY_AUTH_MODE" not in os.environ:
        # Ray listens on all of the machine's addresses: nobody else is to run anything through it.
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    # Nothing is reported to Ray's makers, and no variable of ours is changed.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            "--engine ray needs Ray, which is not installed.\nRun, in the checkout: pip install --editable '.[ray]'"
        ) from error
    return ray
