"""List what installed packages add: sources, toolkits, policies, screens and formats (docs/extending.md).

[bold]Examples[/]

  toolgrad plugins
  toolgrad plugins --json

Each is imported. What cannot be used is told with its package, its entry point and the reason.
"""

from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug


def plugins(
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Import the plugins and print them."""
    from toolgrad_data.cli.consoles import print_json
    from toolgrad_data.cli.plugins_view import plugins_as_json, plugins_view

    if json:
        print_json(plugins_as_json())
    else:
        typer.echo(plugins_view())
