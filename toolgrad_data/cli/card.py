"""Write a data card: counts, what was proved, cost, tools and licences, limits, and how to make it again.

[bold]Examples[/]

  toolgrad export runs/first -f trl -o data/set.jsonl --test-ratio 0.1 --report report.json
  toolgrad card runs/first --data data --report report.json --license cc-by-4.0 --out data/README.md

Its head is YAML as the Hugging Face Hub reads it, with the files' splits and sizes.
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug
from toolgrad_data.reviews.choice import REVIEWED_HELP, Reviewed


def card(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Folders of runs, or their names under runs/.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="What to write, such as data/README.md.")],
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", metavar="FILE", help="A file made of the runs, or a folder of them; repeatable."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="What `toolgrad export --report` wrote about them.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What the data set is called (default: the run).")
    ] = None,
    licence: Annotated[
        str, typer.Option("--license", metavar="ID", help="The data set's licence as the Hub names it: cc-by-4.0.")
    ] = "unknown",
    reviewed: Annotated[Reviewed | None, typer.Option("--reviewed", help=REVIEWED_HELP)] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Write the card of the runs."""
    from toolgrad_data.errors import CliError, UsageError
    from toolgrad_data.files.whole import write_whole
    from toolgrad_data.publish.card.build import card_of, read_report
    from toolgrad_data.publish.card.writing import CardOptions
    from toolgrad_data.runs.reading import find_run
    from toolgrad_data.runs.store import refuse_file_of_a_run

    refuse_file_of_a_run(out, "--out")
    if out.exists() and not overwrite:
        raise UsageError(f"--out {out}: exists.\nGive another name, or --overwrite to replace it")
    folders = [find_run(run) for run in runs]
    named = title or " + ".join(folder.resolve().name for folder in folders)
    text = card_of(folders, CardOptions(named, licence), data or [], read_report(report) if report else None, reviewed)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, text)
    except OSError as error:
        raise CliError(f"--out {out}: cannot be written: {error.strerror or error}") from error
    typer.echo(f"card          {out}")
