"""The engine that the settings name, with the run's checkpoints open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from toolgrad_data.runs.checkpoint_cleanup import Pruner
from toolgrad_data.runs.checkpoints import checkpoints
from toolgrad_data.runs.engines.base import Engine, GraphFactory, RunState, RunWatch
from toolgrad_data.runs.engines.local import LocalEngine
from toolgrad_data.runs.engines.pool import WorkerPool
from toolgrad_data.runs.engines.saving import open_saver
from toolgrad_data.runs.postgres.opening import open_team_saver
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.shards import arrange_shards, shard_paths


@asynccontextmanager
async def open_engine(
    settings: RunSettings, making: RunState, make_graph: GraphFactory, watch: RunWatch
) -> AsyncIterator[Engine]:
    """Yield the engine, with what finished samples have left in checkpoints removed. Raises sqlite3.Error, OSError."""
    done = making.done
    if settings.engine == "ray":
        from toolgrad_data.runs.engines.ray_engine import RayEngine  # loads a library that most runs do without

        async with AsyncExitStack() as opened:
            pruner = None
            if settings.store is not None:
                team = await opened.enter_async_context(open_team_saver(settings, watch.say))
                pruner = Pruner(make_graph(team), settings.keep_checkpoints)
                await pruner.sweep(done)
            yield await opened.enter_async_context(RayEngine(settings, making, pruner, watch))
        return
    # Of a team's run somebody else may have begun samples.
    resume = settings.store is not None or await asyncio.to_thread(arrange_shards, settings.out, settings.workers)
    if settings.workers == 1:
        async with open_saver(settings, 0, watch.say) as saver:
            engine = LocalEngine(settings, making, make_graph(saver), resume, watch)
            await engine.pruner.sweep(done)
            yield engine
            engine.pruner.finish()
        return
    if done and settings.store is None:
        for shard in shard_paths(settings.out, settings.workers):
            with checkpoints(shard, exclusive=True) as saver:
                await Pruner(make_graph(saver), settings.keep_checkpoints).sweep(done)
    elif done:
        async with open_team_saver(settings, watch.say) as team:
            await Pruner(make_graph(team), settings.keep_checkpoints).sweep(done)
    async with WorkerPool(settings, making, resume, watch) as pool:
        yield pool
