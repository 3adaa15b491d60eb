"""The same command gives the same records: again, and whatever the concurrency; with all built-in tools."""

from pathlib import Path

import pytest

from tests.integration.command import lines, run, without_times

SAMPLES = 16


def make(folder: Path, name: str, concurrency: int) -> Path:
    options = ["--samples", str(SAMPLES), "--seed", "11", "--concurrency", str(concurrency), "--out", name]
    code, _, err = run(folder, "generate", *options)
    assert code == 0, err
    return folder / name


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("runs"), "alone", 1)


@pytest.mark.parametrize("concurrency", [1, 16])
def test_the_same_command_gives_the_same_records(alone: Path, tmp_path: Path, concurrency: int) -> None:
    again = make(tmp_path, "again", concurrency)
    for name in ("records.jsonl", "rejected.jsonl"):
        before, now = lines(alone / name), lines(again / name)
        assert [without_times(record) for record in now] == [without_times(record) for record in before]
        assert [list(record) for record in now] == [list(record) for record in before]
    assert len(lines(again / "records.jsonl")) > 0.8 * SAMPLES
    assert (again / "tools.jsonl").read_bytes() == (alone / "tools.jsonl").read_bytes()


def test_another_seed_gives_other_records(alone: Path, tmp_path: Path) -> None:
    code, _, err = run(tmp_path, "generate", "--samples", "4", "--seed", "12", "--out", "other")
    assert code == 0, err
    queries = {record["turns"][0]["query"] for record in lines(tmp_path / "other" / "records.jsonl")}
    assert queries
    assert queries.isdisjoint(record["turns"][0]["query"] for record in lines(alone / "records.jsonl"))
