"""`toolgrad tools`: what would run, what would not, and why."""

from typing import Annotated

import typer

from toolgrad_data.cli import options


def tools(
    config: options.Config = None,
    tools: options.Tools = None,
    allow_unannotated: options.AllowUnannotated = None,
    allow_writes: options.AllowWrites = None,
    category: Annotated[str | None, typer.Option(metavar="NAME", help="Only the tools of this category.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the full specs as JSON.")] = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """List the tools that would run, those that would not, and why.

    [bold]Examples[/]

      toolgrad tools
      toolgrad tools --tools python:my_tools.py:TOOLS --allow-unannotated
      toolgrad tools --category currency --json
    """
    import asyncio

    from toolgrad_data.consoles import console, emit, print_json
    from toolgrad_data.settings import context_settings
    from toolgrad_data.tool_loading import load_tools
    from toolgrad_data.tools_view import in_category, tools_as_json, tools_view

    given = {"tools": tools, "allow_unannotated": allow_unannotated, "allow_writes": allow_writes}
    loaded = asyncio.run(load_tools(context_settings(given, config)))
    if category is not None:
        loaded = in_category(loaded, category)
    if json:
        print_json(tools_as_json(loaded))
    else:
        emit(console(), tools_view(loaded))
