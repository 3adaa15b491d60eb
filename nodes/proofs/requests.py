"""What of a query is a request: its sentences, and the clauses that begin a request of their own.

A request is a question, an imperative ("Find …", "please …") or a wish to be told ("I'd like to know …", "I also need
…"). What only gives facts ("I land at HND.", "I want to tile a floor.") is background. How the answer should be ("Give
me a short answer.") is no request either: see `surplus.py`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


def _any_of(phrases: str) -> str:
    """Return a pattern of words, or of phrases with "_" for a space, each with either apostrophe."""
    return f"(?:{'|'.join(phrases.split())})".replace("_", " ").replace("'", "['’]")


_SENTENCE = re.compile(r"(?:[^.?!\n]|[.?!](?!\s|$))+[.?!]*")
_ABBREVIATED = re.compile(r"\b(?:dr|mr|mrs|ms|st|prof|vs|mt|jr|sr|e\.g|i\.e|approx)\.$", re.IGNORECASE)
_OPENERS = _any_of(
    "also and or but then plus so now oh well next first finally lastly besides besides_that afterwards after_that "
    "please pls just kindly maybe separately unrelated unrelated_to_that different_topic too again ok okay hey hi "
    "hello thanks from_there with_that with_that_in_hand by_the_way while_you're_at_it on_top_of_that apart_from_that "
    "in_addition on_a_side_note last_but_not_least if_possible if_you_can once_you_have_that"
)
_LEAD = rf"(?:{_OPENERS}[,:;]?\s+){{0,6}}"
_VERB = _any_of(
    "add answer apply arrange ask assign attach average block book build buy calculate call cancel change charge "
    "check choose clear close compare compute confirm convert copy correct count create decode define delete "
    "deliver describe determine dial double-check download draft draw edit email e-mail encode encrypt enter "
    "estimate evaluate explain express fetch figure file fill find fix forward generate get give grab hash help "
    "identify increase inform insert install invite keep let_me_know list locate lock log look mail make mark "
    "measure message modify move name note notify open order organise organize paint pause pay pick ping plan play "
    "plot post predict prepare print project provide publish purchase put quote rank rate read recommend record "
    "register remind remove rename rent repeat replace reply report request reserve return review rewrite round run "
    "save say schedule search see sell send set share shop show sign sing skip solve sort spell split start stop "
    "stream strip submit subscribe subtract suggest sum summarise summarize switch take teach tell text track "
    "transfer translate try turn tweet unlock update upload verify watch work wrap write"
)
_ASKING = (
    r"(?:(?:can|could|would|will|won['’]t) (?:you|anyone|somebody|someone)|would you (?:be able to|mind)|"
    r"any (?:chance|idea)|is there (?:any|a) (?:chance|way))\b"
)
_LEARN = rf"to {_any_of('know see find figure work look hear learn be_told get have check understand calculate')}"
_WISH = (
    rf"(?:i(?:['’]d| would|['’]m|['’]ve| am| was| have been)?(?: really| still)?(?: also)? "
    rf"(?:like|love|want|need|wish|have|hoping|trying|asked|supposed)(?: you)? {_LEARN}|"
    r"i(?:['’]d| would)? also (?:need|want|like|love)|i(?:['’]d| would) (?:like|love|want|need) you to|"
    rf"it would (?:be (?:good|nice|great|helpful|useful)|help)(?: a lot)? {_LEARN}|"
    r"i(?:['’]m| am) (?:also )?(?:wondering|curious|after)|i(?: also)? wonder)\b"
)
_WH = r"(?:what(?:['’]s)?|who(?:['’]s|se|m)?|where(?:['’]s)?|when|why|which|how)\b"
_AUXILIARY = rf"{_any_of('is are was were do does did has have will should can could would may might shall')}\b"

_IMPERATIVE = re.compile(rf"{_LEAD}(?P<verb>{_VERB})\b(?!['’])", re.IGNORECASE)
_ASKED = re.compile(rf"{_LEAD}{_ASKING}", re.IGNORECASE)
_WISHED = re.compile(rf"{_LEAD}{_WISH}", re.IGNORECASE)
_QUESTION = re.compile(rf"{_LEAD}(?:{_WH}|{_AUXILIARY})", re.IGNORECASE)
_OPEN_QUESTION = re.compile(rf"{_LEAD}{_WH}", re.IGNORECASE)
_ALSO = re.compile(r"\b(?:also|too|as well|you to)\b", re.IGNORECASE)
_SUBJECT = _any_of(
    "i we he she they you it my our his her their your the this that these those there a an thanks thank hi hello hey "
    "good dear one some all everyone since because as while today tomorrow yesterday last next"
)
_BACKGROUND = re.compile(rf"{_LEAD}{_SUBJECT}\b", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:[,;:]|\s[–—-])?\s(?=(?:and|then|also|plus|but|so|as well as|along with)\s)|[,;:]\s(?=(?:please|then|also)\s)",
    re.IGNORECASE,
)
_STARTS = re.compile(
    rf"(?:as well as |along with )?{_LEAD}(?:{_ASKING}|{_WISH}|{_WH}|{_AUXILIARY}|(?P<verb>{_VERB})\s+\w)",
    re.IGNORECASE,
)


class Clause(NamedTuple):
    """A sentence of a query, or a part of one; `body` is what is left of it without its opening words.

    `request` says that it asks, orders or wishes; `wish` that it only wishes, which may also be said of the reason why
    something is asked; `part` that it is one of a sentence's several; `nominal` that it has no subject: "The sunrise
    at HND, please."
    """

    text: str
    body: str
    verb: str
    request: bool
    wish: bool
    part: bool
    nominal: bool


@lru_cache(maxsize=64)
def clauses(query: str) -> tuple[Clause, ...]:
    """Return the query's sentences; those that ask several things are parted where a request begins."""
    return tuple(clause for sentence in sentences(query) for clause in _clauses(sentence))


def sentences(text: str) -> list[str]:
    """Return the text's sentences, stripped."""
    found: list[str] = []
    held = ""
    for match in _SENTENCE.finditer(text):
        held += match.group()
        if not _ABBREVIATED.search(held.rstrip()):
            found.append(held.strip())
            held = ""
    return [sentence for sentence in (*found, held.strip()) if sentence]


def _clauses(sentence: str) -> Iterator[Clause]:
    asks = sentence.endswith("?")
    orders = _IMPERATIVE.match(sentence) or _ASKED.match(sentence) or _WISHED.match(sentence)
    begin = 0
    for joint in _JOINT.finditer(sentence) if asks or orders else ():
        starts = _STARTS.match(sentence, joint.end())
        if starts is not None and (orders or not starts["verb"]):
            yield _clause(sentence[begin : joint.start()], asks, part=begin > 0, ends=False)
            begin = joint.end()
    yield _clause(sentence[begin:], asks, part=begin > 0, ends=True)


def _clause(text: str, asks: bool, part: bool, ends: bool) -> Clause:
    asked = _ASKED.match(text)
    ordered = _IMPERATIVE.match(text, asked.end() + 1 if asked else 0)
    wished = _WISHED.match(text)
    opening = ordered or asked or wished or (_QUESTION if asks else _OPEN_QUESTION).match(text)
    return Clause(
        text,
        body=text[opening.end() :] if opening else text,
        verb=ordered["verb"].lower() if ordered else "",
        request=(asks and ends) or opening is not None,
        wish=opening is wished and opening is not None and not asks and not _ALSO.search(text),
        part=part,
        nominal=text.rstrip(" .!").lower().endswith("please") or not _BACKGROUND.match(text),
    )
