import gzip
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.fixtures import version_1
from tests.fixtures.dialogues import FILE as DIALOGUES
from tests.unit.toolgrad_data.report.reading import lines_of, overview_of, page_at, records_of
from tests.unit.toolgrad_data.verify.files import good, line
from toolgrad_data import cli
from toolgrad_data.errors import UsageError
from toolgrad_data.report.build import write_report
from toolgrad_data.report.page import SCRIPTS, page_file
from toolgrad_data.verify.verification import find_target


def report_of(*targets: Path, out: Path) -> str:
    write_report([find_target(target) for target in targets], out)
    return page_at(out)


def test_the_records_come_back_as_their_file_has_them(tmp_path: Path) -> None:
    page = report_of(DIALOGUES, out=tmp_path / "report.html")
    lines = DIALOGUES.read_text(encoding="utf-8").splitlines()
    assert records_of(page) == [json.loads(text) for text in lines]
    # Each spec is packed once.
    specs = lines_of(page, "specs")
    assert len(specs) == len({json.dumps(spec) for spec in specs}) < len(lines) * 4


def test_a_run_has_its_rejected_samples_too(run_folder: Path, tmp_path: Path) -> None:
    page = report_of(run_folder, out=tmp_path / "report.html")
    files = [run_folder / name for name in ("records.jsonl", "rejected.jsonl")]
    records = [json.loads(text) for file in files for text in file.read_text(encoding="utf-8").splitlines()]
    assert records_of(page) == records
    heads = lines_of(page, "heads")
    assert [bool(head.get("rejected")) for head in heads] == ["reasons" in record for record in records]
    assert [head["calls"] for head in heads] == [sum(len(turn["steps"]) for turn in one["turns"]) for one in records]
    charts = {chart["id"]: chart for chart in overview_of(page)["runs"][0]["charts"]}
    wanted = [row for row in charts["targets"]["rows"] if row[1] == "by the mix"]
    assert sum(value for *_, value in wanted) == pytest.approx(60, abs=0.1)
    called = {label for label, *_ in charts["tools"]["rows"]}
    never = {label for label, *_ in charts["never"]["rows"]}
    run = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert called | never == set(run["tools"])
    assert not called & never


def test_it_is_one_file_that_names_no_other_place(tmp_path: Path) -> None:
    page = report_of(DIALOGUES, out=tmp_path / "report.html")
    before = page.partition("</head>")[0]
    assert "default-src 'none'" in before
    assert "unsafe" not in before
    assert "require-trusted-types-for 'script'" in before
    ours = [page_file(name) for name in ("page.html", "style.css", *SCRIPTS) if not name.startswith("vendor/")]
    assert not [text for text in ours if "http://" in text or "https://" in text or "innerHTML" in text]
    assert "<link" not in page
    assert len("".join(map(page_file, ("page.html", "style.css", *SCRIPTS)))) < 2_000_000


def test_the_data_takes_less_than_the_records_packed(run_folder: Path, tmp_path: Path) -> None:
    page = report_of(run_folder, out=tmp_path / "report.html")
    data = sum(len(text) for text in page.splitlines() if text.startswith('<script type="text/plain"'))
    assert data < 1.5 * len(gzip.compress((run_folder / "records.jsonl").read_bytes()))


def test_the_same_run_makes_the_same_file(tmp_path: Path) -> None:
    assert report_of(DIALOGUES, out=tmp_path / "a.html") == report_of(DIALOGUES, out=tmp_path / "b.html")


def test_members_that_a_file_leaves_out_are_there(tmp_path: Path) -> None:
    """The page need not know the defaults."""
    data = good(1)
    for name in ("awaits", "replaces", "kind", "thoughts"):
        del data["turns"][0][name]
    del data["pruned"], data["warnings"]
    file = tmp_path / "records.jsonl"
    file.write_bytes(line(data))
    assert records_of(report_of(file, out=tmp_path / "report.html")) == [good(1)]


def test_marks_are_inferred_where_none_are_stored(tmp_path: Path) -> None:
    folder = Path(version_1.__file__).parent
    page = report_of(folder / "records.jsonl", out=tmp_path / "report.html")
    bodies = lines_of(page, "bodies")
    tells = [tell for body in bodies for turn in body["tells"] for tell in turn]
    assert tells
    assert all(tell["inferred"] for tell in tells)
    assert {body["record"]["schema_version"] for body in bodies} <= {1, 2}


def test_lines_that_are_no_records_are_told_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(line(good(1)) + b"{\n" + line({"schema_version": 9}) + line(good(2)))
    page = report_of(file, out=tmp_path / "report.html")
    assert len(records_of(page)) == 2
    run = overview_of(page)["runs"][0]
    assert run["facts"]["skipped"] == 2
    assert [text.partition(": ")[0] for text in run["problems"]] == [
        f"records.jsonl, line {number}" for number in (2, 3)
    ]


def test_what_stood_there_stays_where_nothing_can_be_reported(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("earlier")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("no record\n")
    with pytest.raises(
        UsageError, match=r"no line is a record of schema version 1 or 2\.\nempty\.jsonl, line 1: not JSON"
    ):
        report_of(empty, out=out)
    assert out.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.jsonl", "report.html"]
    with pytest.raises(UsageError, match="cannot be written"):
        report_of(DIALOGUES, out=tmp_path / "no" / "folder" / "report.html")


def test_two_runs_and_the_settings_that_differ(run_folder: Path, tmp_path: Path) -> None:
    page = report_of(run_folder, run_folder, out=tmp_path / "report.html")
    overview = overview_of(page)
    assert overview["differences"] == []
    assert len(overview["runs"]) == 2
    assert {head.get("run", 0) for head in lines_of(page, "heads")} == {0, 1}


def test_the_command_writes_beside_the_records(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(line(good(1)))
    ended = CliRunner().invoke(cli.app, ["report", str(tmp_path)])
    assert ended.exit_code == 0, ended.output
    assert f"report          {tmp_path / 'report.html'}" in ended.output
    assert "1 accepted, 0 rejected" in ended.output
    assert len(records_of(page_at(tmp_path / "report.html"))) == 1


def test_a_report_replaces_nothing_that_it_is_about(run_folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    (run / "reviews.jsonl").write_text("")
    alone = tmp_path / "alone.jsonl"
    shutil.copy(DIALOGUES, alone)
    kept = {path: path.read_bytes() for path in (*run.iterdir(), alone) if path.is_file()}
    for target, out in ((run, "run/records.jsonl"), (run, "run/reviews.jsonl"), (run, "run/run.json"), (alone, alone)):
        done = CliRunner().invoke(cli.app, ["report", str(target), "--out", str(tmp_path / out)])
        assert isinstance(done.exception, UsageError), (out, done.output)
        assert "would be lost" in str(done.exception)
    assert {path: path.read_bytes() for path in kept} == kept
