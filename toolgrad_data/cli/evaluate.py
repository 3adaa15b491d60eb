"""Let a model behind an endpoint play a run's records, and say how often it is right.

[bold]Examples[/]

  toolgrad evaluate runs/first --model qwen3 --base-url http://localhost:8000/v1
  toolgrad evaluate runs/first --model gpt-5-mini --trials 4 --max-cost 2
  toolgrad evaluate tasks/first --model qwen3 --base-url http://localhost:8000/v1 --tools builtin
  toolgrad export runs/first -f trl -o hard.jsonl --difficulty 0.1-0.9

Each record is played as it would be used: the model gets the person's messages and tools, calls them natively, and
what it reaches is compared with the record. Reports pass@1, pass@k and pass^k with intervals, by what tasks are like,
and what went wrong (docs/evaluate.md). The key is in the environment, as for generate.

Ctrl-C and kill lose no finished trial: the same command plays what is missing, and --trials may grow.
Ends with 0, with 3 when a limit ended it, with 130 when interrupted, else with 1 or 2.
"""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.evaluate.settings import SETTINGS, EvaluateSettings, evaluate_context, evaluate_settings

if TYPE_CHECKING:
    import asyncio

    from toolgrad_data.evaluate.command import Evaluated

_EXIT_LIMIT = 3

RunOrTasks = Annotated[
    Path,
    typer.Argument(metavar="RUN|TASKS", help="A run's folder, its name under runs/, or a folder or file of tasks."),
]


@options_of(SETTINGS)
def evaluate(
    target: RunOrTasks,
    given: Given,
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    debug: Debug = False,
) -> None:
    """Play the target's tasks and print the report; end as the page says."""
    settings = evaluate_settings(given)

    # After the settings: a mistake in them is told before the heavy imports.
    from nodes.policies.base import PolicySetupError
    from toolgrad_data.cli.consoles import console, print_json
    from toolgrad_data.cli.progress import ProgressWords, progress_on
    from toolgrad_data.evaluate import command
    from toolgrad_data.evaluate.view import report_view
    from toolgrad_data.runs.interrupt import run_interruptibly
    from toolgrad_data.tasks.target import find_target

    if debug:
        import logging

        logging.basicConfig(format="%(name)s: %(message)s")
    found = find_target(target)
    context = evaluate_context(given, config, found.context)
    try:
        command.asked_model(settings, context)
    except PolicySetupError as error:
        raise UsageError(str(error)) from None
    observer = progress_on(console(stderr=True), ProgressWords("trials", "passed", "failed", priced=False))
    items = command.prepare_items(found, settings, context, observer.say)

    def announce() -> None:
        observer.say("Stopping: finished trials are on the disk (press Ctrl-C again to leave at once).")

    async def work(stop: "asyncio.Event") -> "Evaluated":
        return await command.evaluate(found, items, settings, context, observer=observer, stop=stop)

    done = run_interruptibly(work, announce)
    if json:
        print_json(done.report.model_dump_json(indent=2))
    else:
        console().print(report_view(done.report, done.folder), end="", soft_wrap=True)
    _end(settings, done)


def _end(settings: EvaluateSettings, done: "Evaluated") -> None:
    """Say why not all was played that was asked for, and end as the page says. Raises RunFailedError."""
    from toolgrad_data.runs.interrupt import EXIT_INTERRUPTED

    again = shlex.join(["toolgrad", *sys.argv[1:]])
    missing = f"{done.report.missing} trials are missing; nothing that was played is lost."
    if done.outcome.interrupted:
        typer.echo(f"Interrupted: {missing}\nTo go on: {again}", err=True)
        raise typer.Exit(EXIT_INTERRUPTED)
    if (reached := done.outcome.stopped_by) is not None:
        limit = f"--{reached.limit.replace('_', '-')}"
        typer.echo(
            f"Stopped by {limit} {getattr(settings, reached.limit):g}: {reached.words}. {missing}\n"
            f"To go on: the same command{'' if reached.limit == 'max_minutes' else f' with a higher {limit}'}.",
            err=True,
        )
        raise typer.Exit(_EXIT_LIMIT)
    if done.outcome.unanswered:
        why = next(iter(done.outcome.unanswered.values()))
        raise RunFailedError(f"{missing}\n  {why}\nTo go on: {again}")
