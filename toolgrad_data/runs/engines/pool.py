"""The workers of a run, seen from the command: who makes which sample, and what happens when one dies.

Exactly-once needs nothing here. A worker's checkpoints hold all that a sample has paid for, its finished record
included; only the command writes records, in order. A record that was lost on its way is read off the checkpoint.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Self

from graph.record import Record
from toolgrad_data.errors import RunFailedError
from toolgrad_data.runs.engines.base import RunState, RunWatch
from toolgrad_data.runs.engines.messages import Message, decode, encode, failure_from_json, record_from_json
from toolgrad_data.runs.sample import thread_id
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.waiting import WaitingSample

# A worker that dies so often without having made a sample will go on dying.
_DEATHS = 3
_LONGEST_LINE = 1 << 30
# What a worker may take to close its sessions.
_QUIT_S = 10.0


class WorkerPool:
    """The workers as an `Engine`; entered, they are started, and ended when it is left."""

    def __init__(self, settings: RunSettings, making: RunState, resume: bool, watch: RunWatch) -> None:
        self._workers = [_Worker(number, settings, making, watch) for number in range(settings.workers)]
        self._making = making
        self._resume = resume
        self._watch = watch
        self._teller: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            for worker in self._workers:
                await worker.start()
        except BaseException:
            await self.__aexit__()
            raise
        self._teller = asyncio.create_task(self._tell_the_end())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._teller is not None:
            self._teller.cancel()
            await asyncio.gather(self._teller, return_exceptions=True)
        await asyncio.gather(*(worker.quit() for worker in self._workers))

    async def make(self, index: int) -> Record | WaitingSample | None:
        """See `Engine.make`."""
        return None if self._watch.ending() else await self._worker(index).make(index, self._resume)

    async def on_commit(self, record: Record) -> None:
        """See `Engine.on_commit`."""
        meta = record.meta
        thread = thread_id(meta.run_seed, meta.index, self._making.earlier.get(meta.index, 0))
        self._worker(meta.index).tell({"committed": thread})

    def leave_out(self, tool: str) -> None:
        """See `Engine.leave_out`; a worker is told with each sample."""

    def _worker(self, index: int) -> "_Worker":
        return self._workers[index % len(self._workers)]

    async def _tell_the_end(self) -> None:
        await self._watch.over.wait()
        for worker in self._workers:
            worker.tell({"end": True})


class _Worker:
    """One worker and the samples that it was told to make; begun anew when it dies."""

    def __init__(self, number: int, settings: RunSettings, making: RunState, watch: RunWatch) -> None:
        self._number = number
        self._making = making
        self._order = {
            "settings": settings.model_dump_json(),
            "path": sys.path,
            "worker": number,
            "workers": settings.workers,
            "fingerprint": making.fingerprint,
        }
        self._watch = watch
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._under_way: dict[int, asyncio.Future[Record | WaitingSample | None]] = {}
        self._failure: Exception | None = None
        self._deaths = 0
        self._quitting = False

    async def start(self) -> None:
        """Start the process, and the task that listens to it."""
        self._reader = asyncio.create_task(self._serve(await self._begin()))

    async def make(self, index: int, resume: bool) -> Record | WaitingSample | None:
        """Return the sample's record. Raises what ends the run."""
        if self._failure is not None:
            raise self._failure
        future: asyncio.Future[Record | WaitingSample | None] = asyncio.get_running_loop().create_future()
        self._under_way[index] = future
        self._ask_for(index, resume)
        try:
            return await future
        finally:
            self._under_way.pop(index, None)

    def _ask_for(self, index: int, resume: bool) -> None:
        again, without = self._making.earlier.get(index, 0), sorted(self._making.left_out)
        answer = self._making.answers.get(index)
        given = None if answer is None else answer.model_dump(mode="json")
        self.tell({"make": index, "resume": resume, "again": again, "without": without, "answer": given})

    def tell(self, message: Message) -> None:
        """Send a message; one that finds the worker dead is told its successor."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                self._process.stdin.write(encode(message))

    async def quit(self) -> None:
        """End the process, by force when it takes too long."""
        self._quitting = True
        process = self._process
        if process is None:
            return
        self.tell({"quit": True})
        try:
            await asyncio.wait_for(process.wait(), _QUIT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        finally:
            if self._reader is not None:
                await asyncio.gather(self._reader, return_exceptions=True)
            if process.stdin is not None:
                process.stdin.close()

    async def _begin(self) -> asyncio.subprocess.Process:
        # -P: no folder goes before the installed packages; the worker is then told the command's own path.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "toolgrad_data.runs.engines.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        self.tell(self._order)
        return self._process

    async def _serve(self, process: asyncio.subprocess.Process) -> None:
        """Listen until the worker is to end, and start it again when it dies before."""
        while True:
            async for line in _lines(process):
                with contextlib.suppress(ValueError):  # cut off by its death
                    self._hear(decode(line))
            code = await process.wait()
            if self._quitting or self._failure is not None:
                return
            self._deaths += 1
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            if self._deaths >= _DEATHS:
                self._fail(
                    RunFailedError(
                        f"worker {self._number} died {self._deaths} times ({how}) without making a sample; under way "
                        f"were {', '.join(map(str, sorted(self._under_way)[:10]))}.\n"
                        "Is there too little memory? Lower --workers or --concurrency; the same command goes on."
                    )
                )
                return
            self._watch.say(f"worker {self._number} died ({how}); it is started again and goes on")
            process = await self._begin()
            if self._quitting:
                process.kill()
                await process.wait()
                return
            for index in self._under_way:
                self._watch.forget(index)
                self._ask_for(index, resume=True)
            if self._watch.ending():
                self.tell({"end": True})

    def _hear(self, message: Message) -> None:
        if "made" in message:
            self._deaths = 0
            future = self._under_way.get(message["made"])
            if future is not None and not future.done():
                future.set_result(record_from_json(message["record"]))
        elif not self._watch.take(message):
            self._fail(failure_from_json(message))

    def _fail(self, failure: Exception) -> None:
        """End the run: whoever waits first is told, and whoever comes later."""
        self._failure = failure
        for future in self._under_way.values():
            if not future.done():
                future.set_exception(failure)
                break


async def _lines(process: asyncio.subprocess.Process) -> AsyncIterator[bytes]:
    while process.stdout is not None and (line := await process.stdout.readline()):
        yield line
