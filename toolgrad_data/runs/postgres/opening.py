"""What `--store` asks for: checkpoints and a ledger in PostgreSQL. Loads its driver only when it is asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from nodes.policies.base import EndpointLimitError, PolicySetupError
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.store import RunStore

if TYPE_CHECKING:
    from toolgrad_data.runs.postgres.ledger import Ledger
    from toolgrad_data.runs.postgres.saver import TeamSaver

# Each is a process of the server; the samples of one process take turns.
_CONNECTIONS = 8


@asynccontextmanager
async def open_ledger(
    settings: RunSettings, store: RunStore, say: Callable[[str], None], stop: asyncio.Event
) -> AsyncIterator["Ledger | None"]:
    """Yield the run's ledger, or None for a run without a store. Raises UsageError and RunFailedError."""
    if settings.store is None:
        yield None
        return
    _check_driver()
    from toolgrad_data.runs.postgres.address import expand_variables
    from toolgrad_data.runs.postgres.connection import Patience, StartPatience
    from toolgrad_data.runs.postgres.ledger import Ledger

    opened = False
    try:
        address = expand_variables(settings.store)
        start, patience = StartPatience(address, say, stop), Patience(say, stop)
        async with Ledger(address, store, settings.keep_checkpoints, start, patience) as ledger:
            opened = True
            try:
                yield ledger
            except EndpointLimitError:
                raise
            except (PolicySetupError, UsageError):
                if store.begun_now and not any(True for _ in store.read_committed()):
                    await ledger.discard()
                raise
    except (UsageError, RunFailedError):
        if store.begun_now and not opened:
            store.discard()  # refused: nothing has been begun here
        raise


@asynccontextmanager
async def open_team_saver(settings: RunSettings, say: Callable[[str], None]) -> AsyncIterator["TeamSaver"]:
    """Yield the saver of a run whose ledger is open, in this process or another. Raises UsageError."""
    _check_driver()
    from toolgrad_data.runs.postgres.address import expand_variables
    from toolgrad_data.runs.postgres.connection import Patience, first_connection, open_pool
    from toolgrad_data.runs.postgres.saver import TeamSaver

    address, patience = expand_variables(settings.store or ""), Patience(say)
    # What this process, on another machine perhaps, has wrong is told at once; the pool would go on trying.
    await (await patience.keep(lambda: first_connection(address))).close()
    async with open_pool(address, min(settings.concurrency, _CONNECTIONS)) as pool:
        yield TeamSaver(pool, settings.out.name, patience)


def _check_driver() -> None:
    try:
        import langgraph.checkpoint.postgres  # noqa: F401
        import psycopg_pool  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"--store needs a driver that is not installed ({error.name}).\n"
            "Run, in the checkout: pip install --editable '.[postgres]'"
        ) from error
