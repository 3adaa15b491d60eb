"""Lines checked by several processes, results in the order of the lines, a bounded number of bytes under way."""

import asyncio
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType

from graph.context import Context
from toolgrad_data.errors import RunFailedError
from toolgrad_data.files.lines import Line
from toolgrad_data.files.record_lines import NotARecordError, Problem
from toolgrad_data.verify.checking import Checked, check_record, traits_of_line, unreadable
from toolgrad_data.verify.reading import Read, Skipped, read_line
from toolgrad_data.verify.replayed import Replayed, all_not_checkable

_CHUNK_LINES = 32
_CHUNK_BYTES = 1 << 20
_UNDER_WAY_BYTES = 32 << 20
_REPLAYS_AT_ONCE = 8


@dataclass(frozen=True)
class LineTask:
    """How lines are checked. `format` is that of the lines, None for records.

    `screens` are packages' screens, beside those that a record has passed.

    `tools` are the settings of the tools to `replay` with, or of those whose schemas a foreign format lacks. With
    `traits_only` a line is read for what others are compared with, and not checked itself.
    """

    allow_composed: bool = False
    screens: tuple[str, ...] = ()
    format: str | None = None
    tools: Context | None = None
    replay: bool = False
    traits_only: bool = False


class Worker:
    """Checks lines in this process. A context manager, for its event loop."""

    def __init__(self, task: LineTask) -> None:
        self._task = task
        self._runner = asyncio.Runner() if task.tools is not None else None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            self._runner.close()

    def check(self, lines: list[Line]) -> list[Checked]:
        """Return what is found in each line, in their order."""
        if self._task.traits_only:
            return [traits_of_line(line) for line in lines]
        if self._runner is None:
            return [self._check(line, read_line(line, self._task.format)) for line in lines]
        return self._runner.run(self._check_with_tools(lines))

    async def _check_with_tools(self, lines: list[Line]) -> list[Checked]:
        # Here: a process that only proves starts in half the time.
        from tool_registry.registry import get_registry
        from toolgrad_data.verify.replay import replay

        assert self._task.tools is not None  # noqa: S101 - for the type checker
        context = self._task.tools
        registry = await get_registry(context.tools)
        room = asyncio.Semaphore(_REPLAYS_AT_ONCE)

        async def one(line: Line) -> Checked:
            read = read_line(line, self._task.format, registry.specs)
            if not isinstance(read, Read) or not self._task.replay:
                return self._check(line, read)
            async with room:
                reason = read.not_checkable.get("replayed")
                replayed = (
                    await replay(read.record, registry, context)
                    if reason is None
                    else all_not_checkable(read.record, reason)
                )
                return self._check(line, read, replayed)

        return await asyncio.gather(*map(one, lines))

    def _check(self, line: Line, read: Read | Skipped | NotARecordError, replayed: Replayed | None = None) -> Checked:
        if isinstance(read, NotARecordError):
            return unreadable(line, read)
        if isinstance(read, Skipped):
            return Checked(line.number, line.end, skipped=read.reason)
        try:
            return check_record(
                read.record,
                line,
                allow_composed=self._task.allow_composed,
                replayed=replayed,
                not_checkable=read.not_checkable,
                audited=read.findings,
                screens=self._task.screens,
            )
        except Exception as error:  # one line that breaks a proof must not keep the others from being checked
            words = f"the proofs broke off with {type(error).__name__}: {str(error)[:200]}"
            return unreadable(line, NotARecordError([Problem("not_checkable", words)]))


def check_lines(lines: Iterable[Line], task: LineTask, workers: int) -> Iterator[Checked]:
    """Yield what is found in each line, in order. Raises RunFailedError when a process dies."""
    if workers <= 1:
        with Worker(task) as worker:
            for chunk in _chunks(lines, 1 if task.tools is None else _REPLAYS_AT_ONCE):
                yield from worker.check(chunk)
        return
    # Not forked: this process has threads.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(task,))
    last = 0
    try:
        under_way: deque[tuple[Future[list[Checked]], int]] = deque()
        size = 0
        # Few where tools run: after Ctrl-C a process still finishes what it holds.
        for chunk in _chunks(lines, _REPLAYS_AT_ONCE if task.replay else _CHUNK_LINES):
            own = sum(line.size if line.data is not None else 0 for line in chunk)
            while under_way and (size + own > _UNDER_WAY_BYTES or len(under_way) >= 4 * workers):
                future, done = under_way.popleft()
                size -= done
                for checked in future.result():
                    last = checked.number
                    yield checked
            under_way.append((pool.submit(_check_chunk, chunk), own))
            size += own
        for future, _ in under_way:
            for checked in future.result():
                last = checked.number
                yield checked
    except BrokenProcessPool as error:
        raise RunFailedError(
            f"a process that checks lines has died after line {last}, perhaps for want of memory.\n"
            "Look at the line that follows, or find it with --workers 1."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _chunks(lines: Iterable[Line], most: int) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        own = len(line.data or b"")
        if chunk and (len(chunk) >= most or size + own > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += own
    if chunk:
        yield chunk


_worker: Worker | None = None


def _begin(task: LineTask) -> None:
    """Prepare a process. Ctrl-C is the parent's to handle; when the parent is killed, the process ends with it."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - a process of the pool has one
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _worker = Worker(task)


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _check_chunk(lines: list[Line]) -> list[Checked]:
    assert _worker is not None  # noqa: S101 - the initializer has run
    return _worker.check(lines)
