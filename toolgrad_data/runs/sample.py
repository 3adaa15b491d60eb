"""One sample: begin it or go on from its checkpoint; a crash ends in a sample without the tool, or in a rejection."""

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Interrupt
from pydantic import BaseModel

from graph.context import Context
from graph.record import Attempt, Record, RejectedRecord, RoleUsage, Usage, record_id
from graph.state import WORKFLOW
from graph.tracing import trace_config
from nodes.call_log import CallLog, logging_calls
from nodes.stateful.branches import end_session
from tool_registry.calling.crashes import attribute_part
from tool_registry.tool import LoadError
from toolgrad_data.files.jsonl import encode_line
from toolgrad_data.runs.crash import (
    Crash,
    Spent,
    calls_of,
    crash_of,
    crashed_record,
    is_fatal,
    spent_before,
    with_spent_before,
)
from toolgrad_data.runs.settings import Durability
from toolgrad_data.runs.tool_loading import any_tool_runs
from toolgrad_data.runs.traces import Trace, new_trace
from toolgrad_data.runs.waiting import WaitingSample

Graph = CompiledStateGraph[Any, Any, Any, Any]

#: Where a checkpoint's metadata tells that its sample is made again, as the JSON of a `Spent`.
_SPENT = "toolgrad_spent"


class Answer(BaseModel):
    """What a person decided about the record with that digest: a value that `nodes/review_record.py` takes."""

    digest: str
    value: dict[str, Any]


class Watch:
    """What is told of samples while they run, and asked about them; this one listens to nothing."""

    def spend(self, index: int, usage: RoleUsage) -> None:
        """A decision of the sample was paid for; on a resumed sample first all that was paid before."""

    def fail(self, role: str, message: str) -> None:
        """A policy could not make a decision, and the sample goes on without it."""

    def crash(self, index: int, crash: Crash) -> None:
        """An exception has ended the sample, or a branch of it."""

    def trace(self, trace: Trace) -> None:
        """The sample begins, or goes on, in this trace."""

    def ending(self) -> bool:
        """Say whether no further decision is to be begun."""
        return False


def thread_id(seed: int, index: int, again: int = 0) -> str:
    """Return the id of a sample's thread: its record's, and after `again` rejections a new one each time."""
    return f"{record_id(seed, index)}~{again}" if again else record_id(seed, index)


def sample_of(thread: str) -> str:
    """Return the id of the record that the thread is made for."""
    return thread.partition("~")[0]


async def run_sample(
    graph: Graph,
    context: Context,
    seed: int,
    index: int,
    *,
    resume: bool,
    run: str | None = None,
    watch: "Watch | None" = None,
    durability: Durability = "sync",
    again: int = 0,
    without: Collection[str] = (),
    answer: Answer | None = None,
) -> Record | WaitingSample | None:
    """Return the sample's record: a `Record` when accepted, a `RejectedRecord` when not or when it crashed.

    One that waits for a person is returned as a `WaitingSample`, unless there is an `answer` about its record.

    The thread's id is the record's; `again` is how often the sample was rejected before. With `resume` its
    checkpoint is looked up: a finished sample is read off it without running anything, an unfinished one goes on. A
    new one does without the tools of `without`. A sample that a tool crashed is made again without it, once, where
    there are other tools. Once the watch says that the run ends no further decision is begun: those under way are
    made, kept in the checkpoint, and None is returned. Raises only what `is_fatal` says must end the run.
    """
    trial = SampleTrial(graph, context, seed, index, run, watch or Watch(), durability, again, answer)
    if trial.watch.ending():
        return None
    try:
        record = await trial.make(resume, list(without))
        if isinstance(record, CrashedTrial):
            if not await record.can_be_made_again(context):
                return record.to_rejected(trial)
            record = await trial.make_again(record)
        return record.to_rejected(trial) if isinstance(record, CrashedTrial) else record
    finally:
        # Of a sample that was interrupted: who goes on with it builds its session again.
        with suppress(LoadError):
            await end_session(context, seed, index)


