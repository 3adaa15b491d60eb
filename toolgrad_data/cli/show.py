"""Print records for reading: query, calls and where each argument came from, response.

Small ids in a query stand behind words that ask for that call, small numbers in a response lead to what its words
tell: a place in a call's result, such as s2/sunrise.

[bold]Examples[/]

  toolgrad show runs/first
  toolgrad show runs/first 12 --verbose
  toolgrad show runs/first --rejected --limit 5
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug


def show(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, or its name under runs/.")],
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A record's id (s1-000012) or number (12).")] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="Show rejected samples and why.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Records to show without an ID.")] = 3,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also the critiques, and the calls that were not kept.")
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Without marks: queries and responses as they are.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Print the records that were asked for."""
    from toolgrad_data.cli.consoles import console
    from toolgrad_data.cli.record_view import print_records
    from toolgrad_data.runs.reading import find_run, select_records

    records = select_records(find_run(run), id, rejected=rejected, limit=limit)
    print_records(records, console(), verbose=verbose, with_marks=not plain)
