"""Bad input to the command: a clear message, the right exit code, and nothing lost or written."""

import sys
from pathlib import Path

import pytest

from tests.integration.command import lines, without_times
from toolgrad_data import cli

PLAIN = ["generate", "--samples", "4", "--seed", "1", "--calls", "1:1"]
COMMAND = [*PLAIN, "--tools", "builtin:moon"]


@pytest.fixture
def toolgrad(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> "Toolgrad":
    monkeypatch.chdir(tmp_path)
    return Toolgrad(monkeypatch, capsys)


class Toolgrad:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err
        return int(ended.value.code or 0), captured.out, captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--samples", "0"], "--samples 0: input should be greater than or equal to 1"),
        (["--tools", "bultin"], "--tools: unknown tool spec 'bultin'"),
        (["--tools", "builtin:monn"], "monn"),
        (["--tools", "python:broken.py:TOOLS"], "broken.py"),
        (["--tools", "python:unhinted.py:plain"], "plain"),
        (["--tools", "python:empty.py:TOOLS"], "empty.py"),
        (["--writer", "poet"], "unknown policy 'poet'"),
        (["--config", "bad.toml"], "bad.toml: not TOML"),
        (["--out", "taken"], "--out taken: is a file"),
        (["--out", "taken/run"], "--out taken/run: cannot be used as a folder"),
        (["--out", "/proc/run"], "--out /proc/run: cannot be used as a folder"),
        (["--sampling", "often"], "--sampling 'often'"),
    ],
)
def test_a_mistake_is_explained_before_anything_is_written(
    toolgrad: Toolgrad, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "broken.py").write_text("import no_such_module_anywhere\nTOOLS = []\n")
    (tmp_path / "unhinted.py").write_text('def plain(x):\n    """Do."""\n    return x\n')
    (tmp_path / "empty.py").write_text("TOOLS = []\n")
    (tmp_path / "bad.toml").write_text("samples = \n")
    (tmp_path / "taken").write_text("mine")
    before = {path.name for path in tmp_path.iterdir()}
    code, out, err = toolgrad(*PLAIN, "--out", "run", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert words in err
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == before
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_truncated_last_line_is_made_again(toolgrad: Toolgrad, tmp_path: Path) -> None:
    assert toolgrad(*COMMAND, "--out", "run")[0] == 0
    path = tmp_path / "run" / "records.jsonl"
    before = lines(path)
    path.write_bytes(path.read_bytes()[:-100])
    code, _, err = toolgrad(*COMMAND, "--out", "run")
    assert code == 0
    assert "records.jsonl: the last line was cut off in mid-write" in err
    after = lines(path)
    # The whole lines are not touched; the lost sample's checkpoints are gone with its line, so it is made anew.
    assert after[:-1] == before[:-1]
    assert without_times(after[-1]) == without_times(before[-1])


def test_a_corrupt_middle_line_is_named_and_left_alone(toolgrad: Toolgrad, tmp_path: Path) -> None:
    assert toolgrad(*COMMAND, "--out", "run")[0] == 0
    path = tmp_path / "run" / "records.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"garbage\n", 1))
    spoilt = path.read_bytes()
    for command in ([*COMMAND, "--out", "run"], ["show", "run"]):
        code, _, err = toolgrad(*command)
        assert code == 1
        assert "records.jsonl, line 1: " in err
    assert path.read_bytes() == spoilt


def test_changed_settings_are_refused_and_the_old_ones_go_on(toolgrad: Toolgrad, tmp_path: Path) -> None:
    assert toolgrad(*COMMAND, "--out", "run")[0] == 0
    before = (tmp_path / "run" / "records.jsonl").read_bytes()
    code, _, err = toolgrad(*COMMAND, "--out", "run", "--proposals", "2", "--samples", "6")
    assert code == 2
    assert "proposals  4" in err
    assert (tmp_path / "run" / "records.jsonl").read_bytes() == before
    assert toolgrad(*COMMAND, "--out", "run", "--samples", "6", "--concurrency", "1")[0] == 0
    assert (tmp_path / "run" / "records.jsonl").read_bytes().startswith(before)
    assert sum(len(lines(tmp_path / "run" / f"{name}.jsonl")) for name in ("records", "rejected")) == 6


def test_a_run_that_accepts_nothing_fails(toolgrad: Toolgrad, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        'def fetch(number: int) -> int:\n    """Fetch a number."""\n    raise OSError("the line is dead")\n'
    )
    arguments = [
        "generate",
        "--samples",
        "2",
        "--out",
        "run",
        "--tools",
        "python:mine.py:fetch",
        "--allow-unannotated",
    ]
    code, out, err = toolgrad(*arguments)
    assert code == 1
    assert "rejected        2" in out
    assert "no sample was accepted: the chain is empty" in err
    assert len(lines(tmp_path / "run" / "rejected.jsonl")) == 2
    code, out, _ = toolgrad("show", "run", "--rejected", "--verbose")
    assert code == 0
    assert "the line is dead" in out
