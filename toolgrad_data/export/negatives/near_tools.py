"""Negatives whose tools are near: of the same topic with another function, or the right one without what it would need.

A model that has only seen far tools declined calls whatever looks like the topic. So `near_tool` withholds a tool and
offers its neighbours, and `lacking_parameter` offers the tool without the parameter that would take what the user says.
That none of them can answer holds by construction: a neighbour gives no value of a kind that is asked for, and a value
that the answer depends on cannot be passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from graph.record import Turn
from graph.sources import UserSource
from tool_registry.drawing.value_kinds import keys_given
from tool_registry.json.pointer import MISSING, escape, resolve
from tool_registry.json.resolved import properties_of, required_of
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Tool
from toolgrad_data.export.datasets.trials import Trials, covers
from toolgrad_data.export.negatives.missing_tool import Withheld
from toolgrad_data.export.negatives.naming import value_noun
from toolgrad_data.export.offered import offered_tool
from toolgrad_data.export.step_usage import told_values, values_taken, words_in

#: What says at the top of a schema how its parameters depend on each other: one cannot go alone.
_TIED = ("allOf", "anyOf", "oneOf", "if", "not", "dependentRequired", "dependentSchemas", "$ref")


@dataclass(frozen=True)
class Lacking:
    """A tool without the parameter `name`, which people call `noun`."""

    tool: Tool
    name: str
    noun: str


def kinds_asked(withheld: Withheld, turn: Turn, spec: ToolSpec) -> frozenset[str]:
    """Return the kinds of the values that the response tells of the withheld tool's results, or others take of them.

    Empty where they are of no kind that is known, or where its spec says nothing of its results.
    """
    schema = spec.output_schema
    if not schema:
        return frozenset()
    taken = values_taken(turn, {step.id for step in withheld.steps})
    found: set[str] = set()
    for step in withheld.steps:
        asked = {pointer for id, pointer in taken if id == step.id} | told_values(step, turn, schema)
        for pointer in asked:
            value = resolve(step.result, pointer)
            described = schema_at(schema, pointer)
            keys = keys_given(pointer.rpartition("/")[2], described, schema, None if value is MISSING else value)
            kinds = {key for key in keys if key.startswith(("format:", "name:"))}
            if not kinds and not isinstance(value, bool):
                return frozenset()
            found |= kinds
    return frozenset(found)


def lacking_forms(withheld: Withheld, turn: Turn, spec: ToolSpec, trials: Trials | None) -> Iterator[Lacking]:
    """Yield the tool without each parameter that alone carries what the user says, and that nothing else of it names.

    An optional one is yielded only where the tool was tried without it, and answers something else.
    """
    if any(keyword in spec.parameters for keyword in _TIED):
        return
    promised = words_in(f"{spec.name.replace('_', ' ')} {spec.description}")
    for name in properties_of(spec.parameters):
        pointer = f"/{escape(name)}"
        if not all(isinstance(step.sources.get(pointer), UserSource) for step in withheld.steps):
            continue
        noun = value_noun(schema_at(spec.parameters, pointer), name)
        if noun is None or words_in(f"{noun} {name.replace('_', ' ')}") & promised:
            continue
        if name in required_of(spec.parameters) or _answers_otherwise(name, withheld, turn, trials):
            yield Lacking(_without(offered_tool(spec), name), name, noun)


def _answers_otherwise(name: str, withheld: Withheld, turn: Turn, trials: Trials | None) -> bool:
    """Say whether the tool, called without the argument, was tried and gives for no step what was needed of it."""
    if trials is None:
        return False
    for step in withheld.steps:
        arguments = {key: value for key, value in step.arguments.items() if key != name}
        result = trials.answer_of(withheld.tool, arguments)
        if result is None or (result.ok and covers(result.content, step, turn)):
            return False
    return True


def _without(tool: Tool, name: str) -> Tool:
    parameters: dict[str, Any] = dict(tool.parameters)
    parameters["properties"] = {key: value for key, value in parameters["properties"].items() if key != name}
    if "required" in parameters:
        parameters["required"] = [key for key in parameters["required"] if key != name]
    return replace(tool, parameters=parameters)
