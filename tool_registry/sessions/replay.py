"""Calling again what was called, in order, and saying whether the same came of it.

A call is compared exactly when its tool is deterministic or lives in a stateful source: whoever replays a write
needs the very id that it gave. Else the shape is compared: types and members. A tool of a stateful source that
only reads and declares `deterministic = false` (what time it is, how busy the server is) is compared by shape too.
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tool_registry.calling.crashes import attributed_to
from tool_registry.json.native import NotJSONError
from tool_registry.json.plain_text import clean_texts
from tool_registry.json.pointer import MISSING, equal, escape, resolve
from tool_registry.json.shapes import shape_difference
from tool_registry.json.text import unwrap_result
from tool_registry.permissions import Permissions, effective
from tool_registry.result import ToolError, ToolResult
from tool_registry.sessions.instance import Effect
from tool_registry.sessions.session import CallLimits, ToolSession
from tool_registry.tool import Tool

Rule = Literal["exact", "shape"]


class RecordedCall(BaseModel):
    """A call and what came of it. `id` is only repeated in the outcome."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = ""
    tool: str
    arguments: dict[str, Any]
    result: Any = None
    truncated: bool = False


class ReplayOutcome(BaseModel):
    """What came of calling again.

    `same`; `differs`, at `where` (JSON Pointer into the result); `failed`, though it had succeeded; or `not_run`:
    the tool is not there, may not run, does not take these arguments any more, or its session is lost. `message`
    says it in words, `rule` is how it was compared.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    tool: str
    verdict: Literal["same", "differs", "failed", "not_run"]
    rule: Rule | None = None
    where: str = ""
    message: str = ""
    error: ToolError | None = None
    result: ToolResult | None = Field(default=None, description="What came this time, where the call was made.")


def rule_of(tool: Tool) -> Rule:
    """Return how two results of the tool are compared."""
    known = effective(tool.spec)
    if tool.binding is not None:
        reads_what_changes = known.read_only is True and tool.spec.annotations.deterministic is False
        return "shape" if reads_what_changes else "exact"
    return "exact" if known.deterministic else "shape"


def difference(recorded: Any, again: Any, rule: Rule) -> tuple[str, str] | None:
    """Return where the second result differs from the first (JSON Pointer) and how, in words, or None."""
    if rule == "shape":
        return shape_difference(recorded, again)
    where = _first_difference(recorded, again, "")
    if where is None:
        return None
    return where, f"{_show(resolve(recorded, where))} was recorded, now it is {_show(resolve(again, where))}"


async def replay_call(
    session: ToolSession,
    call: RecordedCall,
    *,
    permissions: Permissions,
    timeout_s: float,
    max_result_bytes: int,
) -> ReplayOutcome:
    """Make the call in the session and compare. Raises only CancelledError, and RuntimeError for a closed session."""
    if call.tool not in session.registry:
        return ReplayOutcome(id=call.id, tool=call.tool, verdict="not_run", message=f"there is no tool {call.tool!r}")
    limits = CallLimits(permissions=permissions, timeout_s=timeout_s, max_result_bytes=max_result_bytes)
    result = await session.execute(call.tool, call.arguments, **limits)
    return compare_results(call, result, rule_of(session.registry.get(call.tool)))


async def measure_call(session: ToolSession, call: RecordedCall, limits: CallLimits) -> tuple[ReplayOutcome, Effect]:
    """Make the call as `replay_call` does, and say what it has done to its instance.

    What a tool declares is not measured: a call of one that only reads is `unchanged`, of one that writes `changed`.
    """
    if call.tool not in session.registry:
        return await replay_call(session, call, **limits), "unknown"
    tool = session.registry.get(call.tool)
    declared = effective(tool.spec).read_only
    if declared is not None:
        return await replay_call(session, call, **limits), "unchanged" if declared else "changed"
    result, effect = await session.measure(call.tool, call.arguments, **limits)
    return compare_results(call, result, rule_of(tool)), effect


def compare_results(call: RecordedCall, result: ToolResult, rule: Rule) -> ReplayOutcome:
    """Return what a second result of a call means.

    An answer is read today as it may not have been when the record was made: as plain text, a JSON text as its object,
    some as failures. So what was recorded is read so too, and an answer that is a failure now is compared all the same.
    """
    outcome = ReplayOutcome(id=call.id, tool=call.tool, verdict="same", rule=rule, result=result, error=result.error)
    if result.error is not None:
        if result.answer is not None and _difference(call, result.answer, rule) is None:
            return outcome
        never_ran = result.error.kind in ("not_allowed", "unavailable", "rate_limited", "invalid_arguments")
        message = f"{result.error.kind}: {result.error.message}"
        return outcome.model_copy(update={"verdict": "not_run" if never_ran else "failed", "message": message})
    found = _difference(call, result.content, rule)
    if found is None:
        return outcome
    return outcome.model_copy(update={"verdict": "differs", "where": found[0], "message": found[1]})


def _difference(call: RecordedCall, again: Any, rule: Rule) -> tuple[str, str] | None:
    found = difference(call.result, again, rule)
    if found is None:
        return None
    try:
        read = clean_texts(call.result)
        for recorded in (read, clean_texts(unwrap_result(read))):
            if difference(recorded, again, rule) is None:
                return None
    except NotJSONError:
        pass
    return found


async def replay(
    session: ToolSession,
    calls: Sequence[RecordedCall],
    *,
    permissions: Permissions,
    timeout_s: float = 20.0,
    max_result_bytes: int = 64 * 1024,
    stop_at_first: bool = False,
) -> list[ReplayOutcome]:
    """Make the calls in order in the session, which should be fresh, and return an outcome for each.

    `max_result_bytes` should be the limit of the run, so that results that were cut then are cut alike. A call of
    a stateful source whose earlier call was not the same is made all the same: each difference is told. With
    `stop_at_first` the outcomes end with the first that is not `same`.
    """
    outcomes: list[ReplayOutcome] = []
    for call in calls:
        with attributed_to(call.tool):
            outcome = await replay_call(
                session, call, permissions=permissions, timeout_s=timeout_s, max_result_bytes=max_result_bytes
            )
        outcomes.append(outcome)
        if stop_at_first and outcome.verdict != "same":
            break
    return outcomes


def _first_difference(a: Any, b: Any, where: str) -> str | None:
    if equal(a, b):
        return None
    if isinstance(a, dict) and isinstance(b, dict):
        for name in [*a, *(name for name in b if name not in a)]:
            if name not in a or name not in b:
                return f"{where}/{escape(name)}"
            found = _first_difference(a[name], b[name], f"{where}/{escape(name)}")
            if found is not None:
                return found
    if isinstance(a, list) and isinstance(b, list):
        for position, (one, other) in enumerate(zip(a, b, strict=False)):
            found = _first_difference(one, other, f"{where}/{position}")
            if found is not None:
                return found
        if len(a) != len(b):
            return f"{where}/{min(len(a), len(b))}"
    return where


def _show(value: Any) -> str:
    if value is MISSING:
        return "nothing"
    text = repr(value) if not isinstance(value, str) else f"{value!r}"
    return text if len(text) <= 80 else text[:79] + "…"
