"""Taking a value out of a query so that the rest still reads as something that a person wrote.

Two ways: the phrase goes with its preposition ("the capital of Japan" becomes "the capital"), or an indefinite one
takes its place ("the capital of a certain country"). Where neither reads well there is no way, and None is returned:
a negative that cannot be made cleanly is not made.
"""

import random
import re
from dataclasses import dataclass
from typing import Literal

from nodes.policies.offline.writing.grammar import with_article

Way = Literal["cut", "replaced"]

_PREPOSITIONS = frozenset("on in of for at from to near around into after before over with through within".split())
# With one of these before the preposition, what follows cannot be left out: "belongs to", "the location of".
_NEEDS_MORE = frozenset(
    "am are be been being is was were go goes going belong belongs look looks looking leave "
    "leaving lie lies live lives "
    "start starting starts come comes get gets made make turn turns add adds added subtract born based depends working "
    "location coordinates antipode place point one each most level name rest part side sort kind type value opposite "
    "date day moment time year month number amount list pair couple cost price terms respect addition order count "
    "located used use uses travel travelling fly flying drive driving head heading arrive arriving move moving due up "
    "divided split followed compared according close near far next prior thanks thank because out instead ahead behind "
    "assign assigned written said called put told done spelled spelt "
    "that this it there here what which who and or but than as if so back counting counted away".split()
)
_ENDS_PHRASE = re.compile(
    r"(?:$|[.,?!;:)]|\s(?:plus|but|then|so|because|if|when|which|that)\b|\s[–—]\s"
    # Not "at 25 °C and one atmosphere", where more of the same kind follows.
    r"|\s(?:and|or) (?:when|what|how|which|where|who|whether|is|are|tell|find|then|also|please|give|i|check)\b)",
    re.IGNORECASE,
)
#: Where a phrase ends in a clause of its own, none may follow.
_CLOSES = re.compile(r"(?:$|[.,?!;:)]|\s(?:and|or|plus|but|then)\b)")
_PHRASE_GOES_ON = frozenset(
    "on in of for at from to near around into after before by over with through within and or plus but then is are was "
    "were has have had does do did will would can could should if when uses use using lies "
    "belongs gets keeps takes comes "
    "observes starts falls celebrates i we you".split()
)
# Words that say "this one is known": the article or adjective before a value that a phrase cannot follow.
_DETERMINERS = frozenset(
    "the a an my our your his her its their this that these those each every any some no first second third next last "
    "account word name surname text code formula company "
    "another same both all about exactly roughly around nearly over under minus plus number no. numbers".split()
)
_UNITS = (
    "% percent km kilometres kilometers kilometre miles mile metres meters metre m cm mm feet "
    "foot ft inches inch yards "
    "hours hour minutes minute seconds second days day weeks week months month years year working-days "
    "kg kilograms kilogram grams gram g lb pounds pound ounces tonnes litres liters litre l ml "
    "millilitres gallons pints "
    "degrees degree ° °C °F celsius fahrenheit km/h mph knots m/s kWh moles mol euros dollars pages people words"
).split()
_UNIT = re.compile(r"\s?(?:%|°[CF]?)|\s(?:working )?[A-Za-z/°]+")
_DANGLING = re.compile(
    r"\b(?:of|in|on|at|for|from|to|by|with|near|into|over|than|between|and|or|the|an?)(?=\s*[.?!,;]|\s*$)",
    re.IGNORECASE,
)
#: Phrases for what is not named. Those of the second list end in a clause, which nothing but the phrase's end follows.
_ANYWHERE = ("a certain {}", "one particular {}")
_AT_AN_END = (
    "a {} I have in mind",
    "the {} I'm thinking of",
    "the {} I told you about",
    "a {} that I have picked",
    "the {} I've settled on",
    "the {} in question",
    "the {} we talked about",
    "the {} from my last message",
)
#: What people have or live in, what they paste, and so how they speak of it when they forget to say which.
_OWN = frozenset("city country airport currency language bank zone account birthday".split())
_PASTED = re.compile(r"[A-Z]{2,}|.*\b(?:number|code|text|word|formula|barcode|message|sentence|list|name)\b")
_WORDS_LEAST = 4


@dataclass(frozen=True)
class Edited:
    """A query without a value: `taken` is the words that went, unit included, as the user would say them."""

    query: str
    taken: str
    way: Way


