"""List the tools that would run, those that would not, and why.

[bold]Examples[/]

  toolgrad tools
  toolgrad tools --tools python:my_tools.py:TOOLS --allow-unannotated
  toolgrad tools --category currency --json
"""

from typing import Annotated

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.runs.settings import SETTINGS, context_settings


@options_of(SETTINGS, "tools", "allow_unannotated", "allow_writes")
def tools(
    given: Given,
    config: Config = None,
    category: Annotated[str | None, typer.Option(metavar="NAME", help="Only the tools of this category.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the full specs as JSON.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Load the tools and print what would become of each."""
    import asyncio

    from toolgrad_data.cli.consoles import console, emit, print_json
    from toolgrad_data.cli.tools_view import in_category, tools_as_json, tools_view
    from toolgrad_data.runs.tool_loading import load_tools

    loaded = asyncio.run(load_tools(context_settings(given, config)))
    if category is not None:
        loaded = in_category(loaded, category)
    if json:
        print_json(tools_as_json(loaded))
    else:
        emit(console(), tools_view(loaded))
