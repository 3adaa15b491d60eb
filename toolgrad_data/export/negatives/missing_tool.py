"""`missing_tool`: the tool that everything else waits for is withheld, and the answer says so or asks to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph.record import Record, Step, Turn
from graph.sources import Source, StepSource
from nodes.marks.says import Place, says
from nodes.policies.offline.writing.telling import tell
from tool_registry.drawing.value_kinds import keys_given
from tool_registry.json.pointer import MISSING, resolve
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec
from toolgrad_data.export.negatives.naming import value_noun
from toolgrad_data.export.step_usage import descendants, told_values, values_taken

_FACTS_MOST = 3
_SAYABLE = 60
_UNITS = {
    **{
        unit: unit for unit in ("km", "kg", "ml", "cm", "mm", "hours", "minutes", "seconds", "days", "percent", "miles")
    },
    "kmh": "km/h",
    "m": "metres",
    "g": "grams",
    "l": "litres",
    "c": "°C",
    "f": "°F",
    "kwh": "kWh",
}


@dataclass(frozen=True)
class Withheld:
    """A tool that is not offered: its steps, the turn without them, and what the user could tell in its stead.

    `facts` are (noun, value) pairs, empty where telling them would not do. `kinds` are the kinds of the values that
    others take from it, empty where its own answer is what was asked for.
    """

    tool: str
    steps: tuple[Step, ...]
    rest: Turn
    facts: tuple[tuple[str, str], ...]
    kinds: frozenset[str]


def withheld_tools(record: Record, number: int = 0) -> Iterator[Withheld]:
    """Yield each tool of the record's turn without which no part of that query can be answered."""
    turn = record.turns[number]
    specs = {spec.name: spec for spec in record.tools}
    for tool in dict.fromkeys(step.tool for step in turn.steps):
        steps = [step for step in turn.steps if step.tool == tool]
        own = {step.id for step in steps}
        rest = [step for step in turn.steps if step.id not in own]
        if tool not in specs or {step.id for step in rest} != descendants(turn, own) - own:
            continue
        taken = values_taken(turn, own)
        yield Withheld(
            tool,
            tuple(steps),
            turn.model_copy(update={"steps": rest}),
            tuple(_facts(turn, steps, specs[tool], rest)),
            frozenset(_kinds(steps, specs[tool], [pointer for _, pointer in taken])),
        )


def _facts(turn: Turn, steps: list[Step], spec: ToolSpec, rest: list[Step]) -> list[tuple[str, str]]:
    """Return what the user would have to tell, or nothing: too much, not sayable, or asked for by the query itself."""
    own = {step.id: step for step in steps}
    taken = values_taken(turn, own)
    if not rest or not taken or len(taken) > _FACTS_MOST:
        return []
    if any(_uses_otherwise(source, set(own)) for step in rest for source in step.sources.values()):
        return []
    for step in steps:
        if told_values(step, turn, spec.output_schema) - {pointer for id, pointer in taken if id == step.id}:
            return []
    facts: list[tuple[str, str]] = []
    for id, pointer in taken:
        value = resolve(own[id].result, pointer)
        schema = schema_at(spec.output_schema, pointer) if spec.output_schema else {}
        noun = value_noun(schema, pointer.rpartition("/")[2])
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return []
        said = _spoken_value(value, schema) + _unit(value, pointer, noun or "")
        if noun is None or len(said) > _SAYABLE or any(noun == other for other, _ in facts):
            return []
        facts.append((noun, said))
    return facts


def _spoken_value(value: str | int | float, schema: dict[str, Any]) -> str:
    """Return the value as a person says it, in its own notation where another would not say it exactly."""
    words = tell(value, schema)
    return words if says(words, Place(value, schema)).verdict == "said" else str(value)


def _unit(value: str | int | float, pointer: str, noun: str) -> str:
    """Return the unit that the value's name ends in, unless its noun says it: `distance_km` is told in km."""
    unit = _UNITS.get(pointer.rpartition("_")[2], "") if not isinstance(value, str) else ""
    return f" {unit}" if unit and unit not in noun else ""


def _uses_otherwise(source: Source, own: set[str]) -> bool:
    """Say whether the source takes a part of, or computes with, a result of the steps."""
    is_plain = isinstance(source, StepSource) and source.span is None
    return not is_plain and not own.isdisjoint(source.steps())


def _kinds(steps: list[Step], spec: ToolSpec, pointers: list[str]) -> Iterator[str]:
    schema = spec.output_schema
    for pointer in pointers if schema else ():
        described = schema_at(schema or {}, pointer)
        value = resolve(steps[0].result, pointer)
        keys = keys_given(pointer.rpartition("/")[2], described, schema or {}, None if value is MISSING else value)
        yield from (key for key in keys if key.startswith(("format:", "name:")))
