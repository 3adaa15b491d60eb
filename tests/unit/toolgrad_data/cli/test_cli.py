import subprocess
import sys
from pathlib import Path

import pytest

from toolgrad_data import cli


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_version_and_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolgrad_data", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("toolgrad 0.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", "--samples", "0", "--out", "x"], "--samples 0"),
        (["generate", "--samples", "1"], "--out is missing"),
        (["generate", "--samples", "1", "--out", "x", "--tools", "bultin"], "bultin"),
        (["generate", "--config", "none.toml"], "none.toml: cannot be read"),
        (["show", "nowhere"], "nowhere: does not exist"),
        (["tools", "--category", "nonsense", "--tools", "builtin:moon"], "There are: moon"),
    ],
)
def test_wrong_usage_is_told_and_exits_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("Error: ")
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "show", "nowhere", "--debug") == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_schema_is_printed_as_committed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from toolgrad_data.file_schemas import FOLDER

    assert run(monkeypatch, "schema", "summary") == 0
    assert capsys.readouterr().out == (FOLDER / "summary.schema.json").read_text()
    assert run(monkeypatch, "schema", "nothing") == 2


def test_tools_as_json_is_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert run(monkeypatch, "tools", "--tools", "builtin:moon", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["tools"]
    assert {row["category"] for row in rows} == {"moon"}


def test_a_profile_replaces_no_file_of_a_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("run.json", "records.jsonl"):
        (tmp_path / name).write_text("kept")
    assert run(monkeypatch, "probe", "--tools", "builtin:moon", "--out", str(tmp_path / "records.jsonl")) == 2
    assert "is the run's own file" in capsys.readouterr().err
    assert (tmp_path / "records.jsonl").read_text() == "kept"
