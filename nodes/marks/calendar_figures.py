"""Dates, times, weekdays, offsets from UTC and days as against today, as a locale writes them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from nodes.marks.language import Language, alternatives
from nodes.marks.number_words import small_numbers
from nodes.marks.readings import Ahead, Clock, Day, Figure, Month, Offset, Reading, Weekday


class _Patterns(NamedTuple):
    iso: re.Pattern[str]
    slashed: re.Pattern[str]
    dotted: re.Pattern[str]
    ideographic: re.Pattern[str]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    month: re.Pattern[str]
    weekday: re.Pattern[str]
    earlier_day: re.Pattern[str]
    clock: re.Pattern[str]
    spoken_clock: re.Pattern[str]
    offset: re.Pattern[str]
    ahead: re.Pattern[str]


_YEAR = r"(?P<year>[0-9]{4}|['’][0-9]{2})(?![\w:])"
_SHIFT = r"[+−-]\s?[0-9]{1,2}(?::?[0-9]{2})?"
_TOKEN = re.compile(r"[^\W\d_]+")
_ZONE = rf"(?:\s?\(?(?P<zone>(?:UTC|GMT)(?:\s?{_SHIFT})?|Z|[+−-][0-9]{{2}}:?[0-9]{{2}})\)?(?![\w:]))?"


@lru_cache(maxsize=64)
def _patterns(language: Language) -> _Patterns:
    words = language.words

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    months, weekdays = alternatives(language.months), alternatives(language.weekdays)
    left, of = r"(?<![\w])(?<!\w[/])", r"(?:of\s+|de\s+)?"
    day = rf"(?P<day>[0-9]{{1,2}}(?![0-9:])|{alternatives(_ordinal_days(language))})(?:st|nd|rd|th|\.|er|º|ª)?"
    lead = rf"(?:(?P<weekday>{weekdays})\.?,?\s+)?(?:the\s+)?"
    minutes, hours = alternatives(_minutes(language)), rf"[0-9]{{1,2}}|{alternatives(_hours(language))}"
    colon = "[:.]" if language.decimal == "," else ":"
    half_day = r"(?P<{}>[ap])\.?\s?m\b\.?"
    count = rf"(?:[0-9]{{1,4}}|{alternatives((*_minutes(language), *words.articles))})"
    unit = alternatives([w for w in (*words.times, *words.months) if len(w) > 2])
    which = alternatives((*words.next, *words.last, *words.this))
    return _Patterns(
        iso=re.compile(
            r"(?<![\w])(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{2})(?:(?P=s)(?P<d>[0-9]{2}))?"
            r"(?:(?=[T ][0-9]{2}:[0-9]{2})|(?![\w/-]))"
        ),
        slashed=re.compile(
            r"(?<![\w./-])(?P<a>[0-9]{1,2})(?P<s>[./-])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|[0-9]{2})"
            r"(?![\w/-]|\.[0-9])"
        ),
        dotted=re.compile(r"(?<![\w.,])(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?![0-9])"),
        ideographic=re.compile(r"(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"),
        day_month=compiled(rf"{left}{lead}{day}[\s-]+{of}(?P<month>{months})\b\.?(?:(?:,?\s+|-){of}{_YEAR})?"),
        month_day=compiled(rf"{left}{lead}(?P<month>{months})\b\.?\s+(?:the\s+)?{day}(?:,?\s+{_YEAR})?(?!\w)"),
        month=compiled(rf"{left}(?P<month>{months})\b\.?(?:,?\s+{of}{_YEAR})?"),
        weekday=compiled(rf"{left}(?P<weekday>{weekdays})s?\b"),
        earlier_day=compiled(
            r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?\s?(?:,|and|or|to|until|–|-|&|und|bis|et|y)\s?(?:the\s+)?\Z"
        ),
        clock=compiled(
            rf"(?:(?<![\w:])|(?<=[0-9]T))(?<![0-9][.,])(?:(?P<h>[0-9]{{1,3}})"
            rf"(?:(?:{colon}|\s?h\s?)(?P<m>[0-5][0-9])(?::(?P<s>[0-5][0-9](?:[.,][0-9]{{1,9}})?)|h)?(?:\s?{half_day.format('half')})?"
            rf"|(?:\.(?P<m2>[0-5][0-9]))?\s?{half_day.format('half2')})(?=Z|(?![\w:])){_ZONE})"
        ),
        spoken_clock=compiled(
            rf"\b(?:(?P<named>{alternatives(words.clock_words)})"
            rf"|(?:(?:{alternatives(words.articles)})\s+)?(?P<share>[0-9]{{1,2}}|{minutes}|{alternatives(words.clock_shares)})"
            rf"\s+(?:minutes?\s+)?(?:{words.past}|(?P<to>{words.to}))\s+(?P<hour>{hours})"
            rf"|{words.half}\s+(?P<half>{alternatives(_hours(language))})|(?P<oclock>{hours})\s?{words.oclock}"
            rf"|(?P<h>{alternatives(_hours(language))})\s+(?P<m>{alternatives(_full_minutes(language))}))\b(?!\s+{words.half})"
        ),
        offset=re.compile(rf"\b(?:UTC|GMT)\s?(?P<zone>{_SHIFT})(?![\w:])"),
        ahead=compiled(
            rf"\b(?:(?P<day>{alternatives(words.days)})|(?P<which>{which})\s+(?:(?P<weekday>{weekdays})|(?P<unit>{unit}))"
            rf"|{words.within}\s+(?P<count2>{count})\s+(?P<unit2>{unit})"
            rf"|(?P<count3>{count})\s+(?P<unit3>{unit})\s+(?:(?P<ago>{words.ago})|{alternatives(words.ahead)}))\b"
        ),
    )


def _minutes(language: Language) -> dict[str, int]:
    return small_numbers(language.words, 59)


def _hours(language: Language) -> dict[str, int]:
    return small_numbers(language.words, 12)


def _full_minutes(language: Language) -> list[str]:
    """Return the minutes that are said behind an hour: of "seven thirty" but not of "seven five"."""
    return [name for name, number in _minutes(language).items() if number >= 10]


@lru_cache(maxsize=8)
def _ordinal_days(language: Language) -> dict[str, int]:
    return small_numbers(language.words, 31, ordinal=True)


@lru_cache(maxsize=64)
def _weekdays(language: Language) -> frozenset[str]:
    return frozenset({*language.weekdays, *(f"{name}s" for name in language.weekdays)})


def calendar_figures(text: str, language: Language) -> Iterator[Figure]:
    """Yield the calendar's figures of the text; they may overlap."""
    patterns = _patterns(language)
    if re.search("[0-9]", text):
        yield from _numeric_dates(text, patterns, language)
        yield from _clocks(text, patterns)
    said = set(_TOKEN.findall(text.casefold())) if language.has_words else None
    has_month = said is None or not said.isdisjoint(language.months)
    has_weekday = said is None or not said.isdisjoint(_weekdays(language))
    if has_month:
        yield from _days(text, patterns, language)
    for match in patterns.month.finditer(text) if has_month else ():
        if match["month"][0].isupper() or match["year"]:
            month = Month(_year(match), language.months[_bare(match["month"])])
            yield Figure(match.start(), _without_dot(text, match.end()), (month,), soft=not match["year"])
    for match in patterns.weekday.finditer(text) if has_weekday else ():
        if match["weekday"][0].isupper() or len(match["weekday"]) > 3:
            yield Figure(*match.span(), (Weekday(language.weekdays[_bare(match["weekday"])]),), soft=True)
    if language.has_words:
        for match in patterns.spoken_clock.finditer(text):
            if (clock := _spoken_clock(match, language)) is not None:
                yield Figure(*match.span(), (clock,), soft=True)
        for match in patterns.ahead.finditer(text):
            if readings := _ahead(match, language):
                yield Figure(*match.span(), readings, soft=True)


