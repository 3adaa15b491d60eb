"""A worker: makes the samples that it is told to, keeps their checkpoints in its shard, and hands records over.

It writes no file of the run but its shard. Started by `pool.py`; when the command has gone, it goes at once.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolgrad_data.runs.engines.messages import Message
    from toolgrad_data.runs.settings import RunSettings

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
    from toolgrad_data.runs.tracing import tracing

    def say(message: "Message") -> None:
        rest = memoryview(encode(message))
        with contextlib.suppress(BrokenPipeError):
            while rest:
                rest = rest[os.write(pipe, rest) :]

    settings = RunSettings.model_validate_json(order["settings"])
    try:
        with tracing(settings, lambda words: say({"say": words})):
            asyncio.run(_serve(settings, order, orders, say))
    except Exception as error:
        say(failure_to_json(error))
        sys.exit(1)


async def _serve(settings: "RunSettings", order: "Message", orders: Iterator["Message"], say: Say) -> None:
    from toolgrad_data.runs.startup import import_workflow

    # After the tracing.
    import_workflow(settings, makes_samples=True)
    from nodes.policies.model.client import close_clients
    from toolgrad_data.runs.engines.messages import failure_to_json
    from toolgrad_data.runs.engines.order_book import OrderBook
    from toolgrad_data.runs.engines.remote import shared_context
    from toolgrad_data.runs.engines.saving import open_saver

    changing = "a worker has loaded other tools than the command: the tools are changing. Run it again."
    context = await shared_context(settings, order, changing)
    async with open_saver(settings, order["worker"], lambda words: say({"say": words})) as saver:
        book = OrderBook(settings, context, saver, say)
        _listen(asyncio.get_running_loop(), orders, book.take)
        await book.work()
        await close_clients()
        if not book.failures:
            book.pruner.finish()
    if book.failures:
        say(failure_to_json(book.failures[0]))


def _orders() -> Iterator["Message"]:
    """Yield what the command says until it has gone.

    Not from `sys.stdin`: its lock, held by a thread that reads, would make the interpreter's end a crash.
    """
    import json

    waiting = b""
    while chunk := os.read(0, 1 << 16):
        *lines, waiting = (waiting + chunk).split(b"\n")
        yield from map(json.loads, lines)


def _listen(loop: asyncio.AbstractEventLoop, orders: Iterator["Message"], take: Callable[["Message"], None]) -> None:
    """Pass on what comes in; leave at once when the command has gone, also while a tool blocks the loop."""

    def read() -> None:
        for order in orders:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(take, order)
        os._exit(0)

    threading.Thread(target=read, name="toolgrad-orders", daemon=True).start()


if __name__ == "__main__":
    main()
