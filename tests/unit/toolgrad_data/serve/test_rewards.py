"""Rewards are on the disk when they are told, once each, and are found again."""

import asyncio
import resource
from pathlib import Path

import pytest

from toolgrad_data.errors import CorruptFileError, RunFailedError
from toolgrad_data.serve.rewards import REWARDS, Finished, RewardLog
from toolgrad_data.tasks.reward import Reward, RewardPart


def finished(id_: str, total: float = 1.0) -> Finished:
    part = RewardPart(score=total, reason="all that the record says")
    reward = Reward(task="task-1", total=total, solved=total == 1, evidence=part)
    return Finished(episode=id_, ending="answered", calls=2, reward=reward)


async def test_each_is_found_again_by_the_next_process(tmp_path: Path) -> None:
    with RewardLog(tmp_path) as log:
        await asyncio.gather(*(log.append(finished(f"e{number}", number / 100)) for number in range(100)))
        with pytest.raises(ValueError, match="e7 is there"):
            await log.append(finished("e7"))
        assert log.find("e7") == finished("e7", 0.07)
        assert log.find("none") is None
    with RewardLog(tmp_path) as log:
        assert len(log) == 100
        assert log.total == pytest.approx(sum(range(100)) / 100)
        assert all(log.find(f"e{number}") == finished(f"e{number}", number / 100) for number in range(100))
        await log.append(finished("later"))
        assert log.find("later") == finished("later")


async def test_a_line_that_was_cut_is_taken_away_and_told(tmp_path: Path) -> None:
    with RewardLog(tmp_path) as log:
        await log.append(finished("whole"))
    with (tmp_path / REWARDS).open("ab") as file:
        file.write(b'{"episode": "cut", "endi')
    with RewardLog(tmp_path) as log:
        assert "cut off in mid-write" in log.notes[0]
        assert len(log) == 1
        await log.append(finished("cut"))
    assert (tmp_path / REWARDS).read_bytes().count(b"\n") == 2


async def test_what_no_server_writes_is_refused(tmp_path: Path) -> None:
    (tmp_path / REWARDS).write_text('{"episode": 1}\n')
    with pytest.raises(CorruptFileError, match="line 1: no finished episode"), RewardLog(tmp_path):
        pass


async def test_two_servers_do_not_write_one_file(tmp_path: Path) -> None:
    with RewardLog(tmp_path), pytest.raises(RunFailedError, match="another process"), RewardLog(tmp_path):
        pass


async def test_a_disk_that_refuses_leaves_no_part_of_a_line(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with RewardLog(tmp_path) as log:
        await log.append(finished("first"))
        size = (tmp_path / REWARDS).stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))
        try:
            with pytest.raises(OSError, match="large"):
                await log.append(finished("second"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert (tmp_path / REWARDS).stat().st_size == size
        assert log.find("second") is None
        await log.append(finished("second"))
        assert log.find("second") == finished("second")


def test_what_is_told_has_no_reasons() -> None:
    told = finished("e1", 0.5).told()
    assert told["reward"] == 0.5
    assert told["parts"]["evidence"] == 0.5
    assert "record" not in str(told)
