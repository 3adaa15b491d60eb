"""Figures of a text: the numbers, dates, times and lengths of time that stand in it, as its locale writes them.

A text is read once from left to right. Where a digit or a word that can begin a figure stands, each of the rules below
is tried, and the longest stretch counts ("25 July 2026", "3.226 × 10^23", "15 and a half"). What can be read in two
ways (01/03/2026) has both readings. `soft` are words in running prose ("two", "today", "Saturday", "May"): they need no
mark. Digits inside names (NaHCO3, A-100) and versions (1.2.3) are no figures.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from nodes.marks.grammar import LETTER, PART_SIGNS, SPACES, Grammar, grammar_of
from nodes.marks.number_words import fraction_behind, spoken_number
from nodes.marks.readings import Ahead, Clock, Day, Figure, Length, Month, Near, Number, Offset, Reading, Weekday
from nodes.marks.units import unit_named

__all__ = ["Ahead", "Clock", "Day", "Figure", "Length", "Month", "Number", "Offset", "Reading", "Weekday", "figures_of"]

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_START = re.compile(rf"[0-9{''.join(PART_SIGNS)}]|[^\W\d_]+")
# Bounded, for it is tried at each word of a long run such as `a_a_a_a`.
_NAME = re.compile(r"(?![x×][0-9]|(?:UTC|GMT)[+-])[^\W\d_]\w{0,99}?[-‑:^+/]?[0-9]\w*")
_LETTERS = re.compile(rf"{LETTER}+")
_DATE_LIKE = re.compile(r"[0-9]{1,4}[-/.年月][0-9]")
_SPACE = re.compile(r"\s?")
_SIGN_BEFORE = re.compile(r"(?<![\w)\]])([-−+])\Z")
_DECIMAL_BEFORE = re.compile(r"[0-9][.,]\Z")
_WITHOUT_SPACES, _WITHOUT_SIGNS = str.maketrans("", "", SPACES), str.maketrans("", "", ".,")
_GOES_ON = re.compile(r"[\w.]\.")
_RUN = re.compile(r"[0-9][\w.,]*")
_JOINS_DAYS = re.compile(r"(?:st|nd|rd|th|\.)?\s?(?:,|and|or|to|until|–|-|&|und|bis|et|y)\s?(?:the\s+)?")
#: A numerator or denominator of a common fraction: 3/4, 7/16.
_PART_MAX = 32
_OF_DIGITS = ("digits of a date", "day", "clock", "ahead", "digits")
_UNITS_MAX = 5
_NEAR_MAX = 24


@lru_cache(maxsize=4096)
def figures_of(text: str, locale: str = "en") -> tuple[Figure, ...]:
    """Return the figures of the text in order; none overlaps another."""
    reader = _Reader(text, grammar_of(locale))
    found = list(reader.read())
    for at in range(len(found) - 1, 0, -1):  # "15 and 16 July"
        found[at - 1] = reader.with_month(found[at - 1], found[at])
    return tuple(found)


class _Reader:
    """Reads one text. Each rule returns the figure that begins at a position, or None."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text if text.isascii() else "".join(str(int(c)) if c.isdecimal() else c for c in text)
        self.grammar, self.language, self.words = grammar, grammar.language, grammar.language.words
        self.depth = 0
        self.rules: dict[str, Callable[[int], Figure | None]] = {
            "digits of a date": self._numeric_date,
            "day": self._day,
            "date": self._word_date,
            "clock": self._clock,
            "ahead": self._ahead,
            "utc": self._utc,
            "number": self._spoken,
            "digits": self._number,
        }

    def read(self) -> Iterator[Figure]:
        """Yield the figures."""
        at = 0
        while match := _START.search(self.text, at):
            start, word = match.start(), match.group()
            at = match.end()
            is_word = word[0].isalpha()
            if is_word and not self.text[start - 1 : start].isalnum() and (name := _NAME.match(self.text, start)):
                at = at if word in self.language.names.currencies else name.end()
                continue
            of_digits = ("digits",) if not is_word and self._match("plain", start) else _OF_DIGITS
            kinds = self.grammar.beginnings.get(word.casefold(), ()) if is_word else of_digits
            found = [figure for kind in kinds if (figure := self.rules[kind](start)) is not None]
            if found:
                at = max(figure.end for figure in found)
                longest = [figure for figure in found if figure.end == at]
                readings = [reading for each in longest for reading in each.readings]
                if any(isinstance(each, Clock) and not each.loose for each in readings):  # "8 in the evening"
                    readings = [each for each in readings if not isinstance(each, Number)]
                yield replace(longest[0], readings=tuple(readings))
                if isinstance(readings[0], Clock) and (zone := self._match("zone", at)):
                    yield Figure(*zone.span("zone"), (Offset(_shift(zone["zone"])),))
                    at = zone.end()
            elif not is_word and (run := _RUN.match(self.text, start)):
                at = run.end()

    def _match(self, name: str, at: int) -> re.Match[str] | None:
        return self.grammar.patterns[name].match(self.text, at) if name in self.grammar.patterns else None

    def _count(self, spoken: str, names: Mapping[str, int] | None = None) -> int:
        """Return a small number in digits or words, or 0."""
        return int(spoken) if spoken.isdecimal() else (names or self.language.small_numbers).get(_fold(spoken), 0)

    def _near(self, start: int) -> Near:
        before = self.text[max(0, start - _NEAR_MAX) : start].casefold().split()[-2:]
        if self.grammar.near.isdisjoint(before) and not "".join(before).endswith(("~", "≈")):
            return ""
        match = self.grammar.patterns["near"].search(self.text[max(0, start - _NEAR_MAX) : start])
        kinds: dict[str | None, Near] = {"about": "about", "over": "over", "under": "under"}
        return kinds.get(match.lastgroup, "") if match else ""

    # Dates

    def _numeric_date(self, at: int) -> Figure | None:
        if not _DATE_LIKE.match(self.text, at):
            return None
        if match := self._match("iso", at):
            year, month, day = int(match["y"]), int(match["m"]), int(match["d"] or 0)
            if _is_day(year, month, day):
                return Figure(*match.span(), (Day(year, month, day),))
            if not day and 1 <= month <= 12 and match["s"] == "-" and 1000 <= year <= 2999:
                return Figure(*match.span(), (Month(year, month),))
        for name in ("slashed", "ideographic", "dotted"):
            if match := self._match(name, at):
                order = self.language.day_first if name == "slashed" else True
                days = _days(int(match["a"]), int(match["b"]), _year(match["year"]), order)
                return Figure(*match.span(), days) if days else None
        return None

    def _day(self, at: int) -> Figure | None:
        """Read a day of a month that is named."""
        months, weekdays = self.language.months, self.language.weekdays
        for match in filter(None, (self._match("day_month", at), self._match("month_day", at))):
            day, month = self._count(match["day"], self.language.ordinals), months[_fold(match["month"])]
            year = _year(match["year"])
            if _is_day(year or 2024, month, day) and (match["month"] != "may" or year):
                weekday = weekdays[_fold(match["weekday"])] if match["weekday"] else None
                return Figure(at, match.end() - match.group().endswith("."), (Day(year, month, day, weekday),))
        return None

    def _word_date(self, at: int) -> Figure | None:
        """Read a day of a month that is named, else a month or a weekday alone."""
        if day := self._day(at):
            return day
        months, weekdays = self.language.months, self.language.weekdays
        if (match := self._match("month", at)) and (match["month"][0].isupper() or match["year"]):
            reading = Month(_year(match["year"]), months[_fold(match["month"])])
            return Figure(at, match.end() - match.group().endswith("."), (reading,), soft=not match["year"])
        if (match := self._match("weekday", at)) and (match.group()[0].isupper() or len(match["weekday"]) > 3):
            return Figure(*match.span(), (Weekday(weekdays[_fold(match["weekday"])]),), soft=True)
        return None

    def with_month(self, one: Figure, other: Figure) -> Figure:
        """Return the first figure as a day of the second one's month, where only a word such as "and" parts them."""
        number, day = one.readings[0], other.readings[0]
        is_named = re.search(r"[^\W\d_]{3}", self.text[other.start : other.end])
        is_joined = is_named and _JOINS_DAYS.fullmatch(self.text, one.end, other.start)
        if not (is_joined and isinstance(day, Day) and isinstance(number, Number) and number.value in range(1, 32)):
            return one
        return replace(one, readings=(day._replace(day=int(number.value), weekday=None), *one.readings), soft=False)

    def _ahead(self, at: int) -> Figure | None:
        match = self._match("ahead", at)
        if match is None:
            return None
        which = self.words.which.get(_fold(match["which"] or ""), 0)
        reading: Reading | None
        if match["days"]:
            reading = Ahead(days=self.words.days[_fold(match["days"])])
        elif match["weekday"]:
            reading = Weekday(self.language.weekdays[_fold(match["weekday"])], which)
        elif match["which"]:
            reading = self._apart(which, match["unit"], whole=False)
        else:
            count = self._count(match["count"] or match["count2"]) or 1
            reading = self._apart(-count if match["ago"] else count, match["unit2"] or match["unit3"])
        return None if reading is None else Figure(*match.span(), (reading,), soft=True)

    def _apart(self, count: int, name: str, whole: bool = True) -> Ahead | None:
        unit = unit_named(name, self.language.locale)
        if unit is not None and unit.dimension == "months":
            return Ahead(months=count * int(unit.size), whole=whole)
        days = count * unit.size / 86400 if unit is not None and unit.dimension == "duration" else Decimal("0.5")
        return Ahead(days=int(days), whole=whole) if days == int(days) else None

    # Times

    def _clock(self, at: int) -> Figure | None:
        """Read a time, with the half of the day that it or a word beside it tells: "tonight at 8:30"."""
        if (match := self._match("clock", at)) and not _DECIMAL_BEFORE.search(self.text, max(0, at - 2), at):
            half = match["half"] or match["half2"]
            hour, minute, is_loose = int(match["h"]), int(match["m"] or match["m2"] or 0), False
            if half:
                clock = Clock(_hour(hour, f"{half}m".lower()), minute) if 1 <= hour <= 12 else None
                return Figure(at, match.end(), (clock._replace(near=self._near(at)),)) if clock else None
            second = Decimal(match["s"].replace(",", ".")) if match["s"] else None
        elif match := self._match("spoken_clock", at):
            if match["named"]:
                named = Clock(*self.words.clock_words[match["named"].casefold()], near=self._near(at))
                return Figure(*match.span(), (named,), soft=True)
            hour, minute, second, is_loose = *self._spoken_hour(match), None, True
            if not 0 <= hour <= 12:
                return None
        else:
            return None
        before = self.grammar.patterns["before"]
        part = self._match("day_part", match.end()) or before.search(self.text, max(0, at - _NEAR_MAX), at)
        if part and hour <= 12:
            hour, is_loose = _hour(hour, self.words.day_parts[part["part"].casefold()]), False
        elif is_loose and match["bare"]:
            return None
        clock = Clock(hour % 12 if is_loose else hour, minute, second, is_loose, self._near(at))
        return Figure(*match.span(), (clock,), soft="share" in match.groupdict() and not match.group().isdecimal())

    def _spoken_hour(self, match: re.Match[str]) -> tuple[int, int]:
        """Return hour and minute of "half past two", "ten to 5", "half six", "eight o'clock"; hour -1 of a range."""
        if match["oclock"] or match["bare"]:
            return self._count(match["oclock"] or match["bare"]), 0
        if match["half"]:
            return self._count(match["half"]), self.words.clock_shares[self.words.half]
        if match["h"]:
            return self._count(match["h"]), self._count(match["m"])
        named = self.words.clock_shares.get(match["share"].casefold())
        minute, hour = named or self._count(match["share"]), self._count(match["of"])
        # "9 to 5" and "ten to twelve" are ranges.
        is_range = match["to"] and not named and (minute <= hour or match["share"].isdecimal())
        if not 1 <= minute <= 30 or not hour or is_range:
            return -1, 0
        return (hour - 1, 60 - minute) if match["to"] else (hour, minute)

    def _utc(self, at: int) -> Figure | None:
        match = self._match("utc", at)
        return Figure(*match.span(), (Offset(_shift(match["zone"])),)) if match else None

    # Numbers

    def _number(self, at: int) -> Figure | None:
        """Read a number in digits, with its sign, unit and scale, or a length of time that goes on behind it."""
        text, before = self.text, self.text[max(0, at - 2) : at]
        if before.endswith("_") or _GOES_ON.match(before):
            return None
        at -= before.endswith(".")
        match = self._match("number", at)
        if match is None or not match.group():
            return None
        value, step = self._value(match["digits"] or "0")
        if match["part"]:
            value, step = value + _part(match["part"]), Decimal("0.01")
        end, days = match.end(), list[Reading]()
        if match["below"]:
            below = int(match["below"])
            if not below or step != 1 or max(Decimal(below), value) > _PART_MAX:
                end = match.start("below") - 1  # two numbers: 4.5/5, 12/180
            else:
                days = [*_days(int(value), below, None, self.language.day_first), Number(value)]  # 4/5 as a rating is 4
                value, step = value / below, Decimal("0.01")
        if power := match["p"] or match["ps"] or match["e"] or match["t"] or match["ts"]:
            size = int(power.translate(_SUPERSCRIPTS)) - bool(match["t"] or match["ts"])  # of 10^6 the 10 is one of it
            value, step = value.scaleb(size), step.scaleb(size)
        elif not match["ordinal"] and not match["part"]:
            end, value, step = self._scale(end, value, step)
        if sign := _SIGN_BEFORE.search(text, max(0, at - 2), at):
            at, value = at - 1, value if sign[1] == "+" else -value
        number = self._with_unit(Number(value, step, ordinal=bool(match["ordinal"])), at, end)
        attached = _LETTERS.match(text, end)
        is_name = attached and (len(attached.group()) > 4 or text[attached.end() : attached.end() + 1].isdecimal())
        if attached and is_name and attached.group() != "x" and unit_named(number.unit, self.language.locale) is None:
            return None  # a name such as 4ab2
        readings: tuple[Reading, ...] = (number, *days)
        name = number.unit.split(" ")[0]
        if suffix := self.words.suffixes.get(name.casefold()) if attached or len(name) > 1 else None:
            scaled = number._replace(value=value * suffix, step=step * suffix, unit="")
            readings = (scaled, number) if name == "m" else (scaled,)  # 5m may be metres
        percent = self._match("percent", end) if number.percent else None
        return self._longer(Figure(at, percent.end() if percent else end, readings))

    def _spoken(self, at: int) -> Figure | None:
        """Read a number in words, or the one of "an hour", "an hour and a half"."""
        if spoken := spoken_number(self.text, at, self.words):
            number = self._with_unit(Number(spoken.value, spoken.step, ordinal=spoken.ordinal), at, spoken.end)
            return self._longer(Figure(at, spoken.end, (number,), soft=True))
        article = _LETTERS.match(self.text, at)
        is_half = self.text[max(0, at - _NEAR_MAX) : at].casefold().rstrip().endswith(self.words.half)
        if not article or is_half or article.group().casefold() not in self.words.articles:
            return None
        number = self._with_unit(Number(Decimal(1)), at, article.end())
        unit = unit_named(number.unit, self.language.locale)
        if unit is None or unit.dimension not in ("duration", "months") or len(number.unit) < 3:
            return None
        end = self.text.index(number.unit, at) + len(number.unit)
        if part := fraction_behind(self.text, end, self.words):
            number, end = (
                number._replace(value=1 + part.value, step=2 * part.step if number.near else part.step),
                part.end,
            )
        return self._longer(Figure(at, end, (number,), soft=True))

    def _value(self, digits: str) -> tuple[Decimal, Decimal]:
        """Return the value and the size of the last digit; the last sign separates decimals unless it groups thousands.

        Zeros at the end of a number that is grouped, or of five digits and more, show that it is rounded.
        """
        if digits.isdecimal() and len(digits) < 5:
            return Decimal(digits), Decimal(1)
        plain, language = digits.translate(_WITHOUT_SPACES), self.language
        whole, sign, rest = plain.rpartition("." if plain.rfind(".") > plain.rfind(",") else ",")
        groups = sign == language.group or (sign and sign != language.decimal and language.group in SPACES)
        if sign and not (groups and len(rest) == 3 and whole.strip("0") != "" and "." not in whole.replace(sign, "")):
            return Decimal(f"{whole.translate(_WITHOUT_SIGNS) or 0}.{rest}"), Decimal(1).scaleb(-len(rest))
        bare = plain.translate(_WITHOUT_SIGNS)
        zeros = len(bare) - len(bare.rstrip("0"))
        return Decimal(bare), Decimal(1).scaleb(zeros if zeros > 2 else 0)

    def _scale(self, end: int, value: Decimal, step: Decimal) -> tuple[int, Decimal, Decimal]:
        """Read on behind digits: "2.5 million", "2 dozen", "15 and a half"."""
        if part := fraction_behind(self.text, end, self.words):
            return part.end, value + part.value, part.step
        match = self._match("scale", end)
        if match is None:
            return end, value, step
        name = match["scale"].casefold()
        scale = self.language.scales.get(name) or self.words.groups.get(name, 100)
        return match.end(), value * scale, step * scale

    def _with_unit(self, number: Number, start: int, end: int) -> Number:
        """Return the number with what stands around it: how near it is, its unit, a percent sign."""
        near, step, match = self._near(start), number.step, self._match("unit", end)
        names = match["unit"].split(" ") if match else []
        # "kilowatt-hours" is one name, of "km-long" the first part is.
        shortest = 0 if match and match["joined"] else 1
        stretches = (" ".join(names[:count]) for count in range(len(names), shortest, -1))
        unit = next((s for s in stretches if unit_named(s, self.language.locale)), match["first"] if match else "")
        if near and step == Decimal("0.01") and abs(number.value) < 1:
            step = abs(number.value) / 5  # "about a fifth"
        elif near and step == Decimal("0.1") and number.value * 4 == int(number.value * 4):
            step = Decimal("0.5") if str(number.value).endswith(".5") else Decimal("0.25")  # in halves or quarters
        percent = self._match("percent", end) is not None
        return number._replace(near=near, unit="%" if percent else unit, percent=percent, step=step)

    def _longer(self, figure: Figure) -> Figure:
        """Return "3 hours and 5 minutes" and "2h 5m" as one length of time, where the figure begins one."""
        number = figure.readings[-1]
        size = self._seconds(number)
        if not isinstance(number, Number) or not size or self.depth > _UNITS_MAX:
            return figure
        at = figure.end
        for piece in (number.unit, ",", self.words.conjunction):
            at = _SPACE.match(self.text, at).end()  # type: ignore[union-attr]
            at += len(piece) if self.text.startswith(piece, at) else 0
        at = _SPACE.match(self.text, at).end()  # type: ignore[union-attr]
        self.depth += 1
        following = (self._number if self.text[at : at + 1].isdecimal() else self._spoken)(at)
        self.depth -= 1
        rest = following.readings[-1] if following else None
        length, step = (rest.seconds, rest.step) if isinstance(rest, Length) else (Decimal(0), Decimal(0))
        if isinstance(rest, Number):
            step = Decimal(60) if size == 3600 and rest.unit == "m" else self._seconds(rest)
            length = rest.value * step
        if following is None or not 0 < step < size or not 0 <= length < size:
            return figure
        reading = Length(number.value * size + length, step, number.near)
        return Figure(figure.start, following.end, (reading,), figure.soft and following.soft)

    def _seconds(self, reading: object) -> Decimal:
        unit = unit_named(reading.unit, self.language.locale) if isinstance(reading, Number) else None
        return unit.size if unit is not None and unit.dimension == "duration" else Decimal(0)


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]


