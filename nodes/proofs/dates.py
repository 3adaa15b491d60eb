"""Dates, times and moments as people write them in English, and back. Nothing ambiguous is read.

Read are dates with a full year and the month by name (`1 March 2026`, `March 1st, 2026`, `the first of March
2026`, `Sunday the 1st of March 2026`, the weekday only when it is right), `2026-03-01` and `2026/03/01`; times of
day (`14:30`, `2:30 pm`, `2 pm`, `noon`, `midnight`); moments (a date and a time, with an offset such as `UTC` or
`+02:00` or none); months of a year (`March 2026`). Not read: `01/03/2026`, `1 March` without a year, `half past
two`.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from nodes.proofs.numbers import ordinal_suffix, ordinal_words

MONTHS = ("January February March April May June July August September October November December").split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

_MONTH = {name.lower()[:length]: number for number, name in enumerate(MONTHS, start=1) for length in (3, 20)}
_MONTH["sept"] = 9
_WEEKDAY = {name.lower()[:length]: number for number, name in enumerate(WEEKDAYS) for length in (3, 20)}
_WEEKDAY |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}

_MONTH_RE = "|".join(sorted(_MONTH, key=len, reverse=True))
_WEEKDAY_RE = rf"(?:(?P<weekday>{'|'.join(sorted(_WEEKDAY, key=len, reverse=True))})\.?,?\s+)?"
_EDGE_L, _EDGE_R = r"(?<![\w/-])", r"(?![\w/]|-\w)"
_DAY_WORD = {
    word: number for number in range(1, 32) for word in (ordinal_words(number), ordinal_words(number).replace("-", " "))
}
_DAY_WORDS = "|".join(sorted(_DAY_WORD, key=len, reverse=True))
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_EDGE_L}{_WEEKDAY_RE}(?:the\s+)?(?P<day>[0-9]{{1,2}}|{_DAY_WORDS})(?P<suffix>st|nd|rd|th)?\s+(?:of\s+)?"
        rf"(?P<month>{_MONTH_RE})\.?,?\s+(?P<year>[0-9]{{4}}){_EDGE_R}",
        rf"{_EDGE_L}{_WEEKDAY_RE}(?P<month>{_MONTH_RE})\.?\s+(?:the\s+)?(?P<day>[0-9]{{1,2}}|{_DAY_WORDS})"
        rf"(?P<suffix>st|nd|rd|th)?,?\s+(?P<year>[0-9]{{4}}){_EDGE_R}",
        rf"{_EDGE_L}(?P<weekday>(?!))?(?P<year>[0-9]{{4}})(?P<separator>[-/])(?P<month>[0-9]{{2}})(?P=separator)"
        rf"(?P<day>[0-9]{{2}})(?P<suffix>(?!))?{_EDGE_R}",
    )
]
_MONTH_OF_YEAR = re.compile(
    rf"(?<!\w)(?P<month>{_MONTH_RE})\.?,?\s+(?:of\s+)?(?P<year>[0-9]{{4}})(?!\w)", re.IGNORECASE
)
_TIME_RE = (
    r"(?:(?P<h12>1[0-2]|0?[1-9])(?:[:.](?P<m12>[0-5][0-9])(?::(?P<s12>[0-5][0-9]))?)?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<h24>[01]?[0-9]|2[0-3]):(?P<m24>[0-5][0-9])(?::(?P<s24>[0-5][0-9](?:\.[0-9]{1,9})?))?"
    r"|(?P<word>noon|midday|midnight))"
)
_ZONE_RE = r"(?P<zone>\s?(?:UTC|GMT|Z)(?:\s?[+−-][0-9]{1,2}(?::?[0-9]{2})?)?|\s?[+−-][0-9]{2}:?[0-9]{2})?"
_TIME = re.compile(rf"(?<![\w:.]){_TIME_RE}(?![\w:]|\.[0-9])", re.IGNORECASE)
_THEN_TIME = re.compile(rf"(?:\s*,\s*|\s+)(?:at\s+)?{_TIME_RE}{_ZONE_RE}(?![\w:]|\.[0-9])", re.IGNORECASE)
_TIME_THEN = re.compile(rf"(?<![\w:.]){_TIME_RE}{_ZONE_RE},?\s+(?:on\s+)?\Z", re.IGNORECASE)
_ISO_MOMENT = re.compile(
    r"(?<![\w-])(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ]"
    r"(?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?(?![\w:]|\.[0-9])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[0-9]{4}")
#: Most texts hold nothing that any of the patterns could find, and this one tells it at once.
_MAY_BE_CALENDAR = re.compile(r"[0-9]|noon|midday|midnight", re.IGNORECASE)
_ISO_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?")
_ISO_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Clock(NamedTuple):
    """A time of day; seconds as text without trailing zeros, so that fractions compare exactly."""

    hour: int
    minute: int
    second: str = "0"


class Moment(NamedTuple):
    """A date and a time of day, `offset` minutes east of UTC, or None where no offset is told."""

    day: date
    clock: Clock
    offset: int | None


class Month(NamedTuple):
    """A month of a year."""

    year: int
    month: int


Calendar = date | Clock | Moment | Month


class CalendarSpan(NamedTuple):
    """What of the calendar or the clock stands at `text[start:end]`."""

    start: int
    end: int
    value: Calendar


def _seconds(text: str | None) -> str:
    text = (text or "0").lstrip("0") or "0"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if text and not text.startswith(".") else f"0{text}"


def _date_of(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    try:
        number = _DAY_WORD.get(" ".join(match["day"].lower().split())) or int(match["day"])
        day = date(int(match["year"]), _MONTH.get(month) or int(month), number)
    except ValueError:
        return None
    if match["weekday"] and _WEEKDAY[match["weekday"].lower()] != day.weekday():
        return None
    if match["suffix"] and match["suffix"].lower() != ordinal_suffix(day.day):
        return None
    return day


def _clock_of(match: re.Match[str]) -> Clock:
    if match["word"]:
        return Clock(0 if match["word"].lower() == "midnight" else 12, 0)
    if match["half"]:
        hour = int(match["h12"]) % 12 + (12 if match["half"].lower() == "p" else 0)
        return Clock(hour, int(match["m12"] or 0), _seconds(match["s12"]))
    return Clock(int(match["h24"]), int(match["m24"]), _seconds(match["s24"]))


def _offset_of(zone: str | None) -> int | None:
    if not zone:
        return None
    found = re.search(r"([+−-])([0-9]{1,2}):?([0-9]{2})?$", zone)
    if not found:
        return 0
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return minutes if found[1] == "+" else -minutes


def _iso_clock(text: str) -> Clock:
    hour, minute, *seconds = text.split(":")
    return Clock(int(hour), int(minute), _seconds(seconds[0] if seconds else None))


def calendar_value(value: str) -> Calendar | None:
    """Return what a string *argument* means when it is an ISO 8601 date, time, moment or month, else None."""
    if len(value) > 40:
        return None
    if moment := _ISO_MOMENT.fullmatch(value):
        return _iso_moment(moment)
    if _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    if _ISO_TIME.fullmatch(value):
        return _iso_clock(value)
    if _ISO_MONTH.fullmatch(value):
        return Month(int(value[:4]), int(value[5:]))
    return None


def _iso_moment(match: re.Match[str]) -> Moment | None:
    try:
        day = date.fromisoformat(match["date"])
    except ValueError:
        return None
    return Moment(day, _iso_clock(match["time"]), _offset_of(match["zone"]))


def _all_spans(text: str) -> Iterator[CalendarSpan]:
    has_year = _YEAR.search(text) is not None
    if has_year:
        yield from _dates_and_moments(text)
    for match in _TIME.finditer(text):
        yield CalendarSpan(match.start(), match.end(), _clock_of(match))
    if has_year:
        for match in _MONTH_OF_YEAR.finditer(text):
            if match["year"] != "0000":
                yield CalendarSpan(
                    match.start(), match.end(), Month(int(match["year"]), _MONTH[match["month"].lower()])
                )


def _dates_and_moments(text: str) -> Iterator[CalendarSpan]:
    for match in _ISO_MOMENT.finditer(text):
        if moment := _iso_moment(match):
            yield CalendarSpan(match.start(), match.end(), moment)
    for pattern in _DATES:
        for match in pattern.finditer(text):
            day = _date_of(match)
            if day is None:
                continue
            yield CalendarSpan(match.start(), match.end(), day)
            if after := _THEN_TIME.match(text, match.end()):
                yield CalendarSpan(match.start(), after.end(), Moment(day, _clock_of(after), _offset_of(after["zone"])))
            # A time of day with its zone and "on" before a date is far shorter than this window.
            window = max(0, match.start() - 48)
            if before := _TIME_THEN.search(text[window : match.start()]):
                yield CalendarSpan(
                    window + before.start(),
                    match.end(),
                    Moment(day, _clock_of(before), _offset_of(before["zone"])),
                )


@lru_cache(maxsize=1024)
def scan_calendar(text: str) -> tuple[CalendarSpan, ...]:
    """Return every date, time, moment and month in the text; a moment's parts are there as well."""
    if not _MAY_BE_CALENDAR.search(text):
        return ()
    return tuple(sorted(dict.fromkeys(_all_spans(text)), key=lambda span: (span.start, span.end)))


