"""What the turns of a record tell: the tells that are stored, else (version 1, foreign data) inferred ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graph.marks import Tell
from graph.record import PolicyRules, Record, RecordContext, Step, Turn
from nodes.marks.apply import FreeFigures, infer_tells
from nodes.marks.infer import Values, setting_of
from nodes.marks.says import Place
from tool_registry.json.pointer import leaf_name
from tool_registry.json.resolved import items_of
from tool_registry.json.schema import closed_values, schema_at
from tool_registry.spec import ToolSpec


class TurnRead(NamedTuple):
    """A turn and what it tells. The rest is what is known by then: `steps` by id, values, figures that need no mark.

    `given_by` are calls whose arguments the person gave: the steps, and those that were refused. `choices` are what the
    schema of an argument that the turn asks for names: a question may list them.
    """

    turn: Turn
    tells: Sequence[Tell]
    steps: Mapping[str, Step]
    values: Values
    free: FreeFigures
    given_by: Mapping[str, Step]
    choices: Sequence[Place] = ()


def read_turns(
    turns: Sequence[Turn],
    context: RecordContext,
    specs: Mapping[str, ToolSpec],
    policy: PolicyRules | None = None,
) -> Iterator[TurnRead]:
    """Yield each turn, to be looked at before the next one: `steps` and `values` grow.

    The words of the rules that the assistant works under may be said without a mark, as a tool's description may.
    """
    setting = setting_of(context)
    rules = [] if policy is None else [policy.text, *(rule.text for rule in policy.rules)]
    refused: dict[str, Step] = {}
    values = Values(context, setting)
    steps: dict[str, Step] = {}
    for index, turn in enumerate(turns):
        for step in turn.steps:
            steps[step.id] = step
            values.learn_step(step)
        queries = [each.query for each in turns[: index + 1]]
        earlier = [each.response for each in turns[:index]]
        descriptions = [specs[step.tool].description for step in turn.steps if step.tool in specs]
        choices = list(_choices(turns, index, specs))
        told = [
            str(place.schema[name]) for place in choices for name in ("title", "description") if name in place.schema
        ]
        free = FreeFigures([*queries, *earlier, *descriptions, *rules, *told], setting)
        if (call := turn.refuses) is not None:
            refused[call.id] = Step(id=call.id, tool=call.tool, arguments=call.arguments, result=None)
        given_by = {**refused, **steps} if refused else steps
        tells = turn.tells if turn.tells is not None else infer_tells(turn.response, [], values, setting, free=free)
        yield TurnRead(turn, tells, steps, values, free, given_by, choices)


def _choices(turns: Sequence[Turn], index: int, specs: Mapping[str, ToolSpec]) -> Iterator[Place]:
    """Yield the values and bounds that the schemas of the arguments name that the turn asks for."""
    waiting = {step.id: step for step in turns[index + 1].steps} if index + 1 < len(turns) else {}
    for awaited in turns[index].awaits:
        spec = specs.get(waiting[awaited.step].tool) if awaited.step in waiting else None
        schema = _schema_at(spec.parameters if spec is not None else {}, awaited.pointer)
        bounds = (schema.get(name) for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"))
        for value in (*closed_values(schema), *items_of(schema.get("examples")), *bounds):
            if value is not None:
                yield Place(value, schema, leaf_name(awaited.pointer))


def _schema_at(parameters: dict[str, Any], pointer: str) -> dict[str, Any]:
    """Return the schema of a leaf; {} where the pointer is none, or the schema has none there or is broken."""
    try:
        return schema_at(parameters, pointer)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def with_tells(record: Record) -> Record:
    """Return the record with inferred tells where none are stored."""
    if all(turn.tells is not None for turn in record.turns):
        return record
    specs = {spec.name: spec for spec in record.tools}
    read = read_turns(record.turns, record.context, specs, record.policy)
    turns = [each.turn.model_copy(update={"tells": list(each.tells)}) for each in read]
    return record.model_copy(update={"turns": turns})
