import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from graph.context import Context
from toolgrad_data import cli
from toolgrad_data.settings import RunSettings, option, setting_names

# Tables of settings: they are given in a file.
FILE_ONLY = {"extra_body", "model_settings"}


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def generate_options() -> dict[str, Any]:
    command = typer.main.get_command(cli.app).commands["generate"]  # type: ignore[attr-defined]
    return {parameter.name: parameter for parameter in command.params}


def test_every_setting_has_its_option() -> None:
    options = generate_options()
    assert set(options) - {"config", "debug", "help"} == set(setting_names()) - FILE_ONLY
    for name in set(setting_names()) - FILE_ONLY:
        assert option(name) in options[name].opts


def test_the_help_tells_the_true_defaults() -> None:
    defaults = {name: field.default for name, field in (RunSettings.model_fields | Context.model_fields).items()}
    for name, parameter in generate_options().items():
        default = defaults.get(name)
        if not isinstance(default, str | int | float | bool | list) or name == "samples" or default == []:
            continue
        words = {True: "yes", False: "no"}[default] if isinstance(default, bool) else default
        words = default[0] if isinstance(default, list) else words
        words = f"{words:g}" if isinstance(words, float) else words
        assert parameter.help.endswith(f"(default: {words})."), (name, parameter.help)


def test_the_console_wraps_the_paragraphs_of_the_help() -> None:
    for command in typer.main.get_command(cli.app).commands.values():  # type: ignore[attr-defined]
        paragraphs = command.help.split("\n\n")
        assert len(paragraphs) > 1
        assert [text for text in paragraphs if "\n" in text and not text.startswith("  toolgrad ")] == []


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['toolgrad', '--help']\n"
        "from toolgrad_data.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    print([name for name in ('langgraph', 'langchain_core', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
    assert "toolgrad generate --samples 20 --seed 1 --out runs/first" in done.stdout


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
