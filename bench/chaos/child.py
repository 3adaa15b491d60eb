"""The `toolgrad` command with points at which it ends itself: every phase and every write of a run.

Run by `bench.chaos` as a server: for each order, a line of JSON, it forks a process that has imported everything and
runs the command in it. An order's `chaos` holds `point` and `time` (which of its occurrences, from 1), `signal`, and
`counts`, a file that is told at the end how often each point was passed.
"""

import asyncio
import functools
import importlib
import json
import os
import signal
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Points that are passed once a sample or more, or once a file; `{file}` is the name of a file of the run.
TORN = "{file}: half of the line is written"

_asked: dict[str, Any] = {}
_passed: Counter[str] = Counter()


def due(point: str) -> bool:
    """Count the point and say whether this is the moment."""
    _passed[point] += 1
    return point == _asked.get("point") and _passed[point] == _asked["time"]


def end() -> None:
    """Send the signal to this process."""
    os.kill(os.getpid(), _asked.get("signal", signal.SIGKILL))


def mark(point: str) -> None:
    """Pass a point."""
    if due(point):
        end()


def around(point: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with a point before and one after it."""
    if asyncio.iscoroutinefunction(function):

        @functools.wraps(function)
        async def waited(*args: Any, **kwargs: Any) -> Any:
            mark(f"{point}: begins")
            result = await function(*args, **kwargs)
            mark(f"{point}: is done")
            return result

        return waited

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        mark(f"{point}: begins")
        result = function(*args, **kwargs)
        mark(f"{point}: is done")
        return result

    return called


class Torn:
    """A file whose writes can be cut in the middle."""

    def __init__(self, file: Any, name: str) -> None:
        self._file, self._name = file, name

    def write(self, data: Any) -> int:
        """Write, perhaps only half."""
        if due(TORN.format(file=self._name)):
            half = self._file.write(data[: len(data) // 2])
            end()
            return int(half)  # to who lives on it is a write that took a part
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def install() -> None:
    """Put the points into the command's modules."""
    import graph.app
    from nodes.policies.model.transport import Transport
    from toolgrad_data.files import whole
    from toolgrad_data.files.jsonl import DurableWriter
    from toolgrad_data.runs import runner
    from toolgrad_data.runs.checkpoints import RunSaver
    from toolgrad_data.runs.store import RunStore

    for name in (
        "sample_tools",
        "propose_calls",
        "execute_call",
        "critique_calls",
        "update_chain",
        "check_stop",
        "prune_chain",
        "synthesize_query",
        "verify_record",
        "reject_sample",
    ):
        setattr(graph.app, name, around(f"node {name}", getattr(graph.app, name)))
    Transport.send = around("model call", in_flight(Transport.send))  # type: ignore[method-assign]
    for name in ("put", "put_writes", "delete_thread"):
        setattr(RunSaver, name, around(f"checkpoint {name}", getattr(RunSaver, name)))
    RunStore.commit = around("commit", RunStore.commit)  # type: ignore[method-assign]
    runner.load_tools = around("loading tools", runner.load_tools)
    opened = DurableWriter.__init__

    def init(self: DurableWriter, path: Path) -> None:
        opened(self, path)
        self._file = Torn(self._file, path.name)  # type: ignore[assignment]

    DurableWriter.__init__ = init  # type: ignore[method-assign]
    fsync, replace, connect = os.fsync, os.replace, sqlite3.connect

    def synced(descriptor: int) -> None:
        name = Path(os.readlink(f"/proc/self/fd/{descriptor}")).name
        mark(f"{name}: written, not synced")
        fsync(descriptor)
        mark(f"{name}: synced")

    def replaced(old: Any, new: Any) -> None:
        mark(f"{Path(new).name}: about to be replaced")
        replace(old, new)
        mark(f"{Path(new).name}: replaced")

    def connected(*args: Any, **kwargs: Any) -> Any:
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda statement: mark(f"sqlite: {statement.split()[0].upper()}"))
        return connection

    os.fsync, os.replace, sqlite3.connect = synced, replaced, connected  # type: ignore[assignment]
    whole.os = os  # the same module: its functions are looked up when they are called


def in_flight(send: Callable[..., Any]) -> Callable[..., Any]:
    """Return the request with a moment at which it has been sent and not been answered."""

    @functools.wraps(send)
    async def sent(*args: Any, **kwargs: Any) -> Any:
        if due("model call: in flight"):
            asyncio.get_running_loop().call_later(0.005, end)
        return await send(*args, **kwargs)

    return sent


def tell() -> None:
    """Write the counts."""
    if path := _asked.get("counts"):
        Path(path).write_text(json.dumps(_passed))


def run(order: dict[str, Any]) -> None:
    """Run the command of an order in this process, which ends with it."""
    told = os.open(order["told"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for descriptor in (1, 2):
        os.dup2(told, descriptor)
    os.close(0)
    os.open(os.devnull, os.O_RDONLY)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.update(order["environment"])
    _asked.update(order["chaos"])
    install()
    sys.argv = ["toolgrad", *order["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
        code = 70
    tell()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def serve() -> None:
    """Fork a process for each order; tell its number, and later how it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            run(json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    for module in ("langchain_openai", "openai", "graph.app", "toolgrad_data.runs.runner", "bench.workload"):
        importlib.import_module(module)
    from toolgrad_data.cli import main

    serve()
