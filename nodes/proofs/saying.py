"""Does a quote say a value? Equality after normalisation, and nothing looser.

| value | is said by |
|---|---|
| number | the number in digits or words (`numbers.py`); an ordinal where the value is whole; "10 %" says 10 |
| string | the same text up to case, spaces and typography; the string "5" is not said by "five" |
| number of a parameter that is called hour, minute, day, month or year | also a time, date or month with it: "5 pm" |
| string that is a date, time, date-time or month | also the same in another notation (`dates.py`) |
| member of an enum | also with spaces for its underscores and hyphens: "round trip" says `round_trip` |
| labelled value | also its title |
| boolean, null | a phrase about the parameter with the right polarity (`polarity.py`) |

A quote that holds more than the value says something else: "10 and 20" does not say 10. An everyday function
word ("in", "it") says a code of the same letters (IN, IT) only when it is written in the same case.
"""

import re
from collections.abc import Iterator
from typing import Any

from nodes.proofs.dates import (
    Calendar,
    Clock,
    Moment,
    Month,
    calendar_value,
    parse_calendar,
    same_calendar,
    scan_calendar,
)
from nodes.proofs.numbers import NumberSpan, decimals, exact, parse_number, scan_numbers
from nodes.proofs.polarity import clause_before, says_flag, words
from nodes.proofs.schemas import closed_values, titles_of
from nodes.proofs.text import normalised, occurrences
from tool_registry.json_pointer import equal

USER_STRING_MAX = 40
USER_DECIMALS_MAX = 3

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9a-z])(?:0x)?[0-9a-f]{16,}(?![0-9a-z])", re.IGNORECASE)
_LONG_DECIMAL = re.compile(rf"[+-]?[0-9]*\.[0-9]{{{USER_DECIMALS_MAX + 1},}}")
_FUNCTION_WORDS = frozenset(
    "a am an and are as at be but by can do for go he her him his how i if in is it its let may me my no "
    "not of on or our out pm she so than that the them then they this to too up us was we what when who why "
    "will with you".split()
)
_CALENDAR_WORDS = frozenset(
    "calendar date day days hour hours minute minutes month months second seconds week year".split()
)


def unsayable(value: Any, schema: dict[str, Any]) -> str | None:
    """Return why nobody would type the value, or None when somebody may.

    Digits alone (a card number) and two capitals with digits (an IBAN) are codes that people do type, however
    long they are. A labelled value is typed as its title.
    """
    if titles_of(schema, value):
        return None
    if isinstance(value, dict | list):
        return "it is a container"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not exact(value).is_finite():
            return "it is not a finite number"
        return f"it has over {USER_DECIMALS_MAX} decimals" if decimals(value) > USER_DECIMALS_MAX else None
    if not isinstance(value, str):
        return None
    if not normalised(value):
        return "it is empty"
    if len(value) > USER_STRING_MAX:
        return f"it is over {USER_STRING_MAX} characters long"
    if _UUID.search(value):
        return "it is a UUID"
    if any(not re.fullmatch(r"(?:[A-Z]{2})?[0-9]+", found.group()) for found in _HEX.finditer(value)):
        return "it is hexadecimal of 16 digits or more"
    return f"it has over {USER_DECIMALS_MAX} decimals" if _LONG_DECIMAL.fullmatch(value) else None


def says(quote: str, value: Any, schema: dict[str, Any], name: str = "") -> bool:
    """Say whether `quote` says `value` for the parameter `name` with the (innermost) `schema`."""
    return _says(quote, value, schema, name, before="")


def _says(quote: str, value: Any, schema: dict[str, Any], name: str, before: str) -> bool:
    spoken = normalised(quote)
    if not spoken:
        return False
    if any(normalised(title) == spoken for title in titles_of(schema, value)):
        return True
    match value:
        case bool() | None:
            return says_flag(quote, value, schema, name, before)
        case int() | float():
            number = parse_number(quote)
            said = number is not None and said_number(number, value)
            return said or any(says_part(moment, value, schema, name) for moment in parse_calendar(quote))
        case str():
            return _says_string(quote, spoken, value, schema)
        case _:
            return False


