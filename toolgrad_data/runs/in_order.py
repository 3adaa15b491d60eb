"""Many at once, committed one after the other in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")


async def run_in_order(
    indexes: Iterable[int],
    make: Callable[[int], Awaitable[T | None]],
    commit: Callable[[T], Awaitable[None]],
    *,
    concurrency: int,
    lead: int,
    stop: asyncio.Event,
) -> None:
    """Make each index, at most `concurrency` at once, and commit the results in the order of `indexes`.

    At most `lead` are started beyond the last committed one, which bounds memory. When `stop` is set nothing
    new starts, what is ready in order is committed, and the rest is cancelled. A result of None says that the
    index is left for another time: nothing after it is committed, and those under way are waited for.
    The first exception of `make` ends everything in the same way and is raised; one of `commit` at once.
    """
    room = asyncio.Semaphore(concurrency)
    halt = asyncio.Event()
    failures: list[Exception] = []

    async def limited(index: int) -> T | None:
        async with room:  # first come, first served: samples start in order
            try:
                return await make(index)
            except Exception as error:
                failures.append(error)
                halt.set()
                raise

    async def forward_stop() -> None:
        await stop.wait()
        halt.set()

    order = iter(indexes)
    window: deque[asyncio.Task[T | None]] = deque()
    halted = asyncio.create_task(halt.wait())
    forwarder = asyncio.create_task(forward_stop())
    try:
        while True:
            if not (halt.is_set() or stop.is_set()):
                window.extend(asyncio.create_task(limited(index)) for index in islice(order, lead - len(window)))
            if not window:
                break
            head = window[0]
            await asyncio.wait({head, halted}, return_when=asyncio.FIRST_COMPLETED)
            if not head.done() or head.exception() is not None:
                break
            result = head.result()
            if result is None:
                await _wait_for_all(window, halted)
                break
            await commit(result)
            window.popleft()
    finally:
        rest = [*window, halted, forwarder]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
    if failures:
        raise failures[0]


async def _wait_for_all(tasks: Iterable[asyncio.Task[T | None]], halted: asyncio.Task[Any]) -> None:
    """Wait until all tasks are done, or until everything is to end."""
    under_way = {task for task in tasks if not task.done()}
    while under_way and not halted.done():
        done, _ = await asyncio.wait({*under_way, halted}, return_when=asyncio.FIRST_COMPLETED)
        under_way -= done
