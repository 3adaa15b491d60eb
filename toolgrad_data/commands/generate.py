"""`toolgrad generate`: make a data set."""

import shlex
import sys
from typing import TYPE_CHECKING

import typer

from toolgrad_data import options
from toolgrad_data.errors import CliError

if TYPE_CHECKING:
    import asyncio

    from toolgrad_data.settings import RunSettings
    from toolgrad_data.summary import Summary

#: A limit ended the run: not a failure, but not the whole of what was asked for either.
EXIT_LIMIT = 3


def generate(
    samples: options.Samples = None,
    seed: options.Seed = None,
    out: options.Out = None,
    again: options.Again = None,
    concurrency: options.Concurrency = None,
    workers: options.Workers = None,
    store: options.Store = None,
    engine: options.Engine = None,
    address: options.Address = None,
    keep_checkpoints: options.KeepCheckpoints = None,
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
    min_share: options.MinShare = None,
    max_tool_calls: options.MaxToolCalls = None,
    max_call_repairs: options.MaxCallRepairs = None,
    max_call_retries: options.MaxCallRetries = None,
    max_repairs: options.MaxRepairs = None,
    distinct_from: options.DistinctFrom = None,
    screens: options.Screens = None,
    now: options.Now = None,
    timezone: options.Timezone = None,
    locale: options.Locale = None,
    language: options.Language = None,
    ingredients: options.Ingredients = None,
    personas: options.Personas = None,
    topics: options.Topics = None,
    places: options.Places = None,
    policy: options.Policy = None,
    model: options.Model = None,
    proposer: options.Proposer = None,
    critic: options.Critic = None,
    writer: options.Writer = None,
    judge: options.Judge = None,
    judge_trials: options.JudgeTrials = None,
    judge_turns: options.JudgeTurns = None,
    judge_tools: options.JudgeTools = None,
    judge_min_solved: options.JudgeMinSolved = None,
    judge_min_naturalness: options.JudgeMinNaturalness = None,
    judge_min_would_ask: options.JudgeMinWouldAsk = None,
    judge_own_writing: options.JudgeOwnWriting = None,
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
      toolgrad generate --samples 5000 --out runs/large --workers 4

    [bold]With a model[/], its key in the environment (more endpoints: docs/models.md):

      toolgrad generate --samples 50 --out runs/model --policy openai --model gpt-5-mini --max-cost 2
      toolgrad generate --samples 50 --out runs/local --model qwen3 --base-url http://localhost:8000/v1
      toolgrad generate --samples 50 --out runs/written --writer openai:gpt-5-mini
      toolgrad generate --samples 50 --out runs/judged --model gpt-5-mini --judge gpt-5 --judge-trials 2

    Ctrl-C and kill lose nothing that was accepted. A run goes on only with the settings it was begun
    with; --samples may grow, and --concurrency, --workers, limits and how a model is reached may differ.
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
    from toolgrad_data.startup import import_workflow
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

    with traced(settings, observer.say, quiet=not debug):
        # The workflow: after what it is traced by.
        import_workflow(settings, makes_samples=settings.workers == 1 and settings.engine == "local")
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
        from toolgrad_data.outcome import advice, failures

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
