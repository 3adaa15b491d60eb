"""Episodes scored in a process of their own, on another core than the one that plays them.

What an episode is held to (the record's own replay) is sent once a task, and kept there; each trace is sent alone.
"""

import asyncio
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.reward import Reward, RewardWeights
from toolgrad_data.tasks.score import score
from toolgrad_data.tasks.task import KeyedTask
from toolgrad_data.tasks.trace import Trace


class Scorer:
    """Scores as the environment does. Without a process of its own, or when that has died, it scores here.

    A context manager: leaving it ends the process.
    """

    def __init__(self, environment: Environment, *, apart: bool, goldens: int = 1024) -> None:
        self._environment = environment
        self._goldens = goldens
        self._pool = self._started() if apart else None

    def __enter__(self) -> "Scorer":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    async def score(self, keyed: KeyedTask, trace: Trace) -> Reward:
        """Return what the episode earned. Raises as `Environment.score`."""
        golden = await self._environment.golden(keyed)
        weights = self._environment.weights
        if (pool := self._pool) is None:
            return score(golden, trace, weights)
        loop = asyncio.get_running_loop()
        try:
            reward = await loop.run_in_executor(pool, _score, None, trace, weights)
            if reward is None:
                # Without what was found of it here, which holds what cannot be sent.
                sent = replace(golden, told=[])
                reward = await loop.run_in_executor(pool, _score, sent, trace, weights)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = self._started()
            return score(golden, trace, weights)
        return reward if reward is not None else score(golden, trace, weights)

    def _started(self) -> ProcessPoolExecutor:
        # Not forked: this process has threads.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(self._goldens,))


#: In the process: what episodes are held to, by task, those that were used last at the end.
_kept: OrderedDict[str, Golden] = OrderedDict()
_most = 1


def _begin(goldens: int) -> None:
    """Prepare the process. Ctrl-C is the parent's to handle; when the parent is killed, the process ends with it."""
    global _most
    _most = goldens
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - a process of the pool has one
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _score(sent: Golden | None, trace: Trace, weights: RewardWeights) -> Reward | None:
    """Return the reward; None where what the episode is held to has to be sent."""
    if sent is not None:
        _kept[trace.task] = sent
        while len(_kept) > _most:
            _kept.popitem(last=False)
    if (found := _kept.get(trace.task)) is None:
        return None
    _kept.move_to_end(trace.task)
    return score(found, trace, weights)
