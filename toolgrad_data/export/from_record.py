"""A record as a conversation."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from graph.record import Record, RecordContext, Step, Turn
from graph.sources import DefaultSource
from tool_registry.json.pointer import MISSING, resolve, tokens
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import (
    Call,
    Example,
    Message,
    Tool,
    UnfitError,
    call_id,
    calling,
    result_text,
    says,
    tool_answer,
    user,
)
from toolgrad_data.export.offered import offered_tool
from toolgrad_data.export.step_usage import tools_needed
from toolgrad_data.export.waves import waves_of


def example_of(record: Record, *, id: str | None = None, defaults: bool = False) -> Example:
    """Return the record as a conversation: its policy and context as the system's words, then per turn the query, the
    calls in waves with their results, and the response. The tools offered are those that it calls, and those whose
    call a rule of its policy forbids.

    With `defaults`, arguments that are the schema's own default stay in the calls; else they are left out
    wherever the schema lets them. Raises UnfitError for a record without turns, calls or their tools.
    """
    if not any(turn.steps for turn in record.turns):
        raise UnfitError("has no calls")
    specs = {spec.name: spec for spec in record.tools}
    messages: list[Message] = []
    if words := system_words(record):
        messages.append(Message("system", words))
    number = 0
    for turn in record.turns:
        messages += turn_messages(turn, specs, number, defaults=defaults)
        number += len(turn.steps)
    return Example(
        id=id or record.id,
        messages=tuple(messages),
        tools=tools_of(record),
        labels={"record": record.id, "calls": number, **_turn_labels(record)},
        record=record,
    )


def turn_messages(
    turn: Turn, specs: Mapping[str, ToolSpec], number: int, *, defaults: bool = False
) -> Iterator[Message]:
    """Yield a turn's query, and its answer; its calls' ids count from `number`. Raises UnfitError."""
    yield user(turn.query)
    yield from answer_messages(turn, specs, number, defaults=defaults)


def answer_messages(
    turn: Turn, specs: Mapping[str, ToolSpec], number: int, *, defaults: bool = False
) -> Iterator[Message]:
    """Yield a turn's calls in waves with their results, and its response. Raises UnfitError."""
    for wave in waves_of(turn):
        calls = []
        for step in wave:
            calls.append(call_of(step, specs.get(step.tool), call_id(number), defaults=defaults))
            number += 1
        # Each thought is of one call, and knows what is known before the wave.
        thoughts = [(turn.thoughts or {}).get(step.id, "") for step in wave]
        yield calling(*calls, thought=" ".join(filter(None, thoughts)))
        yield from (tool_answer(call, step.result) for call, step in zip(calls, wave, strict=True))
    yield says(turn.response)


def _turn_labels(record: Record) -> dict[str, Any]:
    """Return the kinds of a dialogue's turns; nothing for a single query that is answered."""
    kinds = [turn.kind for turn in record.turns]
    return {"turns": kinds} if kinds != ["request"] else {}


def tools_of(record: Record) -> tuple[Tool, ...]:
    """Return the tools that the record needs, by name: their order must not tell that of the calls."""
    specs = {spec.name: spec for spec in record.tools}
    return tuple(offered_tool(specs[name]) for name in sorted(tools_needed(record)) if name in specs)


def call_of(step: Step, spec: ToolSpec | None, id: str, *, defaults: bool = False) -> Call:
    """Return the step as a call. Raises UnfitError when the record lacks the tool's spec."""
    if spec is None:
        raise UnfitError("lacks the spec of a tool that it calls")
    stated = {
        pointer: value
        for pointer, source in step.sources.items()
        if isinstance(source, DefaultSource)
        and (value := resolve(step.arguments, pointer)) is not MISSING
        and may_be_left_out(spec.parameters, step.arguments, pointer)
    }
    arguments = step.arguments if defaults or not stated else without(step.arguments, stated)
    return Call(id, step.tool, arguments, stated)


def may_be_left_out(parameters: dict[str, Any], arguments: dict[str, Any], pointer: str) -> bool:
    """Say whether the leaf is a member that its object need not have; an element of a list cannot be left out."""
    path = tokens(pointer)
    if not path:
        return False
    above = pointer.rpartition("/")[0]
    holder = resolve(arguments, above)
    return isinstance(holder, dict) and path[-1] not in (schema_at(parameters, above).get("required") or ())


def without(arguments: dict[str, Any], pointers: Any) -> dict[str, Any]:
    """Return a copy of the arguments without the members at the pointers."""
    copied = copy.deepcopy(arguments)
    for pointer in pointers:
        holder = resolve(copied, pointer.rpartition("/")[0])
        if isinstance(holder, dict):
            holder.pop(tokens(pointer)[-1], None)
    return copied


def system_words(record: Record) -> str:
    """Return the system message: the policy's words and what is told of the context; empty when there is neither."""
    policy = record.policy.text if record.policy is not None else ""
    return "\n\n".join(filter(None, [policy, context_words(record.context)]))


def context_words(context: RecordContext) -> str:
    """Return what a system message tells of the context, a line a fact; empty when there is nothing to tell."""
    lines = []
    if context.now is not None:
        lines.append(f"Current date and time: {context.now}")
    if context.timezone is not None:
        lines.append(f"The user's time zone: {context.timezone}")
    if context.locale != "en":
        lines.append(f"The user's locale: {context.locale}")
    if context.language is not None:
        lines.append(f"The user's language: {context.language}")
    lines += [f"The user's {name}: {result_text(value)}" for name, value in context.user.items()]
    lines += [f"{name}: {result_text(value)}" for name, value in context.vars.items()]
    return "\n".join(lines)
