"""Whether a call tells anything that the chain has not told: nobody asks twice for one thing in other words."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from graph.record import Step
from nodes.policies.offline.asking import Ask, asks_of
from nodes.policies.offline.parameters import kind_of
from nodes.policies.offline.phrases import spread
from tool_registry.json_pointer import scalars
from tool_registry.json_schema import schema_at
from tool_registry.spec import ToolSpec

#: Two numbers of one kind closer than this share of them are one number, rounded in two ways.
_SAME_NUMBER = 0.002
_SCALARS_MAX = 60


class Told:
    """What the arguments and results of steps hold, as (kind, value)."""

    def __init__(self, steps: Iterable[Step], specs: Mapping[str, ToolSpec]) -> None:
        self._values: dict[str, list[Any]] = {}
        for step in steps:
            if (spec := specs.get(step.tool)) is not None:
                self._add(step.arguments, spec.parameters)
                self._add(step.result, spec.output_schema or {})

    def _add(self, values: Any, schema: dict[str, Any]) -> None:
        for pointer, value in islice(scalars(values), _SCALARS_MAX):
            if not isinstance(value, bool) and value is not None:
                self._values.setdefault(_kind_at(schema, pointer), []).append(value)

    def has_news(self, ask: Ask, step: Step, spec: ToolSpec) -> bool:
        """Tell whether an answer to the ask holds anything new. A yes or no, a count and a list always are."""
        if not ask.told:
            return True
        for pointer in ask.told:
            kind = _kind_at(spec.output_schema or {}, pointer.replace("*", "0"))
            for value in spread(step.result, pointer):
                if isinstance(value, bool | dict | list) or not self._holds(kind, value):
                    return True
        return False

    def _holds(self, kind: str, value: Any) -> bool:
        known = self._values.get(kind, ())
        if not isinstance(value, int | float):
            return value in known
        return any(
            isinstance(other, int | float) and abs(other - value) <= _SAME_NUMBER * max(abs(other), abs(value))
            for other in known
        )


def adds_news(step: Step, spec: ToolSpec, told: Told) -> bool:
    """Tell whether most of what can be asked of the step is new; of a tool without phrases nobody knows."""
    asks = asks_of(step, spec)
    by_answer = {ask.answers: ask for ask in asks}
    new = sum(told.has_news(ask, step, spec) for ask in by_answer.values())
    return not by_answer or 2 * new > len(by_answer)


def _kind_at(schema: dict[str, Any], pointer: str) -> str:
    name = next((token for token in reversed(pointer.split("/")) if token and not token.isdecimal()), "")
    return kind_of(name, schema_at(schema, pointer))
