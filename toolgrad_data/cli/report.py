"""Write a run as one HTML file to look at: figures, and each record with where every value came from.

[bold]Examples[/]

  toolgrad report runs/first
  toolgrad report runs/first runs/second --out both.html
  toolgrad report runs/first --studio http://127.0.0.1:2024   # beside make studio

The file needs no network and no server: open it in a browser, send it, print it. Point at a value of a query, an
argument, a result or a response, and all places that it came from and went to light up; see docs/report.md.
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug


def report(
    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="A run's folder, its name under runs/, or a .jsonl file of records."),
    ],
    other: Annotated[Path | None, typer.Argument(metavar="[RUN2]", help="A second one, shown beside it.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write; report.html in the run's folder.")
    ] = None,
    studio: Annotated[
        str | None,
        typer.Option(
            "--studio",
            metavar="URL",
            help="LangGraph server to put the threads on that the run has kept (--keep-checkpoints), so that records "
            "lead to them in Studio.",
        ),
    ] = None,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Write the report and say where it is."""
    from toolgrad_data.cli.consoles import console
    from toolgrad_data.errors import UsageError
    from toolgrad_data.report.build import write_report
    from toolgrad_data.runs.store import refuse_file_of_a_run
    from toolgrad_data.verify.progress import watcher_on
    from toolgrad_data.verify.verification import find_target

    targets = [find_target(each) for each in (run, other) if each is not None]
    file = out or (targets[0].run or targets[0].file.parent) / "report.html"
    refuse_file_of_a_run(file, "--out")
    if file.resolve() in {target.file.resolve() for target in targets}:
        raise UsageError(f"--out {file}: is what the report is of, and would be lost.\nGive another name")
    written = write_report(targets, file, watcher_on(console(stderr=True)), studio=studio)
    skipped = f", {written.skipped:,} lines are no records" if written.skipped else ""
    typer.echo(f"{'report':<16}{file}")
    typer.echo(f"{'records':<16}{written.records:,} accepted, {written.rejected:,} rejected{skipped}")
    if studio is not None:
        kept = "" if written.linked else "; the run kept none (--keep-checkpoints last or all)"
        typer.echo(f"{'threads':<16}{written.linked:,} on {studio}{kept}")
    typer.echo(f"{'size':<16}{written.size / 1e6:.1f} MB; open it in a browser, it needs no network")
