"""What is noticed stands apart from findings: in the report as data and for reading, and it refuses nothing."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolgrad_data.verify.files import good, line, verified, write
from toolgrad_data import cli
from toolgrad_data.verify.view import report_view


def doubtful(index: int) -> dict[str, Any]:
    """A record whose small figure nobody marked, and which stands in two objects."""
    data = good(index)
    (turn,) = data["turns"]
    turn["steps"][0]["result"] = {"answer": 2 * index, "other": {"answer": 2 * index}}
    (tell,) = turn["tells"]
    tell |= {"inferred": True, "or": [{**tell["source"], "pointer": "/other/answer"}]}
    return data


def test_a_figure_that_may_tell_several_values_is_noticed(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", line(good(1)), line(doubtful(2))))
    assert not report.has_findings
    assert (report.clean, report.findings, report.warnings_by_code) == (2, [], {"which_figure": 1})
    (warning,) = report.warnings
    assert (warning.line, warning.promise, warning.where) == (2, "cited", "/turns/0/tells/0")
    assert "'4'" in warning.message
    assert "Noticed, which refuses nothing: 1 × which_figure" in str(report_view(report))


def test_what_the_record_says_of_its_warnings_is_not_believed(tmp_path: Path) -> None:
    data = good(1)
    data["warnings"] = [{"promise": "faithful", "code": "made_up", "message": "nothing"}]
    assert verified(write(tmp_path / "r.jsonl", line(data))).warnings == []


def test_as_many_are_kept_as_findings_are_shown(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", *(line(doubtful(index)) for index in range(1, 5))), shown=2)
    assert (len(report.warnings), report.warnings_by_code) == (2, {"which_figure": 4})


def test_the_command_ends_with_success_and_tells_them_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "r.jsonl", line(doubtful(2)))
    monkeypatch.setattr(sys, "argv", ["toolgrad", "verify", str(path), "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    report = json.loads(capsys.readouterr().out)
    assert (report["schema_version"], len(report["warnings"]), report["findings"]) == (2, 1, [])


def test_a_finding_says_what_the_record_has_instead(tmp_path: Path) -> None:
    data = good(3)
    (turn,) = data["turns"]
    turn["response"] = "It is 9."
    turn["tells"][0]["quote"] = "9"
    report = verified(write(tmp_path / "r.jsonl", line(data)))
    (found,) = report.findings
    assert (found.promise, found.code, found.because) == ("cited", "not_said", "answer is 6")
    assert "the record has: answer is 6" in str(report_view(report))