def _days(one: int, other: int, year: int | None, day_first: bool | None) -> tuple[Day, ...]:
    """Return the days that two numbers may be, in the locale's order, or in both where it leaves that open."""
    pairs = {True: [(other, one)], False: [(one, other)], None: [(other, one), (one, other)]}[day_first]
    return tuple(Day(year, month, day) for month, day in dict.fromkeys(pairs) if _is_day(year or 2024, month, day))


def _year(year: str | None) -> int | None:
    return None if year is None else int(year) if len(year) > 3 else 2000 + int(year.strip("'’"))


def _fold(spoken: str) -> str:
    return " ".join(spoken.casefold().split()).rstrip(".")


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day: at night it is one before five or after noon."""
    return hour % 12 + 12 if half == "pm" or (half == "night" and hour % 12 >= 5) else hour % 12


def _shift(zone: str) -> int:
    found = re.search(r"([+−-])\s?([0-9]{1,2}):?([0-9]{2})?$", zone)
    minutes = int(found[2]) * 60 + int(found[3] or 0) if found else 0
    return minutes if found and found[1] == "+" else -minutes


def _part(part: str) -> Decimal:
    if part in PART_SIGNS:
        return Decimal(PART_SIGNS[part])
    above, _, below = part[1:].partition("/")
    return Decimal(above) / Decimal(below)
