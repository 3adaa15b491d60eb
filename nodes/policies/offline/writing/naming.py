"""What things are called: read off titles and names, and off the first sentence of a tool's description."""

import re
from functools import lru_cache
from typing import Any

from nodes.policies.offline.writing.grammar import REPORTING, base_form, lower_first, outcome_of_verb, without_s
from tool_registry.drawing.value_words import first_sentence, split_words
from tool_registry.spec import ToolSpec

_PREAMBLE = re.compile(
    r"^(?:(?:(?:this|a|an|the) )?(?:function|tool|method|utility|helper)s?,? (?:(?:that|which|to|for|can|is|be|used) )*"
    r"|use (?:this|it) (?:tool )?(?:to|for|when you need to) |useful for |given [^,]*, )",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"\S*(?:\w_\w|[a-z][A-Z]|[A-Za-z]\.[A-Za-z]|[{}<>\[\]])\S*")
_DANGLING = re.compile(
    r" (?:given as|such as|as|like|called|named|in the form)"
    r" \S*(?:\w_\w|[a-z][A-Z]|[A-Za-z]\.[A-Za-z]|[{}<>\[\]])\S*$"
)
_DETERMINER = re.compile(
    r"(?:the|a|an|all|any|some|my|your|our|its|his|her|their|every|each|whether|if|how|what|which|when|where|who|why)\b",
    re.IGNORECASE,
)
_OBJECT_FOLLOWS = re.compile(
    r"(?:the|a|an|all|my|your|its|their|this|these|every|each|one|two|three|some|any|many|multiple|several|new|back|text|data)"
    r"\b",
    re.IGNORECASE,
)
_QUESTION_FOLLOWS = re.compile(r"(?:how|what|whether|why|when|where|who|which)\b", re.IGNORECASE)
_PARTICLE = re.compile(
    rf"(out|up|down|off|over|back|away|together) (?={_OBJECT_FOLLOWS.pattern}|{_QUESTION_FOLLOWS.pattern})",
    re.IGNORECASE,
)
#: Reports where it stands alone: "check whether", but "check out a book".
_DONE_WITH_PARTICLE = frozenset({"check"})
#: What follows a noun rather than a verb: "Details of an order".
_NOUN_GOES_ON = re.compile(r"(?:of|for|in|on|at|by|with|from|about|between|and|or|that|which|as)\b", re.IGNORECASE)
_HEAD_ENDS = re.compile(
    r" (?:a|an|the|of|from|for|in|to|on|at|with|that|which|by|between|as|if|is|using|per)\b|,|\(|\0"
)
_HEAD_WORDS = 4


def noun_of(schema: dict[str, Any], name: str) -> str:
    """Return what people call the value: the title, else the name in words; never an identifier."""
    title = str(schema.get("title") or name)
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", title)
    return " ".join(re.sub(r"[^\w\s'-]|_", " ", spaced).split()).lower() or "value"


@lru_cache(maxsize=4096)
def parts_of(description: str, name: str = "") -> tuple[str | None, str]:
    """Return what a tool does, as (verb, object), from the first sentence of its description.

    A first word that we do not know is a verb where the tool's `name` begins with it, or where what follows shows it.
    The verb is None where the tool tells something, and the object a noun phrase or an indirect question then:
    (None, "the weather in a city"). The object is "" when the sentence cannot be used.
    """
    sentence = first_sentence(description).replace("`", "").replace("\0", "").strip().rstrip(".!?: ")
    # Brackets are kept when words alone are in them: "the point (x, y)".
    sentence = re.sub(r"\((?![\w, ]+\))[^()]*\)", "", _PREAMBLE.sub("", sentence))
    sentence = " ".join(_IDENTIFIER.sub("", sentence).split()) if not _DANGLING.search(sentence) else _cut(sentence)
    first, _, rest = sentence.partition(" ")
    if re.fullmatch(r"[A-Za-z]+ly", first) and base_form(rest.partition(" ")[0]):
        # "Recursively search for files".
        first, _, rest = rest.partition(" ")
    verb = base_form(first)
    phrasal = _PARTICLE.match(rest) if first.isalpha() and not _DETERMINER.match(first) else None
    if phrasal and (verb in REPORTING - _DONE_WITH_PARTICLE or (verb, phrasal[1].lower()) == ("look", "up")):
        return None, _to_be_told(rest[phrasal.end() :])
    if phrasal:
        # "Work out the distance": the particle belongs to the verb, whichever verb it is.
        return f"{verb or without_s(first.lower())} {phrasal[1].lower()}", rest[phrasal.end() :]
    if verb == "look" and rest.lower().startswith("up "):
        verb, rest = "find", rest[3:]
    if verb == "find" and rest.lower().startswith("out "):
        rest = rest[4:]
    if first.lower() == "about":
        return None, f"what there is to know {lower_first(sentence)}"
    if verb is None and first.isalpha() and not _DETERMINER.match(first) and _is_verb(first.lower(), rest, name):
        verb = without_s(first.lower())
    if verb is not None and verb not in REPORTING:
        return verb, rest
    return None, _to_be_told(rest if verb else lower_first(sentence))


def _is_verb(word: str, rest: str, name: str) -> bool:
    if _OBJECT_FOLLOWS.match(rest):
        return True
    if word.endswith("s") and _QUESTION_FOLLOWS.match(rest):
        return True  # "Demonstrates how it is done"
    named = split_words(name)
    return bool(rest) and named[:1] == [without_s(word)] and not _NOUN_GOES_ON.match(rest)


def _cut(sentence: str) -> str:
    """Return the sentence without the part whose last word is an identifier: ", or of a file given as A:B"."""
    found = _DANGLING.search(sentence)
    kept = sentence[: found.start()] if found else sentence
    before, comma, _ = kept.rpartition(",")
    return " ".join(_IDENTIFIER.sub("", before if comma else kept).split())


def _to_be_told(text: str) -> str:
    text = re.sub(r"^if ", "whether ", text)
    text = re.sub(r"^(?:an?) ", "the ", text)
    return text if not text or _DETERMINER.match(text) else f"the {text}"


def outcome_noun(spec: ToolSpec) -> str:
    """Return what the tool's result is called: "product", "greatest common divisor", "result"."""
    title = (spec.output_schema or {}).get("title")
    if title:
        return noun_of({"title": title}, "result")
    verb, body = parts_of(spec.description, spec.name)
    return (outcome_of_verb(verb) if verb else _head(body)) or "result"


def _head(body: str) -> str:
    """Return the noun phrase that a longer one begins with: "distance" of "the distance from A to B"."""
    head = _HEAD_ENDS.split(re.sub(r"^(?:the|all|any|some|its) ", "", body))[0].strip()
    usable = 0 < len(head.split()) <= _HEAD_WORDS and not re.search(r"\b(?:and|or|true|whether|how|what)\b", head, re.I)
    # The last word is enough to refer to it: "that checksum".
    noun = head.split()[-1] if usable else ""
    return noun if noun.replace("-", "").isalpha() else "result"
