"""Numbers in words: "twenty-five", "a hundred and five", "two point five", "fifteen and a half", "three quarters"."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from nodes.marks.language import alternatives
from nodes.marks.language.words import Words

_TOKEN = re.compile(r"[^\W\d_]+")
_CLAUSE = re.compile(r"[^.,;:!?\n]+")
_GAP = r"(?:\s+|-|‑)"


class Spoken(NamedTuple):
    """A number in words at `text[start:end]`, its value and the size of its last digit."""

    start: int
    end: int
    value: Decimal
    step: Decimal = Decimal(1)
    ordinal: bool = False


@lru_cache(maxsize=16)
def small_numbers(words: Words, most: int, *, ordinal: bool = False) -> dict[str, int]:
    """Return the names of 1 to `most` (below 100): "twenty-five" and "twenty five" as 25, or the ordinals of them."""
    names = words.ordinals if ordinal else {**words.units, **words.teens, **words.tens}
    joined = {
        f"{ten}{sign}{name}": value + number
        for ten, value in words.tens.items()
        for name, number in names.items()
        for sign in "- "
        if 0 < number < 10
    }
    return {name: number for name, number in {**names, **joined}.items() if 1 <= number <= most}


def spoken_numbers(text: str, words: Words) -> Iterator[Spoken]:
    """Yield the numbers that the text says in words, each as long as it can be."""
    for match in _matches(text, words):
        sign = -1 if match["minus"] else 1
        if match["alone"]:
            yield Spoken(*match.span(), Decimal(words.multiples[match["alone"].casefold()]))
        elif match["ordinal"]:
            number = _whole(match["before"] or "", words) + _ordinal(match["ordinal"], words)
            yield Spoken(*match.span(), Decimal(number), ordinal=True)
        elif match["fraction"]:
            above, below = words.fractions[_singular(match["fraction"], words)]
            times = _whole(match["times"], words) if match["times"] else 1
            yield Spoken(*match.span(), sign * Decimal(times * above) / below, Decimal("0.01"))
        else:
            value, step = Decimal(_whole(match["whole"], words)), Decimal(1)
            if match["digits"]:
                digits = "".join(str(words.units[each]) for each in re.findall(r"\w+", match["digits"].casefold()))
                value, step = value + Decimal(f"0.{digits}"), Decimal(1).scaleb(-len(digits))
            if match["half"]:
                scale = words.scales.get((match["scale"] or "").casefold(), 1)
                value, step = (value + Decimal("0.5")) * scale, Decimal("0.1") * scale
            yield Spoken(*match.span(), sign * value, step)


def _matches(text: str, words: Words) -> Iterator[re.Match[str]]:
    """Yield where numbers stand: looked for only between signs that have a word of one, since the pattern is slow."""
    known = _vocabulary(words)
    for clause in _CLAUSE.finditer(text):
        if not known.isdisjoint(_TOKEN.findall(clause.group().casefold())):
            yield from _pattern(words).finditer(text, *clause.span())


@lru_cache(maxsize=16)
def _vocabulary(words: Words) -> frozenset[str]:
    """Return the words of which a number has one at least."""
    counted = (words.units, words.teens, words.tens, words.scales, words.groups, words.multiples)
    names = {name for table in (*counted, words.ordinals, words.fractions) for name in table} | {
        words.hundred,
        words.half,
    }
    found = {token for name in names for token in _TOKEN.findall(name.casefold())}
    return frozenset(found | {f"{token}s" for token in found} | {f"{token}th" for token in found})


def half_pattern(words: Words) -> str:
    """Return the pattern of "and a half"."""
    return rf"\s+{words.conjunction}\s+{_any(words.articles)}\s+{words.half}\b"


@lru_cache(maxsize=16)
def _pattern(words: Words) -> re.Pattern[str]:
    small, units = _any(small_numbers(words, 99)), _any(words.units)
    zero = _any(name for name, number in words.units.items() if not number)
    joined = rf"{_GAP}(?:{words.conjunction}\s+)?"
    hundreds = rf"(?:{small}|{_any(words.articles)}){_GAP}{words.hundred}"
    group = rf"(?:{hundreds}(?:{joined}{small})?|{small})"
    large = rf"(?:{group}|{_any(words.articles)}){_GAP}{_any(words.scales)}"
    whole = (
        rf"(?:(?:{small}|{_any(words.articles)}){_GAP}{_any(words.groups)}"
        rf"|{large}(?:\s+{group}{_GAP}{_any(words.scales)})*(?:{joined}{group})?|{group}|{zero})"
    )
    before = rf"(?:{hundreds}|{large})"
    parts = rf"(?:{_any(words.fractions)})s?"
    ordinals = small_numbers(words, 99, ordinal=True)
    ordinal = _any(ordinals)
    # Few words begin as one of these does: nothing else is tried at the others.
    first = {*small_numbers(words, 99), *words.units, *ordinals, *words.fractions, *words.multiples, *words.minus}
    begins = rf"(?:{alternatives({name[:3] for name in first})}|{_any(words.articles)}\b)"
    return re.compile(
        rf"(?<![\w'’])(?={begins})(?:(?P<minus>{_any(words.minus)})\s+)?(?:"
        rf"(?:(?P<before>{before}){joined})?(?P<ordinal>{ordinal})(?!s?\w)"
        rf"|(?:(?:(?P<times>{small}){_GAP})|{_any(words.articles)}\s+)?(?P<fraction>{parts})(?!\w)"
        rf"|(?P<whole>{whole})(?!\w)(?:\s+{words.point}(?P<digits>(?:\s+{units})+)(?!\w)"
        rf"|(?P<half>{half_pattern(words)})(?:\s+(?P<scale>{_any(words.scales)})\b)?)?"
        rf"|(?P<alone>{_any(words.multiples)})(?!\w))",
        re.IGNORECASE,
    )


def _any(names: Iterable[str]) -> str:
    return f"(?:{alternatives(names)})"


def _whole(text: str, words: Words) -> int:
    """Return the value of the words of a whole number: each scale multiplies what stands before it."""
    total = group = 0
    for word in re.findall(r"[^\W\d_]+", text.casefold()):
        if word == words.hundred or word in words.groups:
            group = (group or 1) * words.groups.get(word, 100)
        elif word in words.scales:
            total, group = total + (group or 1) * words.scales[word], 0
        elif word not in words.articles and word != words.conjunction:
            group += words.units.get(word, 0) + words.teens.get(word, 0) + words.tens.get(word, 0)
    return total + group


def _ordinal(text: str, words: Words) -> int:
    spoken = " ".join(re.split(r"[\s-]+", text.casefold()))
    names = small_numbers(words, 99, ordinal=True)
    return names.get(spoken) or names[text.casefold()]


def _singular(text: str, words: Words) -> str:
    spoken = text.casefold()
    return spoken if spoken in words.fractions else spoken.removesuffix("s")
