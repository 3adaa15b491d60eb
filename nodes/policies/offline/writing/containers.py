"""Lists and objects that a person gives in words: "12, 15 and 9.5", "Anna for 12 euros and Ben for 9"."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from graph.record import Step
from nodes.policies.offline.reading.templates import phrases_of
from nodes.policies.offline.writing.antecedents import Antecedents
from nodes.policies.offline.writing.fill import enumerate_words, fill
from nodes.policies.offline.writing.marking import SIGNS, Marks, plain
from nodes.policies.offline.writing.naming import noun_of
from tool_registry.json.pointer import escape, leaves
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

#: A comma of a sentence, none of a number.
_COMMA = re.compile(r",(?!\d)")
#: "1 nights".
_ONE = re.compile(rf"(?<![\w.,])((?:1|one){SIGNS}) ([a-z]+[^s])s\b")
#: A response says so many values again; of more it says "those numbers".
_SAID_AGAIN_MAX = 4


class Voice(Protocol):
    """Who speaks: what of a `Speaker` saying a list or an object takes."""

    steps: dict[str, Step]
    specs: dict[str, ToolSpec]
    rng: random.Random
    knows_results: bool
    antecedents: Antecedents
    marks: Marks

    def leaf_inside(
        self, step: Step, name: str, pointer: str, leaf: Any, depth: int, things: Sequence[str] = ()
    ) -> str:
        """Return the words for a value inside the argument."""


def container_words(speaker: Voice, step: Step, name: str, depth: int) -> str:
    """Return the words for an argument that is a list or an object, each value in it marked. Raises PhraseError."""
    value, pointer = step.arguments[name], f"/{escape(name)}"
    schema = schema_at(speaker.specs[step.tool].parameters, pointer)
    again = phrases_of(schema).get("again")
    words = _Container(speaker, step, name, depth, _identity(schema, name, value))
    if again is None:
        return words.at(pointer, value)
    again = str(again)
    if speaker.knows_results:
        others = {_identity(at, each, held) for at, each, held in _called(speaker, again)}
        is_long = sum(1 for _ in leaves(value)) > _SAID_AGAIN_MAX
        return again if is_long and len(others) == 1 else words.at(pointer, value)
    if speaker.antecedents.can_be_called(words.thing, again):
        for where, _ in leaves(value):
            again = speaker.marks.again(again, step.id, f"{pointer}{where}", f"{words.thing}{pointer}{where}")
        return again
    return speaker.antecedents.named(words.thing, again, words.at(pointer, value))


def _identity(schema: dict[str, Any], name: str, value: Any) -> str:
    return f"user|{schema.get('format') or noun_of(schema, name)}|{json.dumps(value, sort_keys=True)}"


def _called(speaker: Voice, again: str) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """Yield the lists and objects of all calls that go by the same short name."""
    for step in speaker.steps.values():
        for name, value in step.arguments.items():
            schema = schema_at(speaker.specs[step.tool].parameters, f"/{escape(name)}")
            if isinstance(value, list | dict) and phrases_of(schema).get("again") == again:
                yield schema, name, value


class _Container:
    """One list or object; `thing` is what its short name may stand for later on."""

    def __init__(self, speaker: Voice, step: Step, name: str, depth: int, thing: str) -> None:
        self.speaker, self.step, self.name, self.depth, self.thing = speaker, step, name, depth, thing

    def at(self, pointer: str, value: Any) -> str:
        """Return the words for what stands at the pointer: by its author's `mention`, else its values in a row."""
        schema = schema_at(self.speaker.specs[self.step.tool].parameters, pointer)
        templates = [str(each) for each in phrases_of(schema).get("mention") or ()]
        if isinstance(value, list) and value:
            said = _in_a_row([self.at(f"{pointer}/{place}", item) for place, item in enumerate(value)])
            return self.speaker.rng.choice(templates).replace("{}", said) if templates else said
        if isinstance(value, dict) and value:
            return self._object(pointer, value, schema, templates)
        return self.speaker.leaf_inside(self.step, self.name, pointer, value, self.depth, [f"{self.thing}{pointer}"])

    def _object(self, pointer: str, value: dict[str, Any], schema: dict[str, Any], templates: list[str]) -> str:
        def member(names: tuple[str, ...]) -> str:
            return enumerate_words([self.at(f"{pointer}/{escape(each)}", value[each]) for each in names])

        self.speaker.rng.shuffle(templates)
        for template in templates:
            if all(f"{{{each}}}" in template for each in value):
                return _ONE.sub(r"\1 \2", fill(template, member, set(value)))
        said = []
        for each, inner in value.items():
            noun = "" if isinstance(inner, bool) else f"{noun_of(schema_at(schema, f'/{escape(each)}'), each)} "
            said.append(f"{noun}{member((each,))}")
        return enumerate_words(said)


def _in_a_row(words: list[str]) -> str:
    """Return "A, B and C"; with semicolons where one of them has commas of its own."""
    if len(words) > 1 and any(_COMMA.search(plain(each)) for each in words):
        return "; ".join(words[:-1]) + f"; and {words[-1]}"
    return enumerate_words(words)
