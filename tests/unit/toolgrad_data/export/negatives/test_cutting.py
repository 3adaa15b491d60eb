"""A value goes out of a query with its preposition, or an indefinite phrase takes its place, or nothing is done."""

import random

import pytest

from toolgrad_data.export.negatives.cutting import without
from toolgrad_data.export.negatives.naming import counted_noun, value_noun


def ways(query: str, quote: str, noun: str, *, number: bool = False, may_cut: bool = True) -> set[str]:
    found = (without(query, quote, noun, number=number, may_cut=may_cut, rng=random.Random(seed)) for seed in range(60))
    return {edited.query for edited in found if edited is not None}


def test_a_phrase_goes_with_its_preposition() -> None:
    found = ways("How long is it light in Rome on 5 May 2027?", "5 May 2027", "date")
    assert "How long is it light in Rome?" in found
    assert "How long is it light in Rome on a certain date?" in found


def test_a_unit_goes_with_its_number() -> None:
    assert "How far do I get in 2 hours?" in ways("How far do I get in 2 hours at 20 km/h?", "20", "speed", number=True)
    found = ways("Subtract 24 days from 30 November 2026.", "24", "number of days", number=True)
    assert found == {"Subtract a certain number of days from 30 November 2026."}


@pytest.mark.parametrize(
    ("query", "quote", "noun"),
    [
        ("Is Berlin time ahead of Lima time?", "Berlin", "time zone"),
        ("Are the digits of the LEI HWUPKR0MPOU8FGXBT349 right?", "HWUPKR0MPOU8FGXBT349", "LEI"),
        ("How often does Monday come up in February 2026?", "2026", "year"),
        ("From Rome to Rome, how far is it?", "Rome", "city"),
    ],
)
def test_where_it_would_not_read_well_nothing_is_done(query: str, quote: str, noun: str) -> None:
    assert ways(query, quote, noun, may_cut=False) == set()


@pytest.mark.parametrize(
    ("query", "quote", "left"),
    [
        ("Which country does it belong to? I mean what belongs to Italy.", "Italy", "belongs."),
        ("What are the coordinates near the location of Seoul?", "Seoul", "location?"),
        ("Map a circle around that point with a radius of 20 km.", "20 km", "radius."),
        ("Count the hosts of a network with a prefix length of 26.", "26", "length."),
        ("How many days lie between Easter and 5 May 2027?", "5 May 2027", "Easter?"),
    ],
)
def test_a_phrase_that_the_sentence_needs_is_not_cut(query: str, quote: str, left: str) -> None:
    assert not any(text.endswith(left) for text in ways(query, quote, "thing"))


def test_an_article_fits_its_noun() -> None:
    found = ways("What country is the account of Ann with AT61 in?", "AT61", "IBAN", may_cut=False)
    assert not any(" a IBAN" in text or " an unit" in text for text in found)
    assert "What country is the account of Ann with this IBAN in?" in found


@pytest.mark.parametrize(
    ("name", "value", "noun"),
    [
        ("days", 3, "number of days"),
        ("first_int", 3, None),
        ("radius", 3, "radius"),
        ("prefix_length", 3, "prefix length"),
        ("x", 3, None),
        ("text", "abc", None),
        ("city", "Rome", "city"),
    ],
)
def test_values_are_called_what_people_call_them(name: str, value: object, noun: str | None) -> None:
    named = value_noun({}, name)
    assert (counted_noun(named, value) if named else None) == noun
