"""Which words of a text say a value, where nobody marked them."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.find import find_words, said_anywhere
from nodes.marks.says import Place, Setting, says

EN = Setting("en", datetime.fromisoformat("2026-05-06T10:00:00+02:00"))

FOUND = [
    ("Fly from MUC to TBS.", Place("TBS"), "TBS"),
    ("Is the rear left window open?", Place("rear_left"), "rear left"),
    ("A trip to São Paulo, please", Place("Sao Paulo"), "São Paulo"),
    ("What do 320 miles cost?", Place("mi"), "miles"),
    ("How many euros are that?", Place("EUR"), "euros"),
    ("What time is it in Ljubljana?", Place("Europe/Ljubljana"), "Ljubljana"),
    ("from 5 to 12 eggs", Place(12), "12"),
    ("for two nights", Place(2), "two"),
    ("on 9 May at 5 pm, or 10 May", Place("2026-05-09T17:00:00"), "9 May at 5 pm"),
    ("tomorrow", Place("2026-05-07"), "tomorrow"),
    ("a room with breakfast", Place(True, name="include_breakfast"), "breakfast"),
    ("at sea level", Place("nautical", {"oneOf": [{"const": "nautical", "title": "at sea"}]}), "at sea"),
    ("für 1.234,50 Euro", Place(1234.5), None),  # the locale is English
    ("10 of 1010", Place(1010), "1010"),
    ("version 2.10", Place("2.1"), None),
    ("Marianne", Place("Anne"), None),
    ("no figure", Place(5), None),
    ("", Place("x"), None),
    ("東京へ行く", Place("東京"), None),  # no word ends there; the person's mark would say it
    ("😀 yes", Place("😀"), "😀"),
]


@pytest.mark.parametrize(("text", "place", "words"), FOUND)
def test_the_words_are_found(text: str, place: Place, words: str | None) -> None:
    span = find_words(text, place, EN)
    assert (None if span is None else text[slice(*span)]) == words


values = st.one_of(st.integers(0, 10**6), st.text(max_size=12), st.booleans(), st.dates().map(str), st.times().map(str))


@given(st.text(max_size=40), values, st.text(max_size=40))
def test_what_is_found_does_not_contradict(before: str, value: Any, after: str) -> None:
    text = f"{before} {value} {after}"
    span = find_words(text, Place(value), EN)
    if span is not None:
        assert says(text[slice(*span)], Place(value), EN, opening=True).verdict != "no"


def test_a_value_said_anywhere() -> None:
    assert said_anywhere("It costs 12 euros.", 12)
    assert not said_anywhere("It costs 12 euros.", 13)


def test_a_time_is_joined_with_its_date_across_the_zone() -> None:
    text = "where Neptune is at noon UTC on June 21, 2025, please"
    span = find_words(text, Place("2025-06-21T12:00:00Z"))
    assert span is not None
    assert text[slice(*span)] == "noon UTC on June 21, 2025"