def without(query: str, quote: str, noun: str, *, number: bool, may_cut: bool, rng: random.Random) -> Edited | None:
    """Return the query without the quote, which stands in it once, or None where that cannot be done cleanly."""
    if query.count(quote) != 1:
        return None
    start = query.index(quote)
    end = start + len(quote)
    if number:
        unit = _UNIT.match(query, end)
        if unit and unit.group().strip() in _UNITS:
            end = unit.end()
    taken = query[start:end]
    with_unit = number and taken != quote
    replaced = _replace_count(query, start, end) if with_unit else _replace_phrase(query, start, end, noun, rng)
    ways: list[tuple[Way, str | None]] = [
        ("cut", _cut_phrase(query, start, end) if may_cut else None),
        ("replaced", replaced),
    ]
    possible = [Edited(text, taken, way) for way, text in ways if text is not None and _reads_well(text, query)]
    if not possible:
        return None
    return possible[0] if rng.random() < 0.7 else possible[-1]


def _cut_phrase(query: str, start: int, end: int) -> str | None:
    before, after = query[:start], query[end:]
    words = re.findall(r"[\w'-]+|[.,?!;:]", before)
    if len(words) < 3 or words[-1].lower() not in _PREPOSITIONS:
        return None
    governor = words[-2].lower()
    if not governor[0].isalpha() and not governor.isdigit():
        return None
    if governor in _NEEDS_MORE or governor in _PREPOSITIONS or "between" in [word.lower() for word in words[-9:]]:
        return None
    goes_on = re.match(r"\s(\w+)", after)
    if not _ENDS_PHRASE.match(after) and not (goes_on and goes_on[1].lower() in _PREPOSITIONS):
        return None
    if words[-1].lower() == "to" and "from" not in [word.lower() for word in words[-6:]]:
        return None
    if re.match(r"\sand\b", after) and re.search(r"\b(?:both|of|from)\s*$", before):
        return None  # "the holidays of A and B": two of a kind
    if words[-1].lower() == "of" and {"a", "an"} & {word.lower() for word in words[-5:-1]}:
        return None  # "with a radius of 20 km"
    if re.search(r"(?:^|[.?!:]\s+)(?:put|express)\s[^.?!]*$", before, re.IGNORECASE):
        return None
    kept = re.sub(r"\s+[\w'-]+\s*$", "", before)
    return _tidy(kept + after)


def _replace_phrase(query: str, start: int, end: int, noun: str, rng: random.Random) -> str | None:
    before, after = query[:start], query[end:]
    last = re.search(r"([\w'.-]+)\s*$", before)
    if last and last[1].lower() in _DETERMINERS and not before.rstrip().endswith((",", ":")):
        return None
    if _is_part_of_name(before, noun):
        return None
    follows = re.match(r"\s([\w'-]+)", after)
    ends = _CLOSES.match(after) is not None
    if not ends and not _ENDS_PHRASE.match(after) and not (follows and follows[1].lower() in _PHRASE_GOES_ON):
        return None
    if after.startswith(("'s", "’s")):
        return None
    own = ["my {}"] * 3 if noun.split()[-1] in _OWN else []
    pasted = ["this {}"] * 5 if _PASTED.match(noun) else []
    form = rng.choice([*own, *pasted, *_ANYWHERE, *(_AT_AN_END if ends else ())])
    phrase = form.format(noun)
    if form.startswith("a {}"):
        phrase = f"a {phrase[2:]}" if re.match(r"uni|eu|one", phrase[2:].lower()) else with_article(phrase[2:])
    if not before.strip() or before.rstrip().endswith((".", "?", "!")):
        phrase = phrase[:1].upper() + phrase[1:]
    return _tidy(before + phrase + after)


def _is_part_of_name(before: str, noun: str) -> bool:
    """Say whether the phrase is part of a larger one: "the LEI {}", "in February {}"."""
    last = re.findall(r"[\w'.-]+", before)[-2:]
    if any(word.lower() in noun.lower().split() for word in last):
        return True
    begins = len(last) < 2 or before.rstrip()[-1:] in ".?!"
    return bool(last) and last[-1][:1].isupper() and last[-1] != "I" and not begins


def _replace_count(query: str, start: int, end: int) -> str | None:
    """A number with its unit: "24 days" becomes "a certain number of days"."""
    unit = query[start:end].split()[-1]
    before, after = query[:start], query[end:]
    last = re.search(r"([\w'.-]+)\s*$", before)
    if not unit.endswith("s") or len(unit) < 4 or (last and last[1].lower() in _DETERMINERS):
        return None
    follows = re.match(r"\s([\w'-]+)", after)
    if not _ENDS_PHRASE.match(after) and not (follows and follows[1].lower() in _PHRASE_GOES_ON):
        return None
    return _tidy(f"{before}a certain number of {unit}{after}")


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([.,?!;:])", r"\1", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def _reads_well(text: str, original: str) -> bool:
    if len(text.split()) < _WORDS_LEAST or re.search(
        r",[.?!,]|\(\s*\)|\b(\w+) \1\b|\ban? (?:margin|body weight|radius|shift|rate|height|depth|speed)[.,?!]", text
    ):
        return False
    return len(_DANGLING.findall(text)) <= len(_DANGLING.findall(original))
