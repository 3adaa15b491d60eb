"""Publish a data set; keys come from the environment (HF_TOKEN, LANGSMITH_API_KEY).

[bold]Examples[/]

  toolgrad push runs/first --to hub --name me/first-calls --data data
  toolgrad push runs/first --to hub --name me/first-calls --candidates 10 --test-ratio 0.1 --license cc-by-4.0
  toolgrad push runs/first --to langsmith --name first-calls --negatives 0.25
  toolgrad push runs/first --to langsmith --reviews

A new data set on the Hub is private unless --public is given. LangSmith gets what is asked and offered as inputs,
and the calls and answers that are expected as outputs. With --reviews it gets what people decided (toolgrad review)
as feedback on the traces of the run; pushed again, what has changed.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.export.data_options import DataOptions, data_options


class PushTarget(StrEnum):
    """Where a data set can be pushed."""

    hub = "hub"
    langsmith = "langsmith"


@options_of(DataOptions.model_fields, "candidates", "negatives", "test_ratio", "split_by", "seed", "reviewed")
def push(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Folders of runs, or their names under runs/.")],
    to: Annotated[PushTarget, typer.Option("--to", help="The Hugging Face Hub, or LangSmith's data sets.")],
    given: Given,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="OWNER/NAME on the Hub, or LangSmith's name.")
    ] = None,
    reviews: Annotated[
        bool, typer.Option("--reviews", help="langsmith: send reviews as feedback on the run's traces, no data set.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FOLDER", help="hub: push these files and their README.md, made before."),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", "-f", metavar="F", help="hub, without --data: the format.")
    ] = "trl",
    licence: Annotated[
        str, typer.Option("--license", metavar="ID", help="hub, without --data: the licence on the card.")
    ] = "unknown",
    public: Annotated[bool, typer.Option("--public", help="hub: everybody may see a data set that is new.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Push the files, or what is made of the runs."""
    from toolgrad_data.errors import UsageError
    from toolgrad_data.runs.reading import find_run

    folders = [find_run(run) for run in runs]
    wanted = data_options(given, "push")
    if reviews:
        if to is not PushTarget.langsmith:
            raise UsageError("--reviews is for LangSmith: --to langsmith")
        if name is not None or data is not None or wanted != DataOptions():
            raise UsageError("--reviews sends reviews alone: leave out --name, --data and what makes a data set")
        _push_reviews(folders)
        return
    if name is None:
        raise UsageError("--name is missing: OWNER/NAME on the Hub, or the name of LangSmith's data set")
    if to is PushTarget.langsmith:
        from toolgrad_data.publish.push.rows import push_runs_to_langsmith

        if data is not None:
            raise UsageError("--data is for the Hub; LangSmith gets examples of the runs")
        pushed, report = push_runs_to_langsmith(folders, name, wanted)
        typer.echo(f"pushed        {pushed} examples to LangSmith's data set {name}")
        for reason, count in report.left_out.most_common():
            typer.echo(f"left out      {count} × {reason}")
        return
    if data is not None:
        from toolgrad_data.publish.push.hub import push_folder

        url = push_folder(data, name, private=not public)
    else:
        from toolgrad_data.publish.card.writing import CardOptions
        from toolgrad_data.publish.push.rows import push_runs_to_hub

        card = CardOptions(name.rpartition("/")[2], licence)
        url = push_runs_to_hub(folders, name, format, wanted, card, private=not public)
    typer.echo(f"pushed        {url}")


def _push_reviews(folders: list[Path]) -> None:
    from toolgrad_data.publish.push.feedback import push_reviews

    for folder in folders:
        pushed = push_reviews(folder)
        typer.echo(f"pushed        {pushed.sent} reviews of {folder} as LangSmith's feedback")
        lines = {
            "changed": pushed.changed,
            "as before": pushed.unchanged,
            "taken back": pushed.taken_back,
            "no trace": pushed.without_trace,
            "outdated": pushed.outdated,
        }
        for what, count in lines.items():
            if count:
                typer.echo(f"{what:<13} {count}")
