"""`--again`: rejected samples made anew, each on a thread of its own, whatever is killed on the way."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.runs.helpers import SPEC, TOOLS, record, settings, stub_factory
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.runs.checkpoints import checkpoints
from toolgrad_data.runs.earlier import MissingEarlier, append_earlier
from toolgrad_data.runs.runner import run_samples
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.summary import Summary

MENDED = {"double": SPEC.model_copy(update={"description": "Double a number, now rightly."})}
ODD = ("s0-000001", "s0-000003")


def again(folder: Path, **more: Any) -> RunSettings:
    return settings(folder, samples=5).model_copy(update={"again": True, **more})


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def ids(folder: Path, name: str) -> list[str]:
    return [line["id"] for line in lines(folder / name)]


def info(folder: Path) -> Any:
    return json.loads((folder / "run.json").read_text())


def broken(seed: int, index: int) -> Record:
    return record(index, seed=seed, reasons=["no value: x"] if index % 2 else None)


async def begin(folder: Path, **more: Any) -> Summary:
    made = settings(folder, samples=5).model_copy(update=more)
    return await run_samples(made, TOOLS, make_graph=stub_factory(verdict=broken))


async def test_rejected_samples_are_made_anew_with_mended_tools(tmp_path: Path) -> None:
    await begin(tmp_path)
    accepted, old = (tmp_path / "records.jsonl").read_bytes(), (tmp_path / "rejected.jsonl").read_bytes()
    before = info(tmp_path)
    with pytest.raises(UsageError, match="--again keeps what was accepted"):
        await run_samples(settings(tmp_path, samples=5), MENDED, make_graph=stub_factory())
    made: Counter[int] = Counter()

    async def count(index: int) -> None:
        made[index] += 1

    summary = await run_samples(again(tmp_path), MENDED, make_graph=stub_factory(count))
    assert made == {1: 1, 3: 1}
    assert (summary.accepted, summary.rejected, summary.missing) == (5, 0, 0)
    assert (tmp_path / "records.jsonl").read_bytes().startswith(accepted)
    assert (tmp_path / "rejected.earlier.jsonl").read_bytes() == old
    assert (tmp_path / "rejected.jsonl").read_bytes() == b""
    # Both digests stand in run.json, and both specs beside it.
    after = info(tmp_path)
    assert after["tools"] != before["tools"] == after["rounds"][0]["tools"]
    assert (after["rounds"][0]["samples"], after["rounds"][0]["state"]) == (2, "made")
    assert [spec["description"] for spec in lines(tmp_path / "tools.jsonl")][-1] == MENDED["double"].description
    # Nothing is rejected any more, so nothing is done; and without the option the run goes on with the new tools.
    for more in (again(tmp_path), settings(tmp_path, samples=6)):
        await run_samples(more, MENDED, make_graph=stub_factory(count))
    assert made == {1: 1, 3: 1, 5: 1}
    with pytest.raises(UsageError, match="tool double"):
        await run_samples(settings(tmp_path, samples=6), TOOLS, make_graph=stub_factory())


async def test_other_settings_are_refused_as_ever(tmp_path: Path) -> None:
    await begin(tmp_path)
    other = again(tmp_path, context=settings(tmp_path, patience=1).context)
    with pytest.raises(UsageError, match="patience"):
        await run_samples(other, TOOLS, make_graph=stub_factory())
    other = again(tmp_path, context=settings(tmp_path, tools=["builtin:air travel"]).context)
    with pytest.raises(UsageError, match="tools"):
        await run_samples(other, TOOLS, make_graph=stub_factory())
    assert ids(tmp_path, "rejected.jsonl") == list(ODD)


async def test_what_is_said_of_a_source_may_be_mended(tmp_path: Path) -> None:
    source = 'config:{"kind":"builtin","target":"air travel"}'
    mended = 'config:{"kind":"builtin","target":"air travel","examples":{"a":{"b":[1]}}}'
    await begin(tmp_path, context=settings(tmp_path, tools=[source]).context)
    other = again(tmp_path, context=settings(tmp_path, tools=[mended]).context)
    await run_samples(other, MENDED, make_graph=stub_factory())
    assert info(tmp_path)["settings"]["tools"] == [mended]
    assert info(tmp_path)["rounds"][0]["sources"] == [source]


@pytest.mark.parametrize("keep", ["none", "last", "all"])
async def test_each_is_on_a_new_thread(tmp_path: Path, keep: str) -> None:
    """A finished thread is read off, not run: with the old one the old rejection would come back."""
    await begin(tmp_path, keep_checkpoints=keep)
    await run_samples(again(tmp_path, keep_checkpoints=keep), TOOLS, make_graph=stub_factory(verdict=broken))
    await run_samples(again(tmp_path, keep_checkpoints=keep), TOOLS, make_graph=stub_factory())
    assert sorted(ids(tmp_path, "records.jsonl")) == [f"s0-{index:06d}" for index in range(5)]
    assert ids(tmp_path, "rejected.earlier.jsonl") == [*ODD, *ODD]
    with checkpoints(tmp_path / "checkpoints.sqlite") as saver:
        kept = set(saver.threads())
    own = {f"s0-{index:06d}" for index in range(5)} | {f"{id}~{number}" for id in ODD for number in (1, 2)}
    assert kept == (set() if keep == "none" else own)


async def test_a_round_that_was_killed_goes_on_and_is_not_begun_anew(tmp_path: Path) -> None:
    """The same command again makes what is missing, and not once more what it has rejected by then."""
    await begin(tmp_path)
    made: Counter[int] = Counter()

    async def killed_at_3(index: int) -> None:
        made[index] += 1
        if index == 3 and made[3] == 1:
            raise OSError(28, "No space left on device")

    one = again(tmp_path, concurrency=1)
    with pytest.raises(RunFailedError):
        await run_samples(one, TOOLS, make_graph=stub_factory(killed_at_3, broken))
    assert info(tmp_path)["rounds"][-1]["state"] == "making"
    assert ids(tmp_path, "rejected.jsonl") == ["s0-000001"]
    await run_samples(again(tmp_path), TOOLS, make_graph=stub_factory(killed_at_3, broken))
    assert made == {1: 1, 3: 2}
    assert ids(tmp_path, "rejected.jsonl") == list(ODD)
    assert ids(tmp_path, "rejected.earlier.jsonl") == list(ODD)
    assert len(info(tmp_path)["rounds"]) == 1
    # Finished: now it begins anew.
    await run_samples(again(tmp_path), TOOLS, make_graph=stub_factory(verdict=broken))
    assert ids(tmp_path, "rejected.earlier.jsonl") == [*ODD, *ODD]
    assert len(info(tmp_path)["rounds"]) == 2


@pytest.mark.parametrize("moved", [0.0, 0.3, 1.0, 1.4, 2.0])
@pytest.mark.parametrize("with_option", [True, False])
async def test_kill_9_while_lines_are_moved_loses_and_doubles_nothing(
    tmp_path: Path, moved: float, with_option: bool
) -> None:
    """So many of the two lines were copied, and none was removed yet."""
    await begin(tmp_path)
    old = (tmp_path / "rejected.jsonl").read_bytes()
    await run_samples(again(tmp_path), TOOLS, make_graph=stub_factory(verdict=broken))
    run = info(tmp_path)
    assert run["rounds"][-1]["earlier_bytes"] == 0
    run["rounds"][-1]["state"] = "moving"
    (tmp_path / "run.json").write_text(json.dumps(run))
    (tmp_path / "rejected.jsonl").write_bytes(old)
    first, second = old.splitlines(keepends=True)
    part = first[: int(len(first) * min(moved, 1))] + second[: int(len(second) * max(moved - 1, 0))]
    (tmp_path / "rejected.earlier.jsonl").write_bytes(part)
    command = again(tmp_path) if with_option else settings(tmp_path, samples=5)
    summary = await run_samples(command, TOOLS, make_graph=stub_factory())
    assert (summary.accepted, summary.rejected, summary.missing) == (5, 0, 0)
    assert (tmp_path / "rejected.earlier.jsonl").read_bytes() == old
    assert info(tmp_path)["rounds"][-1]["state"] == "made"


def test_lines_from_elsewhere_are_added_as_often_as_they_are_there(tmp_path: Path) -> None:
    append_earlier(tmp_path, [b'{"id":"a"}\n', b'{"id":"a"}\n', b'{"id":"b"}\n'])
    missing = MissingEarlier(tmp_path)
    missing.add([b'{"id":"a"}\n', b'{"id":"b"}\n'])
    missing.add([b'{"id":"a"}\n', b'{"id":"a"}\n', b'{"id":"c"}\n'])
    assert ids(tmp_path, "rejected.earlier.jsonl") == ["a", "a", "b", "a", "c"]


async def test_what_was_paid_for_earlier_counts_for_the_limits(tmp_path: Path) -> None:
    def paid(seed: int, index: int) -> Record:
        made = broken(seed, index)
        usage = {"llm_calls": 1, "input_tokens": 100, "cost_usd": 0.0}
        meta = made.meta.model_copy(
            update={"usage": made.meta.usage.model_validate({**usage, "by_role": {"propose": usage}})}
        )
        return made.model_copy(update={"meta": meta})

    made = settings(tmp_path, samples=5)
    await run_samples(made, TOOLS, make_graph=stub_factory(verdict=paid))
    limited = again(tmp_path, max_tokens=450)
    summary = await run_samples(limited, TOOLS, make_graph=stub_factory(verdict=paid))
    # 500 tokens were used before it began, those of the two moved lines among them.
    assert (summary.missing, summary.session.stopped_by) == (2, "max_tokens")
