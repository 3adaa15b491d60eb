"""Make a data set. The same command again finishes what is missing.

[bold]Examples[/]

  toolgrad generate --samples 200 --seed 1 --out runs/first
  toolgrad generate --samples 50 --out runs/short --calls 1:50,2:50
  toolgrad generate --config run.toml --samples 1000
  toolgrad generate --samples 5000 --out runs/large --workers 4
  toolgrad generate --preset toolgrad-500 --out runs/paper

[bold]With a model[/], its key in the environment (more endpoints: docs/models.md):

  toolgrad generate --samples 50 --out runs/model --policy openai --model gpt-5-mini --max-cost 2
  toolgrad generate --samples 50 --out runs/local --model qwen3 --base-url http://localhost:8000/v1
  toolgrad generate --samples 50 --out runs/written --writer openai:gpt-5-mini
  toolgrad generate --samples 50 --out runs/judged --model gpt-5-mini --judge gpt-5 --judge-trials 2

Ctrl-C and kill lose nothing that was accepted. A run goes on only with the settings it was begun
with; --samples may grow, and --concurrency, --workers, limits and how a model is reached may differ.
Ends with 0, with 3 when a limit ended it, with 130 when interrupted, else with 1 or 2.
"""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.errors import CliError
from toolgrad_data.runs.settings import SETTINGS, RunSettings, run_settings

if TYPE_CHECKING:
    import asyncio

    from toolgrad_data.runs.summary import Summary

#: A limit ended the run: not a failure, but not the whole of what was asked for either.
EXIT_LIMIT = 3


@options_of(SETTINGS)
def generate(given: Given, config: Config = None, debug: Debug = False) -> None:
    """Make the run and print its outcome; end as the page says."""
    make(given, config, debug=debug)


def make(given: Given, config: Path | None, *, debug: bool) -> None:
    """Make the run of these settings and print its outcome; end as the page says."""
    settings = run_settings(given, config)

    # After the settings: a mistake in them is told before the heavy imports.
    from toolgrad_data.cli.consoles import console
    from toolgrad_data.cli.progress import progress_on
    from toolgrad_data.runs.interrupt import run_interruptibly
    from toolgrad_data.runs.startup import import_workflow
    from toolgrad_data.runs.tracing import tracing

    if debug:
        import logging

        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("toolgrad_data").setLevel(logging.DEBUG)
    observer = progress_on(console(stderr=True))
    interrupted = False

    def announce() -> None:
        nonlocal interrupted
        interrupted = True
        observer.say("Stopping: finished samples are being written (press Ctrl-C again to leave at once).")

    with tracing(settings, observer.say, quiet=not debug, is_command=True):
        # The workflow: after what it is traced by.
        import_workflow(settings, makes_samples=settings.workers == 1 and settings.engine == "local")
        from nodes.policies.model.client import close_clients
        from toolgrad_data.reviews.decisions import decisions_of
        from toolgrad_data.runs.runner import generate as make_run

        async def work(stop: "asyncio.Event") -> "Summary":
            try:
                decide = decisions_of(settings.out) if settings.context.review else None
                return await make_run(settings, observer=observer, stop=stop, decide=decide)
            finally:
                await close_clients()

        summary = run_interruptibly(work, announce)
    _print_outcome(settings, summary)
    _end(settings, summary, interrupted=interrupted)


def _end(settings: RunSettings, summary: "Summary", *, interrupted: bool) -> None:
    """Say why not all was made that was asked for, and end as the page says. Raises CliError for a run of nothing."""
    if interrupted and summary.missing:
        from toolgrad_data.runs.interrupt import EXIT_INTERRUPTED

        typer.echo(
            f"Interrupted with {summary.missing} samples missing; nothing accepted is lost.\n"
            f"To go on: {shlex.join(['toolgrad', *sys.argv[1:]])}",
            err=True,
        )
        raise typer.Exit(EXIT_INTERRUPTED)
    if summary.session.stopped_by is not None:
        typer.echo(_limit_words(settings, summary), err=True)
        raise typer.Exit(EXIT_LIMIT)
    if not summary.accepted and not summary.waiting:
        from toolgrad_data.cli.summary_view import advice, failures

        raise CliError(
            "\n".join(
                [
                    f"no sample was accepted: {', '.join(summary.rejected_by_reason)}",
                    *(f"  {words}" for words in failures(summary)),
                    *advice(summary),
                    f"Look at them: toolgrad show {settings.out} --rejected --verbose",
                    "Make them anew once it is mended: the same command with --again",
                ]
            )
        )


def _limit_words(settings: RunSettings, summary: "Summary") -> str:
    name = summary.session.stopped_by
    limit = f"--{str(name).replace('_', '-')}"
    how = "the same command" if name == "max_minutes" else f"the same command with a higher {limit}"
    return (
        f"Stopped by {limit} {getattr(settings, str(name)):g}: {summary.session.stopped_with}. "
        f"{summary.missing} samples are missing; nothing accepted is lost, and what was begun is kept.\n"
        f"To go on: {how}."
    )


def _print_outcome(settings: RunSettings, summary: "Summary") -> None:
    from toolgrad_data.cli.consoles import console
    from toolgrad_data.cli.summary_view import outcome_view

    console().print(outcome_view(settings.out, summary), end="", soft_wrap=True)
