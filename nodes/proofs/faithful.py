"""Promise 7, faithful: numbers, dates and times in the response come from somewhere.

From the results, arguments, queries or context of the record; a number may also be one of those rounded to
the digits shown, or a count of members of a result. Proper names and whether everything asked is answered
are not looked at here.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from graph.record import Finding, Record
from nodes.proofs.dates import Calendar, Clock, Moment, Month, calendar_value, scan_calendar
from nodes.proofs.numbers import exact, scan_numbers
from tool_registry.json_pointer import scalars


def check(record: Record) -> list[Finding]:
    """Return the numbers, dates and times of the responses that have no origin in the record."""
    numbers: set[Decimal] = set()
    calendar: set[Any] = set()
    findings: list[Finding] = []
    _learn(record.context.model_dump(mode="python"), numbers, calendar)
    for index, turn in enumerate(record.turns):
        _learn(turn.query, numbers, calendar)
        for step in turn.steps:
            _learn(step.arguments, numbers, calendar)
            _learn(step.result, numbers, calendar)
            numbers.update(map(Decimal, _sizes(step.result)))
        for text, reason in _unfounded(turn.response, numbers, calendar):
            message = f"the response says {text!r}, {reason}"
            where = f"/turns/{index}/response"
            findings.append(Finding(promise="faithful", code="unfounded", message=message, where=where))
    return findings


def _learn(document: Any, numbers: set[Decimal], calendar: set[Any]) -> None:
    for _, value in scalars(document):
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, str):
            numbers.update(span.value for span in scan_numbers(value))
            for meaning in (calendar_value(value), *(span.value for span in scan_calendar(value))):
                calendar.add(meaning)
                if isinstance(meaning, Moment):
                    calendar.update((meaning.day, meaning.clock, meaning._replace(offset=None)))
        elif exact(value).is_finite():
            numbers.add(exact(value))


def _sizes(document: Any) -> Iterator[int]:
    if isinstance(document, dict | list):
        yield len(document)
        for member in document.values() if isinstance(document, dict) else document:
            yield from _sizes(member)


def _unfounded(response: str, numbers: set[Decimal], calendar: set[Any]) -> Iterator[tuple[str, str]]:
    covered: list[tuple[int, int]] = []
    for span in scan_calendar(response):
        covered.append((span.start, span.end))
        known = _is_known(span.value, calendar)
        if not known:
            yield response[span.start : span.end], "a date or time that nothing in the record gives"
    for number in scan_numbers(response):
        if any(start <= number.start and number.end <= end for start, end in covered):
            continue
        if not any(_shows(number.value, origin) for origin in numbers):
            yield response[number.start : number.end], "a number that nothing in the record gives"


def _is_known(value: Calendar, calendar: set[Any]) -> bool:
    """Say whether the record gives the value, or a more exact one: the month of a date, a clock's minute."""
    match value:
        case _ if value in calendar:
            return True
        case Moment():
            return _is_known(value.day, calendar) and _is_known(value.clock, calendar)
        case Clock():
            return any(isinstance(known, Clock) and known[:2] == value[:2] for known in calendar)
        case Month():
            return any(isinstance(known, date) and (known.year, known.month) == tuple(value) for known in calendar)
        case _:
            return False


def _shows(shown: Decimal, origin: Decimal) -> bool:
    """Say whether `shown` is the origin, its size, or either rounded to the digits shown."""
    if shown in (origin, abs(origin)):
        return True
    exponent = shown.as_tuple().exponent
    if not isinstance(exponent, int) or origin.adjusted() > 20:
        return False
    return any(round(value, -exponent) == shown for value in (origin, abs(origin)))
