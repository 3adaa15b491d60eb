"""Asking and answering for tools without phrases: their descriptions, with the arguments put where they belong.

"Get the current weather in a given city." becomes "the current weather in Lisbon", "Add two numbers." becomes "add
3 and 5"; what has no place in the sentence comes at its end: "with a limit of 5".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.reading.templates import PhraseError
from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.grammar import base_form, doing, upper_first, with_article
from nodes.policies.offline.writing.marking import SIGNS, MarkValue, plain
from nodes.policies.offline.writing.naming import noun_of, parts_of
from nodes.policies.offline.writing.result_words import result_in_words
from nodes.policies.offline.writing.speech import KEY_NOUN, Speaker, without_key
from nodes.policies.offline.writing.telling import quoted
from tool_registry.drawing.things import identity_of_parameter
from tool_registry.drawing.value_words import singular, split_words
from tool_registry.json.pointer import escape
from tool_registry.json.schema import labels, schema_at
from tool_registry.spec import ToolSpec

Form = Literal["clause", "request"]

_GIVEN = r"(?:(?:given|specified|provided|certain|single|input) )?"
_OWN = r"(?:its|their|his|her|the|an?)"
_NUMBER_WORDS = {2: "two|both|the two", 3: "three", 4: "four", 5: "five"}
#: What a description calls a value that it names by nothing but its type.
_TYPE_NOUNS = {
    "number": "number|integer|value|float",
    "string": "string|text|sentence|word|phrase|message|input",
    "array": r"numeric data|data|values|numbers|list(?: of \w+)?|sequence|array",
}
#: What a description calls what a parameter takes by another name.
_SAME_THING = (
    (
        re.compile(r"path|file ?(?:path|name)|folder|directory"),
        r"(?:file or directory|directory or file|file|directory|folder)",
    ),
    (re.compile(r"revision|rev|sha|hash|ref"), r"commit"),
)
#: Behind "a customer", but not in "a customer group".
_NO_NOUN_FOLLOWS = (
    r"(?= (?:of|by|with|in|for|from|to|on|at|and|or|that|which|who|as|after|before|has|have|had|is|was|can|will)\b"
    r"|[^\w ]|\0|$)"
)
_PLACE = r"(?:place|location|point|spot|position|site)"
#: A name of a thing's name: "country code".
_KEY_OF = re.compile(rf"(\w+(?: \w+)?) {KEY_NOUN}")
#: What a person says for being told of a thing: "Show me the order 3".
_LOOKED_UP = re.compile(
    r"(?:get|fetch|retrieve|read|find|list|show|display|look up|provide|return|give|obtain)", re.IGNORECASE
)
_LOOKING_UP = ("show me", "look up", "find", "get me", "pull up")
#: A question that is answered by its count: "how many pieces are in stock", but not "how many days there are".
_COUNTED = re.compile(r"how many ((?:(?!\bthere\b)[^\n])+)")
_ASKED = re.compile(r"(?:how|what|whether|when|where|who|whose|which|why|if)\b")


@dataclass(frozen=True)
class Said:
    """An argument in words; `noun` is "" where its name means nothing to a person. `found`: it is a call's result.

    `thing` is what a bare `id` identifies, "" of all else; `key` is by what the value identifies something, or "".
    """

    name: str
    noun: str
    kind: Literal["number", "string", "array", "object", "flag"]
    spoken: str
    found: bool = False
    thing: str = ""
    key: str = ""


@dataclass
class _Sentence:
    """What to do, or None where something is to be told; to what, with arguments; the arguments left over."""

    verb: str | None
    body: str
    rest: list[Said] = field(default_factory=list)

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


def tail_of(arguments: Iterable[Said]) -> str:
    """Return what comes behind a sentence for the arguments that have no place in it, or ""."""
    given = list(arguments)
    coordinates = [said for said in given if said.found and said.spoken in ("that latitude", "that longitude")]
    at = ""
    if len(coordinates) == 2:
        given = [said for said in given if said not in coordinates]
        at = " for that place"
    things = [
        said for said in given if said.kind in ("number", "string") and (key := _KEY_OF.fullmatch(said.noun)) and key[1]
    ]
    things = [said for said in things if said.key in ("id", "number", "code", "key", "login")]
    given = [said for said in given if said not in things]
    at += "".join(f" for {_keyed(said, said.noun.rpartition(' ')[0], by_name=False)}" for said in things)
    nameless = [said.spoken for said in given if said.kind != "flag" and not said.noun]
    named = [said for said in given if said.kind != "flag" and said.noun]
    alone = sum(said.kind == "number" for said in named) == 1
    words = []
    for said in named:
        if said.kind == "string":
            words.append(f"{said.spoken} as the {said.noun}")
        elif said.kind == "number" and re.search(r"[^s]s$", said.noun):
            words.append(f"{said.spoken} {singular(said.noun) if plain(said.spoken) in ('1', 'one') else said.noun}")
        elif said.kind == "number" and alone:
            words.append(f"{with_article(said.noun)} of {said.spoken}")
        else:
            words.append(f"{'' if said.kind == 'number' else 'the '}{said.noun} {said.spoken}")
    text = at + (f" for {enumerate_words(nameless)}" if nameless else "")
    text += f" with {enumerate_words(words)}" if words else ""
    return text + "".join(f", {said.spoken}" for said in given if said.kind == "flag")


def said_of(step: Step, spec: ToolSpec, names: Iterable[str], speaker: Speaker) -> list[Said]:
    """Return the named arguments in words. Raises PhraseError for one that cannot be said."""
    return [_said(step, spec, name, speaker) for name in names]


def _said(step: Step, spec: ToolSpec, name: str, speaker: Speaker) -> Said:
    schema = schema_at(spec.parameters, f"/{escape(name)}")
    value = step.arguments[name]
    noun = re.sub(r" (?:int|str|float|num|list|string|integer)$", "", noun_of(schema, name))
    noun = "" if len(noun) < 2 else noun
    identity = identity_of_parameter(spec, name)
    thing, key = identity.called if identity.is_bare else "", min(identity.keys, default="")
    match value:
        case bool():
            flag = speaker.given(_flag(schema, noun, value), step, f"/{escape(name)}")
            return Said(name, noun, "flag", flag)
        case int() | float():
            spoken = without_key(speaker.argument(step, (name,)), noun)
            return Said(name, noun, "number", spoken, _is_found(step, name), thing, key)
        case list():
            return Said(name, noun, "array", speaker.argument(step, (name,)))
        case dict():
            return Said(name, noun, "object", speaker.argument(step, (name,)))
        case _:
            spoken = without_key(speaker.argument(step, (name,)), noun)
            listed = bool(labels(schema)) or "enum" in schema
            words = spoken if listed or plain(spoken) != value else quoted(spoken)
            return Said(name, noun, "string", words, _is_found(step, name), thing, key)


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
    return f"with {noun}" if value else f"without {noun}"


def _sentence(step: Step, spec: ToolSpec, speaker: Speaker) -> _Sentence:
    """Return the first sentence of the tool's description with the arguments in it."""
    arguments = said_of(step, spec, step.arguments, speaker)
    verb, body = parts_of(spec.description, spec.name)
    if not body:
        # Where the description says nothing the name does: `FetchHealthCheck`.
        words = [word for word in split_words(spec.original_name or spec.name) if len(word) > 2]
        verb, body = parts_of(" ".join(words)) if words else (None, "")
    body, words, placed = _fitted(body, arguments, is_told=verb is None)
    body = " ".join(re.sub(r"\([^()\0]*\)", "", body).split())
    if not body:
        return _Sentence(None, "the result", arguments)
    # What is left to the tool's own choice: "in the given width".
    unsaid = re.sub(r"\b(?:an?|the) (?:given|specified|provided) ", "the usual ", body)
    unnamed = [name for name in spec.parameters.get("required") or () if name not in step.arguments]
    if any(_SAME_THING[0][0].fullmatch(noun_of({}, name)) for name in unnamed):
        unsaid = re.sub(r"\ban? (?:file or directory|directory|folder)\b", "the usual folder", unsaid, count=1)
    text = re.sub("\0(\\d+)\0", lambda found: words[int(found[1])], unsaid)
    text = re.sub(rf"(?<![\w.,])((?:1|one){SIGNS}) ([a-z]+[^s])s\b", r"\1 \2", text)
    rest = [said for said in arguments if said.name not in placed]
    if isinstance(step.result, bool) and verb is None and len(rest) == 1:
        # "Return True for leap years": whether the one argument is one.
        kind = re.match(r"the true (?:for|if|when) (?:the )?([^,;]+)", text, re.IGNORECASE)
        if kind:
            return _Sentence(None, f"whether {rest[0].spoken} is one of the {kind[1]}")
    text = re.sub(r"^the true (?:if|when) ", "whether ", text, flags=re.IGNORECASE)
    return _Sentence(verb, text, rest)


