"""`toolgrad export` with all that decides what is in a data set."""

import json
from pathlib import Path

import pytest

from tests.unit.toolgrad_data.command import toolgrad
from tests.unit.toolgrad_data.conftest import Pool
from toolgrad_data.export.data_options import DataOptions
from toolgrad_data.export.stages import prepare_stages, tool_pool

ALL = "--candidates 8 --negatives 0.25 --recovery 0.1 --obfuscate --test-ratio 0.2 --split-by family --seed 3".split()


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    return toolgrad(monkeypatch, "export", *arguments)


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_everything_at_once_is_the_same_twice(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = tmp_path / "bench.txt"
    bench.write_text(json.loads((run_folder / "records.jsonl").read_text().splitlines()[0])["turns"][0]["query"])
    for name in ("a", "b"):
        out, report = tmp_path / name / "set.jsonl", tmp_path / name / "report.json"
        given = ["-f", "openai", "-o", out, "--report", report, "--decontaminate", bench]
        assert call(monkeypatch, run_folder, *given, *ALL) == 0, capsys.readouterr().err
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == ["report.json", "set.contaminated.jsonl", "set.test.jsonl", "set.train.jsonl"]
    for name in files[1:]:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    report = json.loads((tmp_path / "a" / "report.json").read_text())
    assert report["kinds"].keys() >= {"positive", "recovery", "irrelevant", "missing_argument"}
    assert report["decontamination"]["left_out"] == {"query": 1, "tool": 0}
    assert len(rows_of(tmp_path / "a" / "set.contaminated.jsonl")) == 1
    rows = rows_of(tmp_path / "a" / "set.train.jsonl") + rows_of(tmp_path / "a" / "set.test.jsonl")
    assert len(rows) == report["rows"] == sum(report["kinds"].values())
    assert "irrelevant" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["report.json", "set.contaminated.jsonl"])
def test_what_is_written_beside_the_data_is_not_replaced_unasked(
    name: str, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bench.txt").write_text("How far is it from here to the moon?")
    (tmp_path / name).write_text("mine")
    given = ["-f", "openai", "-o", tmp_path / "set.jsonl", "--decontaminate", tmp_path / "bench.txt"]
    given += ["--report", tmp_path / "report.json"]
    assert call(monkeypatch, run_folder, *given) == 2
    said = capsys.readouterr().err
    assert name in said
    assert "--overwrite" in said
    assert {path.name for path in tmp_path.iterdir()} == {"bench.txt", name}
    assert (tmp_path / name).read_text() == "mine"
    assert call(monkeypatch, run_folder, *given, "--overwrite") == 0
    assert (tmp_path / name).read_text() != "mine"
    names = {"bench.txt", "report.json", "set.jsonl", "set.contaminated.jsonl"}
    assert {path.name for path in tmp_path.iterdir()} == names


@pytest.mark.parametrize("name", ["set.jsonl", "set.train.jsonl", "set.contaminated.jsonl", "folder"])
def test_a_report_has_a_place_of_its_own(
    name: str, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bench.txt").write_text("How far is it from here to the moon?")
    (tmp_path / "folder").mkdir()
    given = ["-f", "openai", "-o", tmp_path / "set.jsonl", "--decontaminate", tmp_path / "bench.txt", "--overwrite"]
    assert call(monkeypatch, run_folder, *given, "--report", tmp_path / name) == 2
    assert f"--report {tmp_path / name}" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"bench.txt", "folder"}


def test_training_offers_no_held_out_tool_in_any_kind(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, report = tmp_path / "set.jsonl", tmp_path / "report.json"
    options = [option for option in ALL if option != "--obfuscate"]
    assert call(monkeypatch, run_folder, "-f", "trl", "-o", out, "--report", report, *options) == 0
    held = set(json.loads(report.read_text())["split"]["held_out_tools"])
    train, test = rows_of(tmp_path / "set.train.jsonl"), rows_of(tmp_path / "set.test.jsonl")
    offered = [{tool["function"]["name"] for tool in row["tools"]} for row in train]  # type: ignore[attr-defined]
    assert held
    assert train
    assert all(held.isdisjoint(names) for names in offered)
    positives = [row for row in test if row["kind"] == "positive"]
    assert all(held & {tool["function"]["name"] for tool in row["tools"]} for row in positives)  # type: ignore[attr-defined]


def test_preferences_are_made_by_naming_their_format(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "pairs.jsonl"
    assert call(monkeypatch, run_folder, "-f", "trl-preference", "-o", out, "--negatives", "0.3") == 0
    rows = rows_of(out)
    assert len(rows) > 20
    assert all(row["chosen"] != row["rejected"] for row in rows)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--negatives", "1.5"], "--negatives 1.5: input should be less than or equal to 0.9"),
        (["--negatives", "0.2", "--negative-mix", "noise:1"], "is no kind of negative"),
        (["--test-ratio", "2"], "--test-ratio 2.0: input should be less than 1"),
        (["--candidates", "0"], "--candidates 0: input should be greater than or equal to 1"),
        (["--recovery", "-1"], "--recovery -1.0: input should be greater than or equal to 0"),
        (["--dialogues", "7"], "less than or equal to 1"),
        (["--decontaminate", "absent.json"], "cannot be read"),
        (["--test-ratio", "0.0001"], "would go to train"),
    ],
)
def test_what_cannot_be_met_is_refused_before_anything_is_written(
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    why: str,
) -> None:
    assert call(monkeypatch, run_folder, "-f", "trl", "-o", tmp_path / "x.jsonl", *options) == 2
    assert why in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["records.jsonl", "tools.jsonl", "checkpoints-0-of-2.sqlite"])
