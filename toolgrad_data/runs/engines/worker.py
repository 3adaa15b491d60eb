"""A worker: makes the samples that it is told to, keeps their checkpoints in its shard, and hands records over.

It writes no file of the run but its shard. Started by `pool.py`; when the command has gone, it goes at once.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph.record import RoleUsage
    from toolgrad_data.runs.crash import Crash
    from toolgrad_data.runs.engines.messages import Message

Say = Callable[["Message"], None]


def main() -> None:
    """Serve until told to quit."""
    # The command decides when work ends; in a terminal Ctrl-C reaches the whole group.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Messages have the pipe for themselves: what a tool prints goes to stderr.
    pipe = os.dup(1)
    os.dup2(2, 1)
    orders = _orders()
    order = next(orders)
    sys.path[:] = order["path"]  # modules of tools are found where the command finds them

    from toolgrad_data.runs.engines.messages import encode, failure_to_json
    from toolgrad_data.runs.settings import RunSettings
    from toolgrad_data.runs.tracing import langsmith_tracing

    def say(message: "Message") -> None:
        rest = memoryview(encode(message))
        with contextlib.suppress(BrokenPipeError):
            while rest:
                rest = rest[os.write(pipe, rest) :]

    settings = RunSettings.model_validate_json(order["settings"])
    try:
        with langsmith_tracing(settings, lambda words: say({"say": words})):
            asyncio.run(_serve(settings, order, orders, say))
    except Exception as error:
        say(failure_to_json(error))
        sys.exit(1)


async def _serve(settings: Any, order: "Message", orders: Iterator["Message"], say: Say) -> None:
    from toolgrad_data.runs.startup import import_workflow

    # After the tracing.
    import_workflow(settings, makes_samples=True)
    from nodes.policies.model.client import close_clients
    from tool_registry.sources.limits import divide_limits
    from toolgrad_data.errors import RunFailedError
    from toolgrad_data.runs.checkpoint_cleanup import Pruner
    from toolgrad_data.runs.engines.messages import failure_to_json, record_to_json
    from toolgrad_data.runs.engines.saving import open_saver
    from toolgrad_data.runs.run_info import new_run_info
    from toolgrad_data.runs.sample import Watch, run_sample
    from toolgrad_data.runs.tool_loading import load_tools, require_some
    from toolgrad_data.runs.workflow import compile_graph

    workers = order["workers"]
    divide_limits(workers)
    context = settings.context
    if context.requests_per_minute is not None:
        context = context.model_copy(update={"requests_per_minute": context.requests_per_minute / workers})
    tools = require_some(await load_tools(context), context)
    if new_run_info(settings, tools).fingerprint != order["fingerprint"]:
        raise RunFailedError("a worker has loaded other tools than the command: the tools are changing. Run it again.")

    class WorkerWatch(Watch):
        """Passes on what a sample spends, and knows when it is to end."""

        over = False

        def spend(self, index: int, usage: "RoleUsage") -> None:
            say({"spend": index, "usage": usage.model_dump(mode="json")})

        def fail(self, role: str, message: str) -> None:
            say({"fail": role, "words": message})

        def crash(self, index: int, crash: "Crash") -> None:
            say({"crash": index, "of": crash.model_dump(mode="json")})

        def ending(self) -> bool:
            return self.over

    watch, quitting = WorkerWatch(), asyncio.Event()
    under_way: set[asyncio.Task[None]] = set()
    pruning: set[asyncio.Task[None]] = set()
    failures: list[Exception] = []

    async with open_saver(settings, order["worker"], lambda words: say({"say": words})) as saver:
        graph = compile_graph(saver)
        pruner = Pruner(graph, settings.keep_checkpoints)

        async def make(index: int, resume: bool, again: int, without: list[str]) -> None:
            try:
                record = await run_sample(
                    graph,
                    context,
                    settings.seed,
                    index,
                    resume=resume,
                    run=settings.out.name,
                    watch=watch,
                    durability=settings.durability,
                    again=again,
                    without=without,
                )
                say({"made": index, "record": record_to_json(record)})
            except Exception as error:
                failures.append(error)
                quitting.set()

        async def prune(id: str) -> None:
            try:
                await pruner.prune(id)
            except Exception as error:
                failures.append(error)
                quitting.set()

        def begin(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
            task = asyncio.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        def hear(message: "Message") -> None:
            if "make" in message:
                work = make(message["make"], message["resume"], message["again"], message["without"])
                begin(work, under_way)
            elif "committed" in message:
                begin(prune(message["committed"]), pruning)
            elif "end" in message:
                watch.over = True
            else:
                quitting.set()

        _listen(asyncio.get_running_loop(), orders, hear)
        await quitting.wait()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, *pruning, return_exceptions=True)
        await close_clients()
        if not failures:
            pruner.finish()
    if failures:
        say(failure_to_json(failures[0]))


def _orders() -> Iterator["Message"]:
    """Yield what the command says until it has gone.

    Not from `sys.stdin`: its lock, held by a thread that reads, would make the interpreter's end a crash.
    """
    import json

    waiting = b""
    while chunk := os.read(0, 1 << 16):
        *lines, waiting = (waiting + chunk).split(b"\n")
        yield from map(json.loads, lines)


def _listen(loop: asyncio.AbstractEventLoop, orders: Iterator["Message"], hear: Callable[["Message"], None]) -> None:
    """Pass on what comes in; leave at once when the command has gone, also while a tool blocks the loop."""

    def read() -> None:
        for order in orders:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(hear, order)
        os._exit(0)

    threading.Thread(target=read, name="toolgrad-orders", daemon=True).start()


if __name__ == "__main__":
    main()
