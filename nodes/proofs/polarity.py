"""When words say yes, no or nothing: how a quote says a boolean or a null.

A quote says such a value when it shares a content word with the parameter's name, title or description and
its polarity fits: an even number of negations means yes, an odd number no. A negation in the parameter's own
name turns that round, so that "without weekends" says true to `exclude_weekends`. Null is said by a negation
("no limit") or by a word for anything goes ("any").
"""

import re
from functools import lru_cache
from typing import Any

#: A quote for a flag is a phrase, not the query.
MAX_WORDS = 8
#: How many words before a quote may still negate it, within its clause.
REACH = 3

_NEGATIONS = frozenset(
    "no not non never none nor neither without except excluding exclude excludes excluded skip skipping "
    "skips omit omitting ignore ignoring disable disabled disabling off dont doesnt isnt arent wont cannot "
    "cant shouldnt minus nothing avoid avoiding hide hiding unless".split()
)
_OPEN = frozenset("any anything whatever unlimited all every".split())
_STOPWORDS = frozenset(
    "a an and are as at be been by can do does for from get give has have how i if in into is it its just "
    "like make me my of on or our out please put set should so than that the their them then there these "
    "they this those to true false null up us use used value values want was we what when where whether "
    "which who will with would you your also only one each such may must other".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CLAUSE_END = re.compile(r"[.,;:!?()\n—–]|\bbut\b", re.IGNORECASE)


#: Longer texts, such as queries, do not come again with the next record, and would fill the memory.
_REMEMBERED = 400


def words(text: str) -> list[str]:
    """Return the lower-case words of a phrase or an identifier, contractions in one piece."""
    return list(_words(text) if len(text) <= _REMEMBERED else _words.__wrapped__(text))


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text.replace("_", " "))
    return tuple(match.group().lower().replace("'", "").replace("’", "") for match in _WORD.finditer(spaced))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def stems(text: str) -> frozenset[str]:
    """Return the stems of the content words."""
    return _stems(text) if len(text) <= _REMEMBERED else _stems.__wrapped__(text)


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(
        _stem(word) for word in words(text) if word not in _STOPWORDS and word not in _NEGATIONS and len(word) > 1
    )


def topic(schema: dict[str, Any], name: str) -> frozenset[str]:
    """Return the stems of the content words of a parameter's name, title and description."""
    return stems(" ".join((name, str(schema.get("title") or ""), str(schema.get("description") or ""))))


def negations(text: str) -> int:
    """Return how many words of the text negate."""
    return sum(word in _NEGATIONS for word in words(text))


def clause_before(text: str, position: int) -> str:
    """Return the words before `position` of its clause that may negate what follows."""
    before = text[max(0, position - 80) : position]
    ends = [match.end() for match in _CLAUSE_END.finditer(before)]
    clause = before[ends[-1] :] if ends else before
    return " ".join(clause.split()[-REACH:])


def says_flag(quote: str, value: bool | None, schema: dict[str, Any], name: str, before: str = "") -> bool:
    """Say whether the quote says the boolean or null; `before` are the clause's words before it."""
    spoken = words(quote)
    if not spoken or len(spoken) > MAX_WORDS or not stems(quote) & topic(schema, name):
        return False
    negated = (negations(quote) + negations(before)) % 2 == 1
    if value is None:
        return negated or not _OPEN.isdisjoint(spoken)
    turned = negations(name or str(schema.get("title") or "")) % 2 == 1
    return value is (negated is turned)