@dataclass
class CrashedTrial:
    """An exception that has ended a trial, and what there was of it by then."""

    error: BaseException
    values: dict[str, Any]
    calls: list[Attempt]
    crash: Crash
    was_again: bool

    async def can_be_made_again(self, context: Context) -> bool:
        """Say whether a tool is to blame, for the first time, and there are others."""
        tool = self.crash.tool
        if tool is None or self.was_again:
            return False
        try:
            return await any_tool_runs(context, {*self.values.get("without", []), tool})
        except Exception:
            return False

    def to_rejected(self, trial: "SampleTrial") -> RejectedRecord:
        """Tell the crash and return the record of a sample that it ended."""
        trial.watch.crash(trial.index, self.crash)
        record = crashed_record(
            self.crash, trial.context, trial.seed, trial.index, trial.started_at, trial.spent, self.values
        )
        return cast(RejectedRecord, with_spent_before(record, trial.before, with_usage=False))


class SampleTrial:
    """A sample on its thread, up to its record or to an exception."""

    def __init__(
        self,
        graph: Graph,
        context: Context,
        seed: int,
        index: int,
        run: str | None,
        watch: Watch,
        durability: Durability,
        again: int,
        answer: Answer | None = None,
    ) -> None:
        self.graph, self.context, self.seed, self.index = graph, context, seed, index
        self.watch = watch
        self.started_at = datetime.now(UTC).isoformat()
        #: What all its decisions took, those before it was made again included.
        self.spent = Usage()
        self.before: Spent | None = None
        self._durability: Durability = durability
        self._answer = answer
        self._thread = thread_id(seed, index, again)
        self._config: RunnableConfig = {
            "configurable": {"thread_id": self._thread},
            **trace_config(seed, index, context, run=run),
        }

    async def make(self, resume: bool, without: list[str]) -> "Record | CrashedTrial | WaitingSample | None":
        """Return the record, None when the run ends before, or what an exception has left or a person is asked."""
        values: dict[str, Any] = {"without": without}
        record: Record | CrashedTrial | WaitingSample | None
        with logging_calls() as log:
            try:
                record = await self._run(resume, values)
            except asyncio.CancelledError as error:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # Something inside cancelled itself.
                record = self._crash_left(error, values, log)
            except Exception as error:
                if is_fatal(error):
                    raise
                record = self._crash_left(error, values, log)
            for of_branch in log.crashes:
                self.watch.crash(self.index, crash_of(of_branch, record_id(self.seed, self.index), "went_on", []))
        return with_spent_before(record, self.before) if isinstance(record, Record) else record

    async def make_again(self, crashed: CrashedTrial) -> "Record | CrashedTrial | WaitingSample | None":
        """Make the sample from its beginning, without the tool that has crashed it."""
        crash = crashed.crash.model_copy(update={"then": "made_again"})
        self.watch.crash(self.index, crash)
        self.before = spent_before(crash.calls, self.spent)
        with suppress(LoadError):
            await end_session(self.context, self.seed, self.index)
        saver = cast("BaseCheckpointSaver[Any]", self.graph.checkpointer)
        await saver.adelete_thread(self._thread)
        return await self.make(False, sorted({*crashed.values.get("without", []), str(crash.tool)}))

    def _crash_left(self, error: BaseException, values: dict[str, Any], log: CallLog) -> CrashedTrial:
        calls = calls_of(values, log)
        crash = crash_of(error, record_id(self.seed, self.index), "rejected", calls)
        return CrashedTrial(error, values, calls, crash, self.before is not None)

    def _count(self, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            usage = RoleUsage.model_validate(entry["usage"])
            self.spent.add_to_role(entry["role"], usage)
            self.watch.spend(self.index, usage)

    async def _run(self, resume: bool, values: dict[str, Any]) -> Record | WaitingSample | None:
        """Run the thread to its end; `values` is kept at what the state is, also for who handles an exception."""
        without = values["without"]
        start: dict[str, Any] | Command[Any] | None = {
            "seed": self.seed,
            "index": self.index,
            **({"without": without} if without else {}),
        }
        if resume:
            snapshot = await self.graph.aget_state(self._config)
            self._resume(dict(snapshot.metadata or {}))
            values |= snapshot.values
            self._count(values.get("usage", []))
            if values.get("status"):
                return _record_of(values)
            if (waits := self._waiting(snapshot.interrupts)) is not None:
                # Of any edition: what it has made is all there.
                if self._answer is None or self._answer.digest != waits.digest:
                    return waits
                start = Command(resume=self._answer.value)
            elif values.get("iteration") and values.get("workflow") != WORKFLOW:
                return await self._start_over(values)
            # Not `snapshot.next`: it is empty too when all branches of a superstep had finished, or were
            # cancelled, and the next checkpoint was not written. Input would start the sample a second time.
            elif snapshot.created_at is not None:
                start = None
            if self.watch.ending():  # by what was spent before
                return None
        asked: Sequence[Interrupt] = ()
        # With sync what was paid for is written before anything further is paid for.
        stream = self.graph.astream(
            start,
            self._traced(self._config_now()),
            context=self.context,
            durability=self._durability,
            stream_mode=["updates", "values"],
        )
        # An async generator, which its type does not tell.
        async with aclosing(cast("AsyncGenerator[tuple[str, Any]]", stream)) as chunks:
            async for mode, chunk in chunks:
                if "__interrupt__" in chunk:  # told in both modes
                    asked = chunk["__interrupt__"]
                    continue
                if mode == "updates":
                    for update in chunk.values():
                        self._count((update or {}).get("usage", []))
                        for failure in (update or {}).get("policy_failures", []):
                            self.watch.fail(failure["role"], failure["message"])
                    continue
                # Values come between supersteps: what was done is written, and nothing further has begun.
                # LangGraph's own drain is asked before the updates of a superstep are told: a decision later.
                values |= chunk
                if self.watch.ending() and not values.get("status"):
                    return None
        return self._waiting(asked) or _record_of(values)

    def _waiting(self, interrupts: Sequence[Interrupt]) -> WaitingSample | None:
        return WaitingSample.of(self.index, interrupts[0].value) if interrupts else None

    async def _start_over(self, values: dict[str, Any]) -> Record | WaitingSample | None:
        """Make a sample from its beginning that was under way in another edition of the workflow."""
        self.before = spent_before(calls_of(values, CallLog()), self.spent)
        await cast("BaseCheckpointSaver[Any]", self.graph.checkpointer).adelete_thread(self._thread)
        without = values["without"]
        values.clear()
        values["without"] = without
        return await self._run(False, values)

    def _resume(self, metadata: dict[str, Any]) -> None:
        """Take in what the sample spent before it was made again."""
        text = metadata.get(_SPENT)
        if isinstance(text, str) and self.before is None:
            self.before = Spent.model_validate_json(text)
            for role, usage in self.before.usage.by_role.items():
                self._count([{"role": role, "usage": usage.model_dump()}])

    def _traced(self, config: RunnableConfig) -> RunnableConfig:
        """Return the config with the id of a new trace, which is told, where traces are sent anywhere."""
        trace = new_trace(record_id(self.seed, self.index))
        if trace is None:
            return config
        self.watch.trace(trace)
        return {**config, "run_id": trace.trace}

    def _config_now(self) -> RunnableConfig:
        if self.before is None:
            return self._config
        metadata = {**self._config.get("metadata", {}), _SPENT: json.dumps(self.before.model_dump(mode="json"))}
        return {**self._config, "metadata": metadata}


def _record_of(output: dict[str, Any]) -> Record:
    """Return the record of a finished sample. Raises ValueError for one that no line can hold."""
    status = output.get("status")
    if status not in ("accepted", "rejected"):
        raise ValueError(f"the workflow ended with status {status!r}, not accepted or rejected")
    data = output["record"]
    try:
        encode_line(data)
    except Exception as error:
        attribute_part(error, data, encode_line)
        raise
    return Record.model_validate(data) if status == "accepted" else RejectedRecord.model_validate(data)
