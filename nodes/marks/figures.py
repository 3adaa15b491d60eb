"""Figures of a text: the numbers, dates, times and lengths of time that stand in it, as its locale writes them.

A text is read once from left to right. Where a digit or a word that can begin a figure stands, each of the rules below
is tried, and the longest stretch counts ("25 July 2026", "3.226 × 10^23", "15 and a half"). What can be read in two
ways (01/03/2026) has both readings. `soft` are words in running prose ("two", "today", "Saturday", "May"): they need no
mark. Digits inside names (NaHCO3, A-100) and versions (1.2.3) are no figures.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from nodes.marks.grammar import PART_SIGNS, SPACES, Grammar, grammar_of
from nodes.marks.language import Language
from nodes.marks.number_words import fraction_behind, spoken_number
from nodes.marks.readings import Ahead, Clock, Day, Figure, Length, Month, Near, Number, Offset, Reading, Weekday
from nodes.marks.units import unit_named

__all__ = ["Ahead", "Clock", "Day", "Figure", "Length", "Month", "Number", "Offset", "Reading", "Weekday", "figures_of"]

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_START = re.compile(rf"[0-9{''.join(PART_SIGNS)}]|[^\W\d_]+")
_NAME = re.compile(r"(?![x×][0-9]|(?:UTC|GMT)[+-])[^\W\d_]\w*?[-‑:^+/]?[0-9]\w*")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){2,}(?!\.?[0-9])")
_RUN = re.compile(r"[0-9][\w.,]*")
_JOINS_DAYS = re.compile(r"(?:st|nd|rd|th|\.)?\s?(?:,|and|or|to|until|–|-|&|und|bis|et|y)\s?(?:the\s+)?")
#: A numerator or denominator of a common fraction: 3/4, 7/16.
_PART_MAX = 32
_NEAR_MAX = 24


@lru_cache(maxsize=4096)
def figures_of(text: str, locale: str = "en") -> tuple[Figure, ...]:
    """Return the figures of the text in order; none overlaps another."""
    grammar = grammar_of(locale)
    plain = text if text.isascii() else "".join(str(int(c)) if c.isdecimal() else c for c in text)
    found = list(_read(plain, grammar))
    for at in range(len(found) - 1, 0, -1):  # "15 and 16 July"
        found[at - 1] = _earlier_day(plain, found[at - 1], found[at])
    return tuple(found)


def _read(text: str, grammar: Grammar) -> Iterator[Figure]:
    at = 0
    while match := _START.search(text, at):
        start, word = match.start(), match.group().casefold()
        at = match.end()
        if word[0].isalpha():
            is_attached = start and text[start - 1].isalnum()
            if not is_attached and (name := _NAME.match(text, start)):
                at = at if match.group() in grammar.language.names.currencies else name.end()
                continue
            rules = _WORD_RULES if word in grammar.beginnings else ()
        else:
            rules = _DIGIT_RULES
        found = [figure for rule in rules if (figure := rule(text, start, grammar)) is not None]
        if found:
            end = max(figure.end for figure in found)
            longest = [figure for figure in found if figure.end == end]
            readings = [reading for each in longest for reading in each.readings]
            if any(isinstance(each, Clock) and not each.loose for each in readings):  # "8 in the evening" is no number
                readings = [each for each in readings if not isinstance(each, Number)]
            yield replace(longest[0], readings=tuple(readings))
            at = max(at, end)
            if isinstance(longest[0].readings[0], Clock) and (zone := grammar.match("zone", text, end)):
                yield Figure(*zone.span("zone"), (Offset(_shift(zone["zone"])),))
                at = zone.end()
        elif not word[0].isalpha() and (run := _RUN.match(text, start)):
            at = run.end()


# Dates


def is_day(year: int, month: int, day: int) -> bool:
    """Say whether the calendar has the day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _numeric_date(text: str, at: int, grammar: Grammar) -> Figure | None:
    if match := grammar.match("iso", text, at):
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"] or 0)
        if day and is_day(year, month, day):
            return Figure(*match.span(), (Day(year, month, day),))
        if not day and 1 <= month <= 12 and match["s"] == "-" and 1000 <= year <= 2999:
            return Figure(*match.span(), (Month(year, month),))
    for name in ("slashed", "ideographic", "dotted"):
        if name in grammar.patterns and (match := grammar.match(name, text, at)):
            days = _days(int(match["a"]), int(match["b"]), _year(match), grammar.language, is_open=name == "slashed")
            if days:
                return Figure(*match.span(), days)
    return None


