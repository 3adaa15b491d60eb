"""Running a record's steps again, in order, and what comes of each."""

import asyncio
from typing import Any

from graph.context import Context
from graph.record import Record, Step
from nodes.execute_call import RETRY_PAUSES_S
from nodes.proofs.schemas import specs_of
from nodes.views import permissions_of
from tool_registry.execution import execute
from tool_registry.inferring import infer_schema
from tool_registry.json_pointer import equal
from tool_registry.permissions import effective
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolResult
from tool_registry.spec import ToolSpec
from toolgrad_data.verify.replayed import Replayed

# The tool could not be asked: nothing is known of the step.
_NO_ANSWER = frozenset({"timeout", "unavailable", "rate_limited", "not_allowed"})


async def replay(record: Record, registry: ToolRegistry, context: Context) -> Replayed:
    """Run the steps again, in order. Raises only CancelledError."""
    replayed = Replayed()
    specs = specs_of(record)
    for turn_index, turn in enumerate(record.turns):
        for step_index, step in enumerate(turn.steps):
            where = f"/turns/{turn_index}/steps/{step_index}"
            await _step(step, specs.get(step.tool), registry, context, replayed, where)
    return replayed


async def _step(
    step: Step,
    spec: ToolSpec | None,
    registry: ToolRegistry,
    context: Context,
    replayed: Replayed,
    where: str,
) -> None:
    if step.tool not in registry:
        replayed.vanished_tools.add(step.tool)
        replayed.not_checkable(f"the tool {step.tool} is not among those loaded")
        return
    tool = registry.get(step.tool)
    if spec is None or not equal(spec.parameters, tool.spec.parameters):
        replayed.changed_tools.add(step.tool)
        replayed.not_checkable(f"the tool {step.tool} takes other parameters now than the record says")
        return
    again = await _again(step, registry, context)
    if again.error is not None:
        if again.error.kind in _NO_ANSWER:
            replayed.not_checkable(f"{again.error.kind}: {again.error.message}")
        else:
            message = f"{step.id} {step.tool} fails now: {again.error.kind}: {again.error.message}"
            replayed.differs(f"{where}/result", "fails", message)
        return
    # What the tool says of itself now, not what the record says it said.
    if effective(tool.spec).deterministic:
        if not equal(again.content, step.result):
            message = f"{step.id} {step.tool} gives another result: {_difference(step.result, again.content)}"
            replayed.differs(f"{where}/result", "result_differs", message)
        elif (again.empty, again.truncated) != (step.empty, step.truncated):
            message = f"{step.id} {step.tool}: empty and truncated are {again.empty} and {again.truncated}"
            replayed.differs(where, "flags_differ", message)
        else:
            replayed.outcomes["same"] += 1
    elif place := _other_shape(infer_schema([step.result]), infer_schema([again.content])):
        message = f"{step.id} {step.tool} gives a result of another shape: {place}"
        replayed.differs(f"{where}/result", "shape_differs", message)
    else:
        replayed.outcomes["same_shape"] += 1


async def _again(step: Step, registry: ToolRegistry, context: Context) -> ToolResult:
    tool = registry.get(step.tool)
    pauses = RETRY_PAUSES_S[: context.max_call_retries] if effective(tool.spec).read_only else ()
    for pause in (*pauses, None):
        result = await execute(
            tool,
            step.arguments,
            permissions=permissions_of(context),
            timeout_s=context.tool_timeout_s,
            max_result_bytes=context.max_result_bytes,
        )
        if pause is None or result.error is None or not result.error.retryable:
            break
        await asyncio.sleep(pause)
    return result


def _difference(old: Any, new: Any, place: str = "") -> str:
    """Return where two JSON values first differ, and how."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *new]:
            if name not in new:
                return f"{place}/{name} is in the record only"
            if name not in old:
                return f"{place}/{name} is missing in the record"
            if not equal(old[name], new[name]):
                return _difference(old[name], new[name], f"{place}/{name}")
    if isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            return f"{place or 'the result'} has {len(old)} items in the record, {len(new)} now"
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            if not equal(one, other):
                return _difference(one, other, f"{place}/{index}")
    return f"{place or 'it'} is {_short(old)} in the record, {_short(new)} now"


def _other_shape(old: dict[str, Any], new: dict[str, Any], place: str = "") -> str:
    """Return where two inferred schemas contradict each other; empty when they do not. null goes with anything."""
    known, found = _types(old), _types(new)
    if known and found and not known & found:
        return f"{place or 'it'} is {' or '.join(sorted(known))} in the record, {' or '.join(sorted(found))} now"
    before, now = old.get("properties", {}), new.get("properties", {})
    if before and now and not before.keys() & now.keys():
        return f"{place or 'it'} has no member in common with the record's"
    for name in before.keys() & now.keys():
        if wrong := _other_shape(before[name], now[name], f"{place}/{name}"):
            return wrong
    if "items" in old and "items" in new:
        return _other_shape(old["items"], new["items"], f"{place}/*")
    return ""


def _types(schema: dict[str, Any]) -> set[str]:
    declared = schema.get("type", [])
    types = {declared} if isinstance(declared, str) else set(declared)
    return {"number" if name == "integer" else name for name in types - {"null"}}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
