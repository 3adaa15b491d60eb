"""Making a data set: samples through the workflow, records onto the disk in order."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from graph.record import Record, RejectedRecord, RoleUsage
from nodes.policies.base import EndpointLimitError, PolicySetupError
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import RunFailedError, RunLimitedError, UsageError
from toolgrad_data.files.whole import disk_failure
from toolgrad_data.runs.crash import Crash, crash_of, crashed_record, is_fatal
from toolgrad_data.runs.distinct_from import add_records
from toolgrad_data.runs.distinct_index import DistinctIndex
from toolgrad_data.runs.earlier import earlier_metas
from toolgrad_data.runs.engines.base import Engine, GraphFactory, RunState, RunWatch
from toolgrad_data.runs.engines.choice import open_engine
from toolgrad_data.runs.finished import FinishedSamples
from toolgrad_data.runs.in_order import run_in_order
from toolgrad_data.runs.ingredient_files import ingredient_notes
from toolgrad_data.runs.limits import Budget, ReachedLimit, check_limits
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.postgres.opening import open_ledger
from toolgrad_data.runs.rules_file import rules_notes
from toolgrad_data.runs.run_info import LeftOut, new_run_info
from toolgrad_data.runs.setting_checks import check_engine, check_method, check_policies, unwritten_language
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.spending import Spending
from toolgrad_data.runs.store import CRASHES, RunStore
from toolgrad_data.runs.summary import Session, Summary, Tally
from toolgrad_data.runs.tool_loading import check_shares, load_tools, require_some, told_problems, unreachable_arguments
from toolgrad_data.runs.traces import TRACES, Trace
from toolgrad_data.runs.turns_of_run import keep_turns
from toolgrad_data.runs.waiting import Decide, WaitingSample
from toolgrad_data.runs.waiting_room import WaitingRoom
from toolgrad_data.runs.workflow import compile_graph

if TYPE_CHECKING:
    from toolgrad_data.runs.postgres.ledger import Ledger

# Results that wait for an earlier, slower sample: bounds memory and what an interruption leaves uncommitted.
_LEAD = 4
# What a decision under way may still take when the time is over.
_GRACE_S = 20.0
#: Samples that a tool may crash before it is left out.
_CRASHES_MAX = 2


async def generate(
    settings: RunSettings,
    *,
    observer: Observer | None = None,
    stop: asyncio.Event | None = None,
    decide: Decide | None = None,
) -> Summary:
    """Make what is missing of the run and return its summary.

    `decide` is asked about samples that wait for a person; those that nobody has decided about go on waiting.

    Setting `stop` ends it early: what is finished in order is committed, the rest goes on in the next call
    with the same settings. A limit that is reached does the same, more gently: decisions under way are made
    and kept in the checkpoints; `Summary.session.stopped_by` names it. Raises UsageError before anything is
    written (settings, tools, a changed run), RunFailedError (a full disk, a run that another process writes)
    and CorruptFileError.
    """
    check_policies(settings.context)
    check_limits(settings, settings.context)
    check_engine(settings)
    check_method(settings)
    check_shares(settings.context, settings.workers)
    tools = await load_tools(settings.context)
    observer = observer or Observer()
    if language := unwritten_language(settings.context):
        observer.say(
            f"--locale {settings.context.locale}: the offline writer writes English, not {language}; "
            "a model writes it (--writer openai:MODEL)"
        )
    notes = [*ingredient_notes(settings.context), *await rules_notes(settings.context)]
    for note in [*notes, *told_problems(tools.problems)]:
        observer.say(note)
    for note in unreachable_arguments(settings.context, tools.runs.values()):
        observer.say(note)
    return await run_samples(
        settings,
        require_some(tools, settings.context),
        observer=observer,
        stop=stop,
        tool_problems=len(tools.problems),
        decide=decide,
    )


async def run_samples(
    settings: RunSettings,
    tools: Mapping[str, ToolSpec],
    *,
    make_graph: GraphFactory | None = None,
    observer: Observer | None = None,
    stop: asyncio.Event | None = None,
    tool_problems: int = 0,
    decide: Decide | None = None,
) -> Summary:
    """Make what is missing of the run with these tools and this graph; see `generate`.

    `tool_problems` is how many tools or sources could not be loaded, for the summary.
    """
    settings = keep_turns(settings)
    with RunStore(settings.out, new_run_info(settings, tools), tools, again=settings.again) as store:
        run = RunSession(settings, store, observer or Observer(), stop or asyncio.Event())
        run.tool_problems, run.waiting.decide = tool_problems, decide
        try:
            return await run.finish(make_graph or partial(compile_graph, method=settings.method))
        except EndpointLimitError as error:
            # Nothing was wrong: what is under way is kept, as at a limit of the run's own.
            raise RunLimitedError(f"{error}\nThe run has stopped; all that was paid for is kept.") from error
        except PolicySetupError as error:
            if store.begun_now and not run.made and not run.waiting:
                # As if it had been seen at once: other settings must not be refused for a run of nothing.
                store.discard()
                raise UsageError(str(error)) from error
            raise RunFailedError(
                f"{error}\nThe run has stopped; what was accepted is kept, and the same command goes on."
            ) from error
        except UsageError:
            if store.begun_now and not run.made and not run.waiting:
                store.discard()
            raise
        except (OSError, sqlite3.Error) as error:
            if is_fatal(error):
                raise disk_failure(settings.out, error) from error
            raise


class RunSession(RunWatch):
    """One command's work on an open run."""

    def __init__(self, settings: RunSettings, store: RunStore, observer: Observer, stop: asyncio.Event) -> None:
        super().__init__()
        self.settings = settings
        self.store = store
        self.observer = observer
        self.stop = stop
        self.budget = Budget(settings)
        self.reached: ReachedLimit | None = None
        self.under_way: dict[int, RoleUsage] = {}
        self.told: dict[int, Spending] = {}
        self.failures: set[tuple[str, str]] = set()
        self.tool_problems = 0
        self.tally = Tally()
        self.distinct = DistinctIndex()
        self.engine: Engine | None = None
        self.crashed: dict[str, set[str]] = {}
        self.earlier: Counter[int] = Counter()
        self.making: RunState | None = None
        self.untold = False
        self.ledger: Ledger | None = None
        self.made = 0
        self.waiting = WaitingRoom(store.folder)

    async def finish(self, make_graph: GraphFactory) -> Summary:
        """Make the missing samples, in order of their index."""
        try:
            async with open_ledger(self.settings, self.store, self.say, self.stop) as self.ledger:
                return await self._finish(make_graph)
        finally:
            self.distinct.close()
            self.waiting.close()

    async def _finish(self, make_graph: GraphFactory) -> Summary:
        for note in add_records(self.distinct, self.settings.distinct_from):
            self.observer.say(note)
        done = self._read_committed()
        for note in self.store.notes:
            self.observer.say(note)
        wanted = self.settings.samples
        missing_now = wanted - done.below(wanted)
        self.waiting.tidy(done)
        pending = (index for index in range(wanted) if not done.has(index))
        if done:
            lacking = missing_now - self.waiting.below(wanted)
            missing = f"{lacking} are missing" if lacking else "nothing is missing"
            self.observer.say(f"continuing: {len(done)} samples are done, {missing}{self.waiting.words()}")
        began = time.monotonic()
        answers = self.waiting.answers()
        self.observer.begin(len(done) + missing_now, self.tally.accepted, self.tally.rejected)
        self.observer.spend(self.budget.spending)
        try:
            if missing_now:
                self._check_limits()
            if missing_now and not self.stop.is_set():
                info = self.store.info
                self.making = RunState(info.fingerprint, done, self.earlier, set(info.left_out), answers)
                async with open_engine(self.settings, self.making, make_graph, self) as engine:
                    self.engine = engine
                    await self._make(engine, pending)
            if not self._missing(done) and not self.waiting:
                self.untold |= self.store.finish_round()
            await self._tell_ledger()
        finally:
            self.observer.end()
            seconds = time.monotonic() - began
            summary = self._summary(done, seconds)
            self._save(summary)
        return summary

    def _read_committed(self) -> FinishedSamples:
        done = FinishedSamples(self.settings.seed)
        for record in self.store.read_committed():
            done.add(record.meta.index)
            self.tally.add(record)
            for usage in record.meta.usage.by_role.values():
                self.budget.add(usage)
            if not isinstance(record, RejectedRecord):
                self.distinct.add(record)
        for meta in earlier_metas(self.settings.out):
            self.earlier[meta.index] += 1
            for usage in meta.usage.by_role.values():  # it was paid for all the same
                self.budget.add(usage)
        for crash in self.store.crashes():
            self._count_crash(crash)
        return done

    async def _make(self, engine: Engine, pending: Iterable[int]) -> None:
        stop = asyncio.Event()
        stopping = [asyncio.create_task(self._pass_on(stop)), asyncio.create_task(self._keep_time(stop))]
        make: Callable[[int], Awaitable[Any]] = engine.make  # of a union mypy would infer what both are
        concurrency = self.settings.concurrency
        lead = _LEAD * concurrency
        try:
            await run_in_order(pending, make, self._commit, concurrency=concurrency, lead=lead, stop=stop)
        finally:
            for task in stopping:
                task.cancel()
            await asyncio.gather(*stopping, return_exceptions=True)

    async def _pass_on(self, stop: asyncio.Event) -> None:
        await self.stop.wait()
        stop.set()

    async def _keep_time(self, stop: asyncio.Event) -> None:
        """When the time is over begin no decision, and some time later wait for none."""
        left = self.budget.seconds_left()
        if left is not None:
            await asyncio.sleep(left)
            self._check_limits()
            await asyncio.sleep(_GRACE_S)
            stop.set()

    def spend(self, index: int, usage: RoleUsage) -> None:
        """Count it, show it, and end the run where a limit is reached."""
        self.under_way.setdefault(index, RoleUsage()).add(usage)
        self.told.setdefault(index, Spending()).add(usage)
        self.budget.add(usage)
        self.observer.spend(self.budget.spending)
        self._check_limits()

    def forget(self, index: int) -> None:
        """Take back what the sample spent: it goes on elsewhere, and tells it again from its checkpoint."""
        self.under_way.pop(index, None)
        if told := self.told.pop(index, None):
            self.budget.spending.take_back(told)

    def say(self, message: str) -> None:
        """Pass on what a person should know."""
        self.observer.say(message)

    def fail(self, role: str, message: str) -> None:
        """Tell the first failure of each kind: many like it may follow."""
        kind, _, _ = message.partition(":")
        if (role, kind) not in self.failures:
            self.failures.add((role, kind))
            self.observer.say(f"{role}: {message}")

    def crash(self, index: int, crash: Crash) -> None:  # noqa: ARG002
        """Keep it beside the run, and leave a tool out that has crashed its second sample."""
        crash = crash.model_copy(update={"round": len(self.store.info.rounds)})
        try:
            self.store.add_crash(crash)
        except OSError as error:  # a full disk ends the run with the next line
            self.say(f"crashes.jsonl could not be written: {error.strerror}")
        self._count_crash(crash)
        # Told once, not once a sample.
        if crash.then != "went_on" and ("crash", f"{crash.tool} {crash.place}") not in self.failures:
            self.failures.add(("crash", f"{crash.tool} {crash.place}"))
            self.say(f"{crash.id} {crash.reason}; more of it in {self.settings.out / CRASHES}")
        if crash.tool is None or self.making is None or crash.tool in self.making.left_out:
            return
        samples = sorted(self.crashed.get(crash.tool, ()))
        if len(samples) >= _CRASHES_MAX:
            what = f"{crash.error} (at {crash.place})"
            try:
                self.store.leave_out(crash.tool, LeftOut(samples=samples, error=what))
            except OSError as failure:
                self.say(f"run.json could not be written: {failure.strerror}")
            self.making.left_out.add(crash.tool)
            self.untold = True
            self.say(f"{crash.tool} is left out of the run from here: it crashed {' and '.join(samples)}, with {what}")
            if self.engine is not None:
                self.engine.leave_out(crash.tool)

    def trace(self, trace: Trace) -> None:
        """Keep it beside the run."""
        try:
            self.store.add_trace(trace)
        except OSError as error:  # a full disk ends the run with the next line
            self.fail(TRACES, f"{TRACES} could not be written: {error.strerror}")

    def _count_crash(self, crash: Crash) -> None:
        if crash.tool is not None and crash.then != "went_on" and crash.round == len(self.store.info.rounds):
            self.crashed.setdefault(crash.tool, set()).add(crash.id)

    async def _tell_ledger(self) -> None:
        if self.untold and self.ledger is not None:
            self.untold = False
            await self.ledger.tell(self.store.info)

    def _check_limits(self) -> None:
        if self.reached is None and (reached := self.budget.reached()):
            self.reached = reached
            self.over.set()

    async def _commit(self, made: Record | WaitingSample) -> None:
        """Decide whether the record is distinct from all before it, and put it on the disk, unless it has to wait."""
        if isinstance(made, WaitingSample):
            self.waiting.add(made)
            self.observer.advance(self.tally.accepted, self.tally.rejected, self.waiting.seen)
            return
        record = made
        try:
            record = self._check_distinct(record)
            if not isinstance(record, RejectedRecord) and self.waiting.hold(made):
                return
            await asyncio.to_thread(self.store.commit, record)
        except Exception as error:
            if is_fatal(error):
                raise
            record = self._reject_crashed(record, error)
            await asyncio.to_thread(self.store.commit, record)
        await self._tell_ledger()
        if self.ledger is not None:
            await self.ledger.add(record)
        if not isinstance(record, RejectedRecord):
            self.distinct.add(record)
        if self.engine is not None:
            await self.engine.on_commit(record)
        self.tally.add(record)
        self.under_way.pop(record.meta.index, None)
        self.told.pop(record.meta.index, None)
        self.made += 1
        self.waiting.leave(record.id)
        self.observer.advance(self.tally.accepted, self.tally.rejected, self.waiting.seen)

    def _reject_crashed(self, record: Record, error: Exception) -> Record:
        """Return what is left of a record that nobody could compare or write."""
        meta = record.meta
        crash = crash_of(error, record.id, "rejected", record.attempts)
        self.crash(meta.index, crash)
        return crashed_record(crash, self.settings.context, meta.run_seed, meta.index, meta.started_at, meta.usage, {})

    def _check_distinct(self, record: Record) -> Record:
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
        return RejectedRecord.of(record, [f"{finding.promise}: {finding.message}"]) if finding else record

    def _missing(self, done: FinishedSamples) -> int:
        total = max(self.store.info.samples, self.settings.samples)
        return max(total - len(done) - self.made - len(self.waiting), 0)

    def _summary(self, done: FinishedSamples, seconds: float) -> Summary:
        total = max(self.store.info.samples, self.settings.samples)
        missing = self._missing(done)
        session = Session.of(self.made, seconds, self.tool_problems) if self.made else self.store.last_session()
        # A limit that the last decision of the last sample reached has stopped nothing.
        stopped = self.reached if missing and self.reached else None
        session = session.model_copy(
            update={
                "stopped_by": stopped.limit if stopped else None,
                "stopped_with": stopped.words if stopped else None,
            }
        )
        unfinished = RoleUsage()
        for usage in self.under_way.values():
            unfinished.add(usage)
        left_out = {tool: why.error for tool, why in self.store.info.left_out.items()}
        waiting = len(self.waiting)
        return self.tally.summary(self.settings.seed, total, missing, session, unfinished, left_out, waiting)

    def _save(self, summary: Summary) -> None:
        try:
            self.waiting.tidy()
            self.store.write_summary(summary)
        except OSError as error:
            # It can be counted again from the records, so it must not hide why the run stopped.
            self.observer.say(f"summary.json could not be written: {error.strerror}")
