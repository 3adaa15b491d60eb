"""The marks of a turn for a reader: what a query asks for, and a response with small numbers that a legend explains."""

from collections.abc import Sequence
from typing import assert_never

from rich.text import Text

from graph.record import ArgumentSource, Ask, ContextSource, DerivedTell, GivenSource, StepSource, Tell, TellSource

_SMALL = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GAP = "   "
#: Of a value that is computed from many, as many are named.
_PARTS_MOST = 4


def asks_view(asks: Sequence[Ask]) -> Text | None:
    """Return which words of a query ask for which steps, or None where no words are known to."""
    if not asks:
        return None
    listed = (f"{', '.join(ask.steps)}: “{ask.quote}”" for ask in asks)
    return Text(f"asks for {_GAP.join(listed)}", style="dim")


def response_view(response: str, tells: Sequence[Tell]) -> tuple[Text, Text | None]:
    """Return the response with a number behind the words of each tell, and the legend; no legend without tells.

    In parentheses, because a small number alone reads as an exponent or a footnote of the text itself.
    """
    numbers: dict[str, int] = {}
    behind: dict[int, list[int]] = {}
    for tell in sorted(tells, key=lambda tell: (tell.end, tell.start)):
        if 0 <= tell.start < tell.end <= len(response):
            number = numbers.setdefault(tell_in_words(tell), len(numbers) + 1)
            there = behind.setdefault(tell.end, [])
            there += [number] if number not in there else []
    shown, done = Text(), 0
    for end, found in sorted(behind.items()):
        shown.append(response[done:end])
        shown.append("".join(f"⁽{small(number)}⁾" for number in found), style="cyan")
        done = end
    shown.append(response[done:])
    if not numbers:
        return shown, None
    return shown, Text(_GAP.join(f"⁽{small(number)}⁾ {words}" for words, number in numbers.items()), style="dim")


def small(number: int) -> str:
    """Return the number in superscript digits."""
    return str(number).translate(_SMALL)


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
