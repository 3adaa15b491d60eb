"""Speaking of arguments over several messages: what was told or said before has a short name, what is missing none."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graph.record import Step
from graph.sources import StepSource
from nodes.marks.parse import Reference
from nodes.policies.offline.reading.templates import phrases_of
from nodes.policies.offline.writing.antecedents import kind_of_name
from nodes.policies.offline.writing.grammar import with_article
from nodes.policies.offline.writing.marking import plain
from nodes.policies.offline.writing.naming import noun_of
from nodes.policies.offline.writing.speech import TAKEN_FOR, Speaker, half_of, identity_of, thing_of
from tool_registry.json.pointer import escape, leaf_name, resolve
from tool_registry.json.schema import schema_at

#: What was told is called by its name rather than described, where it has no short name.
_NAMED_CHANCE = 0.7
_NAME_MAX = 40
_SAME_CHANCE = 0.75


@dataclass
class DialogueSpeaker(Speaker):
    """Renders arguments of one message after another.

    `told` are the words in which a response told a value of a result, by (step, pointer); `said` are the things that
    earlier messages named, by what they are called ("date"), the last of each.
    """

    told: dict[tuple[str, str], str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    _now: dict[str, str] = field(default_factory=dict)

    def fork(self, rng: random.Random) -> "DialogueSpeaker":
        """Return a copy for a message that may be thrown away."""
        other = DialogueSpeaker(
            self.steps, self.specs, rng, self.knows_results, self.antecedents.copy(), self.marks.copy()
        )
        other.withheld, other.told = set(self.withheld), dict(self.told)
        other.said, other._now = dict(self.said), dict(self._now)
        other._templates, other._lists = dict(self._templates), list(self._lists)
        other._givers = {noun: list(steps) for noun, steps in self._givers.items()}
        return other

    def end_message(self, *, goes_on: bool) -> None:
        """Let what this message named be what the next one may go back to; `goes_on`: with what the one before did."""
        self.said = {**self.said, **self._now} if goes_on else self._now
        self._now = {}

    def hear(self, told: Iterable[tuple[Reference, str]]) -> None:
        """Remember what a response told, and in which words: it may be gone back to.

        What is the only one of its kind there has a short name at once.
        """
        things: dict[str, str] = {}
        taken_for: dict[str, str] = {}
        for (step, pointer), words in told:
            if step not in self.steps or "*" in pointer:
                continue
            self.told[step, pointer] = plain(words)
            schema = schema_at(self.specs[self.steps[step].tool].output_schema or {}, pointer)
            templates = phrases_of(schema).get("refer")
            identity = identity_of(step, pointer, templates)
            if templates and identity not in self.antecedents.requested:
                again = phrases_of(schema).get("again") or f"that {self._noun_at(self.steps[step], pointer)}"
                things[identity] = str(again)
                taken_for[identity] = TAKEN_FOR.get(str(schema.get("format")), things[identity])
        self.antecedents.asked(things, taken_for)

    def forget(self, step: str) -> None:
        """Forget a call that was never made: nothing can be called what it would have given."""
        for givers in self._givers.values():
            if step in givers:
                givers.remove(step)
        self._lists = [each for each in self._lists if each[0] != step]

    def thing_at(self, step: Step, pointer: str) -> str:
        """Return the identity of what the person gives for an argument."""
        schema = schema_at(self.specs[step.tool].parameters, pointer)
        return thing_of(schema, leaf_name(pointer), resolve(step.arguments, pointer))

    def name_in_full(self, step: Step, pointer: str) -> str:
        """Return the words for an argument by no short name. Raises PhraseError."""
        return self.name_instead(step, pointer, None)[0]

    def name_instead(self, step: Step, pointer: str, old: Any) -> tuple[str, str]:
        """Return the words for an argument, marked, and those for the value that it had; "" where it is None."""
        schema, name = schema_at(self.specs[step.tool].parameters, pointer), leaf_name(pointer)
        value = resolve(step.arguments, pointer)
        spoken = self.spell(value, schema, name)
        # "15 degrees", not "a bearing of 15 degrees": it is known what is spoken of.
        template = re.sub(r"^(?:an?|the) .* (?=\{\})", "", self._template(schema, value, spoken))
        thing, noun = self.thing_at(step, pointer), noun_for(schema, name)
        again = phrases_of(schema).get("again") or TAKEN_FOR.get(str(schema.get("format")), f"that {thing}")
        self.antecedents.named(thing, str(again), "")
        self._now[noun] = thing
        before = "" if old is None else template.replace("{}", self.spell(old, schema, name, plain=True))
        return template.replace("{}", self.given(spoken, step, pointer, [thing])), before

    def refer(self, step_id: str, pointer: str, depth: int = 0, span: str | None = None) -> str:
        """Return a noun phrase for a value of a result, or its name where it was told and has no short name."""
        words = self.told.get((step_id, pointer)) if span is None and not self.knows_results else None
        value = resolve(self.steps[step_id].result, pointer)
        is_name = words is not None and isinstance(value, str) and len(words) <= _NAME_MAX and "/" not in words
        if words is None or not is_name or self.rng.random() > _NAMED_CHANCE:
            return super().refer(step_id, pointer, depth, span)
        schema = schema_at(self.specs[self.steps[step_id].tool].output_schema or {}, pointer)
        phrases = phrases_of(schema)
        again = str(phrases.get("again") or f"that {self._noun_at(self.steps[step_id], pointer)}")
        identity = identity_of(step_id, pointer, phrases.get("refer"))
        if self.antecedents.can_be_called(identity, again):
            return again
        return self.antecedents.named(identity, again, words, TAKEN_FOR.get(str(schema.get("format")), again))

    def _together(self, step: Step, names: tuple[str, ...], depth: int) -> str:
        pointers = [f"/{escape(name)}" for name in names]
        schemas = [schema_at(self.specs[step.tool].parameters, pointer) for pointer in pointers]
        if not all((step.id, pointer) in self.withheld for pointer in pointers) or {
            schema.get("format") for schema in schemas
        } != {"latitude", "longitude"}:
            return super()._together(step, names, depth)
        identity = f"user|place|{[step.arguments[name] for name in names]}"
        words = "that spot"
        if not self.antecedents.can_be_called(identity, words):
            words = self.antecedents.named(identity, words, some("place", "place", {}, self.rng))
        for pointer, schema in zip(pointers, schemas, strict=True):
            words = self.marks.again(words, step.id, pointer, half_of(identity, schema))
        return words

    def _one(self, step: Step, name: str, source: StepSource | None, depth: int) -> str:
        pointer = f"/{escape(name)}"
        schema = schema_at(self.specs[step.tool].parameters, pointer)
        value = step.arguments.get(name)
        if source is not None or isinstance(value, bool | list | dict) or value is None or self.knows_results:
            return super()._one(step, name, source, depth)
        thing, noun = thing_of(schema, name, value), noun_for(schema, name)
        again = str(phrases_of(schema).get("again") or TAKEN_FOR.get(str(schema.get("format")), f"that {thing}"))
        if (step.id, pointer) in self.withheld:
            return self.marks.again(self._left_open(thing, name, schema, again), step.id, pointer, thing)
        is_new = noun not in self._now
        self._now[noun] = thing
        if not depth and is_new and self._is_the_same(step, name, thing, again) and self.rng.random() < _SAME_CHANCE:
            return self.marks.again(self.antecedents.named(thing, again, f"the same {noun}"), step.id, pointer, thing)
        return super()._one(step, name, source, depth)

    def _is_the_same(self, step: Step, name: str, thing: str, again: str) -> bool:
        """Say whether "the same date" means the thing: the last message said it, and spoke of no other such thing."""
        parameters = self.specs[step.tool].parameters
        noun = noun_for(schema_at(parameters, f"/{escape(name)}"), name)
        spoken = self.antecedents.spoken.get(kind_of_name(again), [])
        if (
            self.said.get(noun) != thing
            or spoken[-1:] != [thing]
            or self.antecedents.copy().can_be_called(thing, again)
        ):
            return False
        others = (each for each in step.arguments if each != name)
        return all(noun_for(schema_at(parameters, f"/{escape(each)}"), each) != noun for each in others)

    def _left_open(self, thing: str, name: str, schema: dict[str, Any], again: str) -> str:
        """Return words for what the person does not say yet."""
        if self.antecedents.can_be_called(thing, again):
            return again
        return self.antecedents.named(thing, again, some(noun_for(schema, name), name, schema, self.rng))


def some(noun: str, name: str, schema: dict[str, Any], rng: random.Random) -> str:
    """Return words for a thing that is not told: "a city I have in mind", of a second one "another city"."""
    if re.match(r"(?:second|other) ", noun_of(schema, name)):
        return f"another {noun}"
    if re.search(r"[^su]s$", noun.partition(" of ")[0]):
        return rng.choice((f"some {noun}", f"some {noun} I have in mind"))
    # "A certain city" is what a form says: people say that they know which.
    ways = [f"{with_article(noun)} I have in mind", f"{with_article(noun)} I'm thinking of"]
    return rng.choice([*ways, with_article(noun)] if schema.get("type") == "string" else ways)


def noun_for(schema: dict[str, Any], name: str) -> str:
    """Return what people call a thing of that kind: "city" of a second city, "BIC", "ticket" of a ticket number."""
    noun = re.sub(r"^(?:first|second|other|target) | (?:to|from) (?!the\b).*$", "", noun_of(schema, name))
    again = str(phrases_of(schema).get("again") or "").removeprefix("that ")
    if again.casefold() == noun.casefold() or (schema.get("type") == "string" and noun.startswith(f"{again} ")):
        return again or noun
    if schema.get("format") == "date-time" and not re.search(r"\b(?:time|moment)\b", noun):
        return f"{noun} time"
    return noun