def is_day(year: int, month: int, day: int) -> bool:
    """Say whether the calendar has the day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _numeric_dates(text: str, patterns: _Patterns, language: Language) -> Iterator[Figure]:
    for match in patterns.iso.finditer(text):
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"] or 0)
        if day and is_day(year, month, day):
            yield Figure(*match.span(), (Day(year, month, day),))
        elif not day and 1 <= month <= 12 and match["s"] == "-" and 1000 <= year <= 2999:
            yield Figure(*match.span(), (Month(year, month),))
    for match in patterns.slashed.finditer(text):
        year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
        readings = days_and_months(int(match["a"]), int(match["b"]), year, language)
        if readings:
            yield Figure(*match.span(), readings)
    dotted = patterns.dotted.finditer(text) if language.decimal == "," else ()
    for match in chain(patterns.ideographic.finditer(text), dotted):
        told = Day(_year(match), int(match["month"]), int(match["day"]))
        if is_day(told.year or 2024, told.month, told.day):
            yield Figure(*match.span(), (told,))


def days_and_months(one: int, other: int, year: int | None, language: Language) -> tuple[Day, ...]:
    """Return the days that two numbers may be, in the locale's order, or in both where it leaves that open."""
    pairs = {True: [(other, one)], False: [(one, other)], None: [(other, one), (one, other)]}[language.day_first]
    return tuple(Day(year, month, day) for month, day in dict.fromkeys(pairs) if is_day(year or 2024, month, day))


