"""Arguments in words, for tools without phrases, and what is said of them at the end of a sentence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from graph.record import Step
from graph.sources import StepSource
from nodes.marks.wording import switch_words
from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.grammar import base_form, with_article
from nodes.policies.offline.writing.marking import plain
from nodes.policies.offline.writing.naming import noun_of
from nodes.policies.offline.writing.speech import KEY_NOUN, Speaker, flag_words, without_key
from nodes.policies.offline.writing.telling import quoted
from tool_registry.drawing.things import identity_of_parameter
from tool_registry.drawing.value_words import singular
from tool_registry.json.pointer import escape
from tool_registry.json.schema import labels, schema_at
from tool_registry.spec import ToolSpec

#: A name of a thing's name: "country code".
KEY_OF = re.compile(rf"(\w+(?: \w+)?) {KEY_NOUN}")


@dataclass(frozen=True)
class SpokenArgument:
    """An argument in words; `noun` is "" where its name means nothing to a person. `found`: it is a call's result.
    `is_open`: the words are no value, but that there is to be one, "a date I have in mind".

    `thing` is what a bare `id` identifies, "" of all else; `key` is by what the value identifies something, or "".
    """

    name: str
    noun: str
    kind: Literal["number", "string", "array", "object", "flag"]
    spoken: str
    found: bool = False
    thing: str = ""
    key: str = ""
    is_open: bool = False


def spoken_arguments(step: Step, spec: ToolSpec, names: Iterable[str], speaker: Speaker) -> list[SpokenArgument]:
    """Return the named arguments in words. Raises PhraseError for one that cannot be argument."""
    spoken = [_spoken_argument(step, spec, name, speaker) for name in names]
    return [replace(each, is_open=True) if speaker.is_open(step, each.name) else each for each in spoken]


def _spoken_argument(step: Step, spec: ToolSpec, name: str, speaker: Speaker) -> SpokenArgument:
    schema = schema_at(spec.parameters, f"/{escape(name)}")
    value = step.arguments[name]
    noun = re.sub(r" (?:int|str|float|num|list|string|integer)$", "", noun_of(schema, name))
    noun = "" if len(noun) < 2 else noun
    identity = identity_of_parameter(spec, name)
    thing, key = identity.called if identity.is_bare else "", min(identity.keys, default="")
    match value:
        case bool():
            words = speaker.switch(schema, name, value) if switch_words(schema, value) else _flag(schema, noun, value)
            flag = speaker.given(words, step, f"/{escape(name)}")
            return SpokenArgument(name, noun, "flag", flag)
        case int() | float():
            spoken = without_key(speaker.argument(step, (name,)), noun)
            return SpokenArgument(name, noun, "number", spoken, _is_found(step, name), thing, key)
        case list():
            return SpokenArgument(name, noun, "array", speaker.argument(step, (name,)))
        case dict():
            return SpokenArgument(name, noun, "object", speaker.argument(step, (name,)))
        case _:
            spoken = without_key(speaker.argument(step, (name,)), noun)
            listed = bool(labels(schema)) or "enum" in schema
            words = spoken if listed or plain(spoken) != value else quoted(spoken)
            return SpokenArgument(name, noun, "string", words, _is_found(step, name), thing, key)


def _is_found(step: Step, name: str) -> bool:
    return isinstance(step.sources.get(f"/{escape(name)}"), StepSource)


def _flag(schema: dict[str, Any], noun: str, value: bool) -> str:
    """Return a boolean in the words of its description, "and write spaces as plus signs", else of its name."""
    described = re.match(
        r"(?:whether|if true,?|true|set)(?: or not)?(?: to)? (\w+)( [^.;,(]+)?",
        str(schema.get("description") or ""),
        re.IGNORECASE,
    )
    verb = base_form(described[1]) if described else None
    if described and verb:
        return f"{'and' if value else 'but do not'} {verb}{described[2] or ''}".rstrip()
    return flag_words(noun, value)


def tail_of(arguments: Iterable[SpokenArgument]) -> str:
    """Return what comes behind a sentence for the arguments that have no place in it, or ""."""
    given = list(arguments)
    coordinates = [each for each in given if each.found and each.spoken in ("that latitude", "that longitude")]
    at = ""
    if len(coordinates) == 2:
        given = [each for each in given if each not in coordinates]
        at = " for that place"
    things = [
        each for each in given if each.kind in ("number", "string") and (key := KEY_OF.fullmatch(each.noun)) and key[1]
    ]
    things = [each for each in things if each.key in ("id", "number", "code", "key", "login")]
    given = [each for each in given if each not in things]
    at += "".join(f" for {thing_by_key(each, each.noun.rpartition(' ')[0], by_name=False)}" for each in things)
    nameless = [each.spoken for each in given if each.kind != "flag" and not each.noun]
    named = [each for each in given if each.kind != "flag" and each.noun]
    alone = sum(each.kind == "number" for each in named) == 1
    words = []
    for each in named:
        if each.is_open:
            words.append(each.spoken)
        elif each.kind == "string":
            words.append(f"{each.spoken} as the {each.noun}")
        elif each.kind == "number" and re.search(r"[^s]s$", each.noun):
            words.append(f"{each.spoken} {singular(each.noun) if plain(each.spoken) in ('1', 'one') else each.noun}")
        elif each.kind == "number" and alone:
            words.append(f"{with_article(each.noun)} of {each.spoken}")
        else:
            words.append(f"{'' if each.kind == 'number' else 'the '}{each.noun} {each.spoken}")
    text = at + (f" for {enumerate_words(nameless)}" if nameless else "")
    text += f" with {enumerate_words(words)}" if words else ""
    return text + "".join(f", {each.spoken}" for each in given if each.kind == "flag")


def thing_by_key(argument: SpokenArgument, thing: str, *, by_name: bool) -> str:
    """Return a thing that is told by a key: "the customer 3", "that customer", "the first customer for Oslo"."""
    if argument.is_open:
        return f"{with_article(thing)} I have in mind"
    own = re.fullmatch(
        rf"(that|the) ((?:[a-z]+ )?{re.escape(thing)}) {re.escape(argument.noun.split()[-1])}(.*)", argument.spoken
    )
    if own:
        return f"{own[1]} {own[2]}{own[3]}"
    if argument.spoken.startswith(("the ", "that ")):
        return f"the {thing} with {argument.spoken}"
    if argument.noun.startswith(f"{thing} ") and not by_name:
        return f"the {thing} {argument.spoken}"
    return f"the {thing} with the {argument.noun.removeprefix(f'{thing} ')} {argument.spoken}"
