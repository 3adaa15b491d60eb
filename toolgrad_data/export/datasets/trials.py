"""Trying whether another tool answers a call as the called one did: a distractor that does is a wrong label."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from graph.context import Context
from graph.record import Record, Step, Turn
from graph.sources import StepSource
from tool_registry.calling.execution import execute
from tool_registry.json.pointer import equal, scalars
from tool_registry.json.resolved import properties_of, required_of, resolve_schema
from tool_registry.json.schema import types_of
from tool_registry.permissions import effective
from tool_registry.profiles.profile import PREFIX as PROFILE
from tool_registry.registry import ToolRegistry, get_registry
from tool_registry.result import ToolResult
from tool_registry.sources.parse import parse_spec
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError
from toolgrad_data.export.step_usage import told_values

#: Sources whose tools run in this process and reach nothing outside it.
_NEAR = ("builtin", "python")
_DECIMALS = 2


class Trials:
    """Calls tools with the arguments of a record's steps. What was tried once is not tried again.

    `counts` has the calls made (`tried`) and the tools that cannot be tried (`not permitted`).
    """

    def __init__(self, runner: asyncio.Runner, registry: ToolRegistry, context: Context) -> None:
        self._runner = runner
        self._registry = registry
        self._context = context
        self._permissions = context.permissions
        self._results: dict[tuple[str, str], ToolResult] = {}
        self.counts: Counter[str] = Counter()

    def answers_alike(self, tool: str, step: Step, turn: Turn) -> bool:
        """Say whether `tool`, given the step's arguments, gives what was needed of the step's result.

        False as well where it cannot be tried: it may not run, or takes other arguments.
        """
        if not self._may_try(tool):
            return False
        given = arguments_for(step.arguments, self._spec_of(step.tool), self._registry.get(tool).spec)
        if given is None:
            return False
        result = self.result(tool, given)
        return result.ok and covers(result.content, step, turn)

    def answer_of(self, tool: str, arguments: dict[str, Any]) -> ToolResult | None:
        """Return what the tool answers, or None where it may not be tried."""
        return self.result(tool, arguments) if self._may_try(tool) else None

    def _may_try(self, tool: str) -> bool:
        """Only what is known to change nothing, here or in a session of its own."""
        if tool in self._registry:
            known = self._registry.get(tool)
            allowed = known.verdict(self._permissions).runs
            if allowed and known.binding is None and effective(known.spec).read_only is not False:
                return True
        self.counts["not permitted"] += 1
        return False

    def result(self, tool: str, arguments: dict[str, Any]) -> ToolResult:
        """Return what the tool answers."""
        key = (tool, json.dumps(arguments, sort_keys=True))
        if key not in self._results:
            self.counts["tried"] += 1
            self._results[key] = self._runner.run(
                execute(
                    self._registry.get(tool),
                    arguments,
                    permissions=self._permissions,
                    timeout_s=self._context.tool_timeout_s,
                    max_result_bytes=self._context.max_result_bytes,
                )
            )
        return self._results[key]

    def _spec_of(self, tool: str) -> ToolSpec | None:
        return self._registry.get(tool).spec if tool in self._registry else None


@contextmanager
def trials_of(context: Context | None, *, far: bool = False) -> Iterator[tuple[Trials | None, str]]:
    """Give the trials with a run's tools, or None and why there are none.

    Only tools of this process are tried; with `far` also those of servers and services, which were called to make
    the run as well.
    """
    if context is None:
        yield None, "the run has no settings to load its tools by"
        return
    with asyncio.Runner() as runner:
        try:
            outside = [kind for kind in _kinds(context.tools) if kind not in _NEAR]
            if outside and not far:
                yield None, f"{outside[0]} tools are outside this process; --try-tools calls them all the same"
                return
            registry = runner.run(get_registry(context.tools))
        except LoadError as error:
            yield None, f"the run's tools cannot be loaded: {str(error).partition(chr(10))[0]}"
            return
        yield Trials(runner, registry, context), ""


def _kinds(specs: Sequence[str]) -> list[str]:
    return [parse_spec(text).kind for text in specs if not text.strip().startswith(PROFILE)]


def arguments_for(arguments: dict[str, Any], spec: ToolSpec | None, other: ToolSpec) -> dict[str, Any] | None:
    """Return the arguments as the other tool names them, or None where it needs something else.

    A parameter takes the argument of the same name, else the only one of the same format.
    """
    root = spec.parameters if spec else {}
    own = {name: resolve_schema(schema, root) for name, schema in properties_of(root).items()}
    theirs = properties_of(other.parameters)
    required = set(required_of(other.parameters))
    given: dict[str, Any] = {}
    used: set[str] = set()
    for name, schema in theirs.items():
        found = name if name in arguments else _same_format(schema, arguments, own, other.parameters)
        if found is not None and found not in used:
            given[name] = arguments[found]
            used.add(found)
        elif name in required:
            return None
    # One that is told only a part of the question may give a part of the answer, but not the answer to it.
    return given if given and len(used) * 2 >= len(arguments) else None


def _same_format(schema: Any, arguments: dict[str, Any], own: dict[str, Any], root: dict[str, Any]) -> str | None:
    taken = resolve_schema(schema, root)
    format_ = taken.get("format")
    fits = [
        name
        for name in arguments
        if format_ is not None
        and name in own
        and own[name].get("format") == format_
        and types_of(own[name], {}) == types_of(taken, root)
    ]
    return fits[0] if len(fits) == 1 else None


def covers(result: Any, step: Step, turn: Turn) -> bool:
    """Say whether a result holds all that was needed of the step's: what other steps or the response took of it."""
    if equal(result, step.result):
        return True
    own = dict(scalars(step.result))
    taken = {
        source.pointer
        for other in turn.steps
        for whole in other.sources.values()
        for source in whole.whole()
        if isinstance(source, StepSource) and source.step == step.id
    }
    needed = (taken | told_values(step, turn)) & own.keys() or set(own)
    echoes = [value for _, value in scalars(step.arguments)]
    wanted = {
        pointer: own[pointer]
        for pointer in needed
        if own[pointer] is not None and not any(_same(own[pointer], echo) for echo in echoes)
    }
    there = list(scalars(result))
    return bool(wanted) and all(
        any(_is_it(value, pointer, other, where) for where, other in there) for pointer, value in wanted.items()
    )


def _is_it(value: Any, pointer: str, other: Any, where: str) -> bool:
    """A yes or a no means nothing without its name; any other value speaks for itself."""
    if isinstance(value, bool) and pointer.rpartition("/")[2] != where.rpartition("/")[2]:
        return False
    return _same(value, other)


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, str) and isinstance(other, str):
        return value.casefold() == other.casefold()
    numbers = isinstance(value, int | float) and isinstance(other, int | float)
    if numbers and not isinstance(value, bool) and not isinstance(other, bool):
        return bool(round(value, _DECIMALS) == round(other, _DECIMALS))
    return equal(value, other)


def answers_for_any(trials: Trials | None, tool: str, record: Record) -> bool:
    """Say whether the tool was tried and answers one of the record's steps alike."""
    if trials is None:
        return False
    return any(trials.answers_alike(tool, step, turn) for turn in record.turns for step in turn.steps)
