import asyncio

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from toolgrad_data.runs.in_order import run_in_order


@given(
    delays=st.lists(st.integers(0, 5), max_size=30),
    concurrency=st.integers(1, 6),
    lead=st.integers(1, 12),
)
@hypothesis_settings(max_examples=40, deadline=None)
def test_commits_in_order_within_the_bounds(delays: list[int], concurrency: int, lead: int) -> None:
    committed: list[int] = []
    running = most_running = most_ahead = 0

    async def make(index: int) -> int:
        nonlocal running, most_running, most_ahead
        running += 1
        most_running = max(most_running, running)
        most_ahead = max(most_ahead, index - len(committed))
        for _ in range(delays[index]):
            await asyncio.sleep(0)
        running -= 1
        return index

    async def commit(index: int) -> None:
        await asyncio.sleep(0)
        committed.append(index)

    async def main() -> None:
        await run_in_order(range(len(delays)), make, commit, concurrency=concurrency, lead=lead, stop=asyncio.Event())

    asyncio.run(main())
    assert committed == list(range(len(delays)))
    assert most_running <= concurrency
    assert most_ahead < lead


async def test_stop_commits_what_is_ready_and_cancels_the_rest() -> None:
    stop, committed, cancelled = asyncio.Event(), [], []
    release = asyncio.Event()

    async def make(index: int) -> int:
        try:
            if index >= 2:
                release.set()
                await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(index)
            raise
        return index

    async def commit(index: int) -> None:
        committed.append(index)

    async def stopper() -> None:
        await release.wait()
        stop.set()

    task = asyncio.create_task(stopper())
    await run_in_order(range(100), make, commit, concurrency=3, lead=12, stop=stop)
    await task
    assert committed == [0, 1]
    assert set(cancelled) <= {2, 3, 4}
    assert 2 in cancelled


async def test_a_stop_during_a_commit_lets_it_end() -> None:
    stop, committed = asyncio.Event(), []

    async def make(index: int) -> int:
        return index

    async def commit(index: int) -> None:
        stop.set()
        await asyncio.sleep(0.01)
        committed.append(index)

    await run_in_order(range(5), make, commit, concurrency=1, lead=1, stop=stop)
    assert committed == [0]


async def test_a_failure_far_ahead_ends_the_run_at_once() -> None:
    async def make(index: int) -> int:
        if index == 3:
            raise OSError("gone")
        await asyncio.sleep(60)
        return index

    async def commit(index: int) -> None:
        raise AssertionError("nothing is ready")

    async with asyncio.timeout(60):
        with pytest.raises(OSError, match="gone"):
            await run_in_order(range(9), make, commit, concurrency=4, lead=8, stop=asyncio.Event())


async def test_a_failed_commit_is_raised_and_nothing_goes_on() -> None:
    async def make(index: int) -> int:
        return index

    async def commit(index: int) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        await run_in_order(range(9), make, commit, concurrency=2, lead=8, stop=asyncio.Event())
    assert len(asyncio.all_tasks()) == 1


async def test_what_is_left_for_another_time_ends_the_commits_and_the_others_finish() -> None:
    committed, finished = [], []

    async def make(index: int) -> int | None:
        await asyncio.sleep(0.03 if index in (3, 5) else 0.01)
        finished.append(index)
        return None if index in (2, 3) else index

    async def commit(index: int) -> None:
        committed.append(index)

    await run_in_order(range(6), make, commit, concurrency=6, lead=6, stop=asyncio.Event())
    assert committed == [0, 1]
    assert sorted(finished) == list(range(6))
    assert len(asyncio.all_tasks()) == 1


async def test_a_stop_does_not_wait_for_what_is_under_way_beside_it() -> None:
    stop = asyncio.Event()

    async def make(index: int) -> int | None:
        if index == 0:
            asyncio.get_running_loop().call_later(0.02, stop.set)
            return None
        await asyncio.sleep(60)
        return index

    async def commit(index: int) -> None:
        raise AssertionError("nothing is ready")

    async with asyncio.timeout(60):
        await run_in_order(range(3), make, commit, concurrency=3, lead=3, stop=stop)
    assert len(asyncio.all_tasks()) == 1
