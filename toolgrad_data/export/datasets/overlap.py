"""Which texts are nearly the same: word 3-grams that overlap by Jaccard 0.8 or more, exactly and not by chance.

As in `nodes/proofs/distinct.py`: of two sets that overlap that much, each has a common gram among its rarest few.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from graph.record import Record
from nodes.marks.wording import fold_words
from nodes.proofs.distinct import GRAM, SIMILAR, calls_key, overlap

Grams = frozenset[int]

_WORD = re.compile(r"\w+")


def grams_of(text: str) -> Grams:
    """Return the word 3-grams of a text as 64-bit hashes; a shorter text is one gram, an empty one none."""
    words = _WORD.findall(fold_words(text))
    starts = range(len(words) - GRAM + 1) if len(words) >= GRAM else range(1 if words else 0)
    return frozenset(_hash(words[start : start + GRAM]) for start in starts)


def grams_of_record(record: Record) -> Grams:
    """Return the 3-grams of the record's queries."""
    return frozenset().union(*(grams_of(turn.query) for turn in record.turns))


class NearTexts:
    """Texts that can be asked for one that is nearly the same as another."""

    def __init__(self) -> None:
        self._sets: list[Grams] = []
        self._postings: defaultdict[int, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._sets)

    def add(self, grams: Grams) -> None:
        """Add a text; its number is how many there were before."""
        for gram in grams:
            self._postings[gram].append(len(self._sets))
        self._sets.append(grams)

    def near(self, grams: Grams) -> tuple[int, Fraction] | None:
        """Return the number of the first text that is nearly the same, and the overlap."""
        if not grams:
            return None
        rarest = sorted(grams, key=lambda gram: (len(self._postings.get(gram, ())), gram))[: _prefix(grams)]
        for number in sorted({number for gram in rarest for number in self._postings.get(gram, ())}):
            found = overlap(grams, self._sets[number])
            if found >= SIMILAR:
                return number, found
        return None


def components(records: Sequence[tuple[Grams, str]]) -> list[int]:
    """Return for each record, given as (grams, key of its calls), the number of the first one that it hangs together
    with: by queries that are nearly the same, or by the same calls, directly or over others.
    """
    parent = list(range(len(records)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(one: int, other: int) -> None:
        first, second = sorted((root(one), root(other)))
        parent[second] = first

    first_with: dict[str, int] = {}
    for number, (_, calls) in enumerate(records):
        join(first_with.setdefault(calls, number), number)
    frequency = Counter(gram for grams, _ in records for gram in grams)
    postings: defaultdict[int, list[int]] = defaultdict(list)
    for number, (grams, _) in enumerate(records):
        rarest = sorted(grams, key=lambda gram: (frequency[gram], gram))[: _prefix(grams)]
        for other in sorted({other for gram in rarest for other in postings[gram]}):
            if root(other) != root(number) and overlap(grams, records[other][0]) >= SIMILAR:
                join(other, number)
        for gram in rarest:
            postings[gram].append(number)
    return [root(number) for number in range(len(records))]


def traits(record: Record) -> tuple[Grams, str]:
    """Return what `components` compares records by."""
    return grams_of_record(record), calls_key(record)


def _prefix(grams: Grams) -> int:
    """Return among how many of the rarest grams a near text has one in common."""
    return len(grams) - -(-SIMILAR.numerator * len(grams) // SIMILAR.denominator) + 1


def _hash(words: Iterable[str]) -> int:
    text = " ".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
