"""Making a data set: samples through the workflow, records onto the disk in order."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, get_args

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.app import build_graph
from graph.context import Context
from graph.record import Record, RejectedRecord, Role, record_id
from nodes.assembly import rejected
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import UnknownPolicyError, policy_for
from nodes.proofs.distinct import DistinctIndex
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.files import disk_failure
from toolgrad_data.ordered import run_in_order
from toolgrad_data.progress import Observer, Quiet
from toolgrad_data.run_info import new_run_info
from toolgrad_data.sample import Graph, crashed, is_fatal, run_sample
from toolgrad_data.settings import RunSettings
from toolgrad_data.store import RunStore
from toolgrad_data.summary import Session, Summary, Tally
from toolgrad_data.tool_loading import load_tools, require_some

# Results that wait for an earlier, slower sample: bounds memory and what an interruption leaves uncommitted.
_LEAD = 4

GraphFactory = Callable[[BaseCheckpointSaver[Any]], Graph]


async def generate(
    settings: RunSettings, *, observer: Observer | None = None, stop: asyncio.Event | None = None
) -> Summary:
    """Make what is missing of the run and return its summary.

    Setting `stop` ends it early: what is finished in order is committed, the rest goes on in the next call
    with the same settings. Raises UsageError before anything is written (settings, tools, a changed run),
    RunFailedError (a full disk, a run that another process writes) and CorruptFileError.
    """
    check_policies(settings.context)
    tools = await load_tools(settings.context)
    observer = observer or Quiet()
    for problem in tools.problems:
        observer.say(problem)
    return await run_samples(settings, require_some(tools, settings.context), observer=observer, stop=stop)


def check_policies(context: Context) -> None:
    """Raise UsageError unless there is a policy for each decision."""
    for role in get_args(Role):
        try:
            policy_for(role, context)
        except (UnknownPolicyError, PolicySetupError) as error:
            raise UsageError(str(error)) from error


def compile_graph(saver: BaseCheckpointSaver[Any]) -> Graph:
    """Return the workflow with checkpoints."""
    return build_graph().compile(checkpointer=saver, name="toolgrad")


async def run_samples(
    settings: RunSettings,
    tools: Mapping[str, ToolSpec],
    *,
    make_graph: GraphFactory = compile_graph,
    observer: Observer | None = None,
    stop: asyncio.Event | None = None,
) -> Summary:
    """Make what is missing of the run with these tools and this graph; see `generate`."""
    with RunStore(settings.out, new_run_info(settings, tools), tools) as store:
        run = _Run(settings, store, observer or Quiet(), stop or asyncio.Event())
        try:
            return await run.finish(make_graph)
        except PolicySetupError as error:
            if store.begun_now and not run.made:
                # As if it had been seen at once: other settings must not be refused for a run of nothing.
                store.discard()
                raise UsageError(str(error)) from error
            raise RunFailedError(
                f"{error}\nThe run has stopped; what was accepted is kept, and the same command goes on."
            ) from error
        except (OSError, sqlite3.Error) as error:
            if is_fatal(error):
                raise disk_failure(settings.out, error) from error
            raise


class _Run:
    """One command's work on an open run."""

    def __init__(self, settings: RunSettings, store: RunStore, observer: Observer, stop: asyncio.Event) -> None:
        self.settings = settings
        self.store = store
        self.observer = observer
        self.stop = stop
        self.tally = Tally()
        self.distinct = DistinctIndex()
        self.made = 0

    async def finish(self, make_graph: GraphFactory) -> Summary:
        """Make the missing samples, in order of their index."""
        done = self._read_committed()
        for note in self.store.notes:
            self.observer.say(note)
        seed, wanted = self.settings.seed, self.settings.samples
        pending = [index for index in range(wanted) if record_id(seed, index) not in done]
        resume = self.store.checkpoints.exists()
        if done:
            missing = f"{len(pending)} are missing" if pending else "nothing is missing"
            self.observer.say(f"continuing: {len(done)} samples are done, {missing}")
        began = time.monotonic()
        self.observer.begin(len(done) + len(pending), self.tally.accepted, self.tally.rejected)
        try:
            if pending and not self.stop.is_set():
                async with _checkpoints(self.store.checkpoints) as saver:
                    await self._make(make_graph(saver), pending, resume)
        finally:
            self.observer.end()
            seconds = time.monotonic() - began
            summary = self._summary(done, seconds)
            self._save(summary)
        return summary

    def _read_committed(self) -> set[str]:
        done = set()
        for record in self.store.committed():
            done.add(record.id)
            self.tally.add(record)
            if not isinstance(record, RejectedRecord):
                self.distinct.add(record)
        return done

    async def _make(self, graph: Graph, pending: list[int], resume: bool) -> None:
        context, seed = self.settings.context, self.settings.seed

        async def make(index: int) -> Record:
            return await run_sample(graph, context, seed, index, resume=resume)

        await run_in_order(
            pending,
            make,
            self._commit,
            concurrency=self.settings.concurrency,
            lead=_LEAD * self.settings.concurrency,
            stop=self.stop,
        )

    async def _commit(self, record: Record) -> None:
        """Decide whether the record is distinct from all before it, and put it on the disk."""
        record = self._judged(record)
        try:
            await asyncio.to_thread(self.store.commit, record)
        except ValueError as error:  # a result that is no JSON, such as a lone surrogate
            record = crashed(
                error, self.settings.context, self.settings.seed, record.meta.index, record.meta.started_at
            )
            await asyncio.to_thread(self.store.commit, record)
        if not isinstance(record, RejectedRecord):
            self.distinct.add(record)
        self.tally.add(record)
        self.made += 1
        self.observer.advance(self.tally.accepted, self.tally.rejected)

    def _judged(self, record: Record) -> Record:
        if isinstance(record, RejectedRecord):
            return record
        finding = self.distinct.seen(record)
        verification = record.verification.model_copy(
            update={
                "distinct": finding is None,
                "findings": [*record.verification.findings, *([finding] if finding else [])],
            }
        )
        record = record.model_copy(update={"verification": verification})
        return rejected(record, [f"{finding.promise}: {finding.message}"]) if finding else record

    def _summary(self, done: set[str], seconds: float) -> Summary:
        total = max(self.store.info.samples, self.settings.samples)
        session = Session(
            samples=self.made,
            seconds=round(seconds, 3),
            samples_per_minute=round(60 * self.made / seconds, 1) if seconds and self.made else 0.0,
        )
        if not self.made:
            session = self.store.last_session()
        return self.tally.summary(self.settings.seed, total, max(total - len(done) - self.made, 0), session)

    def _save(self, summary: Summary) -> None:
        try:
            self.store.write_summary(summary)
        except OSError as error:
            # It can be counted again from the records, so it must not hide why the run stopped.
            self.observer.say(f"summary.json could not be written: {error.strerror}")


@asynccontextmanager
async def _checkpoints(path: Path) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    async with aiosqlite.connect(path) as connection:
        saver = AsyncSqliteSaver(connection)
        await saver.setup()  # turns write-ahead logging on
        # With it, NORMAL loses no committed transaction when the process dies, and saves a sync a superstep;
        # after a power failure a sample goes on from an older checkpoint.
        await connection.execute("PRAGMA synchronous=NORMAL")
        try:
            yield saver
        finally:
            # A cancelled sample may leave a transaction open, and a cursor that a traceback still refers to
            # would keep the closed connection, and with it the lock, alive.
            with suppress(sqlite3.Error):
                await connection.rollback()