@pytest.mark.parametrize("option", ["--out", "--report"])
def test_what_a_run_keeps_is_never_overwritten(
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    name: str,
) -> None:
    (tmp_path / "run.json").write_bytes((run_folder / "run.json").read_bytes())
    kept = tmp_path / name
    kept.write_text("kept")
    outs = ["--out", tmp_path / "x.jsonl"] if option == "--report" else []
    assert call(monkeypatch, run_folder, "-f", "trl", *outs, option, kept, "--overwrite") == 2
    assert f"{option} {kept}: is the run's own file" in capsys.readouterr().err
    assert kept.read_text() == "kept"
    assert not (tmp_path / "x.jsonl").exists()
    kept.unlink()
    assert call(monkeypatch, run_folder, "-f", "trl", *outs, option, kept) == 2
    assert not kept.exists()


def test_a_report_does_not_replace_what_it_is_about(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.jsonl"
    assert call(monkeypatch, run_folder, "-f", "trl", "--out", out, "--report", out) == 2
    assert "is what --out writes" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_tools_of_servers_are_not_called_unless_asked_for(run_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    copy.mkdir()
    for name in ("records.jsonl", "tools.jsonl"):
        (copy / name).write_bytes((run_folder / name).read_bytes())
    settings = json.loads((run_folder / "run.json").read_text())
    settings["settings"]["tools"] = ["builtin", "mcp:servers.json"]
    (copy / "run.json").write_text(json.dumps(settings))
    from toolgrad_data.export.pipeline import examples_of
    from toolgrad_data.export.report import ExportReport

    with prepare_stages(DataOptions(candidates=4), [copy]) as ready:
        report = ExportReport("test")
        examples = examples_of([copy], report)
        for stage in ready.stages:
            examples = stage(examples, report)
        assert all(len(example.tools) >= 4 for example in examples)
    assert "--try-tools" in report.notes["tools_tried"]["none"]


def test_a_run_without_a_list_of_tools_offers_those_of_its_records(
    run_folder: Path, tmp_path: Path, pool: Pool
) -> None:
    (tmp_path / "records.jsonl").write_bytes((run_folder / "records.jsonl").read_bytes())
    specs = tool_pool([tmp_path])
    assert 10 < len(specs) < len(pool.specs)
    assert tool_pool([tmp_path, run_folder]).keys() == pool.specs.keys()


def test_a_format_of_calls_at_once_has_its_share_of_what_fits(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, report = tmp_path / "x.jsonl", tmp_path / "report.json"
    assert call(monkeypatch, run_folder, "-f", "python-calls", "-o", out, "--report", report, "--negatives", 0.25) == 0
    kinds = json.loads(report.read_text())["kinds"]
    positives = kinds.pop("positive")
    assert sum(kinds.values()) == pytest.approx(positives / 3, abs=2)
