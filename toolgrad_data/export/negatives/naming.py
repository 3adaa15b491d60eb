"""What is asked for, in words: what a value is called, and a call as something that one does."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from graph.record import Step
from graph.sources import UserSource
from nodes.policies.offline.writing.grammar import base_form, doing, lower_first
from nodes.policies.offline.writing.naming import noun_of, parts_of
from tool_registry.json.pointer import escape
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

_NOUN_WORDS = 4
_TASK_WORDS = 22
#: Verbs that descriptions begin with, beside those that the offline policy knows.
_MORE_VERBS = frozenset("work say name solve check call play rate browse monitor track".split())
_NOUN_ENDS = r"(?=$|[,.;]| (?:in|on|at|from|to|into|by|with|between|after|before|is|has|are|was|uses|belongs|takes)\b)"
_NEEDS_OUT = frozenset({"find", "work"})
#: What a name says of the type, which nobody would: `first_int`.
_TYPE = re.compile(r" (?:int|str|float|num|list|string|integer)$")
_ROLE = re.compile(r"^(?:first|second|start|starting|end|last|other|target|from|to|source|destination) ")
_VAGUE = frozenset("value values first second input data text x y z a b n s".split())


def value_noun(schema: Mapping[str, Any], name: str) -> str | None:
    """Return what people call the value, or None where the schema has no word for it ("x", "value")."""
    title = schema.get("title")
    noun = lower_first(" ".join(str(title).split())) if title else noun_of({}, name)
    noun = _TYPE.sub("", noun)
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 '/-]*", noun) is not None
    if not plain or len(noun) < 3 or noun.lower() in _VAGUE or len(noun.split()) > _NOUN_WORDS:
        return None
    return noun


def counted_noun(noun: str, value: Any) -> str:
    """Return the noun of a number that is named by what it counts: "number of days" for `days`."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"number of {noun}" if number and re.fullmatch(r"[a-z]+[^sui]s", noun) else noun


def spoken_noun(noun: str, value: Any) -> str:
    """Return the noun that stands for the value in a query: "date" for a `first date`, "time" for a departure."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "date"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.Z+-]+", value):
        return "date and time"
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d(?::\d\d)?", value):
        return "time"
    return _ROLE.sub("", noun)


@dataclass(frozen=True)
class NegativeTask:
    """What a call does: `do` is "find the capital of Japan", `doing` "finding the capital of Japan"."""

    verb: str
    about: str

    @property
    def do(self) -> str:
        """The infinitive without "to"."""
        return f"{self.verb} {self.about}"

    @property
    def doing(self) -> str:
        """The gerund."""
        return doing(self.verb, self.about)


def task_of(step: Step, spec: ToolSpec, *, but: Collection[str] = ()) -> NegativeTask | None:
    """Return what the call does, from the tool's description, with what the user said in the place of "a country".

    The arguments at the pointers `but` stay unnamed. None when the description is no sentence of that kind.
    """
    sentence = re.sub(r"\s*\([^()]*\)", "", " ".join(spec.description.replace("`", "").split()))
    sentence = re.split(r"[:;–]\s|(?<=\w\w)[.!?](?:\s|$)|, with ", sentence)[0].strip(" .,:")
    sentence = re.sub(
        r"^((?:\S+ ){3,}?\S+?), (?:and|how|both|to|each|paired|one|nearest|largest|tell) .*", r"\1", sentence
    )
    first, _, about = sentence.partition(" ")
    verb = first.lower() if first.lower() in _MORE_VERBS else base_form(first)
    if verb is None:
        told, about = parts_of(spec.description)
        verb = told or "find"
    verb = "get" if verb == "return" else verb
    if re.search(r" by (?:name|its|their) [\w -]*$| by name$", about):
        about = re.sub(r"(?:, given)? by (?:name|its|their)\b[\w -]*$", "", about)
    if not 1 <= len(about.split()) <= _TASK_WORDS or re.search(r"[\n\"_{}<>\[\]]|\b(?:True|False|None)\b", about):
        return None
    if verb in _NEEDS_OUT and re.match(r"(?:whether|if|when|how|what|which|where|who)\b", about):
        about = f"out {about}"
    return NegativeTask(verb, _with_words(about, step, spec, but))


def _with_words(about: str, step: Step, spec: ToolSpec, but: Collection[str]) -> str:
    for pointer, source in step.sources.items():
        name = pointer.removeprefix("/")
        if pointer in but or not isinstance(source, UserSource) or not isinstance(step.arguments.get(name), str):
            continue
        if source.quote.rstrip().endswith((".", "!", "?")):
            continue  # a sentence is nobody's noun
        schema = schema_at(spec.parameters, f"/{escape(name)}")
        for noun in sorted({noun_of(schema, name), noun_of({}, name)}, key=len, reverse=True):
            # "a date", "a given date", "a large city"; not "a date and time", of which it would be a part.
            pattern = rf"\b(?:an?|one|some) (?:\w+ )?{re.escape(noun)}{_NOUN_ENDS}"
            changed = re.sub(pattern, lambda _, said=source.quote: said, about, count=1)  # type: ignore[misc]
            if changed != about:
                about = changed
                break
    return about
