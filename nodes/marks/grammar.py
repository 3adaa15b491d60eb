"""The patterns of a language's figures, each to be matched where a figure may begin or end."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nodes.marks.language import Language, alternatives, language_of

PART_SIGNS = dict(
    zip("½¼¾⅓⅔⅕⅖⅗⅘⅛⅜⅝⅞", "0.5 0.25 0.75 0.333 0.667 0.2 0.4 0.6 0.8 0.125 0.375 0.625 0.875".split(), strict=True)
)
#: A letter as a class of patterns. `½` is a letter to `\w`; here it is not, for a figure begins there.
LETTER = rf"[^\W\d_{''.join(PART_SIGNS)}]"
SPACES = " \u00a0\u2009\u202f'’"
_YEAR = r"(?P<year{}>[0-9]{{4}}|['’][0-9]{{2}})(?![\w:])"


@dataclass(frozen=True)
class Grammar:
    """A language, its patterns by name, and which kinds of figures a word can begin: date, clock, ahead, utc, number.

    `near` are the last words of what says how a number is rounded.
    """

    language: Language
    patterns: dict[str, re.Pattern[str]]
    beginnings: dict[str, tuple[str, ...]]
    near: frozenset[str]


@lru_cache(maxsize=64)
def grammar_of(locale: str) -> Grammar:
    """Return the grammar of a locale."""
    language = language_of(locale)
    patterns = {**_dates(language), **_clocks(language), **_numbers(language)}
    compiled = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()}
    near = frozenset(phrase.split()[-1] for phrases in language.words.near.values() for phrase in phrases)
    return Grammar(language, compiled, _beginnings(language), near)


def _beginnings(language: Language) -> dict[str, tuple[str, ...]]:
    words = language.words
    weekdays = [*language.weekdays, *(f"{name}s" for name in language.weekdays)]
    fractions = [*words.fractions, *(f"{name}s" for name in words.fractions)]
    by_kind: dict[str, Iterable[str]] = {
        "date": (*language.months, *weekdays, *words.ordinals, *language.ordinals, "the"),
        "clock": (*words.numbers, *words.clock_words, *words.clock_shares, *words.articles, words.half),
        "ahead": (*words.days, *words.which, *words.numbers, *words.articles, words.within),
        "utc": ("utc", "gmt"),
        "number": (*words.numbers, *words.ordinals, *fractions, *words.multiples, *words.minus, *words.articles),
    }
    kinds: dict[str, dict[str, None]] = {}
    for kind, names in by_kind.items():
        for name in names:
            kinds.setdefault(name.split()[0].split("-")[0], {})[kind] = None
    return {word: tuple(of) for word, of in kinds.items()}


def _dates(language: Language) -> dict[str, str]:
    words, months, weekdays = language.words, alternatives(language.months), alternatives(language.weekdays)
    of = r"(?:of\s+|de\s+)?"
    day = rf"(?P<day>[0-9]{{1,2}}(?![0-9:])|{alternatives(language.ordinals)})(?:st|nd|rd|th|\.|er|º|ª)?"
    lead = rf"(?:(?P<weekday>{weekdays})\.?,?\s+)?(?:the\s+)?"
    count = rf"[0-9]{{1,4}}|{alternatives((*language.small_numbers, *words.articles))}"
    found = {
        "iso": r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{2})(?:(?P=s)(?P<d>[0-9]{2}))?"
        r"(?:(?=[T ][0-9]{2}:[0-9]{2})|(?![\w/-]))",
        "slashed": r"(?<![\w./-])(?P<a>[0-9]{1,2})(?P<s>[./-])(?P<b>[0-9]{1,2})(?P=s)(?P<year>[0-9]{4}|[0-9]{2})"
        r"(?![\w/-]|\.[0-9])",
        "ideographic": r"(?:(?P<year>[0-9]{4})年)?(?P<b>[0-9]{1,2})月(?P<a>[0-9]{1,2})日",
        "day_month": rf"{lead}{day}[\s-]+{of}(?P<month>{months})\b\.?(?:(?:,?\s+|-){of}{_YEAR.format('')})?",
        "month_day": rf"{lead}(?P<month>{months})\b\.?\s+(?:the\s+)?{day}(?:,?\s+{_YEAR.format('')})?(?!\w)",
        "month": rf"(?P<month>{months})\b\.?(?:,?\s+{of}{_YEAR.format('')})?",
        "weekday": rf"(?P<weekday>{weekdays})s?\b",
        "ahead": rf"(?:(?P<days>{alternatives(words.days)})"
        rf"|(?P<which>{alternatives(words.which)})\s+(?:(?P<weekday>{weekdays})\b|(?P<unit>[^\W\d_]+))"
        rf"|{words.within}\s+(?P<count>{count})\s+(?P<unit2>[^\W\d_]+)"
        rf"|(?P<count2>{count})\s+(?P<unit3>[^\W\d_]+)\s+(?:(?P<ago>{words.ago})|{alternatives(words.ahead)}))\b",
    }
    if language.decimal == ",":
        found["dotted"] = r"(?<![\w.,])(?P<a>[0-9]{1,2})\.(?P<b>[0-9]{1,2})\.(?P<year>(?!))?(?![0-9])"
    return found


def _clocks(language: Language) -> dict[str, str]:
    words, small = language.words, language.small_numbers
    hour = rf"(?:{alternatives(name for name, number in small.items() if number <= 12)})"
    full = alternatives(name for name, number in small.items() if 10 <= number < 60)
    half = r"(?P<{}>[ap])\.?\s?m\b(?:\.(?=\s+[^\sA-Z]|[,;)]))?"
    colon = "[:.]" if language.decimal == "," else ":"
    between = r"(?:(?:in|at|on)\s)?(?:(?:the|this|that|tomorrow|yesterday)\s)?(?:(?:early|late)\s)?"
    part = rf"(?P<part>{alternatives(words.day_parts)})"
    shift = r"[+−-]\s?[0-9]{1,2}(?::?[0-9]{2})?"
    return {
        "clock": rf"(?P<h>[0-9]{{1,3}})(?:(?:{colon}|\s?h\s?)(?P<m>[0-5][0-9])"
        r"(?::(?P<s>[0-5][0-9](?:[.,][0-9]{1,9})?)|h)?"
        rf"(?:\s?{half.format('half')})?|(?:\.(?P<m2>[0-5][0-9]))?\s?{half.format('half2')})(?=Z|(?![\w:]))",
        "spoken_clock": rf"(?:(?P<named>{alternatives(words.clock_words)})"
        rf"|(?:(?:{alternatives(words.articles)})\s+)?"
        rf"(?P<share>[0-9]{{1,2}}|{alternatives((*small, *words.clock_shares))})\s+(?:minutes?\s+)?"
        rf"(?:{words.past}|(?P<to>{words.to}))\s+(?P<of>[0-9]{{1,2}}|{hour})"
        rf"|{words.half}\s+(?P<half>{hour})|(?P<oclock>[0-9]{{1,2}}|{hour})\s?{words.oclock}"
        rf"|(?P<h>{hour})\s+(?P<m>{full})|(?P<bare>[0-9]{{1,2}}|{hour})(?![:\w]|[.,][0-9]))\b(?!\s+{words.half})",
        "day_part": rf"\s{between}{part}\b",
        "before": rf"\b{part}\s(?:at\s)?\Z",
        "utc": rf"(?:UTC|GMT)\s?(?P<zone>{shift})(?![\w:])",
        "zone": rf"\s?\(?(?P<zone>(?:UTC|GMT)(?:\s?{shift})?|Z|[+−-][0-9]{{2}}:?[0-9]{{2}})\)?(?![\w:])",
    }


def _numbers(language: Language) -> dict[str, str]:
    words = language.words
    articles, parts = alternatives(words.articles), "".join(PART_SIGNS)
    group = re.escape(language.group if language.group not in SPACES else " ")
    # Bounded: a list that is no number in the end ("11,11,11, ...") would be read to its end from each of its figures.
    lakhs = r"[0-9]{1,2}(?:,[0-9]{2}){1,99},[0-9]{3}(?![0-9])"
    grouped = rf"[0-9]{{1,3}}(?:(?:{group}|[{SPACES}])[0-9]{{3}}){{1,99}}(?![0-9])"
    digits = rf"(?>(?:{lakhs}|{grouped}|[0-9]+)(?:[.,][0-9]+)?|\.[0-9]+)(?!\.[0-9])"
    raised = r"(?:\s?(?:\^|\*\*)\s?\(?(?P<{0}>[+−-]?[0-9]{{1,3}})\)?|(?P<{0}s>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))"
    power = rf"(?:\s?[×x·*⋅]\s?10{raised.format('p')}|e(?P<e>[+-]?[0-9]{{1,3}})(?!\w)|(?<=\b10){raised.format('t')})?"
    scales = alternatives((*language.scales, *words.groups, *(name for name, n in words.numbers.items() if n == 100)))
    word = rf"{LETTER}+(?:/{LETTER}+)?[²³]?"
    near = "|".join(f"(?P<{kind}>{alternatives(phrases)})" for kind, phrases in words.near.items()) or r"(?!)"
    point = r"|[0-9]+\.[0-9]+" if language.decimal == "." else ""
    return {
        # Digits that nothing but a number can begin with: long ones, with a sign behind.
        "plain": rf"(?:[0-9]{{3,}}{point})(?=[,;)](?![0-9])|\.\s|\.?\Z)",
        "number": rf"(?P<digits>{digits})?(?P<part>[{parts}]|(?(digits)[ -][1-9]/[1-9][0-9]?(?![\w/])|(?!)))?"
        rf"(?:/(?P<below>[0-9]{{1,3}})(?![\w/.,]))?(?P<ordinal>(?:st|nd|rd|th)\b)?{power}",
        "unit": rf"[\s\u00a0-]?(?:(?:of\s+)?(?:{articles})\s+)?"
        rf"(?P<unit>(?P<first>{word}|°\s?[CFK]?|[$€£¥])(?P<joined>-{LETTER}+)?(?:\s{word}){{0,2}})",
        "percent": rf"\s?(?:{alternatives(words.percent)})",
        "scale": rf"[\s\u00a0-]{{1,2}}(?P<scale>{scales})(?!\w)",
        "near": rf"(?<!\w)(?:{near})\s?(?:an?\s|the\s)?\Z",
    }
