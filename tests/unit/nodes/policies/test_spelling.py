"""Spellings for writers: each of them says its value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.says import Place, says
from nodes.policies.spelling import has_spelling, number_words, ordinal_suffix, spellings, written_moment

SPELT = [
    (3, ["3", "three"]),
    (1234, ["1,234", "1234"]),
    (2_500_000, ["2,500,000", "2500000", "2.5 million"]),
    (0.5, ["0.5"]),
    ("Bergen", ["Bergen"]),
    ("06:11", ["6:11 am", "06:11"]),
    ("12:00", ["12 pm", "12:00", "noon", "midday"]),
    (None, []),
    ([], []),
    ("", []),
    ("550e8400-e29b-41d4-a716-446655440000", []),
    (0.12345, []),
]


@pytest.mark.parametrize(("value", "expected"), SPELT)
def test_values_are_spelt(value: Any, expected: list[str]) -> None:
    assert spellings(value, {}) == expected
    assert has_spelling(value, {}) is bool(expected)


def test_a_date_is_spelt_in_many_ways() -> None:
    assert spellings("2026-05-09", {})[:4] == ["9 May 2026", "May 9, 2026", "9th of May 2026", "May 9th, 2026"]
    assert written_moment("2026-05-09T17:00:00Z")[0] == "9 May 2026 at 5 pm UTC"
    assert written_moment("Bergen") == []


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ("5:00", {"format": "pace-per-km"}, ["5:00"]),
        ("12:30", {"format": "pace-per-km"}, ["12:30"]),
        ("5:00", {}, ["5:00"]),
        ("5:00", {"format": "clock-time"}, ["5 am", "05:00", "5:00"]),
        ("17:00", {"format": "time"}, ["5 pm", "17:00"]),
    ],
)
def test_only_a_time_of_day_is_spelt_as_one(value: str, schema: dict[str, Any], expected: list[str]) -> None:
    assert spellings(value, schema) == expected


def test_titles_come_first_and_tools_own_writing_is_no_persons() -> None:
    assert spellings(2, {"oneOf": [{"const": 2, "title": "at sea"}]})[0] == "at sea"
    assert spellings("rear_left", {"enum": ["rear_left"]}) == ["rear left"]


def test_switches_are_spelt_by_their_names() -> None:
    assert spellings(True, {}, "include_breakfast") == ["with breakfast", "including breakfast"]
    assert spellings(False, {}, "includeBreakfast") == ["without breakfast", "no breakfast"]


values = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 2)),
    st.text(max_size=20),
    st.dates().map(str),
    st.times().map(lambda value: value.isoformat("minutes")),
    st.datetimes().map(lambda value: value.isoformat(timespec="minutes") + "Z"),
)


@given(values, st.sampled_from(["", "year", "distance_km", "name"]))
def test_each_spelling_says_its_value(value: Any, name: str) -> None:
    for spelt in spellings(value, {}, name):
        assert says(spelt, Place(value, {}, name)).verdict == "said"


def test_numbers_in_words_end() -> None:
    assert number_words(105_021) == "one hundred and five thousand and twenty-one"
    for number in (-1, 10**6):
        with pytest.raises(ValueError, match="is not from 0 to 999,999"):
            number_words(number)


def test_ordinals() -> None:
    assert [f"{number}{ordinal_suffix(number)}" for number in (1, 2, 3, 4, 11, 13, 21)] == [
        "1st", "2nd", "3rd", "4th", "11th", "13th", "21st",
    ]  # fmt: skip


def test_what_a_switch_is_called_by_its_author_goes_before_its_name() -> None:
    phrases = {"yes": ["moving weekend dates to Monday"], "no": ["weekends included"]}
    schema = {"type": "boolean", "title": "weekends", "x-phrases": phrases}
    assert spellings(True, schema, "skip_weekends") == phrases["yes"]
    assert spellings(False, schema, "skip_weekends") == phrases["no"]
