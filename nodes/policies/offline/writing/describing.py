"""Asking and answering for tools without phrases: their descriptions, with the arguments put where they belong.

"Get the current weather in a given city." becomes "the current weather in Lisbon", "Add two numbers." becomes "add
3 and 5"; what has no place in the sentence comes at its end: "with a limit of 5".
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from graph.record import Step
from nodes.policies.offline.reading.templates import PhraseError
from nodes.policies.offline.writing.fitting import PATH_NAMES, fit_arguments
from nodes.policies.offline.writing.grammar import doing, upper_first
from nodes.policies.offline.writing.marking import SIGNS, MarkValue, plain
from nodes.policies.offline.writing.naming import noun_of, parts_of
from nodes.policies.offline.writing.result_words import result_in_words
from nodes.policies.offline.writing.speech import Speaker
from nodes.policies.offline.writing.spoken_arguments import SpokenArgument, spoken_arguments, tail_of
from tool_registry.drawing.value_words import split_words
from tool_registry.spec import ToolSpec

Form = Literal["clause", "request"]

#: What a person says for being told of a thing: "Show me the order 3".
_LOOKED_UP = re.compile(
    r"(?:get|fetch|retrieve|read|find|list|show|display|look up|provide|return|give|obtain)", re.IGNORECASE
)
_LOOKING_UP = ("show me", "look up", "find", "get me", "pull up")
#: A question that is answered by its count: "how many pieces are in stock", but not "how many days there are".
_COUNTED = re.compile(r"how many ((?:(?!\bthere\b)[^\n])+)")
_ASKED = re.compile(r"(?:how|what|whether|when|where|who|whose|which|why|if)\b")


@dataclass
class _Sentence:
    """What to do, or None where something is to be told; to what, with arguments; the arguments left over."""

    verb: str | None
    body: str
    rest: list[SpokenArgument] = field(default_factory=list)

    @property
    def about(self) -> str:
        return f"{self.body}{tail_of(self.rest)}"


def plain_ask(step: Step, spec: ToolSpec, speaker: Speaker) -> tuple[Form, str]:
    """Return an ask made from the tool's description."""
    sentence = _sentence(step, spec, speaker)
    if sentence.verb is not None:
        return "request", f"{sentence.verb} {sentence.about}"
    is_thing = isinstance(step.result, dict | list) and not _ASKED.match(sentence.body)
    if is_thing and _LOOKED_UP.match(spec.description):
        # Nobody "knows the order 3": it is shown.
        return "request", f"{speaker.rng.choice(_LOOKING_UP)} {sentence.about}"
    return "clause", sentence.about


def plain_answer(step: Step, spec: ToolSpec, speaker: Speaker) -> str:
    """Return the result in a sentence that says what was asked: "Multiplying 47 and 44 gives 2068."."""
    try:
        sentence = _sentence(step, spec, speaker)
    except PhraseError:
        sentence = _Sentence(None, "the result")
    mark = speaker.marks.of_result(step.id)
    if isinstance(step.result, bool):
        return _yes_or_no(sentence, step.result, mark)
    told, is_short = result_in_words(step.result, spec.output_schema or {}, mark)
    if "\n" in told:
        told = f"\n{told}"
    end = "" if plain(told).endswith((".", "!", "?", "…")) or "\n" in told else "."
    if sentence.verb is not None:
        return upper_first(
            f"{doing(sentence.verb, sentence.about)} gives{'' if is_short else ':'} {told}{end}".replace(" \n", "\n")
        )
    counted = _COUNTED.fullmatch(sentence.about) if type(step.result) is int and step.result != 1 else None
    if counted:
        return upper_first(f"{told} {counted[1]}{end}")
    # What was asked with "how many" is no subject of a sentence: "how many are in stock: 12".
    joint = " is" if is_short and not _ASKED.match(sentence.about) else ":"
    return upper_first(f"{sentence.about}{joint} {told}{end}".replace(" \n", "\n"))


def _sentence(step: Step, spec: ToolSpec, speaker: Speaker) -> _Sentence:
    """Return the first sentence of the tool's description with the arguments in it."""
    arguments = spoken_arguments(step, spec, step.arguments, speaker)
    verb, body = parts_of(spec.description, spec.name)
    if not body:
        # Where the description says nothing the name does: `FetchHealthCheck`.
        words = [word for word in split_words(spec.original_name or spec.name) if len(word) > 2]
        verb, body = parts_of(" ".join(words)) if words else (None, "")
    body, words, placed = fit_arguments(body, arguments, is_told=verb is None)
    body = " ".join(re.sub(r"\([^()\0]*\)", "", body).split())
    if not body:
        return _Sentence(None, "the result", arguments)
    # What is left to the tool's own choice: "in the given width".
    unsaid = re.sub(r"\b(?:an?|the) (?:given|specified|provided) ", "the usual ", body)
    unnamed = [name for name in spec.parameters.get("required") or () if name not in step.arguments]
    if any(PATH_NAMES.fullmatch(noun_of({}, name)) for name in unnamed):
        unsaid = re.sub(r"\ban? (?:file or directory|directory|folder)\b", "the usual folder", unsaid, count=1)
    text = re.sub("\0(\\d+)\0", lambda found: words[int(found[1])], unsaid)
    text = re.sub(rf"(?<![\w.,])((?:1|one){SIGNS}) ([a-z]+[^s])s\b", r"\1 \2", text)
    rest = [argument for argument in arguments if argument.name not in placed]
    if isinstance(step.result, bool) and verb is None and len(rest) == 1:
        # "Return True for leap years": whether the one argument is one.
        kind = re.match(r"the true (?:for|if|when) (?:the )?([^,;]+)", text, re.IGNORECASE)
        if kind:
            return _Sentence(None, f"whether {rest[0].spoken} is one of the {kind[1]}")
    text = re.sub(r"^the true (?:if|when) ", "whether ", text, flags=re.IGNORECASE)
    return _Sentence(verb, text, rest)


def _yes_or_no(sentence: _Sentence, result: bool, mark: MarkValue) -> str:
    about = sentence.about
    asked = re.match(r"whether (.+?) is (.+)", about)
    if asked:
        return f"{mark('Yes' if result else 'No', '')}, {asked[1]} is {'' if result else 'not '}{asked[2]}."
    told = "yes" if result else "no"
    if sentence.verb is not None:
        return upper_first(f"{doing(sentence.verb, about)} gives {mark(f'a {told}', '')}.")
    return upper_first(f"{about}: {mark(told, '')}.")
