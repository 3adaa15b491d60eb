"""The marks of a turn for a reader: small ids of steps in a query, small numbers in a response and their legend."""

import re
from collections.abc import Mapping, Sequence
from typing import assert_never

from rich.text import Text

from graph.marks import ArgumentSource, Ask, DerivedTell, GivenSource, Tell, TellSource
from graph.sources import ContextSource, StepSource

_SMALL = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GAP = "   "
#: Of a value that is computed from many, as many are named.
_PARTS_MOST = 4


def query_view(query: str, asks: Sequence[Ask]) -> Text:
    """Return the query with the id of each step behind the words that ask for it, in small digits."""
    behind: dict[int, list[str]] = {}
    for ask in asks:
        if 0 <= ask.start < ask.end <= len(query):
            behind.setdefault(ask.end, []).extend(map(_small_id, ask.steps))
    return _with_notes(query, behind)


def response_view(response: str, tells: Sequence[Tell]) -> tuple[Text, Text | None]:
    """Return the response with a number behind the words of each tell, and the legend; no legend without tells.

    In parentheses, because a small number alone reads as an exponent or a footnote of the text itself.
    """
    numbers: dict[str, int] = {}
    behind: dict[int, list[str]] = {}
    for tell in sorted(tells, key=lambda tell: (tell.end, tell.start)):
        if 0 <= tell.start < tell.end <= len(response):
            number = numbers.setdefault(tell_in_words(tell), len(numbers) + 1)
            behind.setdefault(tell.end, []).append(_small(number))
    legend = (f"⁽{_small(number)}⁾ {words}" for words, number in numbers.items())
    return _with_notes(response, behind), Text(_GAP.join(legend), style="dim") if numbers else None


def _with_notes(text: str, behind: Mapping[int, Sequence[str]]) -> Text:
    """Return the text with notes in small parentheses, each where its words end."""
    shown, done = Text(), 0
    for end, notes in sorted(behind.items()):
        shown.append(text[done:end])
        shown.append("".join(f"⁽{note}⁾" for note in dict.fromkeys(notes)), style="cyan")
        done = end
    return shown.append(text[done:])


def _small(number: int) -> str:
    return str(number).translate(_SMALL)


def _small_id(step: str) -> str:
    letter = {"s": "ˢ", "x": "ˣ"}.get(step[:1])
    return f"{letter}{_small(int(step[1:]))}" if letter and re.fullmatch("[0-9]+", step[1:]) else step


def tell_in_words(tell: Tell) -> str:
    """Return what a tell's words tell, such as `s2/sunrise` or `s1/a or s3/b (inferred)`."""
    named = [f"{tell.did} done"] if tell.did is not None else []
    named += [_in_words(source) for source in tell.sources()]
    words = " and ".join(named) or "nothing"
    if tell.either:
        words = " or ".join([words, *map(_in_words, tell.either)])
    notes = [note for note, holds in (("inferred", tell.inferred), ("in other words", tell.paraphrase)) if holds]
    return f"{words} ({', '.join(notes)})" if notes else words


def _in_words(source: TellSource | ArgumentSource | ContextSource) -> str:
    match source:
        case StepSource() | ArgumentSource():
            return f"{source.step}{source.pointer}"
        case ContextSource():
            return f"context{source.pointer}"
        case GivenSource():
            return f"given {_in_words(source.of)}"
        case DerivedTell():
            parts = [_in_words(part) for part in source.of[:_PARTS_MOST]]
            parts += ["…"] if len(source.of) > _PARTS_MOST else []
            return f"{source.op} of {', '.join(parts)}"
        case _:
            assert_never(source)
