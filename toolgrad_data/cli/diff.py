"""Compare two runs: settings that differ, records by id, and figures side by side.

[bold]Examples[/]

  toolgrad diff runs/first runs/second
  toolgrad diff runs/first runs/again --exit-code

Records of the same id are the same when all but times, what was spent and versions is equal.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolgrad_data.cli.options import Debug

if TYPE_CHECKING:
    from toolgrad_data.stats.comparison import Comparison

EXIT_DIFFERENT = 1


def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="A run's folder, its name under runs/, or a .jsonl file.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other one.")],
    json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when records differ.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Compare the two and print how they differ; end with 1 where that was asked for."""
    from toolgrad_data.cli.consoles import console, emit, print_json
    from toolgrad_data.stats.comparison import compare
    from toolgrad_data.stats.view import beside_view
    from toolgrad_data.verify.progress import watcher_on
    from toolgrad_data.verify.verification import find_target

    comparison = compare(find_target(a), find_target(b), watcher_on(console(stderr=True)))
    if json:
        print_json(comparison.model_dump_json(indent=2))
    else:
        typer.echo(_words(comparison))
        emit(console(), beside_view(comparison.a, comparison.b, (str(a), str(b))))
    if exit_code and comparison.records_differ:
        raise typer.Exit(EXIT_DIFFERENT)


def _words(comparison: "Comparison") -> str:
    lines = []
    if comparison.settings is None:
        lines.append("Settings   not compared: both must be runs")
    elif not comparison.settings:
        lines.append("Settings   the same")
    else:
        rows = [("", "A", "B"), *((one.setting, one.a, one.b) for one in comparison.settings)]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines.append("Settings that differ")
        lines += [f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]
    lines.append(
        f"Samples    {comparison.same:,} the same, {comparison.different:,} different, "
        f"{comparison.only_in_a:,} only in A, {comparison.only_in_b:,} only in B"
    )
    if comparison.different_parts:
        counts = ", ".join(f"{name} {count:,}" for name, count in comparison.different_parts.items())
        lines.append(f"  differ in {counts}")
    lines += [f"  {one.id}: {', '.join(one.parts)}" for one in comparison.examples]
    for name, ids in (("A", comparison.examples_only_in_a), ("B", comparison.examples_only_in_b)):
        if ids:
            lines.append(f"  only in {name}: {', '.join(ids)}")
    return "\n".join(lines)
