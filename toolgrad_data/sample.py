"""One sample: begin it or go on from its checkpoint, and turn a crash into a rejected record."""

import asyncio
import errno
import logging
import sqlite3
import traceback
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from graph.context import Context
from graph.record import Meta, Record, RejectedRecord, RoleUsage, Usage, record_id
from graph.tracing import trace_config
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import model_names, policy_names
from nodes.stateful import end_session
from nodes.usage import add_role_usage
from tool_registry.tool import LoadError
from toolgrad_data.errors import RunFailedError
from toolgrad_data.run_info import versions
from toolgrad_data.settings import Durability

_log = logging.getLogger(__name__)

# The machine's failures, not the sample's: going on would reject every sample that follows.
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}

Graph = CompiledStateGraph[Any, Any, Any, Any]


class Watch:
    """What is told of samples while they run, and asked about them; this one listens to nothing."""

    def spend(self, index: int, usage: RoleUsage) -> None:
        """A decision of the sample was paid for; on a resumed sample first all that was paid before."""

    def fail(self, role: str, message: str) -> None:
        """A policy could not make a decision, and the sample goes on without it."""

    def ending(self) -> bool:
        """Say whether no further decision is to be begun."""
        return False


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
) -> Record | None:
    """Return the sample's record: a `Record` when accepted, a `RejectedRecord` when not or when it crashed.

    The thread's id is the record's. With `resume` its checkpoint is looked up: a finished sample is read off
    it without running anything, an unfinished one goes on. Once the watch says that the run ends no further
    decision is begun: those under way are made, kept in the checkpoint, and None is returned.
    Raises only what `is_fatal` says must end the run.
    """
    watch = watch or Watch()
    if watch.ending():
        return None
    id = record_id(seed, index)
    config: RunnableConfig = {
        "configurable": {"thread_id": id},
        **trace_config(seed, index, context, run=run),
    }
    started_at = datetime.now(UTC).isoformat()
    spent = Usage()

    def count(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            usage = RoleUsage.model_validate(entry["usage"])
            add_role_usage(spent, usage)
            add_role_usage(spent.by_role.setdefault(entry["role"], RoleUsage()), usage)
            watch.spend(index, usage)

    try:
        start: dict[str, Any] | None = {"seed": seed, "index": index}
        if resume:
            snapshot = await graph.aget_state(config)
            count(snapshot.values.get("usage", []))
            if snapshot.values.get("status"):
                return _record_of(snapshot.values)
            # Not `snapshot.next`: it is empty too when all branches of a superstep had finished, or were
            # cancelled, and the next checkpoint was not written. Input would start the sample a second time.
            if snapshot.created_at is not None:
                start = None
            if watch.ending():  # by what was spent before
                return None
        output: dict[str, Any] = {}
        # With sync what was paid for is written before anything further is paid for.
        stream = graph.astream(start, config, context=context, durability=durability, stream_mode=["updates", "values"])
        # An async generator, which its type does not tell.
        async with aclosing(cast("AsyncGenerator[tuple[str, Any]]", stream)) as chunks:
            async for mode, chunk in chunks:
                if mode == "updates":
                    for update in chunk.values():
                        count((update or {}).get("usage", []))
                        for failure in (update or {}).get("policy_failures", []):
                            watch.fail(failure["role"], failure["message"])
                    continue
                # Values come between supersteps: what was done is written, and nothing further has begun.
                # LangGraph's own drain is asked before the updates of a superstep are told: a decision later.
                output = chunk
                if watch.ending() and not output.get("status"):
                    return None
        return _record_of(output)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Something inside cancelled itself.
        return crashed(error, context, seed, index, started_at, spent)
    except Exception as error:
        if is_fatal(error):
            raise
        return crashed(error, context, seed, index, started_at, spent)
    finally:
        # Of a sample that was interrupted: who goes on with it builds its session again.
        with suppress(LoadError):
            await end_session(context, seed, index)


def is_fatal(error: BaseException) -> bool:
    """Say whether every other sample would fail too: a full disk, unwritable checkpoints, a missing key."""
    return any(
        isinstance(one, sqlite3.Error | PolicySetupError | RunFailedError)
        or (isinstance(one, OSError) and one.errno in _OF_THE_MACHINE)
        for one in _causes(error)
    )


def crashed(
    error: BaseException, context: Context, seed: int, index: int, started_at: str, usage: Usage
) -> RejectedRecord:
    """Return the record of a sample that an exception ended, with the reason in words and what it had spent."""
    _log.debug("sample %s crashed", record_id(seed, index), exc_info=error)
    frames = traceback.extract_tb(error.__traceback__)
    # A name, not a path: records hold nothing of the machine.
    place = f" (in {frames[-1].name})" if frames else ""
    return RejectedRecord(
        id=record_id(seed, index),
        turns=[],
        tools=[],
        offered=[],
        meta=Meta(
            run_seed=seed,
            index=index,
            policies=policy_names(context),
            models=model_names(context),
            iterations=0,
            stop_reason="no_progress",
            usage=usage,
            tool_calls=0,
            tool_failures=0,
            started_at=started_at,
            finished_at=datetime.now(UTC).isoformat(),
            versions=versions(),
        ),
        reasons=[f"crashed with {type(error).__name__}: {str(error)[:500]}{place}"],
    )


def _record_of(output: dict[str, Any]) -> Record:
    match output.get("status"):
        case "accepted":
            return Record.model_validate(output["record"])
        case "rejected":
            return RejectedRecord.model_validate(output["record"])
        case other:
            raise ValueError(f"the workflow ended with status {other!r}, not accepted or rejected")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__
