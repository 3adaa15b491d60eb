"""Make tasks of a run's records: environments with rewards that are computed, each task proved.

[bold]Examples[/]

  toolgrad tasks runs/first --out tasks/first
  toolgrad tasks runs/first --out tasks/first --limit 100 --offered 40
  toolgrad tasks runs/first --out tasks/first --format trl --format verifiers

A task is what a model is given (its system prompt, the person's messages, the tools); its key is what is right, and
stays with whoever scores. Written are tasks.jsonl and report.json. A record becomes a task when its own episode, played
twice, earns all, an empty one nothing, and each of its mutants (a write left out, a wrong argument, a figure changed)
less than all; the report says of the others why not.

--format writes a package for a framework beside them, in a folder of its name: nemo-gym, openenv, trl,
verifiers.

Tools are those of the run, or of --tools or --config.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.reviews.choice import REVIEWED_HELP, Reviewed
from toolgrad_data.runs.settings import SETTINGS, context_settings

if TYPE_CHECKING:
    from toolgrad_data.tasks.store import TasksReport

_OF_TOOLS = ("tools", "allow_unannotated", "allow_writes", "tool_timeout_s", "max_result_bytes")
#: Reasons that are shown.
_SHOWN = 8


@options_of(SETTINGS, *_OF_TOOLS)
def tasks(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder, or its name under runs/.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tasks, such as tasks/first.")],
    given: Given,
    config: Config = None,
    offered: Annotated[
        int, typer.Option("--offered", metavar="N", min=1, help="Tools of a task, its own among them.")
    ] = 20,
    calls: Annotated[
        int | None, typer.Option("--max-calls", metavar="N", min=1, help="Calls of an episode (default: 60).")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N records.")] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", "-f", metavar="NAME", help="A framework to write a package for; can be repeated."),
    ] = None,
    reviewed: Annotated[Reviewed | None, typer.Option("--reviewed", help=REVIEWED_HELP)] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the tasks that are there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Make the tasks and print what came of the records."""
    from toolgrad_data.cli.consoles import print_json
    from toolgrad_data.runs.reading import find_run
    from toolgrad_data.runs.store import RUN, read_run_info
    from toolgrad_data.tasks.command import write_tasks_of

    folder = find_run(run)
    base = read_run_info(folder).settings if (folder / RUN).is_file() else None
    context = context_settings(given, config, base)
    report = write_tasks_of(
        folder,
        out,
        context,
        calls=calls,
        offered=offered,
        limit=limit,
        reviewed=reviewed,
        overwrite=overwrite,
        formats=formats or (),
        say=lambda words: typer.echo(words, err=True),
        of_run=base,
    )
    if json:
        print_json(report.model_dump_json(indent=2))
    else:
        _print_report(report, out, formats or ())


def _print_report(report: "TasksReport", out: Path, formats: Sequence[str]) -> None:
    from toolgrad_data.tasks.store import TASKS

    mutants, refused = (sum(getattr(each, name) for each in report.mutants.values()) for name in ("made", "refused"))
    typer.echo(f"records       {report.records}")
    if report.tasks:
        typer.echo(f"tasks         {report.tasks}, each earned all by its own episode and nothing by an empty one")
        typer.echo(f"mutants       {mutants}, of which {refused} earned less than all")
    else:
        typer.echo("tasks         none: no record is one")
    for each in report.left_out[:_SHOWN]:
        typer.echo(f"left out      {each.record}: {each.reason}")
    if len(report.left_out) > _SHOWN:
        typer.echo(f"              and {len(report.left_out) - _SHOWN} more, in report.json")
    if report.tools is None:
        typer.echo("tools         name a path of this machine: give --tools where the tasks are played")
    typer.echo(f"written       {out / TASKS}")
    for name in dict.fromkeys(formats):
        readme = min((out / name).rglob("README.md"), key=lambda path: (len(path.parts), path), default=None)
        where = f", begin with {readme.relative_to(out / name)}" if readme else ""
        typer.echo(f"              {out / name}/{where}")