def _days(one: int, other: int, year: int | None, language: Language, *, is_open: bool = True) -> tuple[Day, ...]:
    """Return the days that two numbers may be, in the locale's order, or in both where it leaves that open."""
    order = language.day_first if is_open else True
    pairs = {True: [(other, one)], False: [(one, other)], None: [(other, one), (one, other)]}[order]
    return tuple(Day(year, month, day) for month, day in dict.fromkeys(pairs) if is_day(year or 2024, month, day))


def _year(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("year")
    return None if year is None else int(year) if len(year) > 3 else 2000 + int(year.strip("'’"))


def _written_date(text: str, at: int, grammar: Grammar) -> Figure | None:
    for name in ("day_month", "month_day"):
        match = grammar.match(name, text, at)
        if not match:
            continue
        spoken, language = " ".join(match["day"].casefold().split()), grammar.language
        day = int(spoken) if spoken.isdecimal() else language.ordinals.get(spoken, 0)
        month, year = language.months[_bare(match["month"])], _year(match)
        if is_day(year or 2024, month, day) and (match["month"] != "may" or year):
            weekday = language.weekdays[_bare(match["weekday"])] if match["weekday"] else None
            return Figure(at, _without_dot(match), (Day(year, month, day, weekday),))
    return None


def _month(text: str, at: int, grammar: Grammar) -> Figure | None:
    match = grammar.match("month", text, at)
    if match is None or not (match["month"][0].isupper() or match["year"]) or _is_cut(text, match.end("month")):
        return None
    month = Month(_year(match), grammar.language.months[_bare(match["month"])])
    return Figure(at, _without_dot(match), (month,), soft=not match["year"])


def _weekday(text: str, at: int, grammar: Grammar) -> Figure | None:
    match = grammar.match("weekday", text, at)
    if match is None or not (match["weekday"][0].isupper() or len(match["weekday"]) > 3):
        return None
    return Figure(*match.span(), (Weekday(grammar.language.weekdays[_bare(match["weekday"])]),), soft=True)


def _ahead(text: str, at: int, grammar: Grammar) -> Figure | None:
    match, language = grammar.match("ahead", text, at), grammar.language
    if match is None:
        return None
    reading: Reading | None
    which = language.words.which.get(" ".join((match["which"] or "").casefold().split()), 0)
    if match["days"]:
        reading = Ahead(days=language.words.days[" ".join(match["days"].casefold().split())])
    elif match["weekday"]:
        reading = Weekday(language.weekdays[_bare(match["weekday"])], which)
    elif match["which"]:
        reading = _apart(which, match["unit"], language, whole=False)
    else:
        spoken = " ".join((match["count"] or match["count2"]).casefold().split())
        count = int(spoken) if spoken.isdecimal() else language.small_numbers.get(spoken, 1)
        reading = _apart(-count if match["ago"] else count, match["unit2"] or match["unit3"], language)
    return None if reading is None else Figure(*match.span(), (reading,), soft=True)


def _apart(count: int, name: str, language: Language, whole: bool = True) -> Ahead | None:
    unit = unit_named(name, language.locale)
    if unit is not None and unit.dimension == "months":
        return Ahead(months=count * int(unit.size), whole=whole)
    days = count * unit.size / 86400 if unit is not None and unit.dimension == "duration" else Decimal("0.5")
    return Ahead(days=int(days), whole=whole) if days == int(days) else None


def _earlier_day(text: str, one: Figure, other: Figure) -> Figure:
    """Return the first figure as a day of the second one's month, where only a word such as "and" parts them."""
    number, day = one.readings[0], other.readings[0]
    if not (isinstance(number, Number) and isinstance(day, Day)) or text[other.start : other.end].isalpha():
        return one
    if not re.search(r"[^\W\d_]{3}", text[other.start : other.end]):
        return one
    if not _JOINS_DAYS.fullmatch(text, one.end, other.start) or number.value not in range(1, 32):
        return one
    return replace(one, readings=(day._replace(day=int(number.value), weekday=None), *one.readings), soft=False)


def _without_dot(match: re.Match[str]) -> int:
    return match.end() - match.group().endswith(".")


def _bare(name: str) -> str:
    return name.casefold().rstrip(".")


def _is_cut(text: str, end: int) -> bool:
    return text[end : end + 1].isalnum()


# Times


def _clock(text: str, at: int, grammar: Grammar) -> Figure | None:
    match = grammar.match("clock", text, at)
    if match is None or text[max(0, at - 2) : at].rstrip(".,")[-1:].isdecimal():
        return None
    hour, minute = int(match["h"]), int(match["m"] or match["m2"] or 0)
    half = (match["half"] or match["half2"] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    second = Decimal(match["s"].replace(",", ".")) if match["s"] else None
    hour = _hour(hour, f"{half}m") if half else hour
    clock = Clock(hour, minute, second, near=_near(text, at, grammar))
    return Figure(at, match.end(), (clock if half else _in_part(clock, text, at, match.end(), grammar),))


def _spoken_clock(text: str, at: int, grammar: Grammar) -> Figure | None:
    match, words = grammar.match("spoken_clock", text, at), grammar.language.words
    if match is None:
        return None

    def number(group: str) -> int:
        spoken = " ".join(match[group].casefold().split())
        return int(spoken) if spoken.isdecimal() else grammar.language.small_numbers.get(spoken, 0)

    hour, minute, is_loose = 0, 0, True
    if match["named"]:
        (hour, minute), is_loose = words.clock_words[match["named"].casefold()], False
    elif match["oclock"]:
        hour = number("oclock")
    elif match["half"]:
        hour, minute = number("half"), words.clock_shares[words.half]
    elif match["h"]:
        hour, minute = number("h"), number("m")
    else:
        named = words.clock_shares.get(match["share"].casefold())
        minute, hour = named or number("share"), number("of")
        # "9 to 5" and "ten to twelve" are ranges.
        if not (1 <= minute <= 30 and hour) or (
            match["to"] and not named and (minute <= hour or match["share"].isdecimal())
        ):
            return None
        hour, minute = (hour - 1, 60 - minute) if match["to"] else (hour, minute)
    if hour > 12:
        return None
    clock = Clock(hour % 12 if is_loose else hour, minute, loose=is_loose, near=_near(text, at, grammar))
    return Figure(at, match.end(), (_in_part(clock, text, at, match.end(), grammar) if is_loose else clock,), soft=True)


def _hour_in_part(text: str, at: int, grammar: Grammar) -> Figure | None:
    """Read the bare hour of "eight tonight"."""
    match = grammar.match("hour", text, at)
    if match is None:
        return None
    spoken = match.group().casefold()
    hour = int(spoken) if spoken.isdecimal() else grammar.language.small_numbers[spoken]
    clock = _in_part(Clock(hour, 0, loose=True, near=_near(text, at, grammar)), text, at, match.end(), grammar)
    is_told = hour <= 12 and not clock.loose
    return Figure(at, match.end(), (clock,), soft=not spoken.isdecimal()) if is_told else None


def _in_part(clock: Clock, text: str, start: int, end: int, grammar: Grammar) -> Clock:
    """Return the time in the half of the day that a word beside it tells: "8 in the evening", "tonight at 8:30"."""
    words = grammar.language.words
    part = grammar.match("day_part", text, end) if words.day_parts else None
    if part is None and words.day_parts:
        part = grammar.patterns["before"].search(text, max(0, start - _NEAR_MAX), start)
    if part is None or clock.hour > 12:
        return clock
    return clock._replace(hour=_hour(clock.hour, words.day_parts[part["part"].casefold()]), loose=False)


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day: at night it is one before five or after noon."""
    hour %= 12
    return hour + 12 if half == "pm" or (half == "night" and hour >= 5) else hour


def _utc(text: str, at: int, grammar: Grammar) -> Figure | None:
    match = grammar.match("utc", text, at)
    return Figure(*match.span(), (Offset(_shift(match["zone"])),)) if match else None


def _shift(zone: str) -> int:
    found = re.search(r"([+−-])\s?([0-9]{1,2}):?([0-9]{2})?$", zone)
    minutes = int(found[2]) * 60 + int(found[3] or 0) if found else 0
    return minutes if found and found[1] == "+" else -minutes


# Numbers


def _number(text: str, at: int, grammar: Grammar) -> Figure | None:
    """Read a number in digits, with its sign, unit and scale, or a length of time that goes on behind it."""
    if text[at - 1 : at] == "_":
        return None
    start = at
    if text[at - 1 : at] == ".":
        start -= 1
        if text[start - 1 : start].isalnum() or text[start - 1 : start] == ".":
            return None
    match, language = grammar.match("number", text, start), grammar.language
    if match is None or not (match["digits"] or match["part"]):
        return None
    value, step = _value(match["digits"] or "0", language)
    if match["part"]:
        value, step = value + _part(match["part"]), Decimal("0.01")
    end, days = match.end(), list[Reading]()
    if match["below"]:
        below = int(match["below"])
        if not below or step != 1 or max(below, value) > _PART_MAX:
            end = match.start("below") - 1  # two numbers: 4.5/5, 12/180
        else:
            days = [*_days(int(value), below, None, language), Number(value)]  # "4/5" of a rating is 4
            value, step = value / below, Decimal("0.01")
    if power := match["p"] or match["ps"] or match["e"] or match["t"] or match["ts"]:
        size = int(power.translate(_SUPERSCRIPTS)) - bool(match["t"] or match["ts"])  # of 10^6 the 10 is one of it
        value, step = value.scaleb(size), step.scaleb(size)
    elif not match["ordinal"] and not match["part"]:
        end, value, step = _scaled(text, end, value, step, grammar)
    if text[start - 1 : start] in ("-", "−") and not re.match(r"[\w)\]]", text[start - 2 : start - 1]):
        start, value = start - 1, -value
    elif text[start - 1 : start] == "+" and not re.match(r"[\w)\]]", text[start - 2 : start - 1]):
        start -= 1
    number = _with_unit(Number(value, step, ordinal=bool(match["ordinal"])), text, start, end, grammar)
    attached = re.compile(r"[^\W\d_]+").match(text, end)
    is_name = attached and (len(attached.group()) > 4 or text[attached.end() : attached.end() + 1].isdecimal())
    if attached and is_name and attached.group() != "x" and unit_named(number.unit, language.locale) is None:
        return None  # a name such as 4ab2
    readings: tuple[Reading, ...] = (number, *days)
    name = number.unit.split(" ")[0]
    suffix = language.words.suffixes.get(name.casefold()) if attached or len(name) > 1 else None
    if suffix:
        scaled = number._replace(value=value * suffix, step=step * suffix, unit="")
        readings = (scaled, number) if name == "m" else (scaled,)
    percent = grammar.match("percent", text, end) if number.percent else None
    return _longer(Figure(start, percent.end() if percent else end, readings), text, grammar)


def _spoken(text: str, at: int, grammar: Grammar) -> Figure | None:
    """Read a number in words, or the one of "an hour", "an hour and a half"."""
    words = grammar.language.words
    spoken = spoken_number(text, at, words)
    if spoken is not None:
        number = _with_unit(Number(spoken.value, spoken.step, ordinal=spoken.ordinal), text, at, spoken.end, grammar)
        return _longer(Figure(at, spoken.end, (number,), soft=True), text, grammar)
    article = next(iter(re.findall(r"\A[^\W\d_]+", text[at : at + 8])), "").casefold()
    if article not in words.articles or text[:at].casefold().rstrip().endswith(words.half):
        return None
    number = _with_unit(Number(Decimal(1)), text, at, at + len(article), grammar)
    unit = unit_named(number.unit, grammar.language.locale)
    if unit is None or unit.dimension not in ("duration", "months") or len(number.unit) < 3:
        return None
    end = text.index(number.unit, at) + len(number.unit)
    if part := fraction_behind(text, end, words):
        number, end = number._replace(value=1 + part.value, step=2 * part.step if number.near else part.step), part.end
    return _longer(Figure(at, end, (number,), soft=True), text, grammar)


def _with_unit(number: Number, text: str, start: int, end: int, grammar: Grammar) -> Number:
    """Return the number with what stands around it: how near it is, its unit, a percent sign."""
    near, locale = _near(text, start, grammar), grammar.language.locale
    match = grammar.match("unit", text, end)
    names = match["unit"].split(" ") if match else []
    stretches = (" ".join(names[:count]) for count in range(len(names), 1, -1))
    unit = next((each for each in stretches if unit_named(each, locale)), match["first"] if match else "")
    step = number.step
    if near and step == Decimal("0.01") and abs(number.value) < 1:
        step = abs(number.value) / 5  # "about a fifth"
    elif near and step == Decimal("0.1") and number.value * 4 == int(number.value * 4):
        step = Decimal("0.5") if str(number.value).endswith(".5") else Decimal("0.25")  # in halves or quarters
    percent = grammar.match("percent", text, end) is not None
    return number._replace(near=near, unit="%" if percent else unit, percent=percent, step=step)


def _longer(figure: Figure, text: str, grammar: Grammar) -> Figure:
    """Return "3 hours and 5 minutes" and "2h 5m" as one length of time, where the figure begins one."""
    number, language = figure.readings[-1], grammar.language
    size = _seconds(number, language)
    if not isinstance(number, Number) or not size:
        return figure
    behind = re.compile(rf"(?:\s?{re.escape(number.unit)})?\s?,?\s?(?:{language.words.conjunction}\s)?").match(
        text, figure.end
    )
    at = behind.end() if behind else len(text)
    rule = _number if text[at : at + 1].isdecimal() else _spoken
    following = rule(text, at, grammar) if at < len(text) else None
    rest = following.readings[-1] if following else None
    length = rest.seconds if isinstance(rest, Length) else Decimal(0)
    step = rest.step if isinstance(rest, Length) else Decimal(0)
    if isinstance(rest, Number):
        step = Decimal(60) if size == 3600 and rest.unit == "m" else _seconds(rest, language)
        length = rest.value * step
    if following is None or not 0 < step < size or not 0 <= length < size:
        return figure
    reading = Length(number.value * size + length, step, number.near)
    return Figure(figure.start, following.end, (reading,), figure.soft and following.soft)


def _seconds(reading: object, language: Language) -> Decimal:
    unit = unit_named(reading.unit, language.locale) if isinstance(reading, Number) else None
    return unit.size if unit is not None and unit.dimension == "duration" else Decimal(0)


def _part(part: str) -> Decimal:
    if part in PART_SIGNS:
        return Decimal(PART_SIGNS[part])
    above, _, below = part[1:].partition("/")
    return Decimal(above) / Decimal(below)


def _value(digits: str, language: Language) -> tuple[Decimal, Decimal]:
    """Return the value and the size of the last digit; the last sign separates decimals unless it groups thousands.

    Zeros at the end of a number that is grouped, or of five digits and more, show that it is rounded.
    """
    plain = re.sub(f"[{SPACES}]", "", digits)
    whole, sign, rest = plain.rpartition("." if plain.rfind(".") > plain.rfind(",") else ",")
    groups = sign == language.group or (sign and sign != language.decimal and language.group in SPACES)
    if sign and not (groups and len(rest) == 3 and whole.strip("0") != "" and "." not in whole.replace(sign, "")):
        return Decimal(f"{re.sub('[.,]', '', whole) or 0}.{rest}"), Decimal(1).scaleb(-len(rest))
    bare = re.sub("[.,]", "", plain)
    zeros = len(bare) - len(bare.rstrip("0"))
    is_round = zeros > 2 and (len(bare) > 4 or not digits.isdecimal())
    return Decimal(bare), Decimal(1).scaleb(zeros if is_round else 0)


def _scaled(text: str, end: int, value: Decimal, step: Decimal, grammar: Grammar) -> tuple[int, Decimal, Decimal]:
    """Read on behind digits: "2.5 million", "2 dozen", "15 and a half"."""
    if part := fraction_behind(text, end, grammar.language.words):
        return part.end, value + part.value, part.step
    match, language = grammar.match("scale", text, end), grammar.language
    if match is None:
        return end, value, step
    name = match["scale"].casefold()
    scale = language.scales.get(name) or language.words.groups.get(name, 100)
    return match.end(), value * scale, step * scale


def _near(text: str, start: int, grammar: Grammar) -> Near:
    match = grammar.patterns["near"].search(text[max(0, start - _NEAR_MAX) : start])
    kinds: dict[str | None, Near] = {"about": "about", "over": "over", "under": "under"}
    return kinds.get(match.lastgroup, "") if match else ""


_Rule = Callable[[str, int, Grammar], Figure | None]
_DIGIT_RULES: tuple[_Rule, ...] = (_numeric_date, _written_date, _clock, _spoken_clock, _hour_in_part, _ahead, _number)
_WORD_RULES: tuple[_Rule, ...] = (_written_date, _month, _weekday, _spoken_clock, _hour_in_part, _ahead, _utc, _spoken)
