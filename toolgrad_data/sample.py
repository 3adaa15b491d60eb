"""One sample: begin it or go on from its checkpoint, and turn a crash into a rejected record."""

import asyncio
import errno
import logging
import sqlite3
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from graph.context import Context
from graph.record import Meta, Record, RejectedRecord, record_id
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import policy_names
from toolgrad_data.run_info import versions

_log = logging.getLogger(__name__)

# The machine's failures, not the sample's: going on would reject every sample that follows.
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}

Graph = CompiledStateGraph[Any, Any, Any, Any]


async def run_sample(graph: Graph, context: Context, seed: int, index: int, *, resume: bool) -> Record:
    """Return the sample's record: a `Record` when accepted, a `RejectedRecord` when not or when it crashed.

    The thread's id is the record's. With `resume` its checkpoint is looked up: a finished sample is read off
    it without running anything, an unfinished one goes on. Raises only what `is_fatal` says must end the run.
    """
    id = record_id(seed, index)
    config: RunnableConfig = {
        "configurable": {"thread_id": id},
        "run_name": id,
        "metadata": {"record_id": id, "run_seed": seed, "index": index, **policy_names(context)},
    }
    started_at = datetime.now(UTC).isoformat()
    try:
        start: dict[str, Any] | None = {"seed": seed, "index": index}
        if resume:
            snapshot = await graph.aget_state(config)
            if snapshot.values.get("status"):
                return _record_of(snapshot.values)
            # Not `snapshot.next`: it is empty too when all branches of a superstep had finished, or were
            # cancelled, and the next checkpoint was not written. Input would start the sample a second time.
            if snapshot.created_at is not None:
                start = None
        return _record_of(await graph.ainvoke(start, config, context=context, durability="async"))
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return crashed(error, context, seed, index, started_at)  # something inside cancelled itself
    except Exception as error:
        if is_fatal(error):
            raise
        return crashed(error, context, seed, index, started_at)


def is_fatal(error: BaseException) -> bool:
    """Say whether every other sample would fail too: a full disk, unwritable checkpoints, a missing key."""
    return any(
        isinstance(one, sqlite3.Error | PolicySetupError) or (isinstance(one, OSError) and one.errno in _OF_THE_MACHINE)
        for one in _causes(error)
    )


def crashed(error: BaseException, context: Context, seed: int, index: int, started_at: str) -> RejectedRecord:
    """Return the record of a sample that an exception ended, with the reason in words."""
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
            iterations=0,
            stop_reason="no_progress",
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
