import asyncio
import errno
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from nodes.policies.base import PolicySetupError
from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, settings, stub_factory
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.files.jsonl import DurableWriter
from toolgrad_data.runs.runner import generate, run_samples
from toolgrad_data.runs.sample import is_fatal


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def ids(out: Path, name: str = "records.jsonl") -> list[str]:
    return [str(line["id"]) for line in lines(out / name)]


async def test_records_stand_in_order_whatever_finishes_first(tmp_path: Path) -> None:
    async def slow_first(index: int) -> None:
        await asyncio.sleep(0.05 if index % 4 == 0 else 0)

    made = settings(tmp_path / "a", samples=13, concurrency=5)
    summary = await run_samples(made, TOOLS, make_graph=stub_factory(slow_first))
    assert ids(tmp_path / "a") == [f"s0-{index:06d}" for index in range(13)]
    assert (summary.accepted, summary.rejected, summary.missing) == (13, 0, 0)
    assert all(line["verification"]["distinct"] is True for line in lines(tmp_path / "a" / "records.jsonl"))  # type: ignore[index]
    assert json.loads((tmp_path / "a" / "summary.json").read_text())["accepted"] == 13


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_of_two_that_are_alike_the_one_of_lower_index_is_kept(tmp_path: Path, concurrency: int) -> None:
    async def early_is_slow(index: int) -> None:
        await asyncio.sleep(0.05 if index == 1 else 0)

    def alike(seed: int, index: int) -> Record:
        return record(index, seed=seed, number=1 if index in (1, 5) else index)

    made = settings(tmp_path, samples=7, concurrency=concurrency)
    summary = await run_samples(made, TOOLS, make_graph=stub_factory(early_is_slow, alike))
    assert ids(tmp_path) == [f"s0-{index:06d}" for index in (0, 1, 2, 3, 4, 6)]
    (rejected,) = lines(tmp_path / "rejected.jsonl")
    assert rejected["id"] == "s0-000005"
    assert rejected["verification"]["distinct"] is False  # type: ignore[index]
    assert "s0-000001" in rejected["reasons"][0]  # type: ignore[index]
    assert summary.rejected_by_reason == {"distinct: same_calls": 1}


async def test_a_repeated_rejected_one_is_no_duplicate(tmp_path: Path) -> None:
    def alike(seed: int, index: int) -> Record:
        return record(index, seed=seed, number=1, reasons=["not natural: x"] if index == 0 else None)

    await run_samples(settings(tmp_path, samples=2), TOOLS, make_graph=stub_factory(verdict=alike))
    assert (ids(tmp_path, "rejected.jsonl"), ids(tmp_path)) == (["s0-000000"], ["s0-000001"])


async def test_a_crash_is_a_rejected_record_and_the_run_goes_on(tmp_path: Path) -> None:
    async def crash(index: int) -> None:
        if index == 1:
            raise KeyError("lost")
        if index == 2:
            raise asyncio.CancelledError

    summary = await run_samples(settings(tmp_path, samples=4), TOOLS, make_graph=stub_factory(crash))
    assert ids(tmp_path) == ["s0-000000", "s0-000003"]
    reasons = [line["reasons"] for line in lines(tmp_path / "rejected.jsonl")]
    assert reasons[0] == ["crashed with KeyError: 'lost' (at tests/unit/toolgrad_data/runs/test_runner.py:69)"]
    assert "CancelledError" in reasons[1][0]  # type: ignore[index]
    assert summary.rejected == 2


async def test_a_result_that_is_no_json_is_a_rejected_record(tmp_path: Path) -> None:
    def odd(seed: int, index: int) -> Record:
        made = record(index, seed=seed)
        made.turns[0].steps[0].result = "\ud800" if index == 1 else 1
        return made

    await run_samples(settings(tmp_path, samples=3), TOOLS, make_graph=stub_factory(verdict=odd))
    assert ids(tmp_path) == ["s0-000000", "s0-000002"]
    assert "crashed in double with UnicodeEncodeError" in (tmp_path / "rejected.jsonl").read_text()


