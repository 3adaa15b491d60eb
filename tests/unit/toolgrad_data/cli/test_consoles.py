"""What tools, models and files say is printed as text: it moves no cursor and colours nothing."""

import sys
from pathlib import Path

import pytest
from rich.panel import Panel
from rich.text import Text

from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, settings
from toolgrad_data import cli
from toolgrad_data.cli.consoles import console, without_controls
from toolgrad_data.errors import CliError
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.store import RunStore

HOSTILE = "a\x1b[2Jb\x1b]0;title\x07c\u202ed\x9be\ttab\nline"
HARMLESS = "abcde\ttab\nline"
# Rich takes the bell away first, so that nothing ends the title.
PRINTED = "ab0;titlecde"


def test_control_characters_and_lone_surrogates_go() -> None:
    assert without_controls(HOSTILE) == HARMLESS
    assert without_controls("x\ud800") == "x\ufffd"
    assert without_controls("ñ 東京 🗼") == "ñ 東京 🗼"


def test_a_console_prints_none_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    on = console()
    on.print(Panel(Text(HOSTILE)))
    on.print(HOSTILE, markup=False)
    out = capsys.readouterr().out
    assert PRINTED in out
    assert not set("\x1b\x07\u202e\x9b") & set(out)


def test_a_terminal_gets_the_colours_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    on = console()
    with on.capture() as captured:
        on.print(Text(HOSTILE, style="red"))
    assert captured.get().startswith("\x1b[31mab")


def test_records_and_errors_are_shown_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    with RunStore(out, new_run_info(settings(out), TOOLS), TOOLS) as store:
        store.commit(record(1, reasons=[f"faithful: {HOSTILE}"]))
    monkeypatch.setattr(sys, "argv", ["toolgrad", "show", str(out), "--rejected"])
    with pytest.raises(SystemExit):
        cli.main()
    assert f"rejected: faithful: {PRINTED}" in capsys.readouterr().out

    def fail() -> None:
        raise CliError(f"the server says: {HOSTILE}")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit):
        cli.main()
    assert "the server says: abcde" in capsys.readouterr().err
