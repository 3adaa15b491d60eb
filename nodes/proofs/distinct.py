"""Promise 5, distinct: no earlier record with the same calls, none with nearly the same query.

Exact, not approximate. Two queries whose 3-gram sets overlap by Jaccard t or more share at least t of
*either* set; so among any |A| - ceil(t |A|) + 1 of A's 3-grams at least one is shared with every such B.
Looking up only A's rarest ones finds every candidate, and rare ones have few.
"""

import hashlib
import json
import re
from array import array
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from graph.record import Finding, Record
from nodes.proofs.text import normalised

#: Overlap from which on two queries count as the same.
SIMILAR = Fraction(4, 5)
GRAM = 3

_WORD = re.compile(r"\w+")


def _canonical(value: Any) -> Any:
    """Return the value so that what is equal as JSON is written alike: 1.0 as 1."""
    if isinstance(value, dict):
        return {name: _canonical(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_canonical(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


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


def grams(record: Record) -> frozenset[int]:
    """Return the word 3-grams of the record's queries as 64-bit hashes; a shorter query is one gram."""
    found: set[int] = set()
    for turn in record.turns:
        words = _WORD.findall(normalised(turn.query))
        starts = range(len(words) - GRAM + 1) if len(words) >= GRAM else range(1)
        found.update(_hash(words[start : start + GRAM]) for start in starts)
    return frozenset(found)


def _hash(words: Iterable[str]) -> int:
    text = " ".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


class DistinctIndex:
    """What is known of earlier records. Ask `seen`, then `add` what is accepted, in index order."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._calls: dict[str, int] = {}
        self._grams: list[array[int]] = []
        # A gram that one record has maps to its number; only one that several have needs a list of them.
        self._postings: dict[int, int | array[int]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def seen(self, record: Record) -> Finding | None:
        """Return why the record is not distinct from those added, or None."""
        same = self._calls.get(calls_key(record))
        if same is not None:
            message = f"the record {self._ids[same]} has the same calls with the same arguments"
            return Finding(promise="distinct", code="same_calls", message=message, where="/turns")
        similar = self._similar(grams(record))
        if similar is not None:
            number, overlap = similar
            near = f"{self._ids[number]} (3-gram overlap {float(overlap):.2f})"
            message = f"the query is nearly that of the record {near}"
            return Finding(promise="distinct", code="similar_query", message=message, where="/turns/0/query")
        return None

    def add(self, record: Record) -> None:
        """Remember the record."""
        number = len(self._ids)
        self._ids.append(record.id)
        self._calls.setdefault(calls_key(record), number)
        own = grams(record)
        self._grams.append(array("Q", sorted(own)))
        for gram in own:
            known = self._postings.get(gram)
            if known is None:
                self._postings[gram] = number
            elif isinstance(known, int):
                self._postings[gram] = array("L", (known, number))
            else:
                known.append(number)

    def _having(self, gram: int) -> Iterable[int]:
        known = self._postings.get(gram, ())
        return (known,) if isinstance(known, int) else known

    def _frequency(self, gram: int) -> int:
        known = self._postings.get(gram)
        return 0 if known is None else 1 if isinstance(known, int) else len(known)

    def _similar(self, own: frozenset[int]) -> tuple[int, Fraction] | None:
        """Return the first record whose query is similar and the overlap."""
        size = len(own)
        if not size:
            return None
        shared_least = -(-SIMILAR.numerator * size // SIMILAR.denominator)
        rarest = sorted(own, key=lambda gram: (self._frequency(gram), gram))[: size - shared_least + 1]
        candidates = {number for gram in rarest for number in self._having(gram)}
        for number in sorted(candidates):
            other = self._grams[number]
            smaller, larger = sorted((size, len(other)))
            if Fraction(smaller, larger) < SIMILAR:
                continue
            shared = len(own.intersection(other))
            overlap = Fraction(shared, size + len(other) - shared)
            if overlap >= SIMILAR:
                return number, overlap
        return None
