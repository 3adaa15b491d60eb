"""Is a value denied where it is told? "Not 05:14", "it isn't 12", "05:14 is not when it rises".

A clause denies a value that comes behind the denial, with nothing between that makes a bound of it ("not until 05:14",
"no more than 12"). A number or a time is denied through the clause; a date or a name stands in any clause that denies
something else, and is denied right behind the denial alone. Languages whose file has no denials deny nothing.
"""

import re
from functools import lru_cache

from nodes.marks.language import alternatives, language_of

#: Words between a denial and what it denies: a quantity, or a name or date; behind a quantity before its denial.
_BETWEEN_QUANTITY, _BETWEEN_NAME, _BEHIND = 5, 1, 1
_CLAUSE_ENDS = r"[.,;:!?()\u2013\u2014\n]"


def is_denied(text: str, start: int, end: int, *, is_quantity: bool, locale: str) -> bool:
    """Say whether `text[start:end]` is denied in its clause; `is_quantity`: it is a number or a time."""
    patterns = _patterns(locale)
    if patterns is None:
        return False
    denial, bound = patterns
    before = re.split(_CLAUSE_ENDS, text[:start])[-1]
    for found in denial.finditer(before):
        between = before[found.end() :]
        most = _BETWEEN_QUANTITY if is_quantity else _BETWEEN_NAME
        if len(between.split()) <= most and not bound.search(between):
            return True
    if not is_quantity:
        return False
    after = re.split(_CLAUSE_ENDS, text[end:])[0]
    first = denial.search(after)
    return first is not None and len(after[: first.start()].split()) <= _BEHIND and not bound.search(after)


@lru_cache(maxsize=64)
def _patterns(locale: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    words = language_of(locale).words
    if not words.denials:
        return None
    near = (phrase for kind in ("over", "under") for phrase in words.near.get(kind, ()))
    denial = rf"(?<!\w)(?:{alternatives(words.denials)})(?!\w)"
    if words.denial_endings:
        denial += rf"|\w(?:{alternatives(words.denial_endings)})(?!\w)"
    bound = rf"(?<!\w)(?:{alternatives((*near, *words.bounds))})(?!\w)"
    return re.compile(denial, re.IGNORECASE), re.compile(bound, re.IGNORECASE)
