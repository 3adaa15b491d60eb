"""`--obfuscate`: other names and other words for every tool, so that a model reads the schemas.

Each example draws its own names, or else the new names would be learned in the place of the old ones. What a call
means stays: values, enums, formats, limits and results are as they were, and everything that names a tool or a
parameter (schemas, calls, tools' messages, errors, words) names it by its new name.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nodes.policies.offline.writing.grammar import base_form, upper_first
from tool_registry.json.pointer import escape
from toolgrad_data.export.conversation import Call, Example, Message, Tool, result_text
from toolgrad_data.export.datasets.parameter_names import rename_in_arguments, rename_in_pointer, rename_in_schema
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for

_ONSETS = "b d f g k l m n p r s t v z br dr gl kr pl st tr".split()
_VOWELS = "a e i o u".split()
_ENDS = "l m n r s t x".split()
#: With one of these inside, an invented name is no everyday word, and so can be found in a text again.
_JOINS = ("_", "_", "-")

#: Words of one meaning that descriptions begin with; a rewritten one begins with another of them.
_VERBS = (
    ("compute", "calculate", "work out", "determine"),
    ("find", "look up", "retrieve", "get", "fetch"),
    ("give", "return", "provide", "report"),
    ("tell", "say", "report"),
    ("list", "enumerate", "return all"),
    ("check", "verify", "test"),
    ("count", "tally", "determine the number of"),
    ("convert", "change", "turn", "translate"),
    ("estimate", "approximate"),
    ("write", "express", "put down"),
)
_FRAMES = (
    "{sentence}",
    "{sentence}",
    "Use this to {lower}",
    "This function can {lower}",
    "Meant to {lower}",
    "Call it to {lower}",
)


@dataclass(frozen=True)
class NewNames:
    """The names of one example: tools by their old names, and each tool's parameters by theirs."""

    tools: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, str]]


class Obfuscation:
    """Gives each example new names, drawn with the seed and its id."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Rename in every example."""
        for example in examples:
            yield self.obfuscate(example)
        report.notes["obfuscated"] = True

    def obfuscate(self, example: Example) -> Example:
        """Return the example under new names and with reworded descriptions; `labels` has the tools' old names."""
        rng = rng_for(self._seed, "obfuscation", example.id)
        names = new_names(example, rng)
        renamed = rename(example, names)
        tools = tuple(replace(tool, description=reword(tool.description, rng)) for tool in renamed.tools)
        old = {new: old for old, new in names.tools.items()}
        return replace(renamed, tools=tools, labels={**renamed.labels, "names": old})


def new_names(example: Example, rng: random.Random) -> NewNames:
    """Return names that nothing in the example has: invented words, different for each tool and its parameters."""
    taken: set[str] = set()
    wrong = example.preference.rejected if example.preference else ()
    called = {call.tool for message in (*example.messages, *wrong) for call in message.calls}
    tools: dict[str, str] = {}
    parameters: dict[str, dict[str, str]] = {}
    specs = {tool.name: tool for tool in example.tools}
    for name in sorted({*specs, *called}):
        tools[name] = _invent_name(rng, taken, parts=2)
        own: set[str] = set()
        schema = specs[name].parameters if name in specs else {}
        parameters[name] = {old: _invent_name(rng, own, parts=1) for old in sorted(property_names(schema))}
    return NewNames(tools, parameters)


def rename(example: Example, names: NewNames) -> Example:
    """Return the example with each tool and parameter under its name in `names`; nothing else is changed."""
    specs = {tool.name: tool for tool in example.tools}
    words = _word_changer(names.tools)
    tools = tuple(_rename_tool(tool, names) for tool in example.tools)
    messages = tuple(_rename_message(message, names, specs, words) for message in example.messages)
    preference = example.preference
    if preference is not None:
        rejected = tuple(_rename_message(message, names, specs, words) for message in preference.rejected)
        preference = replace(preference, rejected=rejected)
    return replace(example, tools=tools, messages=messages, preference=preference)


def property_names(schema: Any) -> set[str]:
    """Return the names of all properties that a schema declares, at every depth."""
    found: set[str] = set()
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"):
                if keyword == "properties" and isinstance(value, dict):
                    found.update(value)
                below = value.values() if isinstance(value, dict) else ()
                found.update(*map(property_names, below))
            elif keyword not in ("enum", "const", "default", "examples"):
                found |= property_names(value)
    elif isinstance(schema, list):
        found.update(*map(property_names, schema))
    return found


