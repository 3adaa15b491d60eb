"""Call read-only tools with example arguments: learn what they give, and which of them do not work.

[bold]Examples[/]

  toolgrad probe --tools mcp:servers.json --out servers.profile.json
  toolgrad generate --tools mcp:servers.json --tools profile:servers.profile.json --samples 50 --out runs/mcp
"""

from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.runs.settings import SETTINGS, context_settings


@options_of(SETTINGS, "tools")
def probe(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where the profile is written.")],
    given: Given,
    config: Config = None,
    calls: Annotated[int, typer.Option("--calls", min=1, max=50, help="Calls of each tool.")] = 3,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, max=64, help="Tools under way at once.")] = 4,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Call the tools and write the profile of what they give."""
    import asyncio

    from toolgrad_data.cli.consoles import console, without_controls
    from toolgrad_data.cli.progress import progress_on
    from toolgrad_data.runs.probing import probe_tools, profile_words
    from toolgrad_data.runs.store import refuse_file_of_a_run

    refuse_file_of_a_run(out, "--out")
    context = context_settings(given, config)
    observer = progress_on(console(stderr=True))
    profile = asyncio.run(probe_tools(context, out, calls, concurrency, observer))
    typer.echo(without_controls(profile_words(profile, out)))
