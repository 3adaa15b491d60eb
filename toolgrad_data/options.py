"""The command line's options, one for each setting. They load nothing, so that `--help` is quick.

Defaults are None, which means "not given": a file's value or the setting's own default holds then. The words
tell that default; a test compares them with the settings.
"""

from pathlib import Path
from typing import Annotated

import typer

_LOOP, _TOOLS, _RECORDS, _DECIDERS, _JUDGE, _MODELS, _LIMITS, _TRACES = (
    "The loop",
    "Tools",
    "Records",
    "Who decides: offline, or openai:MODEL at any OpenAI-compatible endpoint",
    "Judging by a model (docs/judging.md)",
    "Models (see also extra_body, model_settings in a file)",
    "Limits (what is done is kept; a higher one goes on)",
    "LangSmith (switched on by LANGSMITH_TRACING=true)",
)

Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="TOML file with the same settings and a table a source of tools; the command line wins.",
    ),
]

# The run.
Samples = Annotated[
    int | None, typer.Option("--samples", "-n", metavar="N", help="Samples to make, rejected ones included.")
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="S", help="The same seed gives the same records (default: 0).")
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of the run, such as runs/first.")
]
Again = Annotated[
    bool | None,
    typer.Option(
        "--again/--not-again",
        help="Make the samples anew that the run has rejected, with the tools as they are now (default: no).",
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option("--concurrency", help="Samples under way at once; changes no record (default: 8)."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", help="Processes that share the samples; changes no record (default: 1)."),
]

KeepCheckpoints = Annotated[
    str | None,
    typer.Option(
        "--keep-checkpoints",
        metavar="WHAT",
        help="What stays of finished samples' checkpoints: none, last (each one's last state) or all (default: none).",
    ),
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="ENGINE", help="local, or ray: a cluster, see docs/scale.md (default: local)."),
]
Address = Annotated[
    str | None,
    typer.Option("--address", metavar="HOST:PORT", help="The Ray cluster; without it one is started here."),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="PostgreSQL for checkpoints and a ledger of lines, for several machines: postgresql://USER@HOST/NAME with "
        "PGPASSWORD set, or '${VARIABLE}' that holds it all; see docs/scale.md.",
    ),
]


def _setting(flag: str, words: str, panel: str, metavar: str | None = None) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(flag, help=words, rich_help_panel=panel, metavar=metavar)
    return option


# Tools.
Tools = Annotated[
    list[str] | None,
    _setting(
        "--tools",
        "builtin[:CATEGORY], python:FILE.py:NAME, python:MODULE:NAME, mcp:FILE, openapi:FILE|URL or toolbench:FOLDER; "
        "repeatable; more in a file, see docs/tools.md (default: builtin).",
        _TOOLS,
        "SPEC",
    ),
]
AllowUnannotated = Annotated[
    bool | None,
    _setting(
        "--allow-unannotated/--no-unannotated",
        "Run tools that do not say whether they are read-only (default: no).",
        _TOOLS,
    ),
]
AllowWrites = Annotated[
    bool | None,
    _setting("--allow-writes/--no-writes", "Run tools that say they are not read-only (default: no).", _TOOLS),
]
ToolTimeout = Annotated[
    float | None,
    _setting("--tool-timeout", "Seconds before a call is a timeout; not of built-in tools (default: 20).", _TOOLS),
]
MaxResultBytes = Annotated[
    int | None,
    _setting("--max-result-bytes", "A larger result (bytes of JSON) is cut and marked (default: 65536).", _TOOLS),
]