def reword(description: str, rng: random.Random) -> str:
    """Return a description that says the same and begins otherwise."""
    text = description.strip()
    first, _, rest = text.partition(" ")
    # "Look up", "Sort": a request that begins like a sentence, not "GET /users" and not "The time in a zone".
    if base_form(first) != first.lower() or not re.fullmatch(r"[A-Z][a-z]+", first):
        return text
    group, verb = next(
        ((group, verb) for group in _VERBS for verb in group if text.lower().startswith(f"{verb} ")), ((), "")
    )
    rest = text[len(verb) + 1 :]
    # What stands behind the verb has to go with the new one: "find whether", "tell in which".
    if group and not re.match(r"(?:whether|if|when|how|what|which|where|who|in which|by)\b", rest):
        text = f"{upper_first(rng.choice([one for one in group if one != verb]))} {rest}"
    frame = rng.choice(_FRAMES)
    return frame.replace("{sentence}", text).replace("{lower}", text[:1].lower() + text[1:])


def _rename_tool(tool: Tool, names: NewNames) -> Tool:
    new = names.parameters.get(tool.name, {})
    words = _word_changer({**new, **names.tools})
    return replace(
        tool,
        name=names.tools.get(tool.name, tool.name),
        description=words(tool.description),
        parameters=rename_in_schema(tool.parameters, new),
    )


def _rename_message(
    message: Message, names: NewNames, specs: Mapping[str, Tool], words: Callable[[str], str]
) -> Message:
    if message.role == "tool":
        result = _rename_in_error(message.result, names.parameters.get(message.tool, {}), words)
        content = result_text(result) if result != message.result else message.content
        return replace(message, tool=names.tools.get(message.tool, message.tool), result=result, content=content)
    if message.role == "user":
        return message
    calls = tuple(_rename_call(call, names, specs) for call in message.calls)
    return replace(message, calls=calls, content=words(message.content), thought=words(message.thought))


def _rename_call(call: Call, names: NewNames, specs: Mapping[str, Tool]) -> Call:
    new = names.parameters.get(call.tool, {})
    schema = specs[call.tool].parameters if call.tool in specs else {}
    return replace(
        call,
        tool=names.tools.get(call.tool, call.tool),
        arguments=rename_in_arguments(call.arguments, schema, new),
        defaults={rename_in_pointer(where, schema, new): value for where, value in call.defaults.items()},
    )


def _rename_in_error(result: Any, parameters: Mapping[str, str], words: Callable[[str], str]) -> Any:
    """Return a failure with its parameters under their new names: by pointer or in quotes, as validators write them."""
    if not (isinstance(result, dict) and isinstance(result.get("error"), dict)):
        return result
    message = words(str(result["error"].get("message", "")))
    for old, new in parameters.items():
        message = re.sub(rf"(?<![\w/])/{re.escape(escape(old))}(?=[:/]|$)", f"/{escape(new)}", message)
        message = re.sub(rf"(?<=[\"'`]){re.escape(old)}(?=[\"'`])", new, message)
    return {**result, "error": {**result["error"], "message": message}}


def _word_changer(names: Mapping[str, str]) -> Callable[[str], str]:
    """Return what changes the identifiers in a text; a name that is an everyday word stays what it says."""
    known = {old: new for old, new in names.items() if not re.fullmatch(r"[A-Za-z]?[a-z]*", old)}
    if not known:
        return lambda text: text
    longest = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])")
    return lambda text: pattern.sub(lambda found: known[found.group()], text)


def _invent_name(rng: random.Random, taken: set[str], parts: int) -> str:
    while True:
        words = ["".join(_syllables(rng, least=3 - parts)) for _ in range(parts)]
        name = rng.choice(_JOINS).join(words) if parts > 1 else words[0]
        if name not in taken:
            taken.add(name)
            return name


def _syllables(rng: random.Random, least: int) -> Iterator[str]:
    """A name of one syllable could be a word of its own: "sum"."""
    for _ in range(rng.choice((least, 2, 2))):
        yield rng.choice(_ONSETS) + rng.choice(_VOWELS)
    yield rng.choice(_ENDS)
