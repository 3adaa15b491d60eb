"""One call from arguments to result: permitted, valid, in time, classified and cut to size."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from tool_registry.calling.answer_reading import AnswerReading
from tool_registry.calling.call_time import CallTime
from tool_registry.calling.call_watch import current_watch
from tool_registry.calling.failures import from_exception, tool_error
from tool_registry.calling.redaction import Redaction
from tool_registry.calling.threads import in_thread
from tool_registry.json.native import NotJSONError, TooManyValuesError, to_json_native
from tool_registry.json.schema import validation_errors
from tool_registry.json.size_cap import cap, json_bytes
from tool_registry.permissions import Permissions
from tool_registry.result import ToolError, ToolResult
from tool_registry.spec import ToolSpec
from tool_registry.tool import Tool

#: Answers of up to this many values are read on the event loop (about a millisecond), others in a thread.
_INLINE_VALUES = 2_000
#: A longer text, which may be JSON, is read in a thread too.
_INLINE_CHARACTERS = 64 * 1024
_ERRORS_SHOWN = 5

# Calls that ran into their timeout and have not heeded their cancellation yet: a task that nobody refers to
# may be collected while it runs.
_abandoned: set["asyncio.Task[_Outcome]"] = set()


async def execute(
    tool: Tool,
    arguments: dict[str, Any],
    *,
    permissions: Permissions,
    timeout_s: float,
    max_result_bytes: int,
) -> ToolResult:
    """Call the tool and return what came of it; every failure is a result. Raises only CancelledError.

    In this order: permission (`not_allowed`), the arguments against the tool's schema (`invalid_arguments`,
    with the exact errors), the source's limits, the call and the reading of its answer within the source's
    timeout or `timeout_s` seconds, the answer as JSON (`malformed_output`) without control characters, a JSON text as
    its object, the source's redaction, what the answer says of itself (`tool_error`), and the cut to
    `max_result_bytes` of compact UTF-8 JSON (`truncated`). The tool gets a copy of the arguments. `elapsed_ms` is the
    time of the call alone, 0 where there was none; the start of a server is no part of it.
    """
    call = partial(_execute, tool, arguments, permissions, timeout_s, max_result_bytes)
    watch = current_watch()
    return await (call() if watch is None else watch(tool.spec, arguments, call))


async def _execute(
    tool: Tool, arguments: dict[str, Any], permissions: Permissions, timeout_s: float, max_result_bytes: int
) -> ToolResult:
    allowed = tool.verdict(permissions)
    if not allowed.runs:
        return _failure(tool_error("not_allowed", allowed.reason))
    try:
        given, wrong = _check(tool.spec, arguments)
    except Exception as error:
        return _failure(tool_error("tool_error", f"the schema of {tool.spec.name} cannot be applied: {error}"))
    if wrong is not None:
        return _failure(wrong)
    treatment = tool.treatment
    if treatment.redaction is not None:
        given = treatment.redaction.restore(given)
    if treatment.timeout_s is not None:
        timeout_s = treatment.timeout_s
    if treatment.limits is None:
        return await _in_time(tool, given, timeout_s, max_result_bytes)
    # Outside the timeout: waiting for a turn is no fault of the tool's.
    async with treatment.limits:
        return await _in_time(tool, given, timeout_s, max_result_bytes)


async def _in_time(tool: Tool, given: dict[str, Any], timeout_s: float, max_result_bytes: int) -> ToolResult:
    with CallTime() as spent:
        # Made here: the call finds its time in the context that it is made in.
        task = asyncio.ensure_future(_call(tool, given, max_result_bytes, spent))
    try:
        done = await spent.wait(task, timeout_s)
    except asyncio.CancelledError:
        _abandon(task)
        raise
    if not done:
        # Not waited for: a call that ignores its cancellation must not hold up the sample.
        _abandon(task)
        return _failure(tool_error("timeout", f"no answer within {timeout_s:g} s"), spent.ms())
    outcome = task.result()
    if outcome.error is not None:
        return ToolResult(ok=False, error=outcome.error, elapsed_ms=outcome.elapsed_ms, answer=outcome.content)
    return ToolResult(
        ok=True,
        content=outcome.content,
        empty=outcome.empty,
        truncated=outcome.truncated,
        elapsed_ms=outcome.elapsed_ms,
    )


def is_empty(value: Any) -> bool:
    """Return whether a JSON value holds nothing: null, "", [], {} or a container of nothing else."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    if isinstance(value, list):
        return all(map(is_empty, value))
    return value is None or value == ""


