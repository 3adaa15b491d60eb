"""Where an engine keeps checkpoints: a file of the run, or the team's database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from toolgrad_data.runs.checkpoints import checkpoints
from toolgrad_data.runs.postgres.opening import open_team_saver
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.shards import shard_paths


@asynccontextmanager
async def open_saver(
    settings: RunSettings, worker: int, say: Callable[[str], None]
) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """Yield the checkpoints of one of the run's workers. Raises sqlite3.Error and UsageError."""
    if settings.store is not None:
        async with open_team_saver(settings, say) as team:
            yield team
        return
    with checkpoints(shard_paths(settings.out, settings.workers)[worker], exclusive=settings.workers > 1) as saver:
        yield saver
