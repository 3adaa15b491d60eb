"""The command, the files it leaves, and the same from a script."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from graph.context import Context
from graph.record import Record
from tests.integration.command import lines, run, without_times
from toolgrad_data.file_schemas import file_schema
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings

SAMPLES = 24
COMMAND = [
    "generate",
    "--samples",
    str(SAMPLES),
    "--seed",
    "1",
    "--tools",
    "builtin:moon",
    "--tools",
    "builtin:cities",
]
COMMAND += ["--calls", "1:40,2:40,3:20", "--turns", "1:100"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    folder = tmp_path_factory.mktemp("made")
    code, out, err = run(folder, *COMMAND, "--out", "runs/first")
    assert code == 0, err
    return folder / "runs" / "first", out, err


def test_every_sample_has_one_line_and_the_files_keep_their_schemas(made: tuple[Path, str, str]) -> None:
    out, *_ = made
    records, rejected = lines(out / "records.jsonl"), lines(out / "rejected.jsonl")
    indexes = [record["meta"]["index"] for record in records]
    assert indexes == sorted(indexes)
    assert sorted(record["meta"]["index"] for record in records + rejected) == list(range(SAMPLES))
    assert len(records) >= 0.8 * SAMPLES
    for name, data in {
        "records": records,
        "rejected": rejected,
        "run": [json.loads((out / "run.json").read_text())],
        "summary": [json.loads((out / "summary.json").read_text())],
    }.items():
        validator = Draft202012Validator(file_schema(name))
        assert [error for one in data for error in validator.iter_errors(one)] == []


def test_accepted_records_are_executed_grounded_and_distinct(made: tuple[Path, str, str]) -> None:
    records = [Record.model_validate(data) for data in lines(made[0] / "records.jsonl")]
    assert records
    for record in records:
        verification = record.verification
        assert (verification.executed, verification.typed, verification.grounded) == (True, True, True)
        assert (verification.natural, verification.distinct) == (True, True)
        assert record.turns[0].steps


def test_tools_offered_stand_in_tools_jsonl_once(made: tuple[Path, str, str]) -> None:
    out, *_ = made
    names = [tool["name"] for tool in lines(out / "tools.jsonl")]
    offered = {name for record in lines(out / "records.jsonl") for name in record["offered"]}
    assert len(names) == len(set(names))
    assert offered <= set(names)
    run_json = json.loads((out / "run.json").read_text())
    assert set(names) <= run_json["tools"].keys()


def test_the_summary_counts_the_files(made: tuple[Path, str, str]) -> None:
    out, shown, err = made
    records = lines(out / "records.jsonl")
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["accepted"], summary["missing"]) == (len(records), 0)
    lengths = [len(record["turns"][0]["steps"]) for record in records]
    assert summary["lengths"] == {str(n): lengths.count(n) for n in sorted(set(lengths))}
    assert summary["session"]["samples_per_minute"] > 0
    assert f"accepted        {len(records)} of {SAMPLES}" in shown
    assert "toolgrad show runs/first" in shown
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert f"{SAMPLES}/{SAMPLES} samples, " in err


def test_nothing_of_the_machine_is_in_run_json(made: tuple[Path, str, str]) -> None:
    text = (made[0] / "run.json").read_text()
    assert str(made[0].parent.parent) not in text
    assert str(Path.home()) not in text


async def test_a_script_gets_the_same_records_at_another_concurrency(
    made: tuple[Path, str, str], tmp_path: Path
) -> None:
    context = Context(tools=["builtin:moon", "builtin:cities"], calls="1:40,2:40,3:20", turns="1:100")
    settings = RunSettings(samples=SAMPLES, seed=1, out=tmp_path / "x", concurrency=1, context=context)
    summary = await generate(settings)
    for name in ("records.jsonl", "rejected.jsonl"):
        mine = [without_times(record) for record in lines(tmp_path / "x" / name)]
        assert mine == [without_times(record) for record in lines(made[0] / name)]
    assert summary.accepted == len(lines(made[0] / "records.jsonl"))
    # What was offered, and in which order, is the same too.
    assert (tmp_path / "x" / "tools.jsonl").read_bytes() == (made[0] / "tools.jsonl").read_bytes()


async def test_more_samples_extend_a_run_as_if_asked_for_at_once(made: tuple[Path, str, str], tmp_path: Path) -> None:
    context = Context(tools=["builtin:moon", "builtin:cities"], calls="1:40,2:40,3:20", turns="1:100")
    for samples in (7, SAMPLES):
        await generate(RunSettings(samples=samples, seed=1, out=tmp_path / "x", context=context))
    mine: list[Any] = [without_times(record) for record in lines(tmp_path / "x" / "records.jsonl")]
    assert mine == [without_times(record) for record in lines(made[0] / "records.jsonl")]


def test_show_prints_a_record(made: tuple[Path, str, str]) -> None:
    out, *_ = made
    first = lines(out / "records.jsonl")[0]
    code, shown, err = run(out.parent.parent, "show", "first", first["id"], "--plain")
    assert (code, err) == (0, "")
    words = " ".join(shown.split())
    assert " ".join(first["turns"][0]["query"].split()) in words
    assert " ".join(first["turns"][0]["response"].split()) in words
    assert first["turns"][0]["steps"][0]["tool"] in words