def _fitted(body: str, arguments: list[Said], *, is_told: bool) -> tuple[str, list[str], set[str]]:
    """Return the body with marks for arguments, the words for each mark, and the names of those placed."""
    words: list[str] = []
    placed: set[str] = set()

    def put(pattern: str, text: str, *names: str) -> None:
        nonlocal body
        changed = re.sub(pattern, f"\0{len(words)}\0", body, count=1, flags=re.IGNORECASE)
        if changed != body:
            body = changed
            words.append(text)
            placed.update(names)

    def put_named(pattern: str, text: str, said: Said) -> None:
        """Put a value where its noun stands; what is asked for itself keeps the noun: "the license MIT"."""
        first = re.match(pattern, body, re.IGNORECASE) if is_told and said.kind == "string" else None
        if first and not text.startswith(("the ", "that ")):
            text = f"the {re.sub('^(?:an?|the one|the|this) ', '', first[0])} {text}"
        put(pattern, text, said.name)

    def left(kind: str) -> list[Said]:
        return [said for said in arguments if said.kind == kind and said.name not in placed]

    every = [said for said in arguments if said.kind != "flag"]
    place = [said for said in every if said.found and re.search(r"\b(?:latitude|longitude|lat|lon|lng)\b", said.noun)]
    if len(place) == 2 and all(said.spoken.startswith("that ") for said in place):
        # Nobody says "latitude that latitude and longitude that longitude".
        put(rf"\b(?:an?|the|this) {_GIVEN}{_PLACE}\b", "that place", *(said.name for said in place))
    if len(every) > 1:
        # "Multiply a and b."
        names = [said.name for said in every]
        put(rf"\b{re.escape(enumerate_words(names))}\b", enumerate_words([said.spoken for said in every]), *names)
    for said in every:
        if said.name in placed:
            continue
        if said.noun:
            noun = re.escape(said.noun)
            many = noun if noun.endswith("s") else f"{noun}s"
            put(rf"\ba number of {many}\b", f"{said.spoken} {said.noun}", said.name)
            if said.name in placed:
                continue
            names_it = said.kind == "number" and not re.fullmatch(rf"year|{_TYPE_NOUNS['number']}", said.noun)
            words_for_it = f"{with_article(said.noun)} of {said.spoken}" if names_it else said.spoken
            key = _KEY_OF.fullmatch(said.noun)
            thing = said.thing or (key[1] if key else "")
            by = "|".join(map(re.escape, filter(None, dict.fromkeys((said.noun, said.key)))))
            by = rf"(?:by|with) {_GIVEN}(?:{_OWN} )?(?:{by})\b(?! (?:and|or)\b|,)"
            for words_by in (f" {by}", "") if thing else ():
                # "A customer by id" is the customer with the id 3, and "a customer" alone as well.
                whose = rf"\b(?:an?|the one|the|this|one) {_GIVEN}{re.escape(thing)}\b{words_by}{_NO_NOUN_FOLLOWS}"
                put(whose, _keyed(said, thing, by_name=bool(words_by)), said.name)
                if said.name in placed:
                    break
            else:
                # "Search accounts by name", which is called the query.
                put(rf"\b{by.replace('|with', '')}", _with(said), said.name)
            if said.name in placed:
                continue
            put_named(
                rf"\b(?:an?|the one|the|this) {_GIVEN}{noun}(?: date| string| text| list)?\b(?! of)", words_for_it, said
            )
            same = next((words for names, words in _SAME_THING if names.fullmatch(said.noun)), None)
            if same is not None and said.kind == "string" and said.name not in placed:
                put_named(rf"\b(?:an?|the|this) {_GIVEN}{same}\b(?! (?:or|structure|tree))", said.spoken, said)
        elif said.name not in "aiAI":
            # "k items" becomes "3 items", or "that many items".
            put(rf"\b{re.escape(said.name)}(?= [a-z]+s\b)", re.sub("^that .*", "that many", said.spoken), said.name)
            put(rf"\b{re.escape(said.name)}\b", said.spoken, said.name)
    for kind, nouns in _TYPE_NOUNS.items():
        several = left(kind)
        if len(several) > 1:
            names = [said.name for said in several]
            together = enumerate_words([said.spoken for said in several])
            number = _NUMBER_WORDS.get(len(several))
            if number:
                put(rf"\b(?:the )?(?:{number}) {_GIVEN}(?:{nouns})s\b", together, *names)
        elif several:
            article = "(?:an?|the|this) " if kind != "array" else "(?:(?:an?|the|this) )?"
            put(rf"\b{article}{_GIVEN}(?:{nouns})\b(?! (?:of|that|which))", several[0].spoken, several[0].name)
    for said in left("string"):
        if said.noun:
            # Without an article: "a checksum of data".
            put(rf"(?<= of ){re.escape(said.noun)}\b", said.spoken, said.name)
    return body, words, placed


