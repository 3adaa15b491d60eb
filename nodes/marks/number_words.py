"""Numbers in words: "twenty-five", "a hundred and five", "two point five", "fifteen and a half", "three quarters"."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from nodes.marks.language.words import Words

_GAP = re.compile(r"\s+|-|‑|\s*–\s*")
_TRILLIONS = 10**15


@lru_cache(maxsize=16)
def small_numbers(table: Words, most: int, *, ordinal: bool = False) -> dict[str, int]:
    """Return the names of 1 to `most` (below 100): "twenty-five" and "twenty five" as 25, or the ordinals of them."""
    ones = {**table.units, **table.teens}
    names = table.ordinals if ordinal else {**ones, **table.tens}
    ends = {name: number for name, number in names.items() if number < 10}
    joined = {
        f"{ten}{sign}{name}": value + number
        for ten, value in table.tens.items()
        for name, number in ends.items()
        for sign in "- "
        if number
    }
    return {name: number for name, number in {**names, **joined}.items() if 1 <= number <= most}


class Word(NamedTuple):
    """A word of a text, folded, at `text[start:end]`."""

    text: str
    start: int
    end: int


class Spoken(NamedTuple):
    """A number in words: how many words it takes, its value, the size of its last digit."""

    length: int
    value: Decimal
    step: Decimal
    ordinal: bool = False


class _Sum:
    """The greedy reading of a run of number words: `take` says whether a word goes on with the number."""

    def __init__(self, table: Words) -> None:
        self.table = table
        self.total = 0
        self.group: int | None = None
        self.room = 1000  # what may still be added to the group is smaller than this
        self.scale = _TRILLIONS
        self.ended = self.ordinal = False

    @property
    def value(self) -> int:
        return self.total + (self.group or 0)

    @property
    def takes_and(self) -> bool:
        return not self.ended and (self.room == 100 or (self.group is None and self.total > 0))

    def add_one(self) -> None:
        """Begin with the article of "a hundred"."""
        self._add(1, 10, 1)

    def take(self, word: str) -> bool:
        """Take the word in, or return False where it does not go on with the number."""
        table = self.table
        if self.ended:
            return False
        for words, needs, leaves in ((table.units, 10, 1), (table.teens, 100, 1), (table.tens, 100, 10)):
            if word in words:
                return self._add(words[word], needs, leaves)
        if word == table.hundred:
            return self._times(100, ends=False)
        if word in table.multiples:
            self.ended = self.group is None and not self.total and self._add(table.multiples[word], 10, 1)
            return self.ended
        if word in table.groups:
            return self._times(table.groups[word], ends=True)
        if word in table.scales:
            return self._scale(table.scales[word])
        if word in table.ordinals:
            value = table.ordinals[word]
            if value == 100:
                self.ordinal = self._times(100, ends=True)
                return self.ordinal
            self.ended = self.ordinal = self._add(value, 10 if value < 10 else 100, 1)
            return self.ended
        return False

    def _add(self, value: int, needs: int, leaves: int) -> bool:
        if value == 0:
            if self.group is not None or self.total:
                return False
            self.group, self.ended = 0, True
            return True
        if self.group is not None and self.room < needs:
            return False
        self.group, self.room = (self.group or 0) + value, leaves
        return True

    def _times(self, factor: int, *, ends: bool) -> bool:
        if self.group is None or not 1 <= self.group < 100 or self.room == 100:
            return False
        self.group *= factor
        self.room, self.ended = 100, ends
        return True

    def _scale(self, scale: int) -> bool:
        if not self.group or scale >= self.scale:
            return False
        self.total += self.group * scale
        self.group, self.room, self.scale = None, 1000, scale
        return True


def spoken_number(words: list[Word], at: int, text: str, table: Words) -> Spoken | None:
    """Return the longest number that begins with the word at `at`, or None."""

    def word(position: int) -> str:
        """Return the word there, or "" where it does not follow the one before directly."""
        if not at <= position < len(words):
            return ""
        if position > at and not _GAP.fullmatch(text, words[position - 1].end, words[position].start):
            return ""
        return words[position].text

    first, start = word(at), at
    total = _Sum(table)
    if first in table.minus:
        inner = spoken_number(words, at + 1, text, table) if word(at + 1) and word(at + 1) not in table.minus else None
        return None if inner is None else inner._replace(length=inner.length + 1, value=-inner.value)
    if first in table.articles:
        if word(at + 1) in table.fractions:
            return _fraction(1, word(at + 1), 2, table)
        if word(at + 1) not in (table.hundred, *table.scales, *table.groups):
            return None
        total.add_one()
        start += 1
    elif first in table.fractions and first not in table.ordinals:
        return _fraction(1, first, 1, table)
    current = start
    while not total.ended:
        here = word(current)
        if here == table.conjunction and current > start and total.takes_and:
            following = word(current + 1)
            if not following or following in table.scales or not total.take(following):
                break
            current += 2
            continue
        if not here or not total.take(here):
            break
        current += 1
    if current == start:
        return None
    if total.ordinal:
        return Spoken(current - at, Decimal(total.value), Decimal(1), ordinal=True)
    return _with_rest(current, at, total.value, word, table)


def _with_rest(current: int, at: int, whole: int, word: Callable[[int], str], table: Words) -> Spoken:
    value, step = Decimal(whole), Decimal(1)
    if word(current) == table.point:
        digits = ""
        while word(current + 1 + len(digits)) in table.units:
            digits += str(table.units[word(current + 1 + len(digits))])
        if digits:
            return Spoken(
                current + 1 + len(digits) - at, value + Decimal(f"0.{digits}"), Decimal(1).scaleb(-len(digits))
            )
    if (half := and_a_half(current, word, table)) is not None:
        scale = table.scales.get(word(half), 1)  # "two and a half million"
        return Spoken(half + (scale > 1) - at, (value + Decimal("0.5")) * scale, Decimal("0.1") * scale)
    fraction = word(current).removesuffix("s")
    if fraction in table.fractions and whole < table.fractions[fraction][1]:
        return _fraction(whole, fraction, current + 1 - at, table)
    return Spoken(current - at, value, step)


def and_a_half(current: int, word: Callable[[int], str], table: Words) -> int | None:
    """Return the position behind "and a half" that begins at `current`, or None."""
    says = (
        word(current) == table.conjunction and word(current + 1) in table.articles and word(current + 2) == table.half
    )
    return current + 3 if says else None


def _fraction(times: int, name: str, length: int, table: Words) -> Spoken:
    top, bottom = table.fractions[name]
    return Spoken(length, Decimal(times * top) / Decimal(bottom), Decimal("0.01"))
