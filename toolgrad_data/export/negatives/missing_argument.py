"""`missing_argument`: a value that only the user can give is taken out of the query, and has to be asked for."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.record import Record, RecordContext, Step, Turn
from graph.sources import UserSource
from nodes.marks.find import find_words
from nodes.marks.moments import faces_of
from nodes.marks.says import Place
from nodes.marks.wording import fold_words
from tool_registry.json.pointer import equal, scalars, tokens
from tool_registry.json.schema import label_of, schema_at
from tool_registry.spec import ToolSpec
from toolgrad_data.export.negatives.cutting import Edited, without
from toolgrad_data.export.negatives.naming import counted_noun, spoken_noun, value_noun

_STEM = 5


@dataclass(frozen=True)
class Gap:
    """A value that is missing: the step and argument that need it, what it is called, and the query without it."""

    step: Step
    pointer: str
    noun: str
    edited: Edited


def find_gap(record: Record, rng: random.Random, number: int = 0) -> Gap | None:
    """Return a value that can be taken out of the query of a record's turn, or None when there is none.

    It is required and has no default, the user alone gives it, and afterwards it stands nowhere: not in the query
    in any notation, not in the context, not in the result of a call that could be made without it, not in what was
    said before; nor was another one of its kind, which would be taken over ("and the sunset?").
    """
    turn = record.turns[number]
    earlier = record.turns[:number]
    steps_before = [step for other in earlier for step in other.steps]
    said_before = "\n".join(words for other in earlier for words in (other.query, other.response))
    specs = {spec.name: spec for spec in record.tools}
    options = list(_options(turn, specs, number))
    rng.shuffle(options)
    for step, pointer, quote, value, schema in options:
        name = tokens(pointer)[-1]
        named = value_noun(schema, name)
        noun = counted_noun(named, value) if named else None
        if noun is None or _known_from_context(record.context, value, schema):
            continue
        if _known_from_results([*steps_before, *turn.steps], step, value):
            continue
        if earlier and is_still_said(said_before, value, schema, name):
            continue
        if _another_could_be_meant(steps_before, specs, value, schema, noun):
            continue
        may_cut = not _another_could_be_meant(turn.steps, specs, value, schema, noun)
        edited = without(
            turn.query,
            quote,
            spoken_noun(noun, value),
            number=isinstance(value, int | float) and not isinstance(value, bool),
            may_cut=may_cut,
            rng=rng,
        )
        if edited is None or is_still_said(edited.query, value, schema, name):
            continue
        if edited.way == "cut" and _refers_back(edited.query, noun):
            continue
        # As the query speaks of it now, so that the question is about what stands there.
        asked = spoken_noun(noun, value) if edited.way == "replaced" else re.sub(r"^(?:first|second) ", "", noun)
        return Gap(step, pointer, asked, edited)
    return None


def is_still_said(query: str, value: Any, schema: dict[str, Any], name: str) -> bool:
    """Say whether the query says the value in any notation, or names something of the same stem ("German")."""
    if find_words(query, Place(value, schema, name)) is not None:
        return True
    told = label_of(schema, value) or (value if isinstance(value, str) else "")
    words = fold_words(query)
    return any(
        len(word) >= _STEM and re.search(rf"\b{re.escape(word[:_STEM])}", words) is not None
        for word in re.findall(r"[^\W\d_]+", fold_words(told))
    )


def _options(
    turn: Turn, specs: dict[str, ToolSpec], number: int
) -> Iterator[tuple[Step, str, str, Any, dict[str, Any]]]:
    for step in turn.steps:
        spec = specs.get(step.tool)
        if spec is None:
            continue
        required = set(spec.parameters.get("required") or ())
        for pointer, value in scalars(step.arguments):
            source = step.sources.get(pointer)
            path = tokens(pointer)
            # One level deep: what a list or an object lacks is not one thing that a question can name.
            if len(path) != 1 or path[0] not in required or not isinstance(source, UserSource):
                continue
            if source.turn != number:
                continue
            schema = schema_at(spec.parameters, pointer)
            if isinstance(value, bool) or value is None or "default" in schema:
                continue
            yield step, pointer, source.quote, value, schema


def _known_from_context(context: RecordContext, value: Any, schema: dict[str, Any]) -> bool:
    """Say whether the context has the value, or one that stands to reason: today, here."""
    if context.now is not None and isinstance(value, str) and faces_of(value, (), None).is_calendar:
        return True
    if context.timezone is not None and schema.get("format") == "timezone":
        return True
    known = [*scalars(context.user), *scalars(context.vars), ("", context.timezone), ("", context.now)]
    return any(equal(value, other) for _, other in known)


def _known_from_results(steps: Sequence[Step], step: Step, value: Any) -> bool:
    """Say whether a call that does not need the value gives it."""
    needing = _needing(steps, value) | {step.id}
    return any(
        equal(value, other)
        for other_step in steps
        if other_step.id not in needing
        for _, other in scalars(other_step.result)
    )


def _needing(steps: Sequence[Step], value: Any) -> set[str]:
    """Return the steps that take the value from the user, and those that build on them."""
    found: set[str] = set()
    for step in steps:
        own = any(
            isinstance(source, UserSource) and equal(dict(scalars(step.arguments)).get(where), value)
            for where, source in step.sources.items()
        )
        if own or not found.isdisjoint(step.uses()):
            found.add(step.id)
    return found


def _another_could_be_meant(
    steps: Sequence[Step], specs: dict[str, ToolSpec], value: Any, schema: dict[str, Any], noun: str
) -> bool:
    """Say whether, with the phrase gone, another value of the steps could be taken for the one that is meant."""
    for step in steps:
        spec = specs.get(step.tool)
        for pointer, source in step.sources.items() if spec else ():
            other = dict(scalars(step.arguments)).get(pointer)
            described = schema_at(spec.parameters, pointer) if spec else {}
            alike = bool(schema.get("format")) and described.get("format") == schema.get("format")
            alike = alike or value_noun(described, tokens(pointer)[-1]) == noun
            both_times = _is_time(value, noun) and _is_time(other, value_noun(described, tokens(pointer)[-1]) or "")
            if (alike or both_times) and (not equal(other, value) or not isinstance(source, UserSource)):
                return True
    return False


def _is_time(value: Any, noun: str) -> bool:
    return noun in ("year", "month") or (isinstance(value, str) and faces_of(value, (), None).is_calendar)


def _refers_back(query: str, noun: str) -> bool:
    """Say whether the query points at what is gone: "that day", "the country"."""
    nouns = {
        noun.split()[-1],
        "day",
        "date",
        "place",
        "time",
        "point",
        "location",
        "moment",
        "number",
        "amount",
        "period",
    }
    return (
        re.search(rf"\b(?:that|this|those|the same|said)\s+(?:{'|'.join(map(re.escape, nouns))})\b", query) is not None
    )
