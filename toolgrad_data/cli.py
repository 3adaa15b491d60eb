"""The `toolgrad` command. Commands import what they need when they run, so that `--help` is quick."""

import gc
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolgrad_data import options
from toolgrad_data.errors import CliError

if TYPE_CHECKING:
    import asyncio

    from toolgrad_data.settings import RunSettings
    from toolgrad_data.summary import Summary

#: A limit ended the run: not a failure, but not the whole of what was asked for either.
EXIT_LIMIT = 3

app = typer.Typer(
    name="toolgrad",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by main(), before there is a command
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


@app.command()
def generate(
    samples: options.Samples = None,
    seed: options.Seed = None,
    out: options.Out = None,
    concurrency: options.Concurrency = None,
    config: options.Config = None,
    tools: options.Tools = None,
    allow_unannotated: options.AllowUnannotated = None,
    allow_writes: options.AllowWrites = None,
    tool_timeout_s: options.ToolTimeout = None,
    max_result_bytes: options.MaxResultBytes = None,
    calls: options.Calls = None,
    tools_per_batch: options.ToolsPerBatch = None,
    sampling: options.Sampling = None,
    proposals: options.Proposals = None,
    accept_per_iteration: options.AcceptPerIteration = None,
    max_iterations: options.MaxIterations = None,
    patience: options.Patience = None,
    max_tool_calls: options.MaxToolCalls = None,
    max_call_repairs: options.MaxCallRepairs = None,
    max_call_retries: options.MaxCallRetries = None,
    max_repairs: options.MaxRepairs = None,
    now: options.Now = None,
    timezone: options.Timezone = None,
    locale: options.Locale = None,
    policy: options.Policy = None,
    model: options.Model = None,
    proposer: options.Proposer = None,
    critic: options.Critic = None,
    writer: options.Writer = None,
    base_url: options.BaseUrl = None,
    api_key_env: options.ApiKeyEnv = None,
    temperature: options.Temperature = None,
    reasoning_effort: options.ReasoningEffort = None,
    max_answer_tokens: options.MaxAnswerTokens = None,
    request_timeout_s: options.RequestTimeout = None,
    requests_per_minute: options.RequestsPerMinute = None,
    response_cache: options.ResponseCache = None,
    prices: options.Prices = None,
    max_cost: options.MaxCost = None,
    max_tokens: options.MaxTokens = None,
    max_minutes: options.MaxMinutes = None,
    redact: options.Redact = None,
    debug: options.Debug = False,
) -> None:
    """Make a data set. The same command again finishes what is missing.

    [bold]Examples[/]

      toolgrad generate --samples 200 --seed 1 --out runs/first
      toolgrad generate --samples 50 --out runs/short --calls 1:50,2:50
      toolgrad generate --config run.toml --samples 1000

    [bold]With a model[/], its key in the environment (more endpoints: docs/models.md):

      toolgrad generate --samples 50 --out runs/model --policy openai --model gpt-5-mini --max-cost 2
      toolgrad generate --samples 50 --out runs/local --model qwen3 --base-url http://localhost:8000/v1
      toolgrad generate --samples 50 --out runs/written --writer openai:gpt-5-mini

    Ctrl-C and kill lose nothing that was accepted. A run goes on only with the settings it was begun
    with; --samples may grow, and --concurrency, limits and how a model is reached may differ.
    Ends with 0, with 3 when a limit ended it, with 130 when interrupted, else with 1 or 2.
    """
    given = dict(locals())  # keyed by the settings' names; first, before there are other locals
    from toolgrad_data.settings import run_settings

    for name in ("config", "debug"):
        del given[name]
    settings = run_settings(given, config)

    # After the settings: a mistake in them is told before the heavy imports.
    from toolgrad_data.consoles import console
    from toolgrad_data.interrupt import EXIT_INTERRUPTED, run_interruptibly
    from toolgrad_data.progress import progress_on
    from toolgrad_data.tracing import traced

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

    # Schemas, prompts and messages live long: to look through them again and again takes a fifth of the CPU.
    gc.set_threshold(20_000, 20, 100)
    with traced(settings, observer.say, quiet=not debug):
        # The workflow: after what it is traced by.
        from nodes.policies.model.client import close_clients
        from toolgrad_data.runner import generate as make_run

        async def work(stop: "asyncio.Event") -> "Summary":
            try:
                return await make_run(settings, observer=observer, stop=stop)
            finally:
                await close_clients()

        summary = run_interruptibly(work, announce)
    _print_outcome(settings, summary)
    if interrupted and summary.missing:
        typer.echo(
            f"Interrupted with {summary.missing} samples missing; nothing accepted is lost.\n"
            f"To go on: {shlex.join(['toolgrad', *sys.argv[1:]])}",
            err=True,
        )
        raise typer.Exit(EXIT_INTERRUPTED)
    if summary.session.stopped_by is not None:
        typer.echo(_limit_words(settings, summary), err=True)
        raise typer.Exit(EXIT_LIMIT)
    if not summary.accepted:
        raise CliError(
            f"no sample was accepted: {', '.join(summary.rejected_by_reason)}\n"
            f"Look at them: toolgrad show {settings.out} --rejected --verbose"
        )


def _limit_words(settings: "RunSettings", summary: "Summary") -> str:
    name = summary.session.stopped_by
    limit = f"--{str(name).replace('_', '-')}"
    how = "the same command" if name == "max_minutes" else f"the same command with a higher {limit}"
    return (
        f"Stopped by {limit} {getattr(settings, str(name)):g}: {summary.session.stopped_with}. "
        f"{summary.missing} samples are missing; nothing accepted is lost, and what was begun is kept.\n"
        f"To go on: {how}."
    )


def _print_outcome(settings: "RunSettings", summary: "Summary") -> None:
    from toolgrad_data.consoles import console
    from toolgrad_data.outcome import outcome_view

    console().print(outcome_view(settings.out, summary), end="", soft_wrap=True)


@app.command()
def tools(
    config: options.Config = None,
    tools: options.Tools = None,
    allow_unannotated: options.AllowUnannotated = None,
    allow_writes: options.AllowWrites = None,
    category: Annotated[str | None, typer.Option(metavar="NAME", help="Only the tools of this category.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the full specs as JSON.")] = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """List the tools that would run, those that would not, and why.

    [bold]Examples[/]

      toolgrad tools
      toolgrad tools --tools python:my_tools.py:TOOLS --allow-unannotated
      toolgrad tools --category currency --json
    """
    import asyncio

    from toolgrad_data.consoles import console, emit
    from toolgrad_data.settings import context_settings
    from toolgrad_data.tool_loading import load_tools
    from toolgrad_data.tools_view import in_category, tools_as_json, tools_view

    given = {"tools": tools, "allow_unannotated": allow_unannotated, "allow_writes": allow_writes}
    loaded = asyncio.run(load_tools(context_settings(given, config)))
    if category is not None:
        loaded = in_category(loaded, category)
    if json:
        typer.echo(tools_as_json(loaded))
    else:
        emit(console(), tools_view(loaded))


@app.command()
def probe(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where the profile is written.")],
    config: options.Config = None,
    tools: options.Tools = None,
    calls: Annotated[int, typer.Option("--calls", min=1, max=50, help="Calls of each tool.")] = 3,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, max=64, help="Tools under way at once.")] = 4,
    debug: options.Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Call read-only tools with example arguments: learn what they give, and which of them do not work.

    [bold]Examples[/]

      toolgrad probe --tools mcp:servers.json --out servers.profile.json
      toolgrad generate --tools mcp:servers.json --tools profile:servers.profile.json --samples 50 --out runs/mcp
    """
    import asyncio

    from toolgrad_data.consoles import console
    from toolgrad_data.probing import probe_tools, profile_words
    from toolgrad_data.progress import progress_on
    from toolgrad_data.settings import context_settings

    context = context_settings({"tools": tools}, config)
    observer = progress_on(console(stderr=True))
    profile = asyncio.run(probe_tools(context, out, calls, concurrency, observer))
    typer.echo(profile_words(profile, out))


@app.command()
def show(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, or its name under runs/.")],
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A record's id (s1-000012) or number (12).")] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="Show rejected samples and why.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Records to show without an ID.")] = 3,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also the critiques, and the calls that were not kept.")
    ] = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Print records for reading: query, calls and where each argument came from, response.

    [bold]Examples[/]

      toolgrad show runs/first
      toolgrad show runs/first 12 --verbose
      toolgrad show runs/first --rejected --limit 5
    """
    from toolgrad_data.consoles import console
    from toolgrad_data.show import find_run, print_records, select_records

    records = select_records(find_run(run), id, rejected=rejected, limit=limit)
    print_records(records, console(), verbose=verbose)


class SchemaName(StrEnum):
    """The files of a run that have a schema."""

    records = "records"
    rejected = "rejected"
    run = "run"
    summary = "summary"


@app.command()
def schema(
    name: Annotated[SchemaName, typer.Argument(help="Which file of a run.")],
    debug: options.Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Print the JSON Schema of a file of a run (of one line, for the .jsonl files).

    [bold]Example[/]

      toolgrad schema records > records.schema.json
    """
    from toolgrad_data.file_schemas import schema_text

    typer.echo(schema_text(name.value), nl=False)


def main() -> None:
    """Run the command; a failure ends it with a message on stderr and a traceback only with `--debug`."""
    try:
        _refuse_foreign_packages()
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
    guard = runpy.run_path(str(Path(__file__).parents[1] / "graph" / "shadowing.py"))
    try:
        guard["check_packages"]()
    except guard["ShadowedPackageError"] as error:
        raise CliError(str(error)) from error


def _fail(error: Exception, message: str, code: int) -> None:
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(error)
    first, _, rest = message.partition("\n")
    # typer's echo, not rich: a message may hold [brackets], and is not to be wrapped.
    typer.echo(f"{typer.style('Error:', fg='red', bold=True)} {first}", err=True)
    if rest:
        typer.echo(rest, err=True)
    sys.exit(code)