@dataclass(frozen=True)
class _Outcome:
    """What came of a call. With an error, `content` is the answer that was taken for it."""

    elapsed_ms: float
    content: Any = None
    empty: bool = False
    truncated: bool = False
    error: ToolError | None = None


def _failure(error: ToolError, elapsed_ms: float = 0.0) -> ToolResult:
    return ToolResult(ok=False, error=error, elapsed_ms=elapsed_ms)


def _check(spec: ToolSpec, arguments: Any) -> tuple[dict[str, Any], ToolError | None]:
    """Return a JSON-native copy of the arguments, and what is wrong with them."""
    if not isinstance(arguments, dict):
        return {}, tool_error("invalid_arguments", f"arguments: an object, not {type(arguments).__name__}")
    try:
        given, _ = to_json_native(arguments)
        # For text that is not Unicode and numbers that no JSON holds: neither could stand in a record.
        json_bytes(given)
    except NotJSONError as error:
        return {}, tool_error("invalid_arguments", f"arguments: {error}")
    errors = validation_errors(spec.parameters, given)
    if not errors:
        return given, None
    shown = errors[:_ERRORS_SHOWN]
    if len(errors) > len(shown):
        shown.append(f"and {len(errors) - len(shown)} more")
    return {}, tool_error("invalid_arguments", "; ".join(shown))


async def _call(tool: Tool, arguments: dict[str, Any], max_bytes: int, spent: CallTime) -> _Outcome:
    redaction, reading = tool.treatment.redaction, tool.treatment.reading
    try:
        raw = await tool.call(arguments)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        # Also SystemExit, which would end the process, and a CancelledError of the tool's own making.
        clean = redaction.clean_text if redaction is not None else str
        return _Outcome(spent.ms(), error=from_exception(error, clean))
    elapsed = spent.ms()
    try:
        if redaction is not None:
            # A thread from the start: an expression may take long over a text.
            return await in_thread(_read, raw, max_bytes, elapsed, reading, None, redaction)
        try:
            return _read(raw, max_bytes, elapsed, reading, _INLINE_VALUES)
        except TooManyValuesError:
            return await in_thread(_read, raw, max_bytes, elapsed, reading, None)
    except NotJSONError as error:
        return _Outcome(elapsed, error=tool_error("malformed_output", f"the tool returned {error}"))
    except Exception as error:
        # Reading an answer runs code of its class (properties, serialisers).
        said = f"the answer cannot be read: {error!r}"
        if redaction is not None:
            said = redaction.clean_text(said)
        return _Outcome(elapsed, error=tool_error("malformed_output", said))


def _read(
    raw: Any,
    max_bytes: int,
    elapsed_ms: float,
    reading: AnswerReading,
    max_values: int | None,
    redaction: Redaction | None = None,
) -> _Outcome:
    native, at_least = to_json_native(raw) if max_values is None else to_json_native(raw, max_values)
    if max_values is not None and at_least > _INLINE_CHARACTERS:
        raise TooManyValuesError("long texts")
    read = reading.content(native)
    if redaction is not None:
        read = redaction.clean(read)
    if read is not native:
        at_least = 0
    error = reading.failure(read)
    content, truncated = cap(read, max_bytes, at_least)
    if error is not None:
        return _Outcome(elapsed_ms, content, error=error)
    return _Outcome(elapsed_ms, content, is_empty(read), truncated)


def _abandon(task: "asyncio.Task[_Outcome]") -> None:
    _abandoned.add(task)
    task.add_done_callback(_abandoned.discard)
    task.cancel()