async def test_the_same_command_again_makes_what_is_missing_only(tmp_path: Path) -> None:
    calls: Counter[int] = Counter()

    async def count(index: int) -> None:
        calls[index] += 1

    await run_samples(settings(tmp_path, samples=3), TOOLS, make_graph=stub_factory(count))
    first = (tmp_path / "records.jsonl").read_bytes()
    again = await run_samples(settings(tmp_path, samples=3), TOOLS, make_graph=stub_factory(count))
    assert (tmp_path / "records.jsonl").read_bytes() == first
    assert again.session.samples == 3  # what the command that made them did
    more = await run_samples(settings(tmp_path, samples=6), TOOLS, make_graph=stub_factory(count))
    assert (tmp_path / "records.jsonl").read_bytes().startswith(first)
    assert (more.accepted, more.session.samples) == (6, 3)
    assert calls == dict.fromkeys(range(6), 1)


async def test_a_run_goes_on_with_its_own_turns(tmp_path: Path) -> None:
    """Runs of earlier versions record nothing of turns: they have single ones."""
    path = tmp_path / "run.json"
    await run_samples(settings(tmp_path, samples=1, turns="1:100"), TOOLS, make_graph=stub_factory())
    data = json.loads(path.read_text())
    del data["settings"]["turns"]
    path.write_text(json.dumps(data))
    more = await run_samples(settings(tmp_path, samples=2), TOOLS, make_graph=stub_factory())
    assert more.accepted == 2
    assert json.loads(path.read_text())["settings"]["turns"] == "1:100"
    with pytest.raises(UsageError, match="turns"):
        await run_samples(settings(tmp_path, samples=3, turns="2:100"), TOOLS, make_graph=stub_factory())


async def test_a_finished_sample_whose_line_was_lost_is_read_off_its_checkpoint(tmp_path: Path) -> None:
    calls: Counter[int] = Counter()

    async def count(index: int) -> None:
        calls[index] += 1

    kept = settings(tmp_path, samples=3).model_copy(update={"keep_checkpoints": "last"})
    await run_samples(kept, TOOLS, make_graph=stub_factory(count))
    whole = (tmp_path / "records.jsonl").read_bytes()
    (tmp_path / "records.jsonl").write_bytes(whole[:-30])
    await run_samples(kept, TOOLS, make_graph=stub_factory(count))
    assert (tmp_path / "records.jsonl").read_bytes() == whole
    assert calls == dict.fromkeys(range(3), 1)


async def test_duplicates_are_known_after_a_resume(tmp_path: Path) -> None:
    def alike(seed: int, index: int) -> Record:
        return record(index, seed=seed, number=index % 3)

    await run_samples(settings(tmp_path, samples=3), TOOLS, make_graph=stub_factory(verdict=alike))
    await run_samples(settings(tmp_path, samples=6), TOOLS, make_graph=stub_factory(verdict=alike))
    assert ids(tmp_path, "rejected.jsonl") == ["s0-000003", "s0-000004", "s0-000005"]


async def test_stop_and_go_on_from_the_checkpoints(tmp_path: Path) -> None:
    stop, calls = asyncio.Event(), Counter[int]()

    async def hold(index: int) -> None:
        calls[index] += 1
        if index == 3 and not stop.is_set():
            while 10 not in calls:  # noqa: ASYNC110 - the last of eight that may be ahead
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
            stop.set()
            await asyncio.sleep(60)

    made = settings(tmp_path, samples=12, concurrency=2)
    async with asyncio.timeout(120):
        summary = await run_samples(made, TOOLS, make_graph=stub_factory(hold), stop=stop)
    assert ids(tmp_path) == ["s0-000000", "s0-000001", "s0-000002"]
    assert summary.missing == 9
    ahead = {index for index in calls if index > 3}
    assert ahead  # finished, but out of order: they wait in their checkpoints
    summary = await run_samples(made, TOOLS, make_graph=stub_factory(hold))
    assert ids(tmp_path) == [f"s0-{index:06d}" for index in range(12)]
    assert {index: calls[index] for index in ahead} == dict.fromkeys(ahead, 1)
    assert calls[3] == 2
    assert {line["meta"]["iterations"] for line in lines(tmp_path / "records.jsonl")} == {1}  # type: ignore[index]