def said_number(number: NumberSpan, value: float) -> bool:
    """Say whether a number as it was read is the value; an ordinal says whole numbers only."""
    wanted = exact(value)
    return wanted.is_finite() and number.value == wanted and (not number.ordinal or wanted == int(wanted))


def says_part(moment: Calendar, value: float, schema: dict[str, Any], name: str) -> bool:
    """Say whether the value is the part of a date or time that the parameter is called by: of "5 pm" the hour 17."""
    about = {*_about(schema, name), *words(str(schema.get("description") or ""))}
    return any(part in about and exact(value) == number for part, number in _parts(moment))


def _parts(moment: Calendar) -> Iterator[tuple[str, int]]:
    match moment:
        case Clock(hour, minute, second):
            yield from (("hour", hour), ("minute", minute), ("second", int(second.partition(".")[0])))
        case Month(year, month):
            yield from (("month", month), ("year", year))
        case Moment(day, clock):
            yield from (*_parts(day), *_parts(clock))
        case _:
            yield from (("day", moment.day), ("month", moment.month), ("year", moment.year))


def _says_string(quote: str, spoken: str, value: str, schema: dict[str, Any]) -> bool:
    wanted = normalised(value)
    if spoken == wanted:
        return quote.strip() == value or quote.strip() not in _FUNCTION_WORDS
    if spaced(spoken) == spaced(wanted) and any(equal(value, member) for member in closed_values(schema)):
        return True
    return any(same_calendar(said, meaning) for meaning in meanings(value) for said in parse_calendar(quote))


def meanings(value: str) -> list[Calendar]:
    """Return what a string says of the calendar or the clock, in ISO 8601 or as people write it."""
    meaning = calendar_value(value)
    return parse_calendar(value) if meaning is None else [meaning]


def spaced(text: str) -> str:
    """Return the text with spaces for underscores and hyphens."""
    return " ".join(re.sub(r"[_-]", " ", text).split())


def stands(query: str, quote: str, value: Any, schema: dict[str, Any], name: str = "") -> bool:
    """Say whether `quote` stands in `query`, verbatim on word boundaries, and says `value` there.

    There, because the words around a quote can undo it: "5" does not stand in "twenty 5" or "5 million", a
    day of the month or an hour is no count (only a parameter of the calendar takes it), and "holidays" says
    no to `include_holidays` where the query has "without holidays".
    """
    return any(says_at(query, start, end, value, schema, name) for start, end in occurrences(quote, query))


def says_at(query: str, start: int, end: int, value: Any, schema: dict[str, Any], name: str = "") -> bool:
    """Say whether `query[start:end]` says the value where it stands."""
    before = clause_before(query, start) if isinstance(value, bool) or value is None else ""
    if not _says(query[start:end], value, schema, name, before):
        return False
    if isinstance(value, bool) or not isinstance(value, int | float) or parse_number(query[start:end]) is None:
        return True
    if _cuts_number(query, start, end):
        return False
    if any(not says_part(clock, value, schema, name) for clock in _clocks_around(query, start, end)):
        return False  # "5" of "5 pm" is not the hour 5
    return _is_of_calendar(schema, name) or not _inside_calendar(query, start, end)


def _cuts_number(query: str, start: int, end: int) -> bool:
    return any(span.start < start < span.end or span.start < end < span.end for span in scan_numbers(query))


def _inside_calendar(query: str, start: int, end: int) -> bool:
    """A year is one wherever it stands; other numbers of a date or a clock are days, hours, minutes."""
    if re.fullmatch(r"[0-9]{4}", query[start:end]):
        return False
    return any(span.start <= start and end <= span.end for span in scan_calendar(query))


def _clocks_around(query: str, start: int, end: int) -> Iterator[Clock]:
    for span in scan_calendar(query):
        if isinstance(span.value, Clock) and span.start <= start and end <= span.end:
            yield span.value


def _is_of_calendar(schema: dict[str, Any], name: str) -> bool:
    return not _CALENDAR_WORDS.isdisjoint(_about(schema, name))


def _about(schema: dict[str, Any], name: str) -> list[str]:
    return words(" ".join((name, str(schema.get("title") or ""), str(schema.get("format") or "").replace("-", " "))))