# The loop.
Calls = Annotated[
    str | None,
    _setting(
        "--calls",
        "Calls a record should have, LENGTH:PERCENT or LOW-HIGH:PERCENT (default: 1:15,2:20,3-4:30,5-6:25,7-8:10).",
        _LOOP,
        "MIX",
    ),
]
ToolsPerBatch = Annotated[
    int | None, _setting("--tools-per-batch", "Tools drawn for an iteration (default: 50).", _LOOP)
]
Sampling = Annotated[
    str | None,
    _setting(
        "--sampling",
        "uniform draws every tool alike, stratified evenly over the categories, composable those that fit together "
        "(default: composable).",
        _LOOP,
        "HOW",
    ),
]
Proposals = Annotated[int | None, _setting("--proposals", "Calls proposed in an iteration (default: 4).", _LOOP)]
AcceptPerIteration = Annotated[
    int | None, _setting("--accept-per-iteration", "Calls that one critique may keep (default: 4).", _LOOP)
]
MaxIterations = Annotated[
    int | None, _setting("--max-iterations", "Iterations before a sample stops (default: 10).", _LOOP)
]
Patience = Annotated[
    int | None,
    _setting("--patience", "Iterations in a row without a kept call before a sample stops (default: 4).", _LOOP),
]
MinShare = Annotated[
    float | None,
    _setting(
        "--min-share", "Share of the target length from which a critic may end a chain; 1: never (default: 0.5).", _LOOP
    ),
]
MaxToolCalls = Annotated[
    int | None,
    _setting("--max-tool-calls", "Calls a sample may execute, repairs included (default: 100).", _LOOP),
]
MaxCallRepairs = Annotated[
    int | None,
    _setting("--max-call-repairs", "Repairs of a call that failed for its arguments (default: 1).", _LOOP),
]
MaxCallRetries = Annotated[
    int | None,
    _setting("--max-call-retries", "Repetitions of a read-only call that may succeed later (default: 2).", _LOOP),
]

# Records.
MaxRepairs = Annotated[
    int | None, _setting("--max-repairs", "Rewrites of a query whose proofs failed (default: 2).", _RECORDS)
]
DistinctFrom = Annotated[
    list[str] | None,
    _setting("--distinct-from", "No record may be like one of this .jsonl file either; repeatable.", _RECORDS, "FILE"),
]
Now = Annotated[
    str | None,
    _setting("--now", "The samples' present; tools and queries never use the clock.", _RECORDS, "ISO-8601"),
]
Timezone = Annotated[str | None, _setting("--timezone", "Time zone of the samples' user.", _RECORDS, "IANA")]
Locale = Annotated[str | None, _setting("--locale", "Locale of the samples' user (default: en).", _RECORDS)]
Language = Annotated[
    str | None,
    _setting("--language", "Language to write in, such as German (default: that of the locale).", _RECORDS, "NAME"),
]
Ingredients = Annotated[
    bool | None,
    _setting(
        "--ingredients/--no-ingredients",
        "Give each sample a person, a situation, places, names, a time and a size of amounts to take or leave "
        "(default: yes).",
        _RECORDS,
    ),
]
Personas = Annotated[
    str | None,
    _setting("--personas", "People who ask, one a line or JSON Lines, see docs/diversity.md.", _RECORDS, "FILE"),
]
Topics = Annotated[str | None, _setting("--topics", "What samples may be about, in the same form.", _RECORDS, "FILE")]
Places = Annotated[str | None, _setting("--places", "Places, in the same form.", _RECORDS, "FILE")]

Screens = Annotated[
    list[str] | None,
    _setting("--screens", "Screen of an installed package that records must pass too; repeatable.", _RECORDS, "NAME"),
]

# Who decides.
Policy = Annotated[
    str | None,
    _setting("--policy", "offline or openai, for all decisions that are not given below.", _DECIDERS, "POLICY"),
]
Model = Annotated[
    str | None,
    _setting(
        "--model", "Model of the openai policy, such as gpt-5-mini; alone it means --policy openai.", _DECIDERS, "M"
    ),
]
Proposer = Annotated[
    str | None,
    _setting("--proposer", "Policy that proposes and repairs calls (default: offline).", _DECIDERS, "POLICY"),
]
Critic = Annotated[str | None, _setting("--critic", "Policy that critiques (default: offline).", _DECIDERS, "POLICY")]
Writer = Annotated[
    str | None,
    _setting("--writer", "Policy that writes query and response (default: offline).", _DECIDERS, "POLICY"),
]