def parse_calendar(text: str) -> list[Calendar]:
    """Return what the whole text means as a date, time, moment or month; mostly one reading or none."""
    bare = text.strip()
    return [span.value for span in scan_calendar(bare) if (span.start, span.end) == (0, len(bare))]


def same_calendar(said: Calendar, value: Calendar) -> bool:
    """Say whether both are the same kind and mean the same; a told offset does not equal an untold one."""
    return type(said) is type(value) and said == value


def written(value: Calendar) -> list[str]:
    """Return everyday ways to write the value, the most usual first; each is read back as the same value."""
    match value:
        case Moment(day, clock, offset):
            zone = "" if offset is None else f" {_zone(offset)}"
            return [
                *(f"{spelt} at {time}{zone}" for time in written(clock) for spelt in written(day)[:2]),
                *(f"{time}{zone} on {spelt}" for time in written(clock)[:2] for spelt in written(day)[:2]),
                f"{day.isoformat()} {_digital(clock)}{zone}",
            ]
        case Clock():
            return _clock_spellings(value)
        case Month(year, month):
            return [f"{MONTHS[month - 1]} {year:04d}", f"{MONTHS[month - 1][:3]} {year:04d}"]
        case _:
            return _date_spellings(value)


def _zone(offset: int) -> str:
    if offset == 0:
        return "UTC"
    sign, minutes = ("+", offset) if offset > 0 else ("-", -offset)
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _digital(clock: Clock) -> str:
    if clock.second == "0":
        return f"{clock.hour:02d}:{clock.minute:02d}"
    whole, _, fraction = clock.second.partition(".")
    return f"{clock.hour:02d}:{clock.minute:02d}:{int(whole):02d}" + (f".{fraction}" if fraction else "")


def _clock_spellings(clock: Clock) -> list[str]:
    digital = _digital(clock)
    if clock.second != "0":
        return [digital]
    half = "am" if clock.hour < 12 else "pm"
    hour = clock.hour % 12 or 12
    spoken = f"{hour} {half}" if clock.minute == 0 else f"{hour}:{clock.minute:02d} {half}"
    word = {0: ["midnight"], 12: ["noon"]}.get(clock.hour, []) if clock.minute == 0 else []
    return [spoken, digital, *word]


def _date_spellings(day: date) -> list[str]:
    month, year = MONTHS[day.month - 1], f"{day.year:04d}"
    ordinal = f"{day.day}{ordinal_suffix(day.day)}"
    weekday = WEEKDAYS[day.weekday()]
    return [
        f"{day.day} {month} {year}",
        f"{month} {day.day}, {year}",
        f"{ordinal} of {month} {year}",
        f"{month} {ordinal}, {year}",
        f"{day.day} {month[:3]} {year}",
        f"{weekday} {day.day} {month} {year}",
        f"{weekday}, {month} {day.day}, {year}",
        day.isoformat(),
    ]
