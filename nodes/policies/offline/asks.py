"""What people ask for with a tool, as its author phrases it: what an ask tells, and which asks fit a step."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from graph.record import Step
from nodes.policies.offline.reading.parameters import CODE
from nodes.policies.offline.reading.templates import (
    PhraseError,
    all_slots,
    parse,
    phrases_of,
    required_slots,
    result_pointers,
    spread,
)
from tool_registry.drawing.value_words import singular, words_of
from tool_registry.json.schema import label_of, labels, schema_at
from tool_registry.spec import ToolSpec

Form = Literal["clause", "question", "request"]


@dataclass(frozen=True)
class Ask:
    """One way to ask for a step's outcome, still with slots, and the answers that go with it."""

    template: str
    answers: tuple[str, ...]

    @property
    def form(self) -> Form:
        """Return which of the three forms the template has."""
        return "question" if self.template.endswith("?") else "request" if self.template.endswith(".") else "clause"

    @property
    def told(self) -> frozenset[str]:
        """Return the pointers of what is asked for: what each of the answers tells."""
        return _pointers_of_answers(self.answers)


@lru_cache(maxsize=4096)
def _pointers_of_answers(answers: tuple[str, ...]) -> frozenset[str]:
    tells = [result_pointers(parse(answer)) for answer in answers]
    return frozenset(set.intersection(*tells)) if tells else frozenset()


def pointers_spoken_of(ask: Ask, schema: dict[str, Any]) -> frozenset[str]:
    """Return the pointers of the values of the result that the ask itself speaks of.

    Of several that its answers tell only those whose names are in it: who asks which city is nearest to a place
    and is told its distance as well has not spoken of "that distance".
    """
    if len(ask.told) < 2 or _are_one(ask.told, schema):
        return ask.told
    words = words_of(ask.template) | {singular(word) for word in words_of(ask.template)}
    return frozenset(pointer for pointer in ask.told if words & words_of(_names(schema_at(schema, pointer))))


def _are_one(pointers: frozenset[str], schema: dict[str, Any]) -> bool:
    """Tell whether values are spoken of as one thing, as a latitude and a longitude are."""
    spoken = [phrases_of(schema_at(schema, pointer)).get("refer") for pointer in pointers]
    return bool(spoken[0]) and all(each == spoken[0] for each in spoken)


def can_be_told(ask: Ask, step: Step, schema: dict[str, Any]) -> bool:
    """Tell whether the answer is in words: a code that its schema's labels leave out says little to a person."""
    for pointer in ask.told:
        described = schema_at(schema, pointer.replace("*", "0"))
        if not labels(described):
            continue
        for value in spread(step.result, pointer):
            if isinstance(value, str) and CODE.fullmatch(value) and label_of(described, value) is None:
                return False
    return True


def _names(schema: dict[str, Any]) -> str:
    return f"{schema.get('title', '')} {phrases_of(schema).get('again', '')}"


def asks_of(step: Step, spec: ToolSpec) -> list[Ask]:
    """Return the author's asks that fit the step's arguments, those that mention most of them first."""
    given = set(step.arguments)
    found: list[tuple[int, Ask]] = []
    for intent in phrases_of(spec.parameters).get("intents") or ():
        answers = tuple(map(str, intent.get("answer") or ()))
        for template in intent.get("ask") or ():
            try:
                nodes = parse(str(template))
            except PhraseError:
                continue
            if answers and required_slots(nodes) <= given:
                found.append((len(given - all_slots(nodes)), Ask(str(template), answers)))
    fewest = min((missing for missing, _ in found), default=0)
    return [ask for missing, ask in found if missing == fewest]
