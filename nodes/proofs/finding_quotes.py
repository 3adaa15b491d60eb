"""Finding in a query the words that say a value."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from nodes.proofs.dates import same_calendar, scan_calendar
from nodes.proofs.numbers import scan_numbers
from nodes.proofs.polarity import MAX_WORDS, REACH, negations, stems, topic
from nodes.proofs.saying import meanings, said_number, says_at, says_part, spaced, unsayable
from nodes.proofs.schemas import closed_values, labels_of
from nodes.proofs.spelling import spellings
from nodes.proofs.text import normalised_occurrences, occurrences
from tool_registry.json_pointer import equal

__all__ = ["find_quote", "find_stretch", "spellings"]

Span = tuple[int, int]


def find_quote(query: str, value: Any, schema: dict[str, Any], name: str = "") -> str | None:
    """Return the first best stretch of `query` that says `value` where it stands, or None.

    None as well when the value is one that nobody would type: it may not come from a user.
    """
    return None if unsayable(value, schema) else find_stretch(query, value, schema, name)


def find_stretch(query: str, value: Any, schema: dict[str, Any], name: str = "") -> str | None:
    """Return the first best stretch of `query` that says `value`, be it typed by a person or not.

    Titles come before the value itself, the exact case before another, digits before words before ordinals.
    """
    for start, end in chain(_by_title(query, value, schema), _by_type(query, value, schema, name)):
        if says_at(query, start, end, value, schema, name):
            return query[start:end]
    return None


def _by_title(query: str, value: Any, schema: dict[str, Any]) -> Iterator[Span]:
    for const, title in labels_of(schema):
        if equal(const, value):
            yield from _by_text(query, title)


def _by_text(query: str, text: str) -> Iterator[Span]:
    yield from occurrences(text, query)
    yield from normalised_occurrences(text, query)


def _by_type(query: str, value: Any, schema: dict[str, Any], name: str) -> Iterator[Span]:
    match value:
        case bool() | None:
            yield from _flags(query, schema, name)
        case int() | float():
            spans = [span for span in scan_numbers(query) if said_number(span, value)]
            spans.sort(key=lambda span: (span.ordinal, not span.digits))
            yield from ((span.start, span.end) for span in spans)
            yield from (
                (moment.start, moment.end)
                for moment in scan_calendar(query)
                if says_part(moment.value, value, schema, name)
            )
        case str():
            yield from _strings(query, value, schema)


def _strings(query: str, value: str, schema: dict[str, Any]) -> Iterator[Span]:
    yield from _by_text(query, value)
    if ("_" in value or "-" in value) and any(equal(value, member) for member in closed_values(schema)):
        yield from _by_text(query, spaced(value))
        yield from _by_text(query, spaced(value).replace(" ", "-"))
    for meaning in meanings(value):
        for span in scan_calendar(query):
            if same_calendar(span.value, meaning):
                yield span.start, span.end


def _flags(query: str, schema: dict[str, Any], name: str) -> Iterator[Span]:
    """Yield phrases about the parameter: a word that shares its topic, with what negates it."""
    about = topic(schema, name)
    if not about:
        return
    positions = _word_spans(query)
    for index, (start, end) in enumerate(positions):
        if stems(query[start:end]) & about:
            reach = [begin for begin, _ in positions[max(0, index - REACH) : index]]
            negated = [begin for begin in reach if negations(query[begin:start])]
            begin = negated[-1] if negated else start
            if len(query[begin:end].split()) <= MAX_WORDS:
                yield begin, end
            yield start, end


def _word_spans(query: str) -> list[Span]:
    spans: list[Span] = []
    position = 0
    for word in query.split():
        begin = query.index(word, position)
        position = begin + len(word)
        stripped = word.strip(".,;:!?()[]\"'“”‘’")
        if stripped:
            inner = begin + word.index(stripped)
            spans.append((inner, inner + len(stripped)))
    return spans
