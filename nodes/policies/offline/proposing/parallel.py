"""Calls of one tool with other values: the weather in Oslo, in Bergen and in Tromsø."""

import random
from collections.abc import Iterator
from typing import Any

from nodes.policies.base import ProposeRequest
from nodes.policies.offline.proposing.ingredient_values import IngredientValues
from nodes.policies.offline.proposing.values import drawn
from nodes.policies.offline.reading.parameters import Parameter, parameters_of
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.pointer import MISSING

#: Values tried for each call.
_TRIES = 6
_SCALARS = frozenset({"string", "integer", "number"})


def calls_again(
    request: ProposeRequest, given: IngredientValues | None, rng: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield calls of the first step's tool that differ from it in one argument, always the same one, as people ask."""
    first = request.steps[0]
    if first.tool not in request.batch:
        return
    with attributed_to(first.tool):
        parameters = parameters_of(request.tools[first.tool])
        alone = {names[0] for names in parameters.groups if len(names) == 1}
        others = [step.arguments for step in request.steps if step.tool == first.tool]
        varying = _changed(others) or _chosen(
            [p for p in parameters.by_name.values() if p.required and p.name in alone and p.types <= _SCALARS], request
        )
        parameter = parameters.by_name.get(varying or "")
        if parameter is None or parameter.found:
            return
        taken = [arguments.get(parameter.name) for arguments in others]
        for _ in range(request.count * _TRIES):
            value = given.value(parameter, taken) if given is not None and rng.random() < 0.5 else MISSING
            value = drawn(parameter, rng) if value is MISSING else value
            arguments = {**first.arguments, parameter.name: value}
            if value is not MISSING and value not in taken and parameters.is_valid(arguments):
                taken.append(value)
                yield first.tool, arguments


def _changed(calls: list[dict[str, Any]]) -> str | None:
    """Return the argument in which calls differ that there are already."""
    return next((name for call in calls[1:] for name in call if call[name] != calls[0].get(name)), None)


def _chosen(parameters: list[Parameter], request: ProposeRequest) -> str | None:
    """Return an argument to vary: of the sample's first call, so that all its iterations choose alike."""
    choices = [parameter.name for parameter in parameters if parameter.name in request.steps[0].arguments]
    return choices[int(request.turn * len(choices))] if choices else None
