"""Print what a data set is like: lengths, shapes, depth, tools, values, diversity, sources, rejections, cost.

[bold]Examples[/]

  toolgrad stats runs/first
  toolgrad stats runs/first --json > first.stats.json

A call depends on another when it uses its result or comes after its effect. "dependent" counts records with
a data flow that is no echo: a value out of a result that is in no earlier argument and not in the query.
A query's skeleton is the query with the quoted values masked. "As mixed as N": exp of the entropy of the shares,
see docs/diversity.md.
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug
from toolgrad_data.reviews.choice import REVIEWED_HELP, Reviewed


def stats(
    target: Annotated[
        Path,
        typer.Argument(metavar="RUN|FILE", help="A run's folder, its name under runs/, or a .jsonl file of records."),
    ],
    reviewed: Annotated[Reviewed | None, typer.Option("--reviewed", help=REVIEWED_HELP)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Count the target's records and print the figures."""
    from toolgrad_data.cli.consoles import console, print_json
    from toolgrad_data.errors import UsageError
    from toolgrad_data.reviews.figures import review_figures
    from toolgrad_data.stats.comparison import rejected_file_of
    from toolgrad_data.stats.figures import count_file
    from toolgrad_data.stats.reviewed import count_reviewed, is_run
    from toolgrad_data.stats.view import stats_view
    from toolgrad_data.verify.progress import watcher_on
    from toolgrad_data.verify.verification import find_target

    found = find_target(target)
    watcher = watcher_on(console(stderr=True))
    counted = count_reviewed(found, reviewed) if reviewed else count_file(found.file, rejected_file_of(found), watcher)
    if is_run(found):
        counted.reviews = review_figures(found.file.parent)
    if not counted.records and not counted.rejected and counted.skipped:
        raise UsageError(f"{found.file}: no line is a record of schema version 1 or 2.")
    if json:
        print_json(counted.model_dump_json(indent=2))
    else:
        console().print(stats_view(counted), end="", soft_wrap=True)
