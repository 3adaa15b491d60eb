"""Calling tools with example arguments to learn what they give and which of them do not work."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

from tool_registry.calling.execution import execute
from tool_registry.json.inferring import infer_schema
from tool_registry.json.native import is_json_native
from tool_registry.json.resolved import items_of, properties_of, required_of, resolve_schema
from tool_registry.json.schema import labels, types_of, validation_errors
from tool_registry.permissions import Permissions, effective
from tool_registry.profiles.profile import Profile, ToolProfile, digest_of
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolResult
from tool_registry.sessions.instance import Effect
from tool_registry.sessions.session import CallLimits, open_session
from tool_registry.sources.admission import check_spec
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError, Tool

#: Failures that say something of the tool; the others say something of the arguments or of the moment.
_FATAL = frozenset({"tool_error", "unavailable", "timeout", "malformed_output"})
_TRIES_PER_CALL = 8
_OF_FORMAT = {
    "date": ["2025-03-14", "2026-06-01"],
    "date-time": ["2025-03-14T09:30:00Z"],
    "time": ["09:30:00Z"],
}


async def probe(
    tools: Sequence[Tool],
    *,
    calls: int = 3,
    concurrency: int = 4,
    timeout_s: float = 20.0,
    max_result_bytes: int = 64 * 1024,
    seed: int = 0,
    told: Callable[[str, ToolProfile], None] | None = None,
) -> Profile:
    """Return what up to `calls` calls of each tool told.

    Only tools that are known to be read-only are called, whatever a run may allow; of stateful sources also those
    that do not say and that their source allows, each call in an instance that is thrown away. `told` hears of each
    tool as it is done. Writes nothing and raises nothing: what a tool does is data.
    """
    gate = asyncio.Semaphore(concurrency)

    async def one(tool: Tool) -> ToolProfile:
        async with gate:
            found = await _probe(tool, calls, timeout_s, max_result_bytes, seed)
        if told is not None:
            told(tool.spec.name, found)
        return found

    found = await asyncio.gather(*map(one, tools))
    return Profile(tools={tool.spec.name: each for tool, each in zip(tools, found, strict=True)})


async def _probe(tool: Tool, calls: int, timeout_s: float, max_result_bytes: int, seed: int) -> ToolProfile:
    digest = digest_of(tool.spec)
    read_only = effective(tool.spec).read_only
    if not (read_only or (read_only is None and tool.binding)) or not tool.verdict(Permissions()).runs:
        why = tool.treatment.denied or "only tools that are known to be read-only are called"
        return ToolProfile(spec=digest, status="skipped", reason=why)
    tried = example_arguments(tool.spec, calls, random.Random(f"{seed} {tool.spec.name}"))
    if not tried:
        return ToolProfile(spec=digest, status="skipped", reason="its schema gives no example of its arguments")
    limits = CallLimits(permissions=Permissions(), timeout_s=timeout_s, max_result_bytes=max_result_bytes)
    if tool.binding is None:
        return _learn(tool.spec, digest, [await execute(tool, arguments, **limits) for arguments in tried], _FATAL)
    calls_made = [await _measure(tool, arguments, limits) for arguments in tried]
    # What says no to a call may say yes after another one.
    found = _learn(tool.spec, digest, [result for result, _ in calls_made], _FATAL - {"tool_error"})
    effects = Counter(effect for result, effect in calls_made if result.ok)
    return found.model_copy(update={"effects": dict(sorted(effects.items()))})


async def _measure(tool: Tool, arguments: dict[str, Any], limits: CallLimits) -> tuple[ToolResult, Effect]:
    """Call the tool in a fresh instance; `unchanged` is what a second one has to confirm."""
    registry = ToolRegistry()
    registry.add(tool)
    for _ in range(2):
        async with await open_session(registry) as session:
            result, effect = await session.measure(tool.spec.name, arguments, **limits)
        if effect != "unchanged":
            break
    return result, effect


def _learn(spec: ToolSpec, digest: str, results: list[ToolResult], fatal: AbstractSet[str]) -> ToolProfile:
    good = [result.content for result in results if result.ok]
    errors = [result.error for result in results if result.error is not None]
    failures = dict(Counter(error.kind for error in errors))
    reason = errors[0].message[:300] if errors else ""
    if not good:
        dead = failures.keys() <= fatal
        return ToolProfile(
            spec=digest, status="dead" if dead else "unknown", calls=len(results), failures=failures, reason=reason
        )
    schema = None
    filled = [result.content for result in results if result.ok and not result.empty]
    if spec.output_schema is None and filled:
        schema = infer_schema(filled)
        try:
            check_spec(spec.model_copy(update={"output_schema": schema}))
        except LoadError:
            schema = None
    return ToolProfile(
        spec=digest, status="works", calls=len(results), failures=failures, reason=reason, output_schema=schema
    )


def example_arguments(spec: ToolSpec, count: int, rng: random.Random) -> list[dict[str, Any]]:
    """Return up to `count` different valid sets of arguments that the schema itself suggests.

    Its whole `examples` first, then sets of parameters' examples, labels, enums, defaults and bounds. None for a
    tool with a required parameter of which the schema suggests no value.
    """
    root = spec.parameters
    found: list[dict[str, Any]] = []

    def take(arguments: dict[str, Any]) -> None:
        if arguments not in found and is_json_native(arguments) and not validation_errors(root, arguments):
            found.append(arguments)

    for example in islice(items_of(root.get("examples")), count):
        if isinstance(example, dict):
            take(example)
    required = required_of(root)
    suggested = {
        name: _values(resolve_schema(schema, root), root)
        for name, schema in properties_of(root).items()
        if name in required
    }
    if set(required) <= {name for name, values in suggested.items() if values}:
        for _ in range(count * _TRIES_PER_CALL):
            if len(found) >= count:
                break
            take({name: rng.choice(values) for name, values in suggested.items()})
    return found[:count]


def _values(schema: dict[str, Any], root: dict[str, Any]) -> list[Any]:
    """Return values that the schema of a parameter suggests."""
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return items_of(schema[keyword])
    if "const" in schema:
        return [schema["const"]]
    labelled = [value for value, _ in labels(schema)]
    if labelled:
        return labelled
    if schema.get("example") is not None:
        # OpenAPI's keyword.
        return [schema["example"]]
    if schema.get("default") is not None:
        return [schema["default"]]
    if schema.get("format") in _OF_FORMAT:
        return _OF_FORMAT[schema["format"]]
    types = types_of(schema, root)
    if types & {"integer", "number"}:
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is None and "exclusiveMinimum" in schema:
            low = schema["exclusiveMinimum"] + 1
        if low is None:
            return [high] if high is not None and high < 1 else [1, 2, 5]
        return [value for value in (low, low + 1, low + 4) if high is None or value <= high]
    return [True, False] if "boolean" in types else []