def _keyed(said: Said, thing: str, *, by_name: bool) -> str:
    """Return a thing that is told by a key: "the customer 3", "that customer", "the first customer for Oslo"."""
    own = re.fullmatch(
        rf"(that|the) ((?:[a-z]+ )?{re.escape(thing)}) {re.escape(said.noun.split()[-1])}(.*)", said.spoken
    )
    if own:
        return f"{own[1]} {own[2]}{own[3]}"
    if said.spoken.startswith(("the ", "that ")):
        return f"the {thing} with {said.spoken}"
    if said.noun.startswith(f"{thing} ") and not by_name:
        return f"the {thing} {said.spoken}"
    return f"the {thing} with the {said.noun.removeprefix(f'{thing} ')} {said.spoken}"


def _with(said: Said) -> str:
    noun = said.key if said.key and said.key not in said.noun.split() else said.noun
    return f"with {'' if said.spoken.startswith(('the ', 'that ')) else f'the {noun} '}{said.spoken}"


def _yes_or_no(sentence: _Sentence, result: bool, mark: MarkValue) -> str:
    about = sentence.about
    asked = re.match(r"whether (.+?) is (.+)", about)
    if asked:
        return f"{mark('Yes' if result else 'No', '')}, {asked[1]} is {'' if result else 'not '}{asked[2]}."
    told = "yes" if result else "no"
    if sentence.verb is not None:
        return upper_first(f"{doing(sentence.verb, about)} gives {mark(f'a {told}', '')}.")
    return upper_first(f"{about}: {mark(told, '')}.")
