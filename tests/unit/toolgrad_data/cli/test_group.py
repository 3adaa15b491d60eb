import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from tests.plugins import install
from toolgrad_data import cli
from toolgrad_data.cli.group import COMMANDS, first_line, load_command

HEAVY = ("langgraph", "langchain_core", "langchain_openai")


def loaded_after(*arguments: str) -> tuple[str, set[str]]:
    """Return what a command prints, and the modules that its process has at the end."""
    script = (
        f"import sys; sys.argv = {['toolgrad', *arguments]!r}\n"
        "from toolgrad_data.cli import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    printed, _, modules = done.stdout.rstrip().rpartition("\n")
    return printed, set(modules.split())


def test_the_help_of_all_imports_no_command() -> None:
    printed, modules = loaded_after("--help")
    assert "toolgrad generate --samples 20 --seed 1 --out runs/first" in printed
    assert [printed.index(f"│ {name} ") for name in COMMANDS] == sorted(
        printed.index(f"│ {name} ") for name in COMMANDS
    )
    assert not modules & {*(f"toolgrad_data.cli.{name}" for name in COMMANDS), *HEAVY, "pydantic"}


@pytest.mark.parametrize("name", ["generate", "verify"])
def test_the_help_of_one_imports_that_one_and_nothing_heavy(name: str) -> None:
    printed, modules = loaded_after(name, "--help")
    assert f"toolgrad {name} runs/first" in printed or f"toolgrad {name} --samples" in printed
    assert {other for other in COMMANDS if f"toolgrad_data.cli.{other}" in modules} == {name}
    assert not modules & {*HEAVY}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_listed_is_the_first_line_of_the_page(name: str) -> None:
    command = load_command(name)
    listed = typer.main.get_command(cli.app).commands[name]  # type: ignore[attr-defined]
    assert listed.help == first_line(name) == (command.help or "").split("\n\n")[0]
    assert first_line(name).endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_console_wraps_the_paragraphs_of_a_page(name: str) -> None:
    paragraphs = (load_command(name).help or "").split("\n\n")
    assert len(paragraphs) > 1
    assert [text for text in paragraphs if "\n" in text and not text.startswith("  toolgrad ")] == []


def test_each_module_of_a_command_is_listed() -> None:
    modules = [path for path in Path(cli.__file__).parent.glob("*.py") if not path.stem.endswith("_view")]
    assert {path.stem for path in modules if f"\ndef {path.stem}(" in path.read_text()} == set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generte"], "No such command 'generte'. Did you mean 'generate'?"),
        (["generate", "--sampels", "3"], "--samples"),
        (["generate", "--samples", "three"], "'--samples'"),
        (["generate", "--samples"], "Option '--samples' requires an argument"),
    ],
)
def test_what_is_near_is_named(arguments: list[str], words: str) -> None:
    ended = CliRunner().invoke(cli.app, arguments, env={"COLUMNS": "200"})
    assert ended.exit_code == 2
    assert words in ended.output


@pytest.mark.parametrize(
    ("typed", "completions"),
    [
        ("toolgrad ge", {"generate"}),
        ("toolgrad generate --max-c", {"--max-cost", "--max-call-repairs", "--max-call-retries"}),
        ("toolgrad generate --sampling s", {"stratified"}),
        ("toolgrad tools --al", {"--allow-unannotated", "--allow-writes"}),
    ],
)
def test_a_shell_completes(typed: str, completions: set[str]) -> None:
    words = typed.split()
    asked = {"_TOOLGRAD_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    ended = CliRunner().invoke(cli.app, [], env=asked, prog_name="toolgrad")
    assert set(ended.output.split()) == completions


def test_a_page_tells_the_names_that_installed_packages_add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {"toolgrad.formats": {"lines": "no:thing", "trl": "no:thing"}, "toolgrad.screens": {"kind": "no:thing"}}
    install(tmp_path, "more", entries)
    monkeypatch.syspath_prepend(tmp_path)
    pages = {}
    for name in ("export", "show"):
        output = CliRunner().invoke(cli.app, [name, "--help"]).output
        pages[name] = " ".join(word for word in output.split() if word != "│")
    assert "Installed packages add lines." in pages["export"]
    assert "Installed packages" not in pages["show"]
