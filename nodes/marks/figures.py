"""Figures of a text: the numbers, dates, times and lengths of time that stand in it, as its locale writes them.

Each is read once, as long as it can be ("25 July 2026", "3.226 × 10^23", "15 and a half hours"). What can be read in
two ways (01/03/2026) has both readings. `soft` are words in running prose ("two", "today", "Saturday", "May"): they
need no mark. Digits inside names (NaHCO3, A-100) are no figures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from nodes.marks.language import Language, alternatives, language_of
from nodes.marks.number_words import Word, and_a_half, spoken_number

Near = Literal["", "about", "over", "under"]


class Number(NamedTuple):
    """A number; `step` is the size of its last digit, `shown` of its last that is no trailing zero."""

    value: Decimal
    step: Decimal = Decimal(1)
    shown: Decimal = Decimal(1)
    near: Near = ""
    unit: str = ""
    percent: bool = False
    ordinal: bool = False
    half: bool = False


class Day(NamedTuple):
    """A day of a month, of a year where that is told."""

    year: int | None
    month: int
    day: int
    weekday: int | None = None


class Month(NamedTuple):
    """A month, of a year where that is told."""

    year: int | None
    month: int


class Clock(NamedTuple):
    """A time of day or a length in hours, minutes and seconds; `loose` where the half of the day is not told."""

    hour: int
    minute: int
    second: Decimal | None = None
    loose: bool = False


class Offset(NamedTuple):
    """Minutes east of UTC."""

    minutes: int


class Weekday(NamedTuple):
    """0 is Monday; `which` is next, last or this where that is told."""

    weekday: int
    which: str = ""


class Ahead(NamedTuple):
    """So many days, or months, from now."""

    days: int = 0
    months: int = 0
    whole: bool = True


class Length(NamedTuple):
    """A length of time in seconds that is told in several units; `step` is one of the smallest."""

    seconds: Decimal
    step: Decimal
    near: Near = ""


Reading = Number | Day | Month | Clock | Offset | Weekday | Ahead | Length


@dataclass(frozen=True)
class Figure:
    """A figure at `text[start:end]` and what it can mean."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    soft: bool = False

    @property
    def small(self) -> bool:
        """A number of one or two digits: any record has so many that its value alone says little."""
        number = self.readings[0]
        return isinstance(number, Number) and abs(number.value) < 100 and number.step >= 1


@lru_cache(maxsize=2048)
def figures_of(text: str, locale: str = "en") -> tuple[Figure, ...]:
    """Return the figures of the text in order; of two that overlap the one that begins first, then the longer."""
    language = language_of(locale)
    found = sorted(_candidates(text, language), key=lambda each: (each.start, -each.end))
    kept: list[Figure] = []
    for figure in found:
        if not kept or figure.start >= kept[-1].end:
            kept.append(figure)
    return tuple(_with_lengths(kept, text, language))


class _Patterns(NamedTuple):
    iso: re.Pattern[str]
    slashed: re.Pattern[str]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    month: re.Pattern[str]
    weekday: re.Pattern[str]
    clock: re.Pattern[str]
    number: re.Pattern[str]
    ahead: re.Pattern[str]
    near: re.Pattern[str]
    before: re.Pattern[str]


