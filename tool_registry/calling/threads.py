"""Blocking work beside the event loop, in threads that never keep the process alive."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import ClassVar, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class _Worker:
    """A daemon thread that does one job at a time and lines up again when it is done.

    Not `asyncio.to_thread`: the threads of the default executor are joined when the loop or the interpreter
    ends, so that one tool that hangs would keep the process from ever ending, and they are few, so that some
    that hang would stop all others. A job that hangs here costs its own thread only. As many threads are
    kept as were busy at once; a kept one takes a job in half the time that a new one needs.
    """

    idle: ClassVar["list[_Worker]"] = []

    def __init__(self) -> None:
        self.jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._work, name="toolgrad-worker", daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self.jobs.get()
            job()
            # Not kept alive by a thread that waits for its next job: its arguments and its answer.
            del job
            self.idle.append(self)


def start(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
    """Run the function in a daemon thread, with this context's variables; return its future."""
    future: Future[T] = Future()
    # Running from the start: a waiter that is cancelled must not cancel the work for the other waiters.
    future.set_running_or_notify_cancel()
    job = partial(_run, future, contextvars.copy_context(), partial(function, *args, **kwargs))
    try:
        worker = _Worker.idle.pop()
    except IndexError:
        worker = _Worker()
    worker.jobs.put(job)
    return future


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await the function's answer from a daemon thread. Cancelling stops the waiting, not the function."""
    return await asyncio.wrap_future(start(function, *args, **kwargs))


def _run(future: "Future[T]", context: contextvars.Context, call: Callable[[], T]) -> None:
    try:
        answer = context.run(call)
    except StopIteration as error:
        # An asyncio future refuses StopIteration, and its waiter would wait forever.
        wrapped = RuntimeError(f"StopIteration: {error}")
        wrapped.__cause__ = error
        future.set_exception(wrapped)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(answer)
    finally:
        # An error's traceback holds this frame: with the future in it they would be a ring that keeps all that the
        # failed call held, the sample's state among it, until the collector comes by.
        del future
