"""`toolgrad export`: what it writes, refuses and tells, and what it leaves behind when it cannot."""

import hashlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.export.records import dependent, parallel, record, step
from toolgrad_data import cli
from toolgrad_data.errors import CliError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.pipeline import export
from toolgrad_data.export.report import ExportReport
from toolgrad_data.files.jsonl import encode_line


def run_of(folder: Path, *records: Record) -> Path:
    """A run's folder with these records, numbered."""
    folder.mkdir(parents=True)
    lines = [
        encode_line(made.model_copy(update={"id": f"s7-{number:06d}"}).model_dump(mode="json"))
        for number, made in enumerate(records)
    ]
    (folder / "records.jsonl").write_bytes(b"".join(lines))
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_of(tmp_path / "run", parallel(), dependent(), record(step("s1", "weather", {"city": "Rome"})))


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["toolgrad", "export", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def files_below(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_command_writes_the_same_bytes(
    name: str, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "b"):
        assert call(monkeypatch, run, "--format", name, "--out", tmp_path / folder / "data.jsonl") == 0
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b") != {}


def test_what_was_written_and_left_out_is_told(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    assert call(monkeypatch, run, "-f", "xlam", "-o", tmp_path / "x.jsonl", "--report", report) == 0
    out = capsys.readouterr().out
    assert "3 read, 2 examples written in 2 rows" in out
    assert "1 × a call needs another's result or effect" in out
    told = json.loads(report.read_text())
    assert (told["records"], told["rows"], told["kinds"]) == (3, 2, {"positive": 2})
    assert list(told["left_out"].values()) == [1]
    assert told["files"] == [str(tmp_path / "x.jsonl")]
    assert [row["id"] for row in lines(tmp_path / "x.jsonl")] == [0, 1]


def test_that_no_record_has_thoughts_is_told(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.jsonl"
    assert call(monkeypatch, run, "-f", "trl", "-o", out, "--thoughts", "think") == 0
    assert "thoughts      0 examples have some; toolgrad generate --thoughts makes some" in capsys.readouterr().out


def test_several_runs_have_ids_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [run_of(tmp_path / name / "run", parallel()) for name in ("one", "two")]
    out = tmp_path / "all.jsonl"
    assert call(monkeypatch, *runs, "-f", "trl", "-o", out) == 0
    assert [row["id"] for row in lines(out)] == ["run-s7-000000", "run.2-s7-000000"]


def test_defaults_are_kept_when_asked_for(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}
    for option in ([], ["--defaults"]):
        out = tmp_path / f"{len(option)}.jsonl"
        assert call(monkeypatch, run, "-f", "trl", "-o", out, *option) == 0
        given[len(option)] = FORMATS["trl"].calls(lines(out)[0])[0][0][1]
    assert given == {0: {"city": "Żółć “x”"}, 1: {"city": "Żółć “x”", "unit": "C"}}


def test_one_call_a_message(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "s.jsonl"
    assert call(monkeypatch, run, "-f", "trl", "-o", out, "--sequential") == 0
    assert [[len(wave) for wave in FORMATS["trl"].calls(row)] for row in lines(out)] == [[1, 1], [1, 1, 1, 1], [1]]
    roles = [message["role"] for message in lines(out)[0]["messages"]]
    assert roles == ["user", "assistant", "tool", "assistant", "tool", "assistant"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["-f", "trll", "-o", "x.jsonl"],
            "no such format. Did you mean trl?\nThere are:\n  trl             TRL's SFTTrainer",
        ),
        (["-f", "trl", "-o", "there.jsonl"], "there.jsonl: exists.\nGive another name, or --overwrite"),
        (["-f", "trl", "-o", "folder"], "trl writes a file, and this is not one"),
        (["-f", "bfcl", "-o", "there.jsonl"], "bfcl writes a folder, and this is not one"),
        (["-f", "bfcl", "-o", "folder", "--overwrite"], "holds other things than bfcl's files"),
    ],
)
def test_wrong_usage_changes_nothing(
    run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.jsonl").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").write_text("mine")
    before = files_below(tmp_path)
    assert call(monkeypatch, run, *arguments) == 2
    assert words in capsys.readouterr().err
    assert files_below(tmp_path) == before


def test_a_run_is_named_once(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, run, tmp_path / "." / "run", "-f", "trl", "-o", tmp_path / "x") == 2
    assert "a run was given twice" in capsys.readouterr().err
    assert call(monkeypatch, tmp_path / "nowhere", "-f", "trl", "-o", tmp_path / "x") == 2
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["trl", "bfcl", "parquet"])
def test_overwriting_replaces_the_whole(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = run_of(tmp_path / "many", *[record(step("s1", "weather", {"city": f"c{n}"})) for n in range(9)])
    few = run_of(tmp_path / "few", record(step("s1", "weather", {"city": "Rome"})))
    out, fresh = tmp_path / "out" / "data", tmp_path / "fresh" / "data"
    assert call(monkeypatch, many, "-f", name, "-o", out) == 0
    assert call(monkeypatch, few, "-f", name, "-o", out) == 2
    assert call(monkeypatch, few, "-f", name, "-o", out, "--overwrite") == 0
    assert call(monkeypatch, few, "-f", name, "-o", fresh) == 0
    assert files_below(out.parent) == files_below(fresh.parent)


def test_without_accepted_records_there_is_nothing_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = run_of(tmp_path / "empty")
    assert call(monkeypatch, empty, "-f", "trl", "-o", tmp_path / "out" / "x.jsonl") == 1
    assert "no accepted records" in capsys.readouterr().err
    chained = run_of(tmp_path / "chained", dependent())
    assert call(monkeypatch, chained, "-f", "bfcl", "-o", tmp_path / "out" / "bfcl") == 1
    assert "none of 1 records fits bfcl; nothing was written.\n  1 × a call needs" in capsys.readouterr().err
    assert files_below(tmp_path / "out") == {}
    assert not (tmp_path / "out" / "bfcl").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["trl", "parquet", "toolllama"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    name: str, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "data.jsonl"
    out.parent.mkdir()
    out.write_text("the old one")
    (out.parent / ".data.jsonl.part").symlink_to("/dev/full")
    assert call(monkeypatch, run, "-f", name, "-o", out, "--overwrite") == 1
    assert "the disk is full. Nothing was written." in capsys.readouterr().err
    assert os.listdir(out.parent) == ["data.jsonl"]
    assert out.read_text() == "the old one"


@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("name", ["trl", "bfcl", "parquet"])
def test_an_interrupted_export_leaves_nothing(
    name: str, by: str, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = type(FORMATS[name]).rows
    number_of_signal = getattr(signal, by)
    seen: list[str] = []

    def interrupted(self: Any, example: Example, number: int) -> Any:
        seen.append(example.id)
        if len(seen) == 3:
            signal.raise_signal(number_of_signal)
        return rows(self, example, number)

    monkeypatch.setattr(type(FORMATS[name]), "rows", interrupted)
    out = tmp_path / "out" / "data"
    assert call(monkeypatch, run, "-f", name, "-o", out) == 130
    assert f"Interrupted; nothing was written to {out}" in capsys.readouterr().err
    assert os.listdir(out.parent) == []


def test_a_broken_line_is_named_and_nothing_is_written(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open(run / "records.jsonl", "a") as file:
        file.write('{"id": \n')
    assert call(monkeypatch, run, "-f", "trl", "-o", tmp_path / "out" / "x.jsonl") == 1
    assert "records.jsonl, line 4" in capsys.readouterr().err
    assert files_below(tmp_path / "out") == {}


@pytest.mark.parametrize("name", FORMATS)
def test_huge_and_odd_values_are_written_whole(name: str, tmp_path: Path) -> None:
    huge = {"text": "ż🙂\u2028\u0000</tool_response>\n" * 5000, "deep": [[[{"a": [None, True, 1e300, 2**70]}]]]}
    odd = {"city": "line\nbreak\r\n \u2028\U0001f600 '\"\\", "days": 10**30}
    run = run_of(tmp_path / "run", record(step("s1", "weather", odd, huge), query="ż" * 3000))
    out = tmp_path / "data"
    report = export([run], FORMATS[name], out)
    assert (report.left_out, report.kinds) == ({}, {"positive": 1})
    if name in ("parquet", "bfcl"):
        return
    rows = lines_of(out)
    expected = [[("weather_for_weather" if name == "toolllama" else "weather", odd)]]
    assert FORMATS[name].calls(rows[-1]) == expected


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The lines, split at line feeds only: U+2028 is text."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


@pytest.mark.parametrize("name", FORMATS)
def test_text_that_is_not_unicode_is_left_out_and_counted(name: str, tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", record(step("s1", "weather", {"city": "Rome"})))
    text = (run / "records.jsonl").read_text()
    (run / "records.jsonl").write_text(text + text.replace('"Rome"', '"\\ud800"').replace("s7-000000", "s7-000001"))
    report = export([run], FORMATS[name], tmp_path / "data")
    assert (report.records, report.kinds) == (2, {"positive": 1})
    assert report.left_out == {"holds text that is not valid Unicode, or a number that is none": 1}


def test_names_that_would_become_the_same_stay_apart(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a-b": {"type": "integer"}, "a_b": {"type": "integer"}}}
    tools = [
        {"name": name, "description": name, "source": "builtin", "parameters": schema, "category": "c"}
        for name in ("get-it", "get_it", "Get_It")
    ]
    steps = [step(f"s{number}", tool["name"], {"a-b": 1, "a_b": 2}) for number, tool in enumerate(tools)]  # type: ignore[arg-type]
    run = run_of(tmp_path / "run", record(*steps, tools=tools))
    for name in FORMATS:
        report = export([run], FORMATS[name], tmp_path / name)
        assert report.left_out == {}, name
    (python,) = FORMATS["python-calls"].calls(lines(tmp_path / "python-calls")[0])
    assert len({tool for tool, _ in python}) == 3
    assert all(set(arguments.values()) == {1, 2} for _, arguments in python)
    (answers,) = lines(tmp_path / "bfcl" / "possible_answer" / "BFCL_v4_parallel_multiple.json")
    assert len({name for wanted in answers["ground_truth"] for name in wanted}) == 3
    assert len({tool for ((tool, _),) in FORMATS["toolllama"].calls(lines(tmp_path / "toolllama")[-1])}) == 3


def alternately(examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
    for number, example in enumerate(examples):
        if number == 4:
            report.leave_out("too long")
            continue
        yield replace(example, split=("train", "test")[number % 2], kind=("positive", "other")[number % 2])


@pytest.mark.parametrize("name", ["trl", "bfcl", "parquet"])
def test_stages_route_drop_and_change(name: str, tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", *[record(step("s1", "weather", {"city": f"c{n}"})) for n in range(5)])
    out = tmp_path / "data.jsonl"
    report = export([run], FORMATS[name], out, stages=[alternately], splits=["train", "test"])
    assert report.splits == {"train": 2, "test": 2}
    assert report.kinds == {"positive": 2, "other": 2}
    assert report.left_out == {"too long": 1}
    assert (tmp_path / "data.train.jsonl").exists()
    assert (tmp_path / "data.test.jsonl").exists()
    assert not out.exists()


def test_splits_appear_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(tmp_path / "run", *[record(step("s1", "weather", {"city": f"c{n}"})) for n in range(5)])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".d.test.jsonl.part").symlink_to("/dev/full")
    with pytest.raises(CliError, match="the disk is full"):
        export([run], FORMATS["trl"], tmp_path / "out" / "d.jsonl", stages=[alternately], splits=["train", "test"])
    assert os.listdir(tmp_path / "out") == []


def test_parquet_without_pyarrow_tells_what_to_install(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert call(monkeypatch, run, "-f", "parquet", "-o", tmp_path / "out" / "x.parquet") == 2
    assert "pip install 'toolgrad-langgraph[parquet]'" in capsys.readouterr().err
    assert files_below(tmp_path / "out") == {}