_LEFT, _RIGHT = r"(?<![\w])(?<!\w[-/])", r"(?![\w])"
_OFFSET = (
    r"(?:\s?\(?(?P<zone>(?:UTC|GMT)(?:\s?[+−-]\s?[0-9]{1,2}(?::?[0-9]{2})?)?|Z|[+−-][0-9]{2}:?[0-9]{2})\)?(?![\w:]))?"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_FRACTION_SIGNS = dict(
    zip("½¼¾⅓⅔⅕⅖⅗⅘⅛⅜⅝⅞", "0.5 0.25 0.75 0.333 0.667 0.2 0.4 0.6 0.8 0.125 0.375 0.625 0.875".split(), strict=True)
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_UNIT = re.compile(r"[\s\u00a0-]?(?P<unit>[^\W\d_]+(?:/[^\W\d_]+|\u00b0)?|°\s?[CFK]?|[$€£¥])")
_HAS = re.compile(r"[0-9½¼¾⅓⅔⅕⅖⅗⅘⅛⅜⅝⅞]")


@lru_cache(maxsize=64)
def _patterns(language: Language) -> _Patterns:
    words, flags = language.words, re.IGNORECASE
    months = alternatives(language.months)
    weekdays = alternatives(language.weekdays)
    ordinals = alternatives(_ordinal_days(language))
    day = rf"(?P<day>[0-9]{{1,2}}(?![0-9:])|{ordinals})(?:st|nd|rd|th|\.|er|º|ª)?"
    lead = rf"(?:(?P<weekday>{weekdays})\.?,?\s+)?(?:the\s+)?"
    group = re.escape(language.group if language.group not in "\u00a0\u202f" else " ")
    spaces = "[ \u00a0\u2009\u202f'’]"
    apart = rf"(?:{group}|{spaces})" if group != r"\ " else spaces
    digits = rf"(?>(?:[0-9]{{1,3}}(?:{apart}[0-9]{{3}})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)?|\.[0-9]+)(?!\.[0-9])"
    raised = r"\(?(?P<power>[+−-]?[0-9]{1,3}|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\)?"
    power = rf"(?:\s?[×x·*⋅]\s?10\s?(?:\^|\*\*)?\s?{raised}|e(?P<exponent>[+-]?[0-9]{{1,3}})(?!\w))?"
    ahead = near = r"(?!)"
    if language.has_words:
        count = r"(?P<count>[0-9]{1,4}|[a-z]+(?:-[a-z]+)?)"
        unit = rf"(?P<unit>{alternatives([w for w in (*words.times, *words.months) if len(w) > 2])})"
        which = "|".join(map(re.escape, (*words.next, *words.last, *words.this)))
        ahead = (
            rf"\b(?:(?P<day>{alternatives(words.days)})\b|(?P<which>{which})\s+(?:(?P<weekday>{weekdays})|{unit})\b"
            rf"|{words.within}\s+{count}\s+{unit.replace('<unit>', '<unit2>')}\b"
            rf"|{count.replace('<count>', '<count3>')}\s+{unit.replace('<unit>', '<unit3>')}\s+"
            rf"(?:(?P<ago>{words.ago})|{alternatives(words.ahead)})\b)"
        )
        near = "|".join(f"(?P<{kind}>{alternatives(phrases)})" for kind, phrases in words.near.items())
        near = rf"(?<!\w)(?:{near})\s?(?:an?\s|the\s)?\Z"
    return _Patterns(
        iso=re.compile(
            r"(?<![\w])(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{2})(?:(?P=s)(?P<d>[0-9]{2}))?"
            r"(?:(?=[T ][0-9]{2}:[0-9]{2})|(?![\w/-]))"
        ),
        slashed=re.compile(
            r"(?<![\w./-])(?P<a>[0-9]{1,2})(?P<s>[./-])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|[0-9]{2})(?![\w/-]|\.[0-9])"
        ),
        day_month=re.compile(
            rf"{_LEFT}{lead}{day}\s+(?:of\s+|de\s+)?(?P<month>{months})\b\.?(?:,?\s+(?:of\s+|de\s+)?(?P<year>[0-9]{{4}})(?![\w:]))?",
            flags,
        ),
        month_day=re.compile(
            rf"{_LEFT}{lead}(?P<month>{months})\b\.?\s+(?:the\s+)?{day}(?:,?\s+(?P<year>[0-9]{{4}})(?![\w:]))?(?!\w)",
            flags,
        ),
        month=re.compile(
            rf"{_LEFT}(?P<month>{months})\b\.?(?:,?\s+(?:of\s+|de\s+)?(?P<year>[0-9]{{4}})(?!\w))?", flags
        ),
        weekday=re.compile(rf"{_LEFT}(?P<weekday>{weekdays})s?\b", flags),
        clock=re.compile(
            rf"(?:(?<![\w:])|(?<=[0-9]T))(?<![0-9][.,])(?:(?P<h>[0-9]{{1,3}})(?:[:h](?P<m>[0-5][0-9])(?::(?P<s>[0-5][0-9](?:[.,][0-9]{{1,9}})?))?"
            rf"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?|(?:\.(?P<m2>[0-5][0-9]))?\s?(?P<half2>[ap])\.?\s?m\b\.?)(?=Z|(?![\w:])){_OFFSET}"
            rf"|(?P<word>{alternatives(words.clock_words)})\b)",
            flags,
        ),
        number=re.compile(
            rf"(?<![\w.])(?<!\w[:/^+])(?<![^\W\d_][-–‑])(?P<sign>(?<![\w)\]])[-−+])?(?P<digits>{digits})?(?P<part>[½¼¾⅓⅔⅕⅖⅗⅘⅛⅜⅝⅞])?"
            rf"(?:/(?P<below>[0-9]{{1,3}})(?![\w/]))?(?P<ordinal>(?:st|nd|rd|th)\b)?{power}",
            flags,
        ),
        ahead=re.compile(ahead, flags),
        near=re.compile(near, flags),
        before=re.compile(
            r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?\s?(?:,|and|or|to|until|–|-|&|und|bis|et|y)\s?(?:the\s+)?\Z",
            flags,
        ),
    )


@lru_cache(maxsize=8)
def _ordinal_days(language: Language) -> dict[str, int]:
    table = language.words
    days = {name: number for name, number in table.ordinals.items() if number <= 31}
    for tens, value in (("twenty", 20), ("thirty", 30)):
        days |= {f"{tens}-{name}": value + n for name, n in table.ordinals.items() if n < 10 and value + n <= 31}
        days |= {f"{tens} {name}": value + n for name, n in table.ordinals.items() if n < 10 and value + n <= 31}
    return days


def _candidates(text: str, language: Language) -> Iterator[Figure]:
    patterns = _patterns(language)
    if _HAS.search(text):
        yield from _iso(text, patterns)
        yield from _clocks(text, patterns, language)
        yield from _days(text, patterns, language)
        yield from _numbers(text, patterns, language)
    elif patterns.clock.search(text):
        yield from _clocks(text, patterns, language)
    for match in patterns.month.finditer(text):
        if match["month"][0].isupper() or match["year"]:
            month = Month(int(match["year"]) if match["year"] else None, language.months[_bare(match["month"])])
            yield Figure(match.start(), _without_dot(text, match.end()), (month,), soft=not match["year"])
    for match in patterns.weekday.finditer(text):
        if match["weekday"][0].isupper() or len(match["weekday"]) > 3:
            yield Figure(*match.span(), (Weekday(language.weekdays[_bare(match["weekday"])]),), soft=True)
    if language.has_words:
        yield from _spoken(text, patterns, language)


def _without_dot(text: str, end: int) -> int:
    return end - (text[end - 1] == ".")


def _bare(name: str) -> str:
    return name.casefold().rstrip(".")


def _iso(text: str, patterns: _Patterns) -> Iterator[Figure]:
    for match in patterns.iso.finditer(text):
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"] or 0)
        if day and _is_day(year, month, day):
            yield Figure(*match.span(), (Day(year, month, day),))
        elif not day and 1 <= month <= 12 and match["s"] == "-" and 1000 <= year <= 2999:
            yield Figure(*match.span(), (Month(year, month),))
    for match in patterns.slashed.finditer(text):
        year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
        pairs = [(int(match["b"]), int(match["a"])), (int(match["a"]), int(match["b"]))]
        readings = tuple(Day(year, month, day) for month, day in dict.fromkeys(pairs) if _is_day(year, month, day))
        if readings:
            yield Figure(*match.span(), readings)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _days(text: str, patterns: _Patterns, language: Language) -> Iterator[Figure]:
    for match in (*patterns.day_month.finditer(text), *patterns.month_day.finditer(text)):
        spoken = match["day"].casefold()
        number = int(spoken) if spoken.isdigit() else _ordinal_days(language).get(" ".join(spoken.split()), 0)
        month, year = language.months[_bare(match["month"])], int(match["year"]) if match["year"] else None
        if not _is_day(year or 2024, month, number) or (
            match["month"].islower() and match["month"] == "may" and not year
        ):
            continue
        weekday = language.weekdays[_bare(match["weekday"])] if match["weekday"] else None
        yield Figure(match.start(), _without_dot(text, match.end()), (Day(year, month, number, weekday),))
        start = match.start()
        while start and (before := patterns.before.search(text, max(0, start - 16), start)):  # "15 and 16 July"
            if (
                not _is_day(year or 2024, month, int(before["day"]))
                or text[before.start() - 1 : before.start()].isalnum()
            ):
                break
            yield Figure(before.start(), before.end("day"), (Day(year, month, int(before["day"])),))
            start = before.start()


def _clocks(text: str, patterns: _Patterns, language: Language) -> Iterator[Figure]:
    for match in patterns.clock.finditer(text):
        if match["word"]:
            yield Figure(*match.span(), (Clock(*language.words.clock_words[match["word"].casefold()]),), soft=True)
            continue
        hour, minute = int(match["h"]), int(match["m"] or match["m2"] or 0)
        half = (match["half"] or match["half2"] or "").casefold()
        if half and not 1 <= hour <= 12:
            continue
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        second = Decimal(match["s"].replace(",", ".")) if match["s"] else None
        end = match.start("zone") if match["zone"] else match.end()
        while end and text[end - 1] in " (":
            end -= 1
        yield Figure(match.start(), end, (Clock(hour, minute, second),))
        if match["zone"]:
            yield Figure(match.start("zone"), match.end("zone"), (Offset(_minutes(match["zone"])),))
    for match in re.finditer(r"\b(?:UTC|GMT)\s?(?P<zone>[+−-]\s?[0-9]{1,2}(?::?[0-9]{2})?)(?![\w:])", text):
        yield Figure(*match.span(), (Offset(_minutes(match["zone"])),))


def _minutes(zone: str) -> int:
    found = re.search(r"([+−-])\s?([0-9]{1,2}):?([0-9]{2})?$", zone)
    if not found:
        return 0
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return minutes if found[1] == "+" else -minutes


def _numbers(text: str, patterns: _Patterns, language: Language) -> Iterator[Figure]:
    table = language.words
    for match in patterns.number.finditer(text):
        if not (match["digits"] or match["part"]):
            continue
        value, step = _value(match["digits"] or "0", language)
        if match["part"]:
            value, step = value + Decimal(_FRACTION_SIGNS[match["part"]]), Decimal("0.01")
        end = match.end()
        if match["below"]:
            if not int(match["below"]):
                continue
            value, step = value / int(match["below"]), Decimal("0.01")
        if power := match["power"] or match["exponent"]:
            size = int(power.translate(_SUPERSCRIPTS))
            value, step = value.scaleb(size), step.scaleb(size)
        half = False
        if not match["ordinal"] and not match["part"]:
            end, value, step, half = _scaled(text, end, value, step, language)
        if match["sign"] in ("-", "−"):
            value = -value
        unit = _UNIT.match(text, end)
        name = unit["unit"] if unit else ""
        attached = bool(unit) and unit.start("unit") == end and (name[:1].isalpha())  # type: ignore[union-attr]
        if attached and (len(name) > 4 or text[unit.end() : unit.end() + 1].isdigit()):  # type: ignore[union-attr]
            continue  # a name such as 4ab2
        percent = re.match(r"\s?(?:%|" + alternatives(table.percent) + r")", text[end : end + 12], re.IGNORECASE)
        near: Near = _near(text, match.start(), patterns)
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
        readings: tuple[Reading, ...] = (number,)
        suffix = table.suffixes.get(name.casefold()) if attached else None
        if suffix:
            readings += (
                number._replace(value=value * suffix, step=step * suffix, shown=number.shown * suffix, unit=""),
            )
        yield Figure(match.start(), end + (percent.end() if percent else 0), readings)


def _value(digits: str, language: Language) -> tuple[Decimal, Decimal]:
    """Return the value and the size of the last digit; the last sign separates decimals unless it groups thousands."""
    plain = re.sub("[ \u00a0\u2009\u202f'’]", "", digits)
    whole, sign, rest = plain.rpartition("." if plain.rfind(".") > plain.rfind(",") else ",")
    groups = sign == language.group or (sign and sign != language.decimal and language.group in "\u00a0\u202f’")
    if sign and not (groups and len(rest) == 3 and whole.strip("0") != "" and "." not in whole):
        if "," in whole or "." in whole:
            whole = whole.replace(",", "").replace(".", "")
        return Decimal(f"{whole or 0}.{rest}"), Decimal(1).scaleb(-len(rest))
    return Decimal(plain.replace(",", "").replace(".", "")), Decimal(1)


def _scaled(
    text: str, end: int, value: Decimal, step: Decimal, language: Language
) -> tuple[int, Decimal, Decimal, bool]:
    """Read on behind digits: "2.5 million", "2 dozen", "15 and a half"."""
    table = language.words
    words = [Word(match.group().casefold(), match.start(), match.end()) for match in _following(text, end)]

    def word(position: int) -> str:
        return words[position].text if position < len(words) else ""

    if words and words[0].text in {**table.scales, table.hundred: 100, **table.groups}:
        scale = {**table.scales, table.hundred: 100, **table.groups}[words[0].text]
        return words[0].end, value * scale, step * scale, False
    if words and and_a_half(0, word, table) is not None:
        return words[2].end, value + Decimal("0.5"), Decimal("0.1"), True
    return end, value, step, False


def _following(text: str, end: int) -> Iterator[re.Match[str]]:
    """Yield up to three words that follow, with nothing but a space or hyphen between."""
    for _ in range(3):
        gap = re.compile(r"[\s\u00a0-]{1,2}").match(text, end)
        match = _WORD.match(text, gap.end()) if gap else None
        if not match:
            return
        yield match
        end = match.end()


def _shown(value: Decimal, step: Decimal) -> Decimal:
    """Return the size of the last digit that is no trailing zero of a whole number."""
    if step < 1 or not value:
        return step
    digits = "".join(map(str, value.as_tuple().digits))
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb((exponent if isinstance(exponent, int) else 0) + len(digits) - len(digits.rstrip("0")))


def _near(text: str, start: int, patterns: _Patterns) -> Near:
    match = patterns.near.search(text[max(0, start - 24) : start])
    return match.lastgroup if match else ""  # type: ignore[return-value]


def _spoken(text: str, patterns: _Patterns, language: Language) -> Iterator[Figure]:
    table = language.words
    for match in patterns.ahead.finditer(text):
        if readings := _ahead(match, language):
            yield Figure(*match.span(), readings, soft=True)
    words = [Word(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
    position = 0
    while position < len(words):
        clock = _spoken_clock(words, position, text, language)
        if clock is not None:
            length, reading = clock
            yield Figure(words[position].start, words[position + length - 1].end, (reading,), soft=True)
            position += length
            continue
        spoken = spoken_number(words, position, text, table)
        if spoken is None:
            position += 1
            continue
        start, end = words[position].start, words[position + spoken.length - 1].end
        position += spoken.length
        if text[start - 1 : start].isdigit() or text[max(0, start - 2) : start - 1].isdigit():
            continue  # "2.5 million" was read with its digits
        unit = _UNIT.match(text, end)
        near = _near(text, start, patterns)
        half = spoken.value != int(spoken.value)
        name = unit["unit"] if unit else ""
        percent = bool(unit) and name.casefold() in ("percent", "per")
        number = Number(
            spoken.value, spoken.step, _shown(spoken.value, spoken.step), near, name, percent, spoken.ordinal, half
        )
        yield Figure(start, end, (number,), soft=True)


def _spoken_clock(words: list[Word], at: int, text: str, language: Language) -> tuple[int, Clock] | None:
    """Read "half past two", "a quarter to nine", "eight o'clock"."""
    table = language.words
    article = words[at].text in table.articles
    first = at + article
    if (
        first + 2 < len(words)
        and words[first].text in table.clock_shares
        and words[first + 1].text in (table.past, table.to)
    ):
        hour = spoken_number(words, first + 2, text, table)
        if hour is not None and 1 <= hour.value <= 12:
            minutes = table.clock_shares[words[first].text]
            late = words[first + 1].text == table.to
            return article + 2 + hour.length, Clock(
                (int(hour.value) - late) % 12, 60 - minutes if late else minutes, loose=True
            )
    spoken = spoken_number(words, at, text, table)
    if spoken is None or spoken.value not in range(1, 13) or at + spoken.length >= len(words):
        return None
    if words[at + spoken.length].text.replace("’", "'") != table.oclock:
        return None
    return spoken.length + 1, Clock(int(spoken.value), 0, loose=True)


def _ahead(match: re.Match[str], language: Language) -> tuple[Reading, ...]:
    table = language.words
    if match["day"]:
        return (Ahead(days=table.days[" ".join(match["day"].casefold().split())]),)
    if match["which"]:
        word = match["which"].casefold()
        sign = -1 if word in table.last else 0 if word in table.this else 1
        if match["weekday"]:
            return (Weekday(language.weekdays[_bare(match["weekday"])], {-1: "last", 0: "this", 1: "next"}[sign]),)
        return _apart(Decimal(sign), match["unit"], language, whole=False)
    count = match["count"] or match["count3"]
    words = [Word(each.group().casefold(), each.start(), each.end()) for each in _WORD.finditer(count)]
    spoken = None if count.isdigit() else spoken_number(words, 0, count, table)
    if not count.isdigit() and spoken is None:
        return ()
    number = Decimal(count) if count.isdigit() else spoken.value  # type: ignore[union-attr]
    return _apart(-number if match["ago"] else number, match["unit2"] or match["unit3"], language)


def _apart(number: Decimal, unit: str, language: Language, whole: bool = True) -> tuple[Reading, ...]:
    table = language.words
    unit = unit.casefold()
    if unit in table.months:
        return (Ahead(months=int(number * table.months[unit]), whole=whole),)
    days = number * Decimal(table.times[unit]) / 86400
    return (Ahead(days=int(days), whole=whole),) if days == int(days) else ()


def _with_lengths(figures: list[Figure], text: str, language: Language) -> Iterator[Figure]:
    """Join "3 hours and 5 minutes" and "2h 5m" to one length of time."""
    table = language.words
    position = 0
    while position < len(figures):
        figure = figures[position]
        position += 1
        first = figure.readings[0]
        if not isinstance(first, Number) or not _size(first, language):
            yield figure
            continue
        total, step, last, parts = first.value * _size(first, language), _size(first, language), figure, 1
        while position < len(figures):
            following = figures[position]
            number = following.readings[0]
            if not isinstance(number, Number) or not 0 < _size(number, language, after=step) < step:
                break
            between = text[last.end : following.start].casefold().strip()
            unit = last.readings[0].unit.casefold()  # type: ignore[union-attr]
            if between.removeprefix(unit).strip(" ,") not in ("", table.conjunction) or not between.startswith(unit):
                break
            step = _size(number, language, after=step)
            total += number.value * step
            last, parts, position = following, parts + 1, position + 1
        if parts == 1:
            yield figure
        else:
            yield Figure(figure.start, last.end, (Length(total, step, first.near),), figure.soft and last.soft)


def _size(number: Number, language: Language, after: Decimal | int = 0) -> Decimal:
    """Return the seconds of one of the number's unit; behind hours an "m" is a minute."""
    return Decimal(60) if after == 3600 and number.unit == "m" else unit_seconds(number.unit, language)


def unit_seconds(unit: str, language: Language) -> Decimal:
    """Return how many seconds one of the unit lasts, or 0 where it is no unit of time."""
    return Decimal(language.words.times.get(unit.casefold(), 0))
