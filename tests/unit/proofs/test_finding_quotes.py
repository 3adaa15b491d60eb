"""A value that is spelt in a sentence is found there again, whatever it is."""

import math
import string
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nodes.proofs.finding_quotes import find_quote, find_stretch, spellings
from nodes.proofs.saying import says, stands, unsayable

COUNTRY = {"anyOf": [{"const": "FR", "title": "France"}, {"const": "IN", "title": "India"}]}

texts = st.text(st.sampled_from(string.ascii_letters + string.digits + " _-.,'@&éßñ漢"), max_size=45)
values = st.one_of(
    st.integers(-(10**12), 10**12),
    st.integers(0, 20),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3)),
    st.dates(min_value=date(1000, 1, 1)).map(lambda day: day.isoformat()),
    st.times().map(lambda time: time.strftime("%H:%M")),
    st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)),
    texts,
)


@given(values)
def test_every_spelling_says_the_value_and_is_found_in_a_sentence(value: Any) -> None:
    for spelt in spellings(value, {}):
        assert says(spelt, value, {})
        query = f"Please tell me about {spelt} (and whatever else)"
        assert stands(query, spelt, value, {})
        found = find_quote(query, value, {})
        assert found is not None
        assert found in query
        assert stands(query, found, value, {})


@given(st.one_of(st.integers(0, 10**6), st.dates().map(lambda day: day.isoformat())))
def test_a_user_may_say_every_everyday_value(value: Any) -> None:
    assert spellings(value, {})


@given(values, values)
def test_what_is_found_says_the_value(value: Any, other: Any) -> None:
    spelt = spellings(other, {})
    assume(spelt)
    query = f"It is about {spelt[-1]} today."
    found = find_quote(query, value, {}, "amount")
    if found is not None:
        assert found in query
        assert stands(query, found, value, {}, "amount")


@pytest.mark.parametrize("value", [[], {}, None, "x" * 41, 3.14159, "deadbeefdeadbeef", "", math.nan])
def test_what_nobody_types_has_no_spelling_and_no_quote(value: Any) -> None:
    assert spellings(value, {}) == []
    assert find_quote(f"Take {value} now", value, {}) is None


@pytest.mark.parametrize(
    ("value", "schema", "first"),
    [
        ("2026-03-01", {}, "1 March 2026"),
        ("2025-06-21T18:30:00Z", {}, "21 June 2025 at 6:30 pm UTC"),
        ("14:00", {}, "2 pm"),
        ("FR", COUNTRY, "France"),
        ("round_trip", {"enum": ["round_trip"]}, "round trip"),
        (3, {}, "3"),
        (12000, {}, "12,000"),
        (2026, {"format": "year"}, "2026"),
        (2.5, {}, "2.5"),
        (4.0, {}, "4"),
        (-12, {}, "-12"),
        (True, {"title": "public holidays"}, "with public holidays"),
        (False, {"title": "public holidays"}, "without public holidays"),
        ("Tokyo", {}, "Tokyo"),
    ],
)
def test_the_first_spelling_is_the_usual_one(value: Any, schema: dict[str, Any], first: str) -> None:
    assert spellings(value, schema)[0] == first


def test_an_identifier_is_spelt_in_words_only() -> None:
    assert spellings("round_trip", {"enum": ["round_trip"]}) == ["round trip"]


def test_a_word_for_small_numbers() -> None:
    assert spellings(7, {}) == ["7", "seven"]


@pytest.mark.parametrize(
    ("query", "value", "schema", "name", "quote"),
    [
        ("Fly me to Japan or france", "FR", COUNTRY, "country", "france"),
        ("Is it in season IN 2026?", "IN", COUNTRY, "country", "IN"),
        ("one room for 1 night", 1, {}, "nights", "1"),
        ("the second of two", 2, {}, "n", "two"),
        ("two of us on 2 March 2026", 2, {}, "people", "two"),
        ("A round-trip ticket", "round_trip", {"enum": ["round_trip"]}, "kind", "round-trip"),
        ("count it without public holidays", False, {}, "include_holidays", "without public holidays"),
        ("Meet at 2:30 pm", "14:30", {}, "time", "2:30 pm"),
        ("the film “Amélie”", "amélie", {}, "title", "Amélie"),
        ("Straße 5 please", "STRASSE 5", {}, "address", "Straße 5"),
        ("New\nYork weather", "New York", {}, "city", "New\nYork"),
    ],
)
def test_finds(query: str, value: Any, schema: dict[str, Any], name: str, quote: str) -> None:
    assert find_quote(query, value, schema, name) == quote


@pytest.mark.parametrize(
    ("query", "value", "schema", "name"),
    [
        ("Is it in season?", "IN", COUNTRY, "country"),
        ("on 2 March 2026", 2, {}, "people"),
        ("twenty-five people", 5, {}, "people"),
        ("without public holidays", True, {}, "include_holidays"),
        ("Monday 1 March 2026", "2026-03-01", {}, "date"),
        ("weather in Kyoto", "Tokyo", {}, "city"),
    ],
)
def test_does_not_find(query: str, value: Any, schema: dict[str, Any], name: str) -> None:
    assert find_quote(query, value, schema, name) is None


def test_a_stretch_is_found_for_what_nobody_types() -> None:
    assert unsayable(48.8584, {})
    assert find_stretch("at latitude 48.8584", 48.8584, {}) == "48.8584"
