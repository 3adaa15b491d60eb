"""Prose of a strong model: honest drafts pass, and errors planted into them are found. The counts are floors."""

import random
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from graph.record import Record
from tests.fixtures.marks import codes, marked, unmarked

_FIGURE = re.compile(r"(?<![\w.,:-])\d[\d,]*(?:\.\d+)?(?![\w:-]|[.,]\d)")
_CLOCK = re.compile(r"\b\d\d(?=:\d\d\b)")
_DAY = re.compile(r"\b\d{1,2}(?= (?:January|February|March|April|May|June|July|August|September|October|November))")
_MORE = {
    "name": " Ask for Mr. Henriksen at the Grand Bellevue Hotel.",
    "fact": " It usually takes about 35 minutes by taxi.",
    "deed": " I have also emailed the summary to your manager.",
}


def edited(record: Record, start: int, end: int, text: str) -> Record:
    """Return the record with other words in its last response, its marks moved along as a writer who errs has them."""
    turn = record.turns[-1]
    response = turn.response[:start] + text + turn.response[end:]
    grown = len(text) - (end - start)
    tells = [
        tell.model_copy(
            update={
                "start": (first := tell.start + (grown if tell.start >= end else 0)),
                "end": (last := tell.end + (grown if tell.end >= end else 0)),
                "quote": response[first:last],
            }
        )
        for tell in turn.tells or ()
    ]
    changed = turn.model_copy(update={"response": response, "tells": None if turn.tells is None else tells})
    return record.model_copy(update={"turns": [*record.turns[:-1], changed]})


def planted(record: Record, dice: random.Random) -> Iterator[tuple[str, Record]]:
    """Yield copies of the record with one error each, and the error's kind."""
    response = record.turns[-1].response
    for match in list(_FIGURE.finditer(response))[:6]:
        digits = [at for at in range(*match.span()) if response[at].isdigit()]
        at = dice.choice(digits)
        other = dice.choice([digit for digit in "123456789" if digit != response[at]])
        yield "large" if len(digits) > 2 else "small", edited(record, at, at + 1, other)
    for match in list(_CLOCK.finditer(response))[:3]:
        yield "time", edited(record, *match.span(), f"{(int(match.group()) + 1) % 24:02d}")
    for match in list(_DAY.finditer(response))[:3]:
        yield "date", edited(record, *match.span(), str(int(match.group()) % 28 + 1))
    figures = list(_FIGURE.finditer(response))
    for one, other in pairwise(figures):
        if one.group() != other.group() and not re.fullmatch(r" \w+ ", response[one.end() : other.start()]):
            moved = edited(record, *other.span(), one.group())
            yield "swap", edited(moved, *one.span(), other.group())
    for kind, words in _MORE.items():
        yield kind, edited(record, len(response), len(response), words)


def found(records: list[Record]) -> dict[str, tuple[int, int]]:
    """Return by kind of error how many were found, and of how many."""
    dice, counts = random.Random(5), dict[str, tuple[int, int]]()
    for record in records:
        for kind, wrong in planted(record, dice):
            hits, tries = counts.get(kind, (0, 0))
            counts[kind] = (hits + bool(codes(wrong)), tries + 1)
    return counts


@pytest.mark.parametrize("kind", ["strong", "dialogue", "weak"])
def test_honest_drafts_with_marks_pass(kind: str) -> None:
    records = marked(kind)
    assert len(records) >= 3
    assert {record.id: codes(record) for record in records if codes(record)} == {}


def test_honest_drafts_without_marks_pass() -> None:
    records = unmarked()
    assert len(records) >= 35
    assert {record.id: codes(record) for record in records if codes(record)} == {}


def test_errors_in_drafts_with_marks_are_found() -> None:
    counts = found(marked("strong"))
    for kind in ("large", "small", "time", "date", "name", "fact"):
        hits, tries = counts[kind]
        assert tries >= 10
        assert hits == tries, (kind, counts)
    assert counts["swap"][0] >= 0.95 * counts["swap"][1]
    assert counts["deed"][0] >= counts["deed"][1] - 1


FLOORS = {"large": 0.98, "small": 0.85, "time": 0.85, "date": 0.95, "name": 1.0, "fact": 0.85, "deed": 0.9}


def test_errors_in_drafts_without_marks_are_found() -> None:
    counts = found(unmarked())
    for kind, floor in FLOORS.items():
        hits, tries = counts[kind]
        assert tries >= 25
        assert hits >= floor * tries, (kind, counts)