def _days(text: str, patterns: _Patterns, language: Language) -> Iterator[Figure]:
    for match in chain(patterns.day_month.finditer(text), patterns.month_day.finditer(text)):
        spoken = " ".join(match["day"].casefold().split())
        number = int(spoken) if spoken.isdecimal() else _ordinal_days(language).get(spoken, 0)
        month, year = language.months[_bare(match["month"])], _year(match)
        if not is_day(year or 2024, month, number) or (match["month"] == "may" and not year):
            continue
        weekday = language.weekdays[_bare(match["weekday"])] if match["weekday"] else None
        yield Figure(match.start(), _without_dot(text, match.end()), (Day(year, month, number, weekday),))
        start = match.start()
        while start and (before := patterns.earlier_day.search(text, max(0, start - 16), start)):  # "15 and 16 July"
            start = before.start()
            if not is_day(year or 2024, month, int(before["day"])) or text[start - 1 : start].isalnum():
                break
            yield Figure(start, before.end("day"), (Day(year, month, int(before["day"])),))


def _year(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("year")
    return None if year is None else int(year) if year.isdecimal() else 2000 + int(year[1:])


def _clocks(text: str, patterns: _Patterns) -> Iterator[Figure]:
    for match in patterns.clock.finditer(text):
        hour, minute = int(match["h"]), int(match["m"] or match["m2"] or 0)
        half = (match["half"] or match["half2"] or "").casefold()
        if half and not 1 <= hour <= 12:
            continue
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        second = Decimal(match["s"].replace(",", ".")) if match["s"] else None
        end = match.start("zone") if match["zone"] else match.end()
        if text[end - 1] == "." and text[end - 3 : end - 2] != ".":  # the end of the sentence, not of "p.m."
            end -= 1
        yield Figure(
            match.start(), len(text[:end].rstrip(" (")) if match["zone"] else end, (Clock(hour, minute, second),)
        )
        if match["zone"]:
            yield Figure(*match.span("zone"), (Offset(_shift(match["zone"])),))
    for match in patterns.offset.finditer(text):
        yield Figure(*match.span(), (Offset(_shift(match["zone"])),))


def _shift(zone: str) -> int:
    found = re.search(r"([+−-])\s?([0-9]{1,2}):?([0-9]{2})?$", zone)
    if not found:
        return 0
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return minutes if found[1] == "+" else -minutes


def _spoken_clock(match: re.Match[str], language: Language) -> Clock | None:
    """Read "noon", "half past two", "a quarter to nine", "ten past 5", "half six", "eight o'clock", "seven thirty"."""
    words = language.words

    def number(group: str) -> int:
        spoken = " ".join(match[group].casefold().split())
        return int(spoken) if spoken.isdecimal() else _minutes(language)[spoken]

    if match["named"]:
        return Clock(*words.clock_words[match["named"].casefold()])
    if match["oclock"]:
        return Clock(number("oclock"), 0, loose=True) if number("oclock") <= 12 else None
    if match["half"]:
        return Clock(number("half") % 12, words.clock_shares[words.half], loose=True)
    if match["h"]:
        return Clock(number("h") % 12, number("m"), loose=True)
    named = words.clock_shares.get(match["share"].casefold())
    minute, hour = named or number("share"), number("hour")
    if not 1 <= hour <= 12 or not 1 <= minute <= 30:
        return None
    if not match["to"]:
        return Clock(hour % 12, minute, loose=True)
    # "9 to 5" and "ten to twelve" are ranges.
    is_time = named or (minute > hour and not match["share"].isdecimal())
    return Clock((hour - 1) % 12, 60 - minute, loose=True) if is_time else None


def _ahead(match: re.Match[str], language: Language) -> tuple[Reading, ...]:
    words = language.words
    if match["day"]:
        return (Ahead(days=words.days[" ".join(match["day"].casefold().split())]),)
    if match["which"]:
        word = " ".join(match["which"].casefold().split())
        which = "last" if word in words.last else "this" if word in words.this else "next"
        if match["weekday"]:
            return (Weekday(language.weekdays[_bare(match["weekday"])], which),)
        return _apart({"last": -1, "this": 0, "next": 1}[which], match["unit"], language, whole=False)
    spoken = " ".join((match["count2"] or match["count3"]).casefold().split())
    count = int(spoken) if spoken.isdecimal() else _minutes(language).get(spoken, 1)
    return _apart(-count if match["ago"] else count, match["unit2"] or match["unit3"], language)


def _apart(count: int, unit: str, language: Language, whole: bool = True) -> tuple[Reading, ...]:
    unit = unit.casefold()
    if unit in language.words.months:
        return (Ahead(months=count * language.words.months[unit], whole=whole),)
    days = count * Decimal(language.words.times[unit]) / 86400
    return (Ahead(days=int(days), whole=whole),) if days == int(days) else ()


def _without_dot(text: str, end: int) -> int:
    return end - (text[end - 1] == ".")


def _bare(name: str) -> str:
    return name.casefold().rstrip(".")