# Judging.
Judge = Annotated[
    str | None,
    _setting("--judge", "Model that solves and rates each record that keeps its promises.", _JUDGE, "MODEL"),
]
JudgeTrials = Annotated[
    int | None, _setting("--judge-trials", "Times that the judge solves a query (default: 3).", _JUDGE)
]
JudgeTurns = Annotated[
    int | None, _setting("--judge-turns", "Answers that the judge may give in a trial (default: 10).", _JUDGE)
]
JudgeTools = Annotated[
    int | None,
    _setting("--judge-tools", "Tools that the judge is offered, the record's own among them (default: 30).", _JUDGE),
]
JudgeMinSolved = Annotated[
    float | None,
    _setting(
        "--judge-min-solved", "Share of trials that must come to the record's results (default: 0.5).", _JUDGE, "SHARE"
    ),
]
JudgeMinNaturalness = Annotated[
    int | None,
    _setting("--judge-min-naturalness", "Lowest score, 1 to 5, for how natural a query is (default: 3).", _JUDGE),
]
JudgeMinWouldAsk = Annotated[
    int | None,
    _setting("--judge-min-would-ask", "Lowest score, 1 to 5, for whether a person would ask it (default: 3).", _JUDGE),
]
JudgeOwnWriting = Annotated[
    bool | None,
    _setting(
        "--judge-own-writing/--judge-other-writing",
        "Let the judge be the model that writes the queries (default: no).",
        _JUDGE,
    ),
]

# How models are reached.
BaseUrl = Annotated[
    str | None,
    _setting(
        "--base-url",
        "OpenAI-compatible endpoint of openai:MODEL policies, usually ending in /v1.",
        _MODELS,
        "URL",
    ),
]
ApiKeyEnv = Annotated[
    str | None,
    _setting("--api-key-env", "Environment variable with the key (default: OPENAI_API_KEY).", _MODELS, "NAME"),
]
Temperature = Annotated[
    list[str] | None,
    _setting(
        "--temperature",
        "Sampling temperature for all or one of proposer, repairer, critic, writer, solver, judge (writer=0.9); "
        "repeatable.",
        _MODELS,
        "[WHO=]T",
    ),
]
ReasoningEffort = Annotated[
    list[str] | None,
    _setting(
        "--reasoning-effort",
        "none, minimal, low, medium, high or xhigh, for all or one (critic=high); repeatable.",
        _MODELS,
        "[WHO=]LEVEL",
    ),
]
MaxAnswerTokens = Annotated[
    int | None,
    _setting("--max-answer-tokens", "Tokens of one answer, reasoning included (default: 4096).", _MODELS),
]
RequestTimeout = Annotated[
    float | None,
    _setting("--request-timeout", "Seconds before a request to a model is a timeout (default: 120).", _MODELS),
]
RequestsPerMinute = Annotated[
    float | None,
    _setting("--requests-per-minute", "Most requests a minute to an endpoint, over all samples.", _MODELS),
]
ResponseCache = Annotated[
    str | None,
    _setting("--response-cache", "SQLite file that keeps models' answers for the next run.", _MODELS, "FILE"),
]
Prices = Annotated[
    str | None,
    _setting("--prices", "TOML file with prices that go before the built-in ones.", _MODELS, "FILE"),
]

# What it may take.
MaxCost = Annotated[
    float | None,
    _setting("--max-cost", "US dollars that the run's model calls may cost; prices must be known.", _LIMITS, "USD"),
]
MaxTokens = Annotated[
    int | None, _setting("--max-tokens", "Tokens, in and out, that the run's model calls may take.", _LIMITS, "N")
]
MaxMinutes = Annotated[
    float | None, _setting("--max-minutes", "Minutes that this command may take.", _LIMITS, "MINUTES")
]

# Traces.
Redact = Annotated[
    list[str] | None,
    _setting(
        "--redact",
        "Regular expression of what LangSmith must not see, beside keys and secrets; repeatable.",
        _TRACES,
        "PATTERN",
    ),
]
