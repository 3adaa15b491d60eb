"""Review a run's records in the browser: accept, reject, mend, by keys alone.

[bold]Examples[/]

  toolgrad review runs/first
  toolgrad review runs/first --order random --limit 50 --seed 3
  toolgrad review runs/first --order screened --limit 20
  toolgrad review runs/first --audit 200
  toolgrad export runs/first -f trl -o data/reviewed.jsonl --reviewed accepted

Serves a page on this machine alone and prints its address, which holds a token. Decisions are appended to
reviews.jsonl in the run's folder and are on the disk before the page says so; records.jsonl is not touched. Several
people review with names of their own. Ctrl-C ends it. See docs/review.md.
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug
from toolgrad_data.errors import UsageError
from toolgrad_data.review_page.order import Order


def review(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder, or its name under runs/.")],
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="P", min=1, max=65535, help="Port of the page (default: a free one)."),
    ] = None,
    order: Annotated[
        Order,
        typer.Option(
            help="As in the file; random; those with most screened marks first; those first of which a judge and the "
            "proofs disagree most."
        ),
    ] = Order.file,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N records of the order.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed draws the same records.")] = 0,
    rejected: Annotated[bool, typer.Option("--rejected", help="Rejected samples too.")] = False,
    audit: Annotated[
        int | None,
        typer.Option(
            "--audit",
            metavar="N",
            min=1,
            help="Ask fixed questions about N records, in which lengths, turns, kinds and categories are as in all.",
        ),
    ] = None,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Serve the page until it is interrupted."""
    if audit is not None and (limit is not None or order is not Order.file):
        raise UsageError("--audit draws its own records.\nLeave --limit and --order out")

    from toolgrad_data.cli.consoles import console
    from toolgrad_data.review_page.command import open_desk
    from toolgrad_data.review_page.serving import serve
    from toolgrad_data.reviews.review import REVIEWS
    from toolgrad_data.runs.reading import find_run
    from toolgrad_data.verify.progress import watcher_on

    folder = find_run(run)
    watcher = watcher_on(console(stderr=True))
    desk = open_desk(folder, order=order, limit=limit, seed=seed, rejected=rejected, audit=audit, watcher=watcher)
    for note in desk.notes:
        typer.echo(note, err=True)

    def announce(address: str) -> None:
        typer.echo(f"{'review':<14}{len(desk.items):,} records of {folder}: {desk.told}")
        typer.echo(f"{'decisions':<14}{folder / REVIEWS}")
        typer.echo(f"{'page':<14}{address}")
        typer.echo(f"{'':<14}Open it in a browser on this machine. Ctrl-C ends it.")

    serve(desk, folder, port, announce)
    typer.echo(f"Ended. Every decision is in {folder / REVIEWS}")
