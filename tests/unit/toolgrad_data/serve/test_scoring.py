"""Scored in a process of its own, an episode earns the same; a process that dies costs nothing."""

import os
import signal

from tests.unit.toolgrad_data.serve.serving import make_tasks, own_play
from tests.unit.toolgrad_data.tasks.playing import environment
from toolgrad_data.serve.scoring import Scorer
from toolgrad_data.tasks.mutants import PlannedTurn
from toolgrad_data.tasks.proving import play


async def test_it_earns_the_same_and_a_death_costs_nothing() -> None:
    own = await environment()
    with Scorer(own, apart=True, goldens=2) as scorer:
        for one in await make_tasks():
            script = await own_play(one)
            silent = tuple(PlannedTurn(turn.calls, "Done.") for turn in script)
            for turns in (script, silent, script[:1], ()):
                trace = await play(own, one.task, turns)
                assert await scorer.score(one, trace) == await own.score(one, trace)
        assert scorer._pool is not None
        (process,) = scorer._pool._processes.values()
        os.kill(process.pid, signal.SIGKILL)
        for _ in range(3):
            assert await scorer.score(one, trace) == await own.score(one, trace)
        (after,) = scorer._pool._processes.values()
        assert after.pid != process.pid
