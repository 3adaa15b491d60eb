"""The `toolgrad` command: its group of commands, and how failures end it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.group import LazyGroup
from toolgrad_data.cli.options import Debug
from toolgrad_data.errors import CliError

app = typer.Typer(
    name="toolgrad",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main(), before there is a command
) -> None:
    """Make tool-use training data, answer first: tools are executed, then the query is written.

    [bold]First records[/], with no key and no network:

      toolgrad generate --samples 20 --seed 1 --out runs/first
      toolgrad show runs/first

    [bold]With your own tools[/]: see what would run, then run it.

      toolgrad tools --tools python:my_tools.py:TOOLS
      toolgrad generate --samples 20 --out runs/mine --tools python:my_tools.py:TOOLS
    """
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"toolgrad {installed('toolgrad-langgraph')}")
        raise typer.Exit


def main() -> None:
    """Run the command; a failure ends it with a message on stderr and a traceback only with `--debug`."""
    try:
        _refuse_foreign_packages()
        from toolgrad_data.cli.consoles import write_in_any_code_page

        write_in_any_code_page()
        app()
    except CliError as error:
        _fail(error, str(error), error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        words = f"{type(error).__name__}: {error}\nThis should not happen. For the traceback run it with --debug."
        _fail(error, words, 1)


def _refuse_foreign_packages() -> None:
    """Raise CliError when another package would be imported instead of one of ours."""
    import runpy

    # By its path: `graph` may be the foreign one.
    guard = runpy.run_path(str(Path(__file__).parents[2] / "graph" / "shadowing.py"))
    try:
        guard["check_packages"]()
    except guard["ShadowedPackageError"] as error:
        raise CliError(str(error)) from error


def _fail(error: Exception, message: str, code: int) -> None:
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(error)
    try:
        from toolgrad_data.cli.consoles import without_controls

        message = without_controls(message)
    except ImportError:
        pass  # the registry is a foreign package, and the message says so in our own words
    first, _, rest = message.partition("\n")
    # typer's echo, not rich: a message may hold [brackets], and is not to be wrapped.
    typer.echo(f"{typer.style('Error:', fg='red', bold=True)} {first}", err=True)
    if rest:
        typer.echo(rest, err=True)
    sys.exit(code)
