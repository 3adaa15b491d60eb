"""The group of commands: listed by name and first line, imported when one is called or its help is shown.

A command is a module beside this one with a function of its name. The module's docstring is the page that
`toolgrad NAME --help` shows, its first line what `toolgrad --help` lists.
"""

from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer.main
from typer.core import TyperCommand, TyperGroup

from toolgrad_data.cli.plugin_names import CommandWithPlugins

#: In the order in which they are listed.
COMMANDS = tuple(
    (
        "generate baseline verify stats diff tools plugins probe show report review export tasks evaluate card push "
        "schema"
    ).split()
)


class LazyGroup(TyperGroup):
    """The commands of `COMMANDS`, of which only the one that is called is imported."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name in COMMANDS:
            self.add_command(TyperCommand(name, help=first_line(name)))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that the arguments call, imported; what only lists commands does not come here."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and load_command(listed.name or ""), rest


def load_command(name: str) -> TyperCommand:
    """Return the command, imported."""
    module = import_module(f"toolgrad_data.cli.{name}")
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.command(name, help=_paragraphs(module.__doc__ or ""), cls=CommandWithPlugins)(getattr(module, name))
    command = typer.main.get_command(alone)
    assert isinstance(command, TyperCommand)  # noqa: S101 - for the type: of one function typer makes no group
    return command


def first_line(name: str) -> str:
    """Return the first line of a command's page without importing its module."""
    with (Path(__file__).parent / f"{name}.py").open(encoding="utf-8") as source:
        return source.readline().strip('"\n')


def _paragraphs(page: str) -> str:
    """Return the page with each paragraph on one line, for the console to wrap; examples keep theirs."""
    paragraphs = cleandoc(page).split("\n\n")
    return "\n\n".join(text if text.startswith(" ") else text.replace("\n", " ") for text in paragraphs)
