"""Leaks: what only a result could know, and the query says.

A figure, a date or a time; and of texts what cannot be an everyday word as the query spells it: a name (a capital
where no sentence begins), or what holds digits, an underscore or the signs of an address. So "discount" and "in
progress" may be said though results hold them. A text that an argument takes from a result, and that has a capital
there, is hidden however it is spelt. Known are what the user says, earlier turns, the context, months and weekdays,
and names by which the tools' descriptions speak of their field.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graph.record import Record, StepSource
from nodes.proofs.dates import MONTHS, WEEKDAYS, Calendar, Moment, calendar_value, scan_calendar
from nodes.proofs.numbers import exact, scan_numbers
from nodes.proofs.text import normalised, normalised_occurrences
from nodes.screens.spoken import Said, Span, is_inside
from tool_registry.json_pointer import equal, resolve, scalars

#: Shorter scalars stand in any text by chance.
LEAK_MIN = 4

_CALENDAR_NAMES = frozenset(name.casefold() for name in (*MONTHS, *WEEKDAYS))
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OPENS_SENTENCE = re.compile(r"(?:\A|[.!?:;…\n])[^\w]*\Z")
_OF_MACHINES = re.compile(r"\d|_|@|://|\w[./]\w")


@dataclass
class Known:
    """What the person knows: what is said as a value, and texts read or written before."""

    said: list[Said] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    field: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Record, words: frozenset[str]) -> "Known":
        """Return what is known before the first turn: the context, and the words of the tools' field."""
        context = (value for _, value in scalars(record.context.model_dump(mode="json")))
        return cls(texts=[str(value) for value in context if value is not None], field=words)

    def has(self, value: Any, text: str) -> bool:
        """Say whether the value is the person's own."""
        if any(equal(value, each.value) for each in self.said):
            return True
        texts = [*(each.quote for each in self.said if not each.is_flag), *self.texts]
        if any(any(normalised_occurrences(text, where)) for where in texts):
            return True
        if isinstance(value, str):
            meaning = calendar_value(text)
            return meaning is not None and any(meaning in _calendar(where) for where in texts)
        return any(span.value == exact(value) for where in texts for span in scan_numbers(where))


def _calendar(text: str) -> Iterator[Calendar]:
    for span in scan_calendar(text):
        yield span.value
        if isinstance(span.value, Moment):
            yield from (span.value.day, span.value.clock)


def leaks(query: str, results: list[Any], passed_on: set[str], known: Known, own: list[Span]) -> Iterator[str]:
    """Yield how the query spells what only one of the results knows; `passed_on` are texts that arguments take."""
    spelt = _Query(query, own, known.field)
    reported = set()
    for result in results:
        for _, value in scalars(result):
            if isinstance(value, bool) or value is None:
                continue
            text = _text(value)
            if len(text) < LEAK_MIN or text in reported:
                continue
            found = spelt.spells(value, text, text in passed_on and text != text.lower())
            if found and not known.has(value, text):
                reported.add(text)
                yield found


def passed_on(record: Record) -> set[str]:
    """Return the texts that arguments take from results: the person is to have them found."""
    found: set[str] = set()
    for turn in record.turns:
        for step in turn.steps:
            for pointer, source in step.sources.items():
                if isinstance(source, StepSource):
                    try:
                        value = resolve(step.arguments, pointer)
                    except ValueError:
                        continue
                    found.update((value,) if isinstance(value, str) else ())
    return found


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return repr(value)
    except ValueError:  # an integer of thousands of digits
        return ""


@dataclass
class _Query:
    """A query beside what the user says in it as values."""

    text: str
    own: list[Span]
    field: frozenset[str]

    @cached_property
    def _folded(self) -> str:
        return normalised(self.text)

    @cached_property
    def _numbers(self) -> dict[Any, str]:
        spans = (span for span in scan_numbers(self.text) if not span.ordinal)
        return {
            span.value: self.text[span.start : span.end]
            for span in spans
            if not is_inside((span.start, span.end), self.own)
        }

    @cached_property
    def _calendar(self) -> dict[Any, str]:
        spans = scan_calendar(self.text)
        return {
            span.value: self.text[span.start : span.end]
            for span in spans
            if not is_inside((span.start, span.end), self.own)
        }

    def spells(self, value: Any, text: str, hidden: bool) -> str | None:
        """Return how the query spells the value outside of what the user says, or None."""
        if not isinstance(value, str):
            return self._numbers.get(exact(value)) if self._numbers else None
        meaning = calendar_value(text) if self._calendar else None
        if meaning is not None and meaning in self._calendar:
            return self._calendar[meaning]
        wanted = normalised(text) if len(text) <= len(self.text) else ""
        if len(wanted) < LEAK_MIN or wanted not in self._folded:
            return None
        for start, end in normalised_occurrences(text, self.text):
            if not is_inside((start, end), self.own) and (hidden or self._is_special((start, end))):
                return self.text[start:end]
        return None

    def _is_special(self, span: Span) -> bool:
        """Say whether the stretch, without what in it is the user's own, holds more than everyday words."""
        start, end = span
        rest = list(self.text[start:end])
        for first, last in self.own:
            for index in range(max(first, start), min(last, end)):
                rest[index - start] = " "
        left = "".join(rest)
        if _OF_MACHINES.search(left):
            return True
        for match in _WORD.finditer(left):
            word = match.group()
            if word.casefold() in _CALENDAR_NAMES or word.replace("-", "").casefold() in self.field:
                continue
            if word != word.lower() and not _OPENS_SENTENCE.search(self.text, 0, start + match.start()):
                return True
        return False
