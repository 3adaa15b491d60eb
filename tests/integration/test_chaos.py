"""A few trials of `python -m bench.chaos`: runs that are killed, stopped, starved or cut off, and run again."""

from pathlib import Path

import pytest

from bench.chaos.trials import chaos, table
from bench.postgres_server import binaries
from tests.optional import need


@pytest.mark.parametrize(
    "trials", [{"SIGKILL": 2, "SIGINT": 1}, {"disk": 1, "network": 1, "worker": 1}], ids=["signals", "others"]
)
async def test_each_sample_ends_as_exactly_one_line(trials: dict[str, int], tmp_path: Path) -> None:
    came = await chaos(trials, samples=8, seed=len(trials), folder=tmp_path)
    assert [one.kind for one in came] == [kind for kind, number in trials.items() for _ in range(number)]
    assert [one.fault for one in came if one.fault] == []
    assert all(one.runs >= 2 or one.skipped for one in came if one.kind == "SIGKILL")
    assert "paid twice" in table(came)


async def test_a_database_that_crashes_costs_no_line(tmp_path: Path) -> None:
    need(binaries(), "no PostgreSQL server is installed (on Debian: apt-get install postgresql)")
    (came,) = await chaos({"database": 1}, samples=8, seed=2, folder=tmp_path)
    assert came.fault == ""
    assert came.runs >= 2
