"""Numbers in words: "twenty-five", "a hundred and five", "two point five", "fifteen and a half", "three quarters"."""

import re
from decimal import Decimal
from typing import NamedTuple

from nodes.marks.language.words import Words

_TOKEN = re.compile(r"[^\W\d_]+")
_BEHIND = re.compile(r"\s+(\w+)\s+")
_WORDS_MAX = 16


class Spoken(NamedTuple):
    """A number in words that ends at `text[end]`, its value and the size of its last digit."""

    end: int
    value: Decimal
    step: Decimal = Decimal(1)
    ordinal: bool = False


def spoken_number(text: str, start: int, words: Words, *, is_part: bool = False) -> Spoken | None:
    """Return the number that the text says in words from there on, as long as it can be; `is_part`: behind "and"."""
    spoken, ends = _tokens(text, start)
    if not spoken:
        return None
    at = 1 if spoken[0] in words.minus else 0
    sign = -1 if at else 1
    if spoken[0] in words.multiples:
        return Spoken(ends[0], Decimal(words.multiples[spoken[0]]))
    whole, after, ordinal = _whole(spoken, at, words)
    has_article = at < len(spoken) and spoken[at] in words.articles
    last = spoken[max(after, at + has_article)] if max(after, at + has_article) < len(spoken) else ""
    below = words.fractions.get(last) or words.fractions.get(last.removesuffix("s"))
    if below and not ordinal and (after > at or has_article or last not in words.ordinals) and whole < 100:
        end = ends[max(after, at + has_article)]
        return Spoken(end, sign * Decimal(whole if after > at else 1) / below, Decimal("0.01"))
    if after == at:
        return None
    value, step = Decimal(whole), Decimal(1)
    if spoken[after : after + 1] == [words.point]:
        digits = ""
        while (
            words.numbers.get(spoken[after + 1 + len(digits)] if after + 1 + len(digits) < len(spoken) else "", 10) < 10
        ):
            digits += str(words.numbers[spoken[after + 1 + len(digits)]])
        if digits:
            value, step, after = (
                value + Decimal(f"0.{digits}"),
                Decimal(1).scaleb(-len(digits)),
                after + 1 + len(digits),
            )
    elif not is_part and (part := fraction_behind(text, ends[after - 1], words)):
        value, step = value + part.value, part.step
        scale = re.compile(r"\s+([^\W\d_]+)").match(text, part.end)
        size = words.numbers.get(scale[1].casefold(), 1) if scale else 1
        end, size = (scale.end(), size) if scale and size >= 1000 else (part.end, 1)
        return Spoken(end, sign * value * size, step * size)
    return Spoken(ends[after - 1], sign * value, step, ordinal)


def fraction_behind(text: str, end: int, words: Words) -> Spoken | None:
    """Return what "and a half", "and three quarters" adds to a number that ends there."""
    behind = _BEHIND.match(text, end)
    if behind is None or behind[1].casefold() != words.conjunction:
        return None
    part = spoken_number(text, behind.end(), words, is_part=True)
    return part._replace(step=Decimal("0.1")) if part and 0 < part.value < 1 else None


def _tokens(text: str, start: int) -> tuple[list[str], list[int]]:
    """Return the words from there on that only spaces or hyphens part, and where they end."""
    spoken: list[str] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text, start):
        if len(spoken) == _WORDS_MAX or (ends and text[ends[-1] : match.start()].strip(" \n\t-‑\u00a0")):
            break
        spoken.append(match.group().casefold())
        ends.append(match.end())
    return spoken, ends


def _whole(spoken: list[str], start: int, words: Words) -> tuple[int, int, bool]:
    """Return the whole number that begins there, the index behind its words, and whether it is an ordinal."""
    total = group = 0
    at, scale = start, 10**18
    if spoken[at : at + 1] and spoken[at] in words.articles:
        following = spoken[at + 1] if at + 1 < len(spoken) else ""
        if words.numbers.get(following, 0) < 100 and following not in words.groups:
            return 0, start, False
        group, at = 1, at + 1
    while at < len(spoken):
        joined = spoken[at] == words.conjunction and at > start and group % 100 == 0
        word = spoken[at + joined] if at + joined < len(spoken) else ""
        is_ordinal = word not in words.numbers and word in words.ordinals
        number = words.ordinals[word] if is_ordinal else words.numbers.get(word, words.groups.get(word, -1))
        if number < 0 or (joined and (word in words.groups or number >= 100)):
            break
        if number >= 1000:
            if not group or number >= scale:
                break
            total, group, scale = total + group * number, 0, number
        elif number == 100 or word in words.groups:
            if not 0 < group < 100:
                break
            group *= number
        elif group % 100 and not (group % 10 == 0 and group % 100 >= 20 and 0 < number < 10):
            break
        else:
            group += number
        at += joined + 1
        if is_ordinal or word in words.groups or not total + group:
            return total + group, at, is_ordinal
    return total + group, at, False
