"""Serve a run's tasks to many policies at once, over OpenEnv's protocol and over MCP.

[bold]Examples[/]

  toolgrad serve runs/first
  toolgrad serve tasks/first --port 8700 --episodes 256
  TOOLGRAD_SERVE_TOKEN=… toolgrad serve tasks/first --port 0

OpenEnv's clients take the address http://127.0.0.1:8700/openenv, MCP's http://127.0.0.1:8700/mcp (a session is a
task's: ?task=ID, ?index=3, or the next one). Each sends the header Authorization: Bearer TOKEN; the token is that of
TOOLGRAD_SERVE_TOKEN, or is made and left in served/token beside the tasks, for its owner's eyes.

An episode's reward is on the disk (served/rewards.jsonl) before it is told, and is told again by the episode's id, also
by the next server: GET /episodes/ID. Nothing of the records crosses the wire. Ctrl-C and kill lose no reward that was
told. docs/serve.md has an example of each, and what is not fenced in.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolgrad_data.cli.options import Config, Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.settings import SETTINGS, context_settings

if TYPE_CHECKING:
    import asyncio

    from toolgrad_data.serve.command import Served

_OF_TOOLS = ("tools", "allow_unannotated", "allow_writes", "tool_timeout_s", "max_result_bytes")
_NEEDED = ("mcp", "starlette", "uvicorn", "websockets")

RunOrTasks = Annotated[
    Path,
    typer.Argument(metavar="RUN|TASKS", help="A run's folder, its name under runs/, or a folder or file of tasks."),
]


Port = Annotated[int, typer.Option("--port", "-p", metavar="P", min=0, max=65535, help="0 takes a free one.")]
Host = Annotated[str, typer.Option("--host", metavar="H", help="127.0.0.1, localhost or ::1.")]
Episodes = Annotated[
    int, typer.Option("--episodes", metavar="N", min=1, max=100_000, help="Episodes at once; more get a 503.")
]
Idle = Annotated[
    float, typer.Option("--idle", metavar="SECONDS", min=0.1, help="Without a request an episode is evicted.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Folder for rewards and token (default: served/ beside the tasks)."
    ),
]
Offered = Annotated[
    int, typer.Option("--offered", metavar="N", min=1, help="Tools of a run's task, its own among them.")
]
Calls = Annotated[
    int | None, typer.Option("--max-calls", metavar="N", min=1, help="Calls of an episode of a run (default: 60).")
]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")]


@options_of(SETTINGS, *_OF_TOOLS)
def serve(
    target: RunOrTasks,
    given: Given,
    config: Config = None,
    port: Port = 8700,
    host: Host = "127.0.0.1",
    episodes: Episodes = 256,
    idle: Idle = 600.0,
    out: Out = None,
    offered: Offered = 20,
    calls: Calls = None,
    limit: Limit = None,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Serve until Ctrl-C; print the address first."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise UsageError(
            f"serving needs the extra `serve`, which is not installed ({', '.join(missing)}).\n"
            "Run: pip install 'toolgrad-langgraph[serve]' (in a clone: .venv/bin/pip install -e '.[serve]')"
        )
    from toolgrad_data.runs.interrupt import EXIT_INTERRUPTED, run_interruptibly
    from toolgrad_data.serve import command
    from toolgrad_data.serve.limits import ServeLimits
    from toolgrad_data.tasks.target import find_target

    found = find_target(target)
    context = context_settings(given, config, found.context)

    def say(words: str) -> None:
        typer.echo(words, err=True)

    def ready(address: str) -> None:
        typer.echo(address)
        sys.stdout.flush()

    with command.bound_socket(host, port) as listening:

        async def work(stop: "asyncio.Event") -> "Served":
            return await command.serve(
                found,
                context,
                listening,
                out or found.folder / command.SERVED,
                stop=stop,
                limits=ServeLimits(episodes=episodes, idle_seconds=idle),
                offered=offered,
                calls=calls,
                limit=limit,
                ready=ready,
                say=say,
            )

        done = run_interruptibly(work, lambda: say("Stopping: rewards that are due are written first."))
    say(f"{done.finished} episodes were finished; {done.known} rewards are in {done.path}")
    raise typer.Exit(EXIT_INTERRUPTED)
