"""The tasks with their tools, opened once for each event loop."""

import asyncio
from pathlib import Path
from weakref import WeakKeyDictionary

from toolgrad_data.tasks.hosting import HostedTasks

TASKS = Path(__file__).parent / "tasks"
_opening: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[HostedTasks]] = WeakKeyDictionary()


async def hosted_tasks() -> HostedTasks:
    """Return the tasks. Raises UsageError when a tool that they need is gone."""
    loop = asyncio.get_running_loop()
    if loop not in _opening:
        _opening[loop] = loop.create_task(HostedTasks.open(TASKS))
    return await asyncio.shield(_opening[loop])
