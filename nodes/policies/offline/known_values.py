"""Whether a call tells anything that the chain has not told: nobody asks twice for one thing in other words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.asks import Ask, asks_of, pointers_spoken_of
from nodes.policies.offline.reading.parameters import kind_of
from nodes.policies.offline.reading.templates import spread
from tool_registry.json.pointer import leaf_name, scalars
from tool_registry.json.schema import schema_at
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

#: Two numbers of one kind closer than this share of them are one number, rounded in two ways.
_SAME_NUMBER = 0.002
_SCALARS_MAX = 60
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d")

#: Values that led to a call, with the formats that they are declared to have.
Line = list[tuple[str | None, Any]]


class KnownValues:
    """What the arguments and results of steps hold, as (kind, value)."""

    def __init__(self, steps: Iterable[Step], specs: Mapping[str, ToolSpec]) -> None:
        self._values: dict[str, list[Any]] = {}
        self._steps: dict[str, Step] = {}
        self._specs = specs
        #: The line of the step that was asked about last.
        self._line: tuple[Step, Line] | None = None
        for step in steps:
            self._steps[step.id] = step
            if (spec := specs.get(step.tool)) is not None:
                self._add(step.arguments, spec.parameters)
                self._add(step.result, spec.output_schema or {})

    def _add(self, values: Any, schema: dict[str, Any]) -> None:
        for pointer, value in islice(scalars(values), _SCALARS_MAX):
            if not isinstance(value, bool) and value is not None:
                self._values.setdefault(_kind_at(schema, pointer), []).append(value)

    def has_news(self, ask: Ask, step: Step, spec: ToolSpec) -> bool:
        """Tell whether what the ask wants to know is new. A yes or no, a count and a list always are."""
        if not ask.told:
            return True
        schema = spec.output_schema or {}
        line = self.line_of(step, spec)
        for pointer in pointers_spoken_of(ask, schema) or ask.told:
            kind = _kind_at(schema, pointer.replace("*", "0"))
            format_ = schema_at(schema, pointer.replace("*", "0")).get("format")
            for value in spread(step.result, pointer):
                known = not isinstance(value, bool | dict | list) and (
                    self._holds(kind, value) or _is_echo(value, format_, line)
                )
                if not known:
                    return True
        return False

    def adds_news(self, step: Step, spec: ToolSpec) -> bool:
        """Tell whether most of what can be asked of the step is new; without phrases, anything that it gives."""
        by_answer = {ask.answers: ask for ask in asks_of(step, spec)}
        if by_answer:
            return 2 * sum(self.has_news(ask, step, spec) for ask in by_answer.values()) > len(by_answer)
        return effective(spec).read_only is not True or _gives_more(step, spec, self.line_of(step, spec))

    def line_of(self, step: Step, spec: ToolSpec) -> Line:
        """Return what the step was given, and what the steps that led to it were given and gave."""
        if self._line and self._line[0] is step:
            return self._line[1]
        line = list(_with_formats(step.arguments, spec.parameters))
        waiting, seen = [step], {step.id}
        while waiting:
            for source in waiting.pop().sources.values():
                above = self._steps.get(source.step) if isinstance(source, StepSource) else None
                if above is None or above.id in seen:
                    continue
                seen.add(above.id)
                waiting.append(above)
                tool = self._specs.get(above.tool)
                line += _with_formats(above.arguments, tool.parameters if tool else {})
                line += _with_formats(above.result, (tool.output_schema if tool else None) or {})
        self._line = (step, line)
        return line

    def _holds(self, kind: str, value: Any) -> bool:
        return any(_is_same(value, other) for other in self._values.get(kind, ()))


def _with_formats(values: Any, schema: dict[str, Any]) -> Iterator[tuple[str | None, Any]]:
    for pointer, value in islice(scalars(values), _SCALARS_MAX):
        yield schema_at(schema, pointer).get("format"), value


def _is_echo(value: Any, format_: str | None, line: Line) -> bool:
    """Tell whether a value is what led to it: five miles of five miles in kilometres, 2 of 2 in base twelve.

    Equal numbers of two declared formats are different things: 30 kilometres and 30 euros.
    """
    return any(
        _is_same(value, other) and (format_ is None or kind is None or format_ == kind)
        if isinstance(value, int | float) and isinstance(other, int | float)
        else str(value) == str(other) or _is_of_moment(value, other)
        for kind, other in line
    )


def _is_of_moment(value: Any, other: Any) -> bool:
    """Tell whether a day or a clock time is that of a moment: a moment put into the zone that it is in."""
    return (
        isinstance(value, str)
        and bool(_DAY_OR_TIME.fullmatch(value))
        and bool(isinstance(other, str) and _MOMENT.match(other) and value in other)
    )


def _is_same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return False
    if isinstance(value, int | float) and isinstance(other, int | float):
        return abs(other - value) <= _SAME_NUMBER * max(abs(other), abs(value))
    return bool(value == other)


def _gives_more(step: Step, spec: ToolSpec, line: Line) -> bool:
    given = [(format_, v) for format_, v in _with_formats(step.result, spec.output_schema or {}) if v is not None]
    return not given or any(isinstance(value, bool) or not _is_echo(value, format_, line) for format_, value in given)


def _kind_at(schema: dict[str, Any], pointer: str) -> str:
    return kind_of(leaf_name(pointer), schema_at(schema, pointer))
