"""Prove records again, trusting nothing that they say of themselves.

[bold]Examples[/]

  toolgrad verify runs/first
  toolgrad verify runs/first --replay
  toolgrad verify theirs.jsonl --replay --tools python:their_tools.py:TOOLS --allow-unannotated
  toolgrad verify new.jsonl --distinct-from runs/first/records.jsonl --json > report.json

[bold]Other people's data[/]: sources are inferred where they can be, and what a format cannot show is said.

  toolgrad verify --from xlam xlam_function_calling_60k.json
  toolgrad verify --from toolgrad theirs.json --tools toolbench:tools

Without --replay nothing is run, and whether results are what the tools return stays unchecked. With it
the steps run with the tools of the run, those of --tools or --config, or else the built-in ones; what is
not known to be read-only runs only when it is allowed. Any file is read, line by line, and what is wrong
with a line is told with its number.

Ends with 0 when all is clean, with 1 when there are findings, with 2 when no record can be read.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graph.option import flag_of
from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.settings import SETTINGS, context_settings

#: The file was read and something is wrong with it.
EXIT_FINDINGS = 1

_OF_TOOLS = ("tools", "allow_unannotated", "allow_writes", "tool_timeout_s", "max_result_bytes")


class ForeignFormat(StrEnum):
    """Formats of other people's data that can be audited."""

    trl = "trl"
    openai = "openai"
    xlam = "xlam"
    toolllama = "toolllama"
    toolgrad = "toolgrad"


FileOrRun = Annotated[
    Path,
    typer.Argument(metavar="FILE|RUN", help="A .jsonl file of records, a run's folder, or its name under runs/."),
]
Foreign = Annotated[
    ForeignFormat | None,
    typer.Option("--from", help="Audit other people's data in this format (toolgrad: the paper's own JSON)."),
]


@options_of(SETTINGS, *_OF_TOOLS, "distinct_from", "screens")
def verify(
    target: FileOrRun,
    given: Given,
    replay: Annotated[bool, typer.Option("--replay", help="Run the steps again, and compare the results.")] = False,
    config: Config = None,
    foreign: Foreign = None,
    allow_composed: Annotated[
        bool, typer.Option("--allow-composed", help="Accept argument text that the record's author wrote.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N lines.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, max=256, help="Processes (default: one a core).")
    ] = None,
    findings: Annotated[int, typer.Option("--findings", metavar="N", min=0, help="How many findings to show.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Prove the target's records and print the report; end as the page says."""
    from graph.record import READ_VERSIONS
    from toolgrad_data.cli.consoles import console, print_json
    from toolgrad_data.runs.interrupt import EXIT_INTERRUPTED
    from toolgrad_data.verify.progress import watcher_on
    from toolgrad_data.verify.verification import Options, Target, find_target, run_tools, verify_file
    from toolgrad_data.verify.view import report_view

    with_tools = "tools" in given or config is not None
    if not replay and (foreign is None or not with_tools):
        _refuse_unused(given, config)
    found = find_target(target) if foreign is None else Target(target)
    context = base = None
    if replay or (foreign is not None and with_tools):
        base = run_tools(found.run) if found.run is not None and not with_tools else None
        context = context_settings(given, config, base)
    chosen = Options(
        format=foreign.value if foreign is not None else None,
        tools=context,
        tools_of_run=base is not None,
        replay=replay,
        allow_composed=allow_composed,
        screens=tuple(given.get("screens", ())),
        distinct_from=tuple(given.get("distinct_from", ())),
        limit=limit,
        workers=workers,
        shown=findings,
    )
    try:
        report = verify_file(found, chosen, watcher_on(console(stderr=True)))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted; {found.file} was not verified to its end.", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    if json:
        print_json(report.model_dump_json(indent=2))
    else:
        console().print(report_view(report), end="", soft_wrap=True)
    if not report.records:
        versions = " or ".join(map(str, READ_VERSIONS))
        kind = f"a record of schema version {versions}" if foreign is None else f"a row of {foreign.value} with calls"
        raise UsageError(f"{found.file}: no line is {kind}.")
    if report.has_findings:
        raise typer.Exit(EXIT_FINDINGS)


def _refuse_unused(given: Given, config: Path | None) -> None:
    """Raise UsageError for settings of tools where no tool is run."""
    unused = [flag_of(name) for name in _OF_TOOLS if name in given] + (["--config"] if config is not None else [])
    if unused:
        raise UsageError(f"{', '.join(unused)}: no tool is run. Add --replay, or leave it out.")
