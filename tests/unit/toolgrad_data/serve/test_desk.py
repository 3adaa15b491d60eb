"""Many episodes at once: bounded, isolated, evicted, and each rewarded once whatever its client does."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.dialogues.building import DESK
from tests.unit.toolgrad_data.serve.serving import make_tasks, own_play
from tests.unit.toolgrad_data.tasks.playing import environment
from tool_registry.registry import get_registry
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.errors import BusyError, FullError, ServeError, UnknownEpisodeError, WrongRequestError
from toolgrad_data.serve.limits import ServeLimits
from toolgrad_data.serve.rewards import REWARDS, Finished, RewardLog
from toolgrad_data.tasks.golden import TaskError
from toolgrad_data.tasks.task import KeyedTask, TaskLimits


@asynccontextmanager
async def desk(folder: Path, **limits: Any) -> AsyncIterator[EpisodeDesk]:
    with RewardLog(folder) as log:
        async with EpisodeDesk(await environment(), log, ServeLimits(**limits)) as made:
            yield made


async def played(at: EpisodeDesk, one: KeyedTask, id_: str | None = None) -> Finished:
    """Play the record's own calls and words."""
    begun, seen = await at.begin(one, id_)
    assert seen.message == one.task.messages[0]
    finished = None
    for turn in await own_play(one):
        for call in turn.calls:
            await at.call(begun, call.tool, call.arguments)
        seen, finished = await at.message(begun, turn.message)
    assert finished is not None
    return finished


async def test_all_tasks_at_once_earn_all_and_each_is_kept(tmp_path: Path) -> None:
    tasks = await make_tasks()
    async with desk(tmp_path) as at:
        ends = await asyncio.gather(*(played(at, one) for one in tasks for _ in range(3)))
        assert [end.reward.total for end in ends] == [1.0] * 3 * len(tasks)
        assert at.playing == 0
        assert all(at.finished(end.episode) == end for end in ends)
    with RewardLog(tmp_path) as log:
        assert all(log.find(end.episode) == end for end in ends)


async def test_two_submits_and_a_message_after_the_end(tmp_path: Path) -> None:
    (one, *_) = await make_tasks()
    async with desk(tmp_path) as at:
        id_, _ = await at.begin(one)
        with pytest.raises(ServeError, match="the episode goes on"):
            at.finished(id_)
        first, second = await asyncio.gather(at.submit(id_), at.submit(id_))
        assert first == second == await at.submit(id_) == at.finished(id_)
        assert first.ending == "submitted"
        assert first.reward.total < 1
        with pytest.raises(ServeError, match="the episode is over"):
            await at.message(id_, "More.")
        with pytest.raises(ServeError, match="is finished"):
            await at.begin(one, id_)
    assert (tmp_path / REWARDS).read_bytes().count(b"\n") == 1


async def test_a_client_that_goes_while_it_is_scored_finds_its_reward(tmp_path: Path) -> None:
    (one, *_) = await make_tasks()
    async with desk(tmp_path) as at:
        id_, _ = await at.begin(one, "mine")
        asking = asyncio.create_task(at.submit(id_))
        await asyncio.sleep(0)
        asking.cancel()
        await at.leave(id_)
    with RewardLog(tmp_path) as log:
        assert log.find("mine") is not None


async def test_a_client_that_goes_in_mid_episode_leaves_room(tmp_path: Path) -> None:
    (one, other, *_) = await make_tasks()
    async with desk(tmp_path, episodes=1) as at:
        await at.begin(one, "gone")
        with pytest.raises(FullError, match="1 episodes are played"):
            await at.begin(other, "next")
        with pytest.raises(ServeError, match="is being played"):
            await at.begin(other, "gone")
        await at.leave("gone")
        with pytest.raises(UnknownEpisodeError, match="never begun, or was given up"):
            await at.call("gone", "x", {})
        await at.begin(other, "next")
        assert at.counts.left == at.counts.turned_away == 1
    assert (tmp_path / REWARDS).read_bytes() == b""


