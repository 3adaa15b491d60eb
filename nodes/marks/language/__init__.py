"""What a language has for figures: names and signs from CLDR for every locale, words for those with a file here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

from nodes.marks.language.en import ENGLISH
from nodes.marks.language.words import Words

_WORDS: Mapping[str, Words] = {"en": ENGLISH}
_NO_WORDS = Words()


@dataclass(frozen=True, eq=False)
class Language:
    """How one locale writes figures. `words` are those of its language's file; empty where it has none."""

    locale: str
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    decimal: str
    group: str
    #: Whether days stand before months in figures; None where people of the locale write both.
    day_first: bool | None
    scales: Mapping[str, int]
    words: Words
    names: Locale = field(compare=False)

    @property
    def has_words(self) -> bool:
        """Say whether the language has a file; elsewhere nothing is told from words, nor names from capitals."""
        return self.words is not _NO_WORDS

    @cached_property
    def small_numbers(self) -> dict[str, int]:
        """The names of 1 to 99: "twenty-five" and "twenty five" as 25."""
        return self._below_hundred(self.words.numbers)

    @cached_property
    def ordinals(self) -> dict[str, int]:
        """The names of the first to the ninety-ninth."""
        return self._below_hundred(self.words.ordinals)

    def _below_hundred(self, names: Mapping[str, int]) -> dict[str, int]:
        tens = {name: number for name, number in self.words.numbers.items() if 20 <= number < 100}
        joined = {
            f"{ten}{sign}{name}": tens[ten] + number
            for ten, (name, number), sign in product(tens, names.items(), "- ")
            if 0 < number < 10
        }
        return {name: number for name, number in names.items() if 0 < number < 100} | joined


@lru_cache(maxsize=64)
def language_of(locale: str) -> Language:
    """Return the language of a locale such as `en`, `de_AT` or `pt-BR`; English where CLDR does not know it."""
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        known = Locale.parse("en")
    months: dict[str, int] = {"sept": 9} if known.language == "en" else {}
    weekdays: dict[str, int] = {"tues": 1, "thur": 3, "thurs": 3} if known.language == "en" else {}
    for (names, table), context, width in product(
        ((known.months, months), (known.days, weekdays)), ("format", "stand-alone"), ("wide", "abbreviated")
    ):
        for number, name in names[context][width].items():
            table.setdefault(name.casefold().rstrip("."), number)
    short = known.date_formats["short"].pattern
    return Language(
        locale=str(known),
        months=months,
        weekdays=weekdays,
        decimal=get_decimal_symbol(known),
        group=get_group_symbol(known),
        day_first=None if str(known) == "en" or "d" not in short else short.index("d") < short.index("M"),
        scales=_scales(known)
        | {name: n for name, n in _WORDS.get(known.language, _NO_WORDS).numbers.items() if n > 999},
        words=_WORDS.get(known.language, _NO_WORDS),
        names=known,
    )


def _scales(known: Locale) -> dict[str, int]:
    """Return what CLDR writes behind a number for its thousands, millions and so on: "Millionen", "Mio"."""
    scales = {}
    for patterns in (each for forms in known.compact_decimal_formats.values() for each in forms.values()):
        for size, pattern in patterns.items():
            name = re.fullmatch(r"0[\s\u00a0]([^\W\d_]{2,})\.?", pattern.pattern.replace("'", ""))
            if name:
                scales[name[1].casefold()] = int(size)
    return scales


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern of the words, the longest first."""
    return "|".join(re.escape(word).replace("\\ ", r"\s+") for word in sorted(words, key=len, reverse=True)) or r"(?!)"