async def test_a_full_disk_stops_the_run_and_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, appended = DurableWriter.append, 0

    def full_after_three(self: DurableWriter, *data: bytes, durable: bool = True) -> None:
        nonlocal appended
        appended += durable
        if appended > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(self, *data, durable=durable)

    with monkeypatch.context() as patched:
        patched.setattr(DurableWriter, "append", full_after_three)
        with pytest.raises(RunFailedError, match=r"the disk is full.*nothing that was accepted is lost") as caught:
            await run_samples(settings(tmp_path, samples=8), TOOLS, make_graph=stub_factory())
    assert caught.value.exit_code == 1
    assert ids(tmp_path) == ["s0-000000", "s0-000001", "s0-000002"]
    await run_samples(settings(tmp_path, samples=8), TOOLS, make_graph=stub_factory())
    assert ids(tmp_path) == [f"s0-{index:06d}" for index in range(8)]


@pytest.mark.parametrize(
    ("error", "fatal"),
    [
        (OSError(errno.ENOSPC, "full"), True),
        (sqlite3.OperationalError("database or disk is full"), True),
        (ExceptionGroup("both", [KeyError(), OSError(errno.ENOSPC, "full")]), True),
        (OSError(errno.ENOENT, "a tool's file"), False),
        (KeyError("x"), False),
    ],
)
def test_only_the_machines_failures_end_a_run(error: Exception, fatal: bool) -> None:
    assert is_fatal(error) is fatal
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = error
    assert is_fatal(wrapped) is fatal


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"writer": "poet"}, "unknown policy 'poet'.*allowed: "),
        ({"tools": ["nothing:at:all"]}, "--tools: unknown tool spec 'nothing:at:all'"),
        ({"tools": ["python:missing_module_x:TOOLS"]}, "--tools: .*missing_module_x"),
    ],
)
async def test_a_setting_error_ends_before_anything_is_written(
    tmp_path: Path, context: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        await generate(settings(tmp_path / "run", **context))
    assert not (tmp_path / "run").exists()


async def test_tools_of_which_none_may_run_are_a_setting_error(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text('def send(text: str) -> str:\n    """Send it."""\n    return text\n')
    with pytest.raises(UsageError, match=r"no tool may run(.|\n)*send(.|\n)*--allow-unannotated"):
        await generate(settings(tmp_path / "run", tools=[f"python:{tmp_path}/mine.py:send"]))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("first", [0, 2])
async def test_what_the_user_must_set_up_ends_the_run(tmp_path: Path, first: int) -> None:
    async def no_key(index: int) -> None:
        if index >= first:
            raise PolicySetupError("no key: set KEY in the environment")

    made = settings(tmp_path, samples=5, concurrency=1)
    expected = RunFailedError if first else UsageError
    with pytest.raises(expected, match="set KEY in the environment"):
        await run_samples(made, TOOLS, make_graph=stub_factory(no_key))
    # With nothing made there is no run yet, and other settings may be tried.
    assert (tmp_path / "run.json").exists() == bool(first)
    if first:
        assert ids(tmp_path) == ["s0-000000", "s0-000001"]
    else:
        made = settings(tmp_path, samples=5, proposals=7)
    assert (await run_samples(made, TOOLS, make_graph=stub_factory())).accepted == 5


async def test_no_record_is_like_one_of_another_file(tmp_path: Path) -> None:
    def of(low: int) -> Any:
        return stub_factory(verdict=lambda seed, index: record(index, seed=seed, number=low + index))

    await run_samples(settings(tmp_path / "old", samples=4), TOOLS, make_graph=of(0))
    old = tmp_path / "old" / "records.jsonl"
    old.write_text(old.read_text() + "no record\n")
    made = settings(tmp_path / "new", samples=4).model_copy(update={"distinct_from": (old,)})
    await run_samples(made, TOOLS, make_graph=of(2))
    assert ids(tmp_path / "new") == ["s0-000002", "s0-000003"]
    rejected = lines(tmp_path / "new" / "rejected.jsonl")
    assert ids(tmp_path / "new", "rejected.jsonl") == ["s0-000000", "s0-000001"]
    assert all("of records.jsonl" in str(line["reasons"]) for line in rejected)
    with pytest.raises(UsageError, match="distinct_from"):
        await run_samples(settings(tmp_path / "new", samples=4), TOOLS, make_graph=of(2))
    none = settings(tmp_path / "x").model_copy(update={"distinct_from": (Path("none.jsonl"),)})
    with pytest.raises(UsageError, match="cannot be read"):
        await run_samples(none, TOOLS, make_graph=of(2))
    assert not (tmp_path / "x").exists()
