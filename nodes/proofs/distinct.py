"""Promise 5, distinct: no earlier record with the same calls, none with nearly the same query.

Here is what two records are compared by. Among many, a run looks for one that is like while it writes
(`toolgrad_data/runs/distinct_index.py`), and `toolgrad verify` looks in a whole file
(`toolgrad_data/verify/distinctness.py`).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from graph.record import Record
from nodes.marks.wording import fold_words

#: Overlap (Jaccard) of their word 3-grams from which on two queries count as the same.
SIMILAR = Fraction(4, 5)
GRAM = 3

_WORD = re.compile(r"\w+")


def calls_key(record: Record) -> str:
    """Return a key of the multiset of (tool, arguments), the same for any order of the calls."""
    calls = sorted(
        hashlib.sha256(
            json.dumps([step.tool, _canonical(step.arguments)], sort_keys=True).encode("utf-8", "surrogatepass")
        ).hexdigest()
        for turn in record.turns
        for step in turn.steps
    )
    return hashlib.sha256("".join(calls).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    """Return the value so that what is equal as JSON is written alike: 1.0 as 1."""
    match value:
        case dict():
            return {name: _canonical(member) for name, member in value.items()}
        case list():
            return [_canonical(member) for member in value]
        case float() if value.is_integer():
            return int(value)
    return value


def grams(record: Record) -> frozenset[int]:
    """Return the word 3-grams of the record's queries as 64-bit hashes; a shorter query is one gram."""
    return grams_of(turn.query for turn in record.turns)


def grams_of(queries: Iterable[str]) -> frozenset[int]:
    """Return the word 3-grams of the queries as `grams` does."""
    found: set[int] = set()
    for query in queries:
        words = _WORD.findall(fold_words(query))
        starts = range(max(1, len(words) - GRAM + 1))
        found.update(_hash(words[start : start + GRAM]) for start in starts)
    return frozenset(found)


def _hash(words: Iterable[str]) -> int:
    text = " ".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def overlap(some: frozenset[int], others: frozenset[int]) -> Fraction:
    """Return the Jaccard overlap of two sets of 3-grams, from 0 to 1."""
    shared = len(some & others)
    return Fraction(shared, max(1, len(some) + len(others) - shared))
