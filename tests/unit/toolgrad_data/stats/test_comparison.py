import asyncio
import json
import sys
from pathlib import Path

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, settings, stub_factory
from toolgrad_data import cli
from toolgrad_data.runs.runner import run_samples
from toolgrad_data.stats.comparison import compare
from toolgrad_data.verify.verification import Target, find_target


def made(
    folder: Path, *, reject: int | None = None, change: int | None = None, unmark: int | None = None, samples: int = 4
) -> Target:
    def verdict(seed: int, index: int) -> Record:
        one = record(index, seed=seed, reasons=["chosen: by the test"] if index == reject else None)
        if index == change:
            one.turns[0].response = "Something else."
        if index == unmark:
            one.turns[0].tells = None
        return one

    asyncio.run(run_samples(settings(folder, samples), TOOLS, make_graph=stub_factory(verdict=verdict)))
    return find_target(folder)


def test_the_same_run_twice_is_the_same_but_for_times(tmp_path: Path) -> None:
    comparison = compare(made(tmp_path / "a"), made(tmp_path / "b"))
    assert comparison.settings == []
    assert (comparison.same, comparison.records_differ) == (4, False)


def test_what_differs_is_told_by_id_and_part(tmp_path: Path) -> None:
    comparison = compare(made(tmp_path / "a", reject=2), made(tmp_path / "b", change=1, samples=5))
    assert (comparison.same, comparison.different, comparison.only_in_a, comparison.only_in_b) == (2, 2, 0, 1)
    assert {one.id: one.parts for one in comparison.examples} == {
        "s0-000001": ["response"],
        "s0-000002": ["verdict", "history"],
    }
    assert comparison.different_parts == {"verdict": 1, "response": 1, "history": 1}
    assert comparison.examples_only_in_b == ["s0-000004"]
    assert (comparison.a.rejected, comparison.b.rejected) == (1, 0)


def test_marks_are_a_part_of_their_own(tmp_path: Path) -> None:
    comparison = compare(made(tmp_path / "a"), made(tmp_path / "b", unmark=3))
    assert {one.id: one.parts for one in comparison.examples} == {"s0-000003": ["marks"]}
    assert (comparison.a.marks.written, comparison.b.marks.written, comparison.b.marks.turns_without) == (4, 3, 1)


def test_settings_and_versions_that_differ(tmp_path: Path) -> None:
    a, b = made(tmp_path / "a"), made(tmp_path / "b")
    path = tmp_path / "b" / "run.json"
    info = json.loads(path.read_text())
    info["settings"]["proposals"] = 5
    info["versions"]["langgraph"] = "0.1"
    path.write_text(json.dumps(info))
    differences = compare(a, b).settings or []
    assert [one.setting for one in differences] == ["proposals", "version of langgraph"]
    assert compare(a, Target(b.file)).settings is None


@pytest.mark.parametrize("arguments", [["diff", "a", "b"], ["diff", "a", "b", "--exit-code", "--json"]])
def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    made(tmp_path / "a")
    made(tmp_path / "b", change=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out = capsys.readouterr().out
    if "--json" in arguments:
        assert ended.value.code == 1
        assert json.loads(out)["different"] == 1
    else:
        assert not ended.value.code
        assert "3 the same, 1 different" in out
        assert "s0-000001: response" in out


def test_stats_as_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path / "a", reject=0)
    monkeypatch.setattr(sys, "argv", ["toolgrad", "stats", str(tmp_path / "a"), "--json"])
    with pytest.raises(SystemExit):
        cli.main()
    stats = json.loads(capsys.readouterr().out)
    assert (stats["records"], stats["rejected"], stats["lengths"]) == (3, 1, {"1": 3})


def test_stats_of_a_file_without_a_record_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.jsonl").write_text('{"name": "no record"}\n')
    monkeypatch.setattr(sys, "argv", ["toolgrad", "stats", str(tmp_path / "other.jsonl")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "no line is a record" in capsys.readouterr().err
