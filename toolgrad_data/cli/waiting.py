"""List the samples that wait for a person, and decide about them; `generate` then goes on with what was decided.

[bold]Examples[/]

  toolgrad waiting runs/first                                     # what waits, to read
  toolgrad waiting runs/first s1-000003 --draft > draft.json      # its words with their marks, to mend
  toolgrad waiting runs/first --accept s1-000000,s1-000002 --by Ann
  toolgrad waiting runs/first --accept all --by Ann
  toolgrad waiting runs/first --reject s1-000001 --reason "nobody asks this" --by Ann
  toolgrad waiting runs/first --mend s1-000003 --with draft.json --by Ann

Samples wait where a run was made with --review. Decisions are lines of reviews.jsonl, as those of other people and
pages are; the same `toolgrad generate` command again takes them. Mended words are proved at once, and again then.
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug

Ids = Annotated[
    str | None, typer.Option("--accept", metavar="ID,…", help="Accept these, or all that nobody decided about.")
]


def waiting(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, or its name under runs/.")],
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A sample's id (s1-000012) or number (12).")] = None,
    accept: Ids = None,
    reject: Annotated[
        str | None, typer.Option("--reject", metavar="ID,…", help="Reject these, with a --reason.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why they are rejected.")] = "",
    mend: Annotated[str | None, typer.Option("--mend", metavar="ID", help="Mend this one, --with a draft.")] = None,
    with_: Annotated[
        Path | None, typer.Option("--with", metavar="FILE", help="JSON of the mended words, as --draft prints it.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; else the system's user.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Kept beside the decision.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Print the words with their marks, as JSON.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the lines of waiting.jsonl.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Print what waits, or put the decision on the disk."""
    from toolgrad_data.cli.consoles import console
    from toolgrad_data.cli.waiting_view import print_waiting
    from toolgrad_data.reviews.deciding import Deciding
    from toolgrad_data.runs.reading import find_run

    deciding = Deciding(find_run(run), by, note)
    if accept or reject or mend:
        decided = deciding.decide(accept=accept, reject=reject, reason=reason, mend=mend, file=with_)
        left = deciding.undecided()
        typer.echo(
            f"{decided} decided; {left} still wait for a decision.\nThe same generate command goes on with them."
        )
        return
    if with_ is not None or reason:
        from toolgrad_data.errors import UsageError

        raise UsageError("--reason is for --reject, --with for --mend; to list what waits leave them out.")
    print_waiting(deciding.samples(id), console(), as_draft=draft, as_json=json)
