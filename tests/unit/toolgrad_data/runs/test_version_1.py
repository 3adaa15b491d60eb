"""Files of schema version 1: read by every command, with inferred marks; their runs are not continued."""

import json
import sys
from pathlib import Path

import pytest

from graph.record import Record
from tests.fixtures.version_1 import FILES, copy_to
from toolgrad_data import cli
from toolgrad_data.errors import CorruptFileError, UsageError
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.settings import run_settings
from toolgrad_data.runs.store import RunStore, read_run_info


@pytest.fixture
def old_run(tmp_path: Path) -> Path:
    return copy_to(tmp_path / "old")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["toolgrad", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_records_are_shown_with_inferred_marks(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", old_run, "s2-000014") == 0
    shown = printed(capsys)
    assert "10 November 2024⁽¹⁾" in shown
    assert "⁽¹⁾ s1/later (inferred)" in shown
    assert "days = 36 ← user: “36”" in " ".join(shown.replace("│", "").replace("├──", "").split())
    assert run(monkeypatch, "show", old_run, "--plain") == 0
    assert "⁽" not in printed(capsys)


def test_rejected_ones_are_shown_too(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", old_run, "--rejected") == 0
    assert "rejected: faithful: the response says 47, which no result gives" in printed(capsys)


def test_verify_proves_them_but_for_marks_that_nobody_wrote(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "verify", old_run, "--replay", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["clean"], report["findings"], report["warnings"]) == (3, [], [])
    for name in ("executed", "typed", "grounded", "replayed", "distinct"):
        assert report["proved"][name]["held"] == 3, name
    assert report["proved"]["cited"] == {"held": 0, "failed": 0, "unchecked": 3, "findings": {}}
    assert report["screened"]["promises"]["faithful"]["held"] == 3


def test_a_figure_that_is_another_is_found_by_inferred_marks(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = old_run / "records.jsonl"
    path.write_text(path.read_text().replace("21,915.75", "21,951.75"))
    assert run(monkeypatch, "verify", path, "--json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {(wrong["line"], wrong["promise"], wrong["code"]) for wrong in found} >= {(3, "faithful", "untraced_figure")}


def test_figures_count_their_marks_as_inferred(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "stats", old_run, "--json") == 0
    stats = json.loads(capsys.readouterr().out)
    assert (stats["records"], stats["rejected"], stats["skipped"]) == (3, 1, 0)
    marks = stats["marks"]
    assert (marks["asks"], marks["written"], marks["turns_without"]) == (0, 0, 3)
    assert marks["inferred"] == marks["tells"] > 0
    assert run(monkeypatch, "diff", old_run, old_run, "--json") == 0
    assert json.loads(capsys.readouterr().out)["same"] == 4


@pytest.mark.parametrize("format", ["trl", "openai", "sharegpt"])
def test_rows_are_the_plain_texts(old_run: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    out = old_run.parent / "rows.jsonl"
    assert run(monkeypatch, "export", old_run, "--format", format, "--out", out) == 0
    records = list(read_records(old_run))
    rows = [json.dumps(row, ensure_ascii=False) for row in lines(out)]
    assert len(rows) == 3
    for record, row in zip(records, rows, strict=True):
        for text in (record.turns[0].query, record.turns[0].response):
            assert json.dumps(text, ensure_ascii=False)[1:-1] in row
        assert not {"tells", "asks", "inferred", "schema_version"} & set(row.replace('"', " ").split())


def test_a_card_says_what_is_not_checked(old_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = old_run.parent / "README.md"
    assert run(monkeypatch, "card", old_run, "--out", out) == 0
    (row,) = [line for line in out.read_text().splitlines() if line.startswith("| cited |")]
    assert [cell.strip() for cell in row.split("|")[3:6]] == ["0", "0", "3"]


def test_new_records_are_kept_unlike_them(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = old_run / "records.jsonl"
    assert run(monkeypatch, "verify", path, "--distinct-from", path, "--json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [wrong["code"] for wrong in found] == ["same_calls"] * 3


@pytest.mark.parametrize("more", [(), ("--again",), ("--samples", 40)])
def test_a_run_of_it_is_not_continued_and_nothing_of_it_is_changed(
    old_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: tuple[object, ...]
) -> None:
    before = {name: (old_run / name).read_bytes() for name in FILES}
    settings = read_run_info(old_run).settings
    tools = [part for tool in settings.tools for part in ("--tools", tool)]
    asked = ["--samples", 30, "--seed", 2, "--out", old_run, *tools, *more]
    assert run(monkeypatch, "generate", *asked) == 2
    said = capsys.readouterr().err
    assert "a run of schema version 1; this program writes version 2" in said
    assert "Give another --out for a new run" in said
    assert "toolgrad show" in said
    assert {name: (old_run / name).read_bytes() for name in FILES} == before


def test_a_line_of_it_in_a_new_run_is_refused(old_run: Path, tmp_path: Path) -> None:
    settings = run_settings({"samples": 30, "seed": 2, "out": tmp_path / "new"}, None)
    with RunStore(settings.out, new_run_info(settings, {}), {}) as store:
        (settings.out / "records.jsonl").write_bytes((old_run / "records.jsonl").read_bytes())
        with pytest.raises(UsageError, match=r"records\.jsonl, line 1: a run of schema version 1"):
            list(store.read_committed())


@pytest.mark.parametrize(
    ("version", "words"),
    [(3, "this program reads 1 and 2: a newer toolgrad wrote it"), ("2", "reads 1 and 2$"), (0, "reads 1 and 2$")],
)
def test_a_version_that_is_not_known_is_refused_by_its_number(old_run: Path, version: object, words: str) -> None:
    for name in ("records.jsonl", "run.json"):
        path = old_run / name
        path.write_text(path.read_text().replace('"schema_version":', '"schema_version": ', 1))
        text = path.read_text()
        start = text.index('"schema_version":')
        end = text.index(",", start)
        path.write_text(f'{text[:start]}"schema_version": {json.dumps(version)}{text[end:]}')
    with pytest.raises(CorruptFileError, match=rf"records\.jsonl, line 1: schema_version is .*{words}"):
        list(read_records(old_run))
    with pytest.raises(CorruptFileError, match=rf"run\.json: schema_version is .*{words}"):
        read_run_info(old_run)


def test_reading_keeps_the_version_and_finds_the_spans(old_run: Path) -> None:
    for record in read_records(old_run):
        assert isinstance(record, Record)
        assert record.schema_version == 1
        quotes = [
            quote for step in record.turns[0].steps for source in step.sources.values() for quote in source.quotes()
        ]
        assert quotes
        assert all(record.turns[quote.turn].query[quote.start : quote.end] == quote.quote for quote in quotes)
        assert Record.model_validate(record.model_dump(mode="json")) == record
