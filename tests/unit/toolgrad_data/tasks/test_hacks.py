"""Policies that want the reward without the work: none earns all, on any dialogue."""

import pytest

from bench.tasks.hacks import HACKS, Target
from tests.unit.toolgrad_data.tasks.playing import environment, keyed, own_play, records

_EARN_NOTHING = (
    "asks_for_the_answer",
    "writes_the_rewards_words",
    "ends_at_once",
)


@pytest.mark.parametrize("name", HACKS)
async def test_a_hack_does_not_earn_all(name: str) -> None:
    own = await environment()
    played = 0
    for record in records():
        task = keyed(record, own)
        golden = await own.golden(task)
        async with own.open(task.task) as episode:
            await episode.reset()
            if await HACKS[name](episode, Target(own_play(record), golden, own.registry)) is False:
                continue
            reward = await own.score(task, await episode.submit())
        played += 1
        assert reward.total < 1, (record.id, reward)
        assert not reward.solved
        if name in _EARN_NOTHING:
            assert reward.total == 0, (record.id, reward)
    assert played
