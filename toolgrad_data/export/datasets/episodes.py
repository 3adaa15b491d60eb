"""Calls of stateful classes as BFCL's multi-turn categories have them: Python source by turn, made on an object.

An evaluator makes an object of the class, calls `_load_scenario` with its part of the initial configuration where it
has that, and makes the calls. That is done here as well: what then answers otherwise than it did in the run is no
ground truth, and the example stays without an episode.
"""

import asyncio
import inspect
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from graph.context import Context
from graph.record import Record, Step
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.pointer import equal
from tool_registry.permissions import Permissions
from tool_registry.profiles.profile import PREFIX as PROFILE
from tool_registry.registry import ToolRegistry, get_registry
from tool_registry.sources.parse import parse_spec
from tool_registry.tool import LoadError
from toolgrad_data.export.conversation import Call, Episode, Example, UnfitError
from toolgrad_data.export.formats.python_calls import python_call
from toolgrad_data.export.from_record import call_of
from toolgrad_data.export.report import ExportReport

_LOAD = "_load_scenario"


class _Method(NamedTuple):
    """A method of a class."""

    type: type
    name: str


class Episodes:
    """Finds which examples call methods of stateful classes alone, and gives those their episode.

    `counts` tells how many have one, and why others that call some have none.
    """

    def __init__(self, registry: ToolRegistry | None, permissions: Permissions) -> None:
        self._registry = registry
        self._permissions = permissions
        self.counts: Counter[str] = Counter()

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the examples, those with an episode if they have one."""
        for example in examples:
            yield self.with_episode(example)
        if self.counts:
            report.notes["stateful_classes"] = dict(sorted(self.counts.items()))

    def with_episode(self, example: Example) -> Example:
        """Return the example with its episode; the same where it has none."""
        record = example.record
        if record is None or example.kind != "positive" or self._registry is None:
            return example
        tools = {step.tool for turn in record.turns for step in turn.steps}
        methods = {name: method for name in sorted(tools) if (method := self._method(name)) is not None}
        if not methods:
            return example
        try:
            episode = _episode(record, methods)
        except UnfitError as error:
            self.counts[f"none: {error}"] += 1
            return example
        self.counts["with the calls of each turn"] += 1
        return replace(example, episode=episode)

    def _method(self, name: str) -> _Method | None:
        """Return what a stateful tool is; None for another one, and for one that may not run."""
        if self._registry is None or name not in self._registry:
            return None
        tool = self._registry.get(name)
        if tool.binding is None or not tool.verdict(self._permissions).runs:
            return None
        return _Method(tool.binding.source.type or type(None), tool.spec.original_name or name)


def _episode(record: Record, methods: Mapping[str, _Method]) -> Episode:
    """Return the record's calls by turn. Raises UnfitError: other tools, no class, or other answers."""
    types: dict[str, type] = {}
    specs = {spec.name: spec for spec in record.tools}
    called: list[list[tuple[_Method, Call, Step]]] = []
    for turn in record.turns:
        called.append([])
        for step in turn.steps:
            method = methods.get(step.tool)
            if method is None:
                raise UnfitError("calls other tools as well")
            if not inspect.isroutine(getattr(method.type, method.name, None)):
                raise UnfitError("its tools are no methods of a class")
            if types.setdefault(method.type.__name__, method.type) is not method.type:
                raise UnfitError("two of its classes have one name")
            called[-1].append((method, call_of(step, specs.get(step.tool), step.id), step))
    config: dict[str, Any] = {name: {} for name in sorted(types) if hasattr(types[name], _LOAD)}
    objects = {name: _loaded(kind, config.get(name)) for name, kind in types.items()}
    for method, call, step in (one for turn in called for one in turn):
        with attributed_to(step.tool):
            if not _answers(objects[method.type.__name__], method.name, call.arguments, step):
                raise UnfitError("an object that an evaluator makes answers otherwise")
    return Episode(
        classes=tuple(types),
        config=config,
        path=tuple(f"{method.type.__name__}.{method.name}" for turn in called for method, _, _ in turn),
        turns=tuple(tuple(python_call(replace(call, tool=method.name)) for method, call, _ in turn) for turn in called),
    )


def _loaded(kind: type, config: dict[str, Any] | None) -> Any:
    try:
        made = kind()
        if config is not None:
            getattr(made, _LOAD)(deepcopy(config))
    except Exception as error:  # a class of other people
        raise UnfitError(f"an evaluator cannot make a {kind.__name__}: {type(error).__name__}") from error
    return made


def _answers(made: Any, member: str, arguments: dict[str, Any], step: Step) -> bool:
    """Say whether the object answers the call as it was answered in the run."""
    method = getattr(made, member)
    if inspect.iscoroutinefunction(method):
        return False  # an evaluator awaits nothing
    try:
        answer = method(**deepcopy(arguments))
        plain = json.loads(json.dumps(answer, default=_jsonable))
    except Exception:  # a method of other people
        return False
    return step.truncated or equal(plain, step.result)


def _jsonable(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)


@contextmanager
def episodes_of(context: Context | None) -> Iterator[Episodes]:
    """Give what finds episodes with a run's stateful classes; nothing is found where they cannot be loaded."""
    specs = [text for text in context.tools if _is_stateful_class(text)] if context else []
    registry = None
    with asyncio.Runner() as runner:
        if specs:
            with suppress(LoadError):
                registry = runner.run(get_registry(specs))
        yield Episodes(registry, context.permissions if context else Permissions())


def _is_stateful_class(text: str) -> bool:
    if text.strip().startswith(PROFILE):
        return False
    config = parse_spec(text)
    return config.kind == "python" and config.stateful
