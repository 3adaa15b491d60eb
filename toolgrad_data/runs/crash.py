"""What an exception leaves of a sample: a line of `crashes.jsonl`, and the rejected record where it ends there."""

import errno
import logging
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.context import Context
from graph.record import Attempt, Meta, Record, RejectedRecord, Usage, record_id
from graph.state import Json, State
from graph.trace_redaction import Redactor
from nodes.call_log import CallLog
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import model_names, policy_names
from nodes.sample import attempts_of
from tool_registry.calling.crashes import chain_of, place_of, tool_of, traceback_of
from tool_registry.result import ToolError
from toolgrad_data.errors import RunFailedError
from toolgrad_data.files.jsonl import encode_line
from toolgrad_data.runs.run_info import versions
from toolgrad_data.runs.summary import add_usage

_log = logging.getLogger(__name__)

# The machine's failures, not the sample's: going on would reject every sample that follows.
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}
_MESSAGE_MAX = 500
_TRACEBACK_MAX = 20_000

Then = Literal["rejected", "made_again", "went_on"]


class Crash(BaseModel):
    """An exception in a node, a policy or a checkpointer. Nothing in it tells of the machine."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(description="The sample's.")]
    tool: Annotated[str | None, Field(description="The tool that was worked on; null where no single one was.")]
    error: Annotated[str, Field(description="Class and message of the exception.")]
    place: Annotated[str, Field(description="File and line, relative to the package.")]
    then: Annotated[
        Then,
        Field(description="The sample was rejected, made again without the tool, or went on without the branch."),
    ]
    calls: Annotated[list[Attempt], Field(description="Calls that the sample had made; results only where they fit.")]
    traceback: str
    round: Annotated[int, Field(description="How often `--again` had been begun.")] = 0
    at: Annotated[str, Field(description="ISO 8601 in UTC.")]

    @property
    def reason(self) -> str:
        """Why a sample was rejected, in words."""
        place = f" (at {self.place})" if self.place else ""
        return f"crashed{f' in {self.tool}' if self.tool else ''} with {self.error}{place}"


class Spent(BaseModel):
    """What a sample took before it was made again: its record counts it too."""

    usage: Usage = Usage()
    calls: list[Attempt] = []


def is_fatal(error: BaseException) -> bool:
    """Say whether every other sample would fail too: a full disk, unwritable checkpoints, a missing key."""
    return any(
        isinstance(one, sqlite3.Error | PolicySetupError | RunFailedError)
        or (isinstance(one, OSError) and one.errno in _OF_THE_MACHINE)
        for one in chain_of(error)
    )


def crash_of(error: BaseException, id: str, then: Then, calls: list[Attempt]) -> Crash:
    """Return the exception in words, without secrets of the environment."""
    _log.debug("sample %s crashed", id, exc_info=error)
    clean = Redactor().text
    whole = traceback_of(error)
    if len(whole) > _TRACEBACK_MAX:
        # A recursion's says the same a thousand times; what began it and what came of it is at its ends.
        whole = f"{whole[: _TRACEBACK_MAX // 2]}\n  …\n{whole[-_TRACEBACK_MAX // 2 :]}"
    return Crash(
        id=id,
        tool=tool_of(error),
        error=_encodable(clean(f"{type(error).__name__}: {str(error)[:_MESSAGE_MAX]}")),
        place=place_of(error),
        then=then,
        calls=calls,
        traceback=_encodable(clean(whole)),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def calls_of(values: Json, log: CallLog) -> list[Attempt]:
    """Return the calls that a sample had made: those of its state, and those that never came to be in it."""
    state: State = values  # type: ignore[assignment]
    calls: dict[tuple[int, str], Attempt] = {}
    for entry in values.get("attempts", []):
        try:
            (attempt,) = attempts_of(state, [entry])
        except (ValidationError, LookupError, TypeError):  # a state that somebody has edited
            continue
        calls[attempt.iteration, attempt.id] = attempt
    for key, made in log.calls.items():
        if key in calls:
            continue
        result = made.result
        lost = ToolError(kind="tool_error", message="the sample crashed before the call came back")
        calls[key] = Attempt(
            iteration=made.iteration,
            id=made.id,
            tool=made.tool,
            arguments=made.arguments,
            ok=result is not None and result.ok,
            error=lost if result is None else result.error,
            result=None if result is None else result.content,
            repairs=made.repairs,
        )
    return [_storable(calls[key]) for key in sorted(calls, key=lambda key: (key[0], len(key[1]), key[1]))]


def spent_before(made: list[Attempt], usage: Usage) -> Spent:
    """Return what a sample took that is made again: what was done, and not what came of it."""
    calls = [
        call.model_copy(update={"iteration": 0, "id": f"{call.iteration}.{call.id}", "selected": False, "result": None})
        for call in made
    ]
    return Spent(usage=usage.model_copy(deep=True), calls=calls)


def with_spent_before(record: Record, before: Spent | None, *, with_usage: bool = True) -> Record:
    """Return the record with what its sample took before it was made again; a rejected one has the calls too."""
    if before is None:
        return record
    meta = record.meta.model_copy(deep=True)
    meta.tool_calls += count_calls(before.calls)
    meta.tool_failures += count_failures(before.calls)
    if with_usage:
        add_usage(meta.usage, before.usage)
    attempts = [*before.calls, *record.attempts] if isinstance(record, RejectedRecord) else record.attempts
    return record.model_copy(update={"meta": meta, "attempts": attempts})


def crashed_record(
    crash: Crash, context: Context, seed: int, index: int, started_at: str, usage: Usage, values: Json | None = None
) -> RejectedRecord:
    """Return the record of a sample that an exception ended: the reason, the calls that it made, what it had spent."""
    values = values or {}
    return RejectedRecord(
        id=record_id(seed, index),
        turns=[],
        tools=[],
        offered=sorted(map(str, values.get("offered", []))),
        attempts=crash.calls,
        meta=Meta(
            run_seed=seed,
            index=index,
            policies=policy_names(context),
            models=model_names(context),
            iterations=int(values.get("iteration") or 0),
            stop_reason="no_progress",
            usage=usage,
            tool_calls=count_calls(crash.calls),
            tool_failures=count_failures(crash.calls),
            started_at=started_at,
            finished_at=datetime.now(UTC).isoformat(),
            versions=versions(context),
        ),
        reasons=[crash.reason],
    )


def count_calls(calls: Iterable[Attempt]) -> int:
    """Return how many calls were made, repairs included."""
    return sum(1 + call.repairs for call in calls)


def count_failures(calls: Iterable[Attempt]) -> int:
    """Return how many of them failed."""
    return sum(call.repairs + (not call.ok) for call in calls)


def _storable(call: Attempt) -> Attempt:
    """Return the call without what no line can hold: what crashed a sample may be just that."""
    updates: list[Json] = [{}, {"result": None}, {"result": None, "arguments": {}}]
    for update in updates:
        smaller = call.model_copy(update=update)
        try:
            encode_line(smaller.model_dump(mode="json"))
        except Exception:  # noqa: S112 - whatever it is, the smaller one is tried
            continue
        return smaller
    return Attempt(iteration=call.iteration, id=call.id, tool=call.tool, arguments={}, ok=False)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
