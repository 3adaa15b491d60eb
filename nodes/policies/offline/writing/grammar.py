"""A little English: verbs that descriptions of tools begin with, their forms, articles."""

import re

#: What follows one of these is what somebody wants to know.
REPORTING = frozenset(
    "return get give compute calculate fetch retrieve find show tell determine report check read provide list "
    "estimate obtain evaluate measure display".split()
)
#: What follows one of these is done to something.
_DOING = frozenset(
    "add analyze apply ask average book build capitalize change clean collapse combine compare compress concatenate "
    "convert copy count create cut decode decompress decrypt deduplicate describe detect divide download draw encode "
    "encrypt escape execute expand explain extract filter flatten format generate group guess hash identify insert "
    "invert join locate look make map match merge move multiply normalize open order parse pick plan plot predict "
    "print query quote rank recommend remove render repeat replace resolve reverse rotate round run sample scale scan "
    "schedule search select send set shift shorten shuffle simplify sort split square strip subtract suggest sum "
    "summarize summarise swap take test transform translate trim truncate turn unescape update validate verify visit "
    "wrap write".split()
)
_NOUN_OF_VERB = {
    "add": "sum",
    "calculate": "result",
    "count": "count",
    "decode": "decoded text",
    "divide": "quotient",
    "encode": "encoded text",
    "encrypt": "encrypted text",
    "multiply": "product",
    "subtract": "difference",
    "sum": "total",
    "summarise": "summary",
    "summarize": "summary",
    "translate": "translation",
}


def base_form(word: str) -> str | None:
    """Return the verb that a description begins with, without its -s, or None when the word is none we know."""
    word = word.lower()
    known = REPORTING | _DOING
    return next(
        (form for form in (word, without_s(word), word[:-1] if word.endswith("s") else "") if form in known), None
    )


def without_s(verb: str) -> str:
    """Return a verb without the ending of its third person: "echo" for "echoes", "apply", "fetch", "close"."""
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith(("ss", "us", "is")) else verb


def gerund(verb: str) -> str:
    """Return the -ing form of a verb; of one with a particle, "working out"."""
    verb, space, particle = verb.partition(" ")
    if space:
        return f"{gerund(verb)} {particle}"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb):
        return f"{verb}{verb[-1]}ing"
    return f"{verb}ing"


def doing(verb: str, text: str) -> str:
    """Return what somebody does as something that gives a result: "adding 3 and 5", "cutting and pasting it"."""
    second = re.match(r"and (\w+) ", text)
    if second and base_form(second[1]):
        text = f"and {gerund(second[1])} {text[second.end() :]}"
    return f"{gerund(verb)} {text}"


def outcome_of_verb(verb: str) -> str:
    """Return the noun for what doing it gives: "product", or "result" where there is no better one."""
    return _NOUN_OF_VERB.get(verb, "result")


def with_article(noun: str) -> str:
    """Return the noun with "a" or "an"."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless its first word is an abbreviation or made from a name."""
    is_name = text[1:2].isupper() or re.match(r"[A-Z]\w+(?:ean|ian)\b", text)
    return text if is_name else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
