"""What runs on a Ray cluster: a range of samples, and the board on which tasks and driver leave each other word."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolgrad_data.runs.engines.messages import Message
    from toolgrad_data.runs.settings import RunSettings


class Board:
    """An actor beside the driver: tasks tell what they make and spend, the driver when no decision is to begin.

    Tasks ask it, too, which tools samples do without that begin now.
    """

    def __init__(self, left_out: Sequence[str] = ()) -> None:
        self._left_out = list(left_out)
        self._told: asyncio.Queue[Message] = asyncio.Queue()
        self._made: set[int] = set()
        self._over = asyncio.Event()

    async def tell(self, message: "Message") -> None:
        """Leave word for the driver."""
        if "made" in message:
            self._made.add(message["made"])
        self._told.put_nowait(message)

    async def made(self) -> set[int]:
        """Return the samples whose records have come."""
        return self._made

    async def listen(self) -> "list[Message]":
        """Return what was told since the last time, at least one."""
        told = [await self._told.get()]
        while not self._told.empty():
            told.append(self._told.get_nowait())
        return told

    async def leave_out(self, tool: str) -> None:
        """Let samples that begin from now on do without the tool."""
        self._left_out = sorted({*self._left_out, tool})

    async def left_out(self) -> list[str]:
        """Return the tools that samples do without which begin now."""
        return self._left_out

    async def end(self) -> None:
        """Say that no further decision is to begin."""
        self._over.set()

    async def over(self) -> None:
        """Wait until no further decision is to begin."""
        await self._over.wait()


def make_range(order: "Message", indexes: list[int], board: Any) -> "Message | None":
    """Make the samples and tell the board each; return a `fatal` message when the run must end, or None.

    Done again, after its node has died, it makes what the board has not got, and that the same.
    """
    known = set(sys.path)
    sys.path += [path for path in order["path"] if path not in known]
    if os.path.isdir(order["folder"]):
        os.chdir(order["folder"])  # relative paths of tools, on machines that share the folder
    from toolgrad_data.runs.engines.messages import failure_to_json
    from toolgrad_data.runs.settings import RunSettings
    from toolgrad_data.runs.tracing import tracing

    try:
        settings = RunSettings.model_validate_json(order["settings"])
        with tracing(settings, lambda words: board.tell.remote({"say": words})):
            asyncio.run(_make_range(settings, order, indexes, board))
    except Exception as error:  # the boundary: the driver says what it means for the run
        failure = failure_to_json(error)
        # What is wrong on one machine only, such as a variable, nobody would look for there.
        return {**failure, "words": f"on the node {socket.gethostname()}: {failure['words']}"}
    return None


async def _make_range(settings: "RunSettings", order: "Message", indexes: list[int], board: Any) -> None:
    from toolgrad_data.runs.startup import import_workflow

    import_workflow(settings, makes_samples=True)
    from nodes.policies.model.client import close_clients
    from toolgrad_data.runs.engines.messages import record_to_json
    from toolgrad_data.runs.engines.remote import RemoteWatch, shared_context
    from toolgrad_data.runs.sample import Answer, run_sample
    from toolgrad_data.runs.workflow import compile_graph

    other_tools = "a node has loaded other tools than the command: are its files and packages the same?"
    context = await shared_context(settings, order, other_tools)
    made = await board.made.remote()
    missing = [index for index in indexes if index not in made]
    told: list[Any] = []

    def tell(message: "Message") -> None:
        told.append(board.tell.remote(message))

    tell({"begin": missing})
    watch = RemoteWatch(tell)

    async def wait_for_the_end() -> None:
        await board.over.remote()
        watch.over = True

    waiting = asyncio.create_task(wait_for_the_end())
    scratch = Path(tempfile.gettempdir()) / f"toolgrad-{order['session']}-{indexes[0]}"
    async with _saver(settings, scratch, lambda words: tell({"say": words})) as saver:
        graph = compile_graph(saver, settings.method)

        # A driver of an earlier version sends none.
        answers = order.get("answers", {})

        async def make(index: int) -> None:
            record = await run_sample(
                graph,
                context,
                settings.seed,
                index,
                resume=True,
                run=settings.out.name,
                watch=watch,
                durability=settings.durability,
                again=order["earlier"].get(index, 0),
                without=await board.left_out.remote(),
                answer=Answer.model_validate(answers[index]) if index in answers else None,
            )
            # After what was spent on it: one caller's messages keep their order.
            tell({"made": index, "record": record_to_json(record)})

        try:
            await asyncio.gather(*map(make, missing))
        finally:
            waiting.cancel()
            await close_clients()
    for one in told:
        await one


@asynccontextmanager
async def _saver(settings: "RunSettings", scratch: Path, say: Callable[[str], None]) -> AsyncIterator[Any]:
    """Yield the checkpoints: the team's, or files of this node that go with the task."""
    from toolgrad_data.runs.checkpoints import checkpoints
    from toolgrad_data.runs.postgres.opening import open_team_saver

    if settings.store is not None:
        async with open_team_saver(settings, say) as team:
            yield team
        return
    os.makedirs(scratch, exist_ok=True)
    try:
        with checkpoints(scratch / "checkpoints.sqlite", exclusive=True) as saver:
            yield saver
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