async def test_an_idle_episode_is_evicted(tmp_path: Path) -> None:
    (one, *_) = await make_tasks()
    async with desk(tmp_path, idle_seconds=0.2) as at:
        await at.begin(one, "idle")
        while not at.counts.evicted:  # noqa: ASYNC110 - what sweeps tells nobody
            await asyncio.sleep(0.02)
        assert (at.counts.evicted, at.playing) == (1, 0)
        with pytest.raises(UnknownEpisodeError, match="evicted"):
            await at.submit("idle")


async def test_requests_of_one_episode_wait_in_a_row_that_ends(tmp_path: Path) -> None:
    (one, *_) = await make_tasks()
    async with desk(tmp_path, waiting=4) as at:
        id_, _ = await at.begin(one)
        call = (await own_play(one))[0].calls[0]
        asked = [at.call(id_, call.tool, call.arguments) for _ in range(10)]
        came = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(each, BusyError) for each in came) == 6
        assert (await at.submit(id_)).calls == 4


async def test_a_limit_of_the_task_ends_the_episode_with_its_reward(tmp_path: Path) -> None:
    (one, *_) = await make_tasks(TaskLimits(calls=20))
    async with desk(tmp_path) as at:
        id_, _ = await at.begin(one)
        for _ in range(20):
            _, finished = await at.call(id_, "no_such_tool", "[")
            assert finished is None
        answer, finished = await at.call(id_, "no_such_tool", {})
        assert answer.done
        assert finished is not None
        assert finished.ending == "calls"
        assert at.finished(id_) == finished


async def test_a_disk_that_refuses_loses_no_episode(tmp_path: Path) -> None:
    (one, *_) = await make_tasks()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with desk(tmp_path) as at:
        id_, _ = await at.begin(one)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        try:
            with pytest.raises(ServeError, match="nothing is lost: submit again"):
                await at.submit(id_)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        with pytest.raises(ServeError, match="goes on"):
            at.finished(id_)
        assert (await at.submit(id_)).episode == id_


async def test_an_episode_that_could_not_be_scored_is_submitted_again_or_evicted(tmp_path: Path) -> None:
    (one, other, *_) = await make_tasks()
    async with desk(tmp_path) as at:
        whole = at._environment.registry
        for id_, keyed in (("again", one), ("left", other)):
            await at.begin(keyed, id_)
            at._environment.forget(keyed.task)
            at._environment.registry = await get_registry([DESK])
            with pytest.raises(TaskError):
                await at.submit(id_)
            at._environment.registry = whole
        assert (await at.submit("again")).episode == "again"
        await at.leave("left")
        assert at.playing == 0


async def test_stopping_keeps_each_reward_that_was_due(tmp_path: Path) -> None:
    tasks = await make_tasks()
    async with desk(tmp_path) as at:
        ids = [(await at.begin(one))[0] for one in tasks]
        asked = [asyncio.create_task(at.submit(id_)) for id_ in ids]
        await asyncio.sleep(0)
    assert len(await asyncio.gather(*asked)) == len(tasks)
    assert (tmp_path / REWARDS).read_bytes().count(b"\n") == len(tasks)


async def test_an_id_that_is_none_is_refused(tmp_path: Path) -> None:
    (one, *_) = await make_tasks()
    async with desk(tmp_path) as at:
        for id_ in ("", "a b", "../up", "x" * 256, "ü"):
            with pytest.raises(WrongRequestError, match="1 to 255 letters"):
                await at.begin(one, id_)


async def test_replays_that_are_kept_are_bounded(tmp_path: Path) -> None:
    tasks = await make_tasks()
    async with desk(tmp_path, goldens=2) as at:
        ends = [await played(at, one) for one in [*tasks[:5], *tasks[:5]]]
        assert all(end.reward.solved for end in ends)
        assert len(at._environment._golden) == 2
        ids = [(await at.begin(one))[0] for one in tasks[:5]]
        for id_ in ids:
            await at.submit(id_)
        assert len(at._environment._golden) == 2
