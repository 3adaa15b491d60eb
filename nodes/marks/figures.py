"""Figures of a text: the numbers, dates, times and lengths of time that stand in it, as its locale writes them.

Each is read once, as long as it can be ("25 July 2026", "3.226 × 10^23", "15 and a half hours"). What can be read in
two ways (01/03/2026) has both readings. `soft` are words in running prose ("two", "today", "Saturday", "May"): they
need no mark. Digits inside names (NaHCO3, A-100) are no figures.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from nodes.marks.calendar_figures import calendar_figures, days_and_months
from nodes.marks.language import Language, alternatives, language_of
from nodes.marks.number_words import half_pattern, spoken_numbers
from nodes.marks.readings import Ahead, Clock, Day, Figure, Length, Month, Near, Number, Offset, Reading, Weekday

__all__ = [
    "Ahead", "Clock", "Day", "Figure", "Length", "Month", "Near", "Number", "Offset", "Reading", "Weekday",
    "figures_of", "unit_seconds",
]  # fmt: skip

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_PART_SIGNS = dict(
    zip("½¼¾⅓⅔⅕⅖⅗⅘⅛⅜⅝⅞", "0.5 0.25 0.75 0.333 0.667 0.2 0.4 0.6 0.8 0.125 0.375 0.625 0.875".split(), strict=True)
)
_PARTS = "".join(_PART_SIGNS)
_SPACES = " \u00a0\u2009\u202f'’"
_TOKEN_BEFORE = re.compile(r"([\w]+)[-‑]\Z")
#: A numerator or denominator of a common fraction: 3/4, 7/16.
_PART_MAX = 16


@lru_cache(maxsize=2048)
def figures_of(text: str, locale: str = "en") -> tuple[Figure, ...]:
    """Return the figures of the text in order; of two that overlap the one that begins first, then the longer."""
    language = language_of(locale)
    found = [*calendar_figures(text, language), *_numbers(text, language)]
    if language.has_words:
        found += _spoken(text, language)
    kept: list[Figure] = []
    for figure in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or figure.start >= kept[-1].end:
            kept.append(figure)
        elif (figure.start, figure.end) == (kept[-1].start, kept[-1].end):
            kept[-1] = replace(kept[-1], readings=(*kept[-1].readings, *figure.readings))
    return tuple(_with_lengths(kept, text, language))


class _Patterns(NamedTuple):
    number: re.Pattern[str]
    unit: re.Pattern[str]
    percent: re.Pattern[str]
    near: re.Pattern[str]
    behind: re.Pattern[str]
    one: re.Pattern[str]


@lru_cache(maxsize=64)
def _patterns(language: Language) -> _Patterns:
    words = language.words
    group = re.escape(language.group if language.group not in _SPACES else " ")
    apart = rf"(?:{group}|[{_SPACES}])"
    lakhs = r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9])"
    digits = rf"(?>(?:{lakhs}|[0-9]{{1,3}}(?:{apart}[0-9]{{3}})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)?|\.[0-9]+)(?!\.[0-9])"
    raised = r"(?:\s?(?:\^|\*\*)\s?\(?(?P<{0}>[+−-]?[0-9]{{1,3}})\)?|(?P<{0}s>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))"
    power = rf"(?:\s?[×x·*⋅]\s?10{raised.format('p')}|e(?P<e>[+-]?[0-9]{{1,3}})(?!\w)|(?<=\b10){raised.format('t')})?"
    number = (
        rf"(?:(?<![\w.])|(?<=[0-9]x))(?<![^\W\d][:^+/])(?:[x×](?=[0-9]))?(?P<sign>(?<![\w)\]])[-−+])?"
        rf"(?P<digits>{digits})?(?P<part>[{_PARTS}]|(?(digits)[ -][1-9]/[1-9][0-9]?(?![\w/])|(?!)))?"
        rf"(?:/(?P<below>[0-9]{{1,3}})(?![\w/.,]))?(?P<ordinal>(?:st|nd|rd|th)\b)?{power}"
    )
    unit = r"(?P<unit>degrees?\s[^\W\d_]+|[^\W\d_]+(?:/[^\W\d_]+|\u00b0)?|°\s?[CFK]?|[$€£¥])"
    articles = rf"(?:(?:of\s+)?(?:{alternatives(words.articles)})\s+)?"
    scales = alternatives((*language.scales, *words.groups, words.hundred))
    lengths = alternatives(name for name in words.times if len(name) > 2)
    near = "|".join(f"(?P<{kind}>{alternatives(phrases)})" for kind, phrases in words.near.items()) or r"(?!)"
    return _Patterns(
        number=re.compile(number, re.IGNORECASE),
        unit=re.compile(rf"[\s\u00a0-]?{articles}{unit}", re.IGNORECASE),
        percent=re.compile(rf"\s?(?:{alternatives(words.percent)})", re.IGNORECASE),
        behind=re.compile(rf"(?:[\s\u00a0-]{{1,2}}(?P<scale>{scales})(?!\w)|{half_pattern(words)})", re.IGNORECASE),
        one=re.compile(
            rf"(?<!\w)(?<!{words.half} )(?:{alternatives(words.articles)})\s(?P<unit>{lengths})\b"
            rf"(?P<half>{half_pattern(words)})?",
            re.IGNORECASE,
        ),
        near=re.compile(rf"(?<!\w)(?:{near})\s?(?:an?\s|the\s)?\Z", re.IGNORECASE),
    )


def _numbers(text: str, language: Language) -> Iterator[Figure]:
    """Yield the numbers that are written in digits."""
    if not re.search(rf"[0-9{_PARTS}]", text):
        return
    patterns, words = _patterns(language), language.words
    for match in patterns.number.finditer(text):
        if not (match["digits"] or match["part"]) or _is_in_name(text, match.start()):
            continue
        value, step = _value(match["digits"] or "0", language)
        if match["part"]:
            value, step = value + _part(match["part"]), Decimal("0.01")
        end = match.end()
        days: tuple[Reading, ...] = ()
        if match["below"]:
            below = int(match["below"])
            if not below or step != 1 or below > _PART_MAX * 2 or value > _PART_MAX * 2:
                end = match.start("below") - 1  # two numbers: 4.5/5, 12/180
                yield Figure(*match.span("below"), (Number(Decimal(below), shown=_shown(Decimal(below), Decimal(1))),))
            else:
                days = (*days_and_months(int(value), below, None, language), Number(value))  # "4/5" of a rating is 4
                value, step = value / below, Decimal("0.01")
        if power := match["p"] or match["ps"] or match["e"] or match["t"] or match["ts"]:
            size = int(power.translate(_SUPERSCRIPTS)) - bool(match["t"] or match["ts"])  # of 10^6 the 10 is one of it
            value, step = value.scaleb(size), step.scaleb(size)
        half = False
        if not match["ordinal"] and not match["part"]:
            end, value, step, half = _scaled(text, end, value, step, language)
        if match["sign"] in ("-", "−"):
            value = -value
        unit = patterns.unit.match(text, end)
        name = unit["unit"] if unit else ""
        attached = unit is not None and unit.start("unit") == end and name[:1].isalpha()
        if (
            unit is not None
            and attached
            and name != "x"
            and (len(name) > 4 or text[unit.end() : unit.end() + 1].isdigit())
        ):
            continue  # a name such as 4ab2
        percent = patterns.percent.match(text, end, end + 12)
        near = _near(text, match.start(), patterns)
        number = Number(
            value,
            step,
            _shown(value, step),
            near,
            "%" if percent else name,
            bool(percent),
            bool(match["ordinal"]),
            half,
        )
        readings: tuple[Reading, ...] = (number, *days)
        suffix = words.suffixes.get(name.casefold()) if attached or len(name) > 1 else None
        if suffix:
            scaled = number._replace(value=value * suffix, step=step * suffix, shown=number.shown * suffix, unit="")
            readings += (scaled,)
        yield Figure(match.start(), percent.end() if percent else end, readings)


def _is_in_name(text: str, start: int) -> bool:
    """Say whether the digits go on a name, as in A-100; 9am-5pm and 10k-12k are none."""
    before = _TOKEN_BEFORE.search(text, max(0, start - 40), start)
    return before is not None and not before[1][0].isdigit()


def _part(part: str) -> Decimal:
    if part in _PART_SIGNS:
        return Decimal(_PART_SIGNS[part])
    above, _, below = part[1:].partition("/")
    return Decimal(above) / Decimal(below)


def _value(digits: str, language: Language) -> tuple[Decimal, Decimal]:
    """Return the value and the size of the last digit; the last sign separates decimals unless it groups thousands."""
    plain = re.sub(f"[{_SPACES}]", "", digits)
    whole, sign, rest = plain.rpartition("." if plain.rfind(".") > plain.rfind(",") else ",")
    groups = sign == language.group or (sign and sign != language.decimal and language.group in _SPACES)
    if sign and not (groups and len(rest) == 3 and whole.strip("0") != "" and "." not in whole.replace(sign, "")):
        return Decimal(f"{re.sub('[.,]', '', whole) or 0}.{rest}"), Decimal(1).scaleb(-len(rest))
    return Decimal(re.sub("[.,]", "", plain)), Decimal(1)


def _scaled(
    text: str, end: int, value: Decimal, step: Decimal, language: Language
) -> tuple[int, Decimal, Decimal, bool]:
    """Read on behind digits: "2.5 million", "2 dozen", "15 and a half"."""
    match = _patterns(language).behind.match(text, end)
    if not match:
        return end, value, step, False
    if not match["scale"]:
        return match.end(), value + Decimal("0.5"), Decimal("0.1"), True
    name, words = match["scale"].casefold(), language.words
    scale = language.scales.get(name) or words.groups.get(name, 100)
    return match.end(), value * scale, step * scale, False


def _shown(value: Decimal, step: Decimal) -> Decimal:
    """Return the size of the last digit that is no trailing zero of a whole number."""
    if step < 1 or not value:
        return step
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent > 0 else 0)


def _near(text: str, start: int, patterns: _Patterns) -> Near:
    match = patterns.near.search(text[max(0, start - 24) : start])
    kinds: dict[str | None, Near] = {"about": "about", "over": "over", "under": "under"}
    return kinds.get(match.lastgroup, "") if match else ""


def _spoken(text: str, language: Language) -> Iterator[Figure]:
    """Yield the numbers that are written in words, and the one of "an hour", "an hour and a half"."""
    patterns = _patterns(language)
    for spoken in spoken_numbers(text, language.words):
        if re.search(r"[0-9][\s-]?\Z", text[max(0, spoken.start - 2) : spoken.start]):
            continue  # "2.5 million" was read with its digits
        unit = patterns.unit.match(text, spoken.end)
        number = Number(
            spoken.value,
            spoken.step,
            _shown(spoken.value, spoken.step),
            _near(text, spoken.start, patterns),
            unit["unit"] if unit else "",
            patterns.percent.match(text, spoken.end) is not None,
            spoken.ordinal,
            half=spoken.value != int(spoken.value),
        )
        yield Figure(spoken.start, spoken.end, (number,), soft=True)
    for match in patterns.one.finditer(text):
        number = Number(Decimal(1), near=_near(text, match.start(), patterns), unit=match["unit"])
        if match["half"]:
            number = number._replace(value=Decimal("1.5"), step=Decimal("0.1"), shown=Decimal("0.1"), half=True)
        yield Figure(*match.span(), (number,), soft=True)


def _with_lengths(figures: list[Figure], text: str, language: Language) -> Iterator[Figure]:
    """Join "3 hours and 5 minutes" and "2h 5m" to one length of time."""
    position = 0
    while position < len(figures):
        figure = figures[position]
        position += 1
        number = figure.readings[0]
        if not isinstance(number, Number) or not _size(number, language):
            yield figure
            continue
        step = _size(number, language)
        total, last, near = number.value * step, figure, number.near
        while position < len(figures):
            following = figures[position].readings[0]
            if not isinstance(following, Number) or not 0 < _size(following, language, after=step) < step:
                break
            between = text[last.end : figures[position].start].casefold().strip()
            unit = number.unit.casefold()
            if not between.startswith(unit) or between.removeprefix(unit).strip(" ,") not in (
                "",
                language.words.conjunction,
            ):
                break
            step = _size(following, language, after=step)
            number, last, position = following, figures[position], position + 1
            total += number.value * step
        if last is figure:
            yield figure
        else:
            yield Figure(figure.start, last.end, (Length(total, step, near),), figure.soft and last.soft)


def _size(number: Number, language: Language, after: Decimal | int = 0) -> Decimal:
    """Return the seconds of one of the number's unit; behind hours an "m" is a minute."""
    return Decimal(60) if after == 3600 and number.unit == "m" else unit_seconds(number.unit, language)


def unit_seconds(unit: str, language: Language) -> Decimal:
    """Return how many seconds one of the unit lasts, or 0 where it is no unit of time."""
    return Decimal(language.words.times.get(unit.casefold(), 0))
