"""Which steps a turn needs, and which of them the query asks for.

A step is needed when a later needed step uses its result or needs its effect, when the response reports it, or
when it changes something as the query asks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graph.record import Record, Step, Turn
from nodes.proofs.executed import quotes, steps_needed
from nodes.proofs.polarity import stems
from nodes.proofs.schemas import labels_of, leaf_schema, specs_of
from nodes.proofs.text import folded_words, normalised, occurrences
from tool_registry.json_pointer import equal, escape, scalars
from tool_registry.permissions import effective
from tool_registry.resolved import properties_of
from tool_registry.spec import ToolSpec

_SCALARS_LOOKED_AT = 2000
_RUN = 3
_NOTHING = frozenset("no none nothing nobody not empty without zero never neither cannot unknown any".split())
_YES_NO = frozenset("yes no not true false indeed correct neither nor never isnt arent doesnt cannot".split())


@dataclass(frozen=True)
class Needs:
    """Of one turn, by step id: what is needed, and what is not, split by whether the query asks for it."""

    needed: frozenset[str]
    unanswered: tuple[str, ...]
    unneeded: tuple[str, ...]


def needs_of(record: Record, turn: Turn, told: set[str]) -> Needs:
    """Judge the turn's steps; `told` are those that a number, date or time of the response comes from."""
    specs = specs_of(record)
    later = [step for other in record.turns for step in other.steps]
    used_by: dict[str, set[str]] = {step.id: set() for step in later}
    for step in later:
        for target in steps_needed(step):
            used_by.setdefault(target, set()).add(step.id)
    outside = {step.id for other in record.turns if other is not turn for step in other.steps}
    asked = _Asked(turn, specs)
    heard = Heard(turn)
    needed: set[str] = set(outside)
    unanswered: list[str] = []
    unneeded: list[str] = []
    for step in reversed(turn.steps):
        if used_by[step.id] & needed:
            needed.add(step.id)
        elif _is_read_only(specs.get(step.tool)):
            if step.id in told or heard.reports(step, specs.get(step.tool)):
                needed.add(step.id)
            else:
                (unanswered if asked.for_(step) else unneeded).append(step.id)
        elif step.id in told or heard.repeats(step) or heard.reports(step, specs.get(step.tool)) or asked.for_(step):
            needed.add(step.id)
        else:
            unneeded.append(step.id)
    return Needs(frozenset(needed - outside), tuple(reversed(unanswered)), tuple(reversed(unneeded)))


def _is_read_only(spec: ToolSpec | None) -> bool:
    return spec is None or effective(spec).read_only is True


class Heard:
    """The words of a response, looked up for what a step found."""

    def __init__(self, turn: Turn) -> None:
        self.text = normalised(turn.response)
        self.words = folded_words(turn.response)
        self.bag = set(self.words)
        self.stems = stems(turn.response)
        self.runs = {tuple(self.words[at : at + _RUN]) for at in range(len(self.words) - _RUN + 1)}

    def reports(self, step: Step, spec: ToolSpec | None) -> bool:
        """Say whether words of the response tell something that the step found."""
        if not self.words:
            return False
        found = [value for _, value in zip(range(_SCALARS_LOOKED_AT), _values(step.result), strict=False)]
        fresh = [entry for entry in found if not any(equal(entry[1], value) for _, value in scalars(step.arguments))]
        if not fresh or all(value is None or value == "" for _, value in fresh):
            return not self.bag.isdisjoint(_NOTHING) or (
                bool(found) and any(self._tells(*each, spec) for each in found)
            )
        return any(self._tells(name, value, spec) for name, value in fresh)

    def repeats(self, step: Step) -> bool:
        """Say whether the response says a value that the step was given."""
        told = (value for _, value in scalars(step.arguments) if isinstance(value, str | int | float))
        return any(isinstance(value, bool) or self._tells_text(str(value)) for value in told)

    def _tells(self, name: str, value: Any, spec: ToolSpec | None) -> bool:
        match value:
            case bool():
                about = stems(f"{name} {spec.name.replace('-', ' ')} {spec.description}") if spec else stems(name)
                return not self.bag.isdisjoint(_YES_NO) or bool(about & self.stems)
            case int() | float():
                return value == 0 and not self.bag.isdisjoint(_NOTHING)
            case str():
                return self._tells_text(value) or any(self._tells_text(label) for label in _labels(spec, value))
            case _:
                return False

    def _tells_text(self, value: str) -> bool:
        wanted = normalised(value)
        if wanted and any(occurrences(wanted, self.text)):
            return True
        words = folded_words(value)
        if len(words) <= 1:
            return bool(words) and words[0] in self.bag
        if len(words) <= _RUN:
            return sum(word in self.bag for word in words) * 2 > len(words)
        return any(tuple(words[at : at + _RUN]) in self.runs for at in range(len(words) - _RUN + 1))


def _values(result: Any) -> Iterable[tuple[str, Any]]:
    for pointer, value in scalars(result):
        yield next((token for token in reversed(pointer.split("/")) if token and not token.isdecimal()), ""), value


def _labels(spec: ToolSpec | None, value: str) -> list[str]:
    if spec is None or len(value) > 40:
        return []
    pointers = [f"/{escape(name)}" for name in properties_of(spec.output_schema or {})]
    schemas = [leaf_schema(spec.output_schema or {}, pointer) for pointer in ("", *pointers)]
    return [title for schema in schemas for const, title in labels_of(schema) if equal(const, value)]


class _Asked:
    """What of a query belongs to which step: its own quotes, and words that no other step's tool has."""

    def __init__(self, turn: Turn, specs: dict[str, ToolSpec]) -> None:
        self.query = stems(turn.query)
        self.quotes = {
            step.id: {quote for source in step.sources.values() for quote in quotes(source)} for step in turn.steps
        }
        self.vocabulary = {step.id: _vocabulary(step, specs.get(step.tool)) for step in turn.steps}
        self.tools = {step.id: step.tool for step in turn.steps}

    def for_(self, step: Step) -> bool:
        """Say whether the query has something that only this step answers to."""
        others = [other for other in self.quotes if other != step.id]
        if self.quotes[step.id].difference(*(self.quotes[other] for other in others)):
            return True
        if any(self.tools[other] == step.tool for other in others):
            return False
        rest = frozenset().union(*(self.vocabulary[other] for other in others))
        return bool((self.vocabulary[step.id] - rest) & self.query)


def _vocabulary(step: Step, spec: ToolSpec | None) -> frozenset[str]:
    """Return the stems of what the step is about: its tool's name and first sentence, and what it found."""
    about = [step.tool.replace("-", " "), *(name for name, _ in zip(_names(step.result), range(12), strict=False))]
    if spec is not None:
        about.append(re.split(r"(?<=[.;])\s", spec.description)[0])
    return stems(" ".join(about))


def _names(result: Any) -> Iterable[str]:
    return dict.fromkeys(name for name, _ in _values(result) if name)
