import asyncio
import threading
import time
from dataclasses import replace

import pytest

from tests.unit.tool_registry.making import run, tool
from tool_registry.sources import limits
from tool_registry.sources.limits import Limits, divide_limits
from tool_registry.tool import Tool, Treatment


class Busy:
    """Counts calls under way, from whichever loop."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0
        self.lock = threading.Lock()

    async def work(self, arguments: dict[str, object]) -> int:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        with self.lock:
            self.now -= 1
            self.done += 1
        return self.done


def limited(busy: Busy, limits: Limits, timeout_s: float | None = None) -> Tool:
    return replace(tool(busy.work), treatment=Treatment(limits=limits, timeout_s=timeout_s))


async def test_calls_under_way_stay_within_the_limit() -> None:
    busy = Busy()
    called = limited(busy, Limits(concurrency=3))
    results = await asyncio.gather(*(run(called) for _ in range(20)))
    assert all(result.ok for result in results)
    assert (busy.most, busy.done) == (3, 20)


def test_over_all_loops_of_the_process() -> None:
    busy = Busy()
    called = limited(busy, Limits(concurrency=2))

    async def many() -> None:
        await asyncio.gather(*(run(called) for _ in range(8)))

    threads = [threading.Thread(target=lambda: asyncio.run(many())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (busy.most, busy.done) == (2, 24)


async def test_processes_that_share_a_source_have_their_share_of_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_processes", 1)
    divide_limits(2)
    busy = Busy()
    called = limited(busy, Limits(concurrency=5, per_minute=60 / 0.02))
    started = time.monotonic()
    await asyncio.gather(*(run(called) for _ in range(6)))
    assert busy.most <= 2
    assert time.monotonic() - started >= 5 * 0.04


async def test_calls_begun_a_minute() -> None:
    busy = Busy()
    called = limited(busy, Limits(per_minute=60 / 0.05))
    started = time.monotonic()
    await asyncio.gather(*(run(called) for _ in range(5)))
    assert time.monotonic() - started >= 0.2


async def test_waiting_for_a_turn_is_no_timeout() -> None:
    limits, entered = Limits(concurrency=1), asyncio.Event()

    async def hold(arguments: dict[str, object]) -> None:
        entered.set()
        await asyncio.sleep(0.4)

    async def answer(arguments: dict[str, object]) -> str:
        return "at once"

    first = asyncio.create_task(run(replace(tool(hold), treatment=Treatment(limits=limits)), timeout_s=60))
    await entered.wait()
    waiting = replace(tool(answer), treatment=Treatment(limits=limits))
    results = await asyncio.gather(*(run(waiting, timeout_s=0.2) for _ in range(5)))
    assert [result.content for result in results] == ["at once"] * 5
    await first


async def test_the_sources_timeout_goes_before_the_runs() -> None:
    async def slow(arguments: dict[str, object]) -> None:
        await asyncio.sleep(5)

    result = await run(replace(tool(slow), treatment=Treatment(timeout_s=0.05)), timeout_s=10)
    assert result.error is not None
    assert (result.error.kind, result.error.message) == ("timeout", "no answer within 0.05 s")


async def test_a_call_that_fails_or_times_out_gives_its_place_back() -> None:
    limits = Limits(concurrency=1)

    async def stuck(arguments: dict[str, object]) -> None:
        await asyncio.sleep(60)

    async def broken(arguments: dict[str, object]) -> None:
        raise ValueError("no")

    for call in (stuck, broken, stuck):
        assert not (await run(replace(tool(call), treatment=Treatment(limits=limits)), timeout_s=0.02)).ok
    assert (await asyncio.wait_for(run(limited(Busy(), limits)), 60)).ok


async def test_cancelled_waiters_lose_no_place() -> None:
    limits, order = Limits(concurrency=1), []

    async def enter(name: str, hold_s: float) -> None:
        async with limits:
            order.append(name)
            await asyncio.sleep(hold_s)

    for _ in range(30):
        first = asyncio.create_task(enter("first", 0.002))
        await asyncio.sleep(0)
        second = asyncio.create_task(enter("second", 0.002))
        third = asyncio.create_task(enter("third", 0))
        await asyncio.sleep(0.002)
        second.cancel()
        await asyncio.wait_for(asyncio.gather(first, third), 60)
        await asyncio.gather(second, return_exceptions=True)
    assert order.count("third") == 30
