"""Make a data set query first, to compare with (docs/baseline.md).

[bold]Examples[/]

  toolgrad baseline dfs --samples 50 --seed 1 --out runs/dfs
  toolgrad baseline dfs --samples 50 --out runs/dfs-model --model gpt-5-mini --max-cost 2

dfs writes a query for a batch of tools, then looks for its calls depth first, with backtracking, as ToolLLM does. It
takes what `toolgrad generate` takes and makes a run like it: the same proofs, the same files, to go on with, to look
at, to export. Ends as `toolgrad generate` does.
"""

from enum import StrEnum
from typing import Annotated

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.runs.settings import SETTINGS


class Search(StrEnum):
    """How calls are looked for."""

    dfs = "dfs"


@options_of({name: field for name, field in SETTINGS.items() if name != "method"})
def baseline(
    search: Annotated[Search, typer.Argument(metavar="dfs", help="How the calls of a query are looked for.")],
    given: Given,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Make the run and print its outcome."""
    from toolgrad_data.cli.generate import make

    make({**given, "method": search.value}, config, debug=debug)
