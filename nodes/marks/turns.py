"""What the turns of a record tell: the tells that are stored, else (version 1, foreign data) inferred ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from graph.marks import Tell
from graph.record import Record, RecordContext, Step, Turn
from nodes.marks.apply import FreeFigures, infer_tells
from nodes.marks.infer import Values, setting_of
from tool_registry.spec import ToolSpec


class TurnRead(NamedTuple):
    """A turn and what it tells. The rest is what is known by then: `steps` by id, values, figures that need no mark."""

    turn: Turn
    tells: Sequence[Tell]
    steps: Mapping[str, Step]
    values: Values
    free: FreeFigures


def read_turns(turns: Sequence[Turn], context: RecordContext, specs: Mapping[str, ToolSpec]) -> Iterator[TurnRead]:
    """Yield each turn, to be looked at before the next one: `steps` and `values` grow."""
    setting = setting_of(context)
    values = Values(context, setting)
    steps: dict[str, Step] = {}
    for index, turn in enumerate(turns):
        for step in turn.steps:
            steps[step.id] = step
            values.learn_step(step)
        queries = [each.query for each in turns[: index + 1]]
        earlier = [each.response for each in turns[:index]]
        descriptions = [specs[step.tool].description for step in turn.steps if step.tool in specs]
        free = FreeFigures([*queries, *earlier, *descriptions], setting)
        tells = turn.tells if turn.tells is not None else infer_tells(turn.response, [], values, setting, free=free)
        yield TurnRead(turn, tells, steps, values, free)


def with_tells(record: Record) -> Record:
    """Return the record with inferred tells where none are stored."""
    if all(turn.tells is not None for turn in record.turns):
        return record
    specs = {spec.name: spec for spec in record.tools}
    read = read_turns(record.turns, record.context, specs)
    turns = [each.turn.model_copy(update={"tells": list(each.tells)}) for each in read]
    return record.model_copy(update={"turns": turns})
