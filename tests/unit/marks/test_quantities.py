"""Numbers by rounding, approximation, percentage, unit and length of time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.quantities import exact, says_number, unit_of_name

SAID = [
    ("2,700", 2700, True),
    ("2,700", 2688, False),
    ("about 2,700", 2688, True),
    ("about 2,701", 2688, False),
    ("roughly 3.7", 3.68, True),
    ("a little over 114", 114.4, True),
    ("a little over 114", 113.4, False),
    ("just under 115", 114.4, True),
    ("just under 114", 114.4, False),
    ("just under 1,200", 1234, False),
    ("over 1,200", 1234, True),
    ("over 1,200", 1434, False),
    ("15 and a half", 15.5, True),
    ("about 15 and a half", 15.58, True),
    ("21.9", 21.9089, True),
    ("21.91", 21.9089, True),
    ("21.92", 21.9089, False),
    ("22", 21.9089, True),
    ("5", -5, True),
    ("0", 0.3, False),
    ("3rd", 3, True),
    ("3rd", 2.9, False),
    ("12%", 0.12, True),
    ("12%", 12, True),
    ("12%", 0.013, False),
    ("1e3", 1000, True),
]

NAMED = [
    ("5 miles", 8.05, "distance_km", True),
    ("70 °F", 21.1, "temperatureC", False),  # a capital is no unit of a name
    ("70 °F", 21.1, "temperature_c", True),
    ("2 hours", 7200, "duration_seconds", True),
    ("2 hours", 7200, "duration", False),
    ("2 hours 5 minutes", 125, "duration", True),  # in some unit of time
    ("5 kg", 5, "distance_km", False),
    ("38 mpg", 38, "miles_per_gallon", True),
    ("38 degrees", 38, "height_celsius", True),
    ("just under 1,000", 39.17, "litres", False),
    ("just under 1,000", 985, "litres", True),
    ("in two days", 2, "days_ahead", True),
    ("in 3 years", 3, "years", True),
    ("in 3 years", 36, "loan_months", True),
    ("in 3 years", 36, "years", False),
    ("in two weeks", 2, "weeks", True),
    ("in two weeks", 14, "days", True),
]


@pytest.mark.parametrize(("words", "value", "is_said"), SAID)
def test_numbers_are_said_to_the_digits_shown(words: str, value: float, is_said: bool) -> None:
    assert says_number(figures_of(words)[0], value) is is_said


@pytest.mark.parametrize(("words", "value", "name", "is_said"), NAMED)
def test_units_of_names_are_converted(words: str, value: float, name: str, is_said: bool) -> None:
    assert says_number(figures_of(words)[0], value, name) is is_said


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("distance_km", "km"),
        ("price_usd", None),
        ("km", None),
        ("totalMinutes", None),
        ("speed_kmh", "kmh"),
        ("", None),
    ],
)
def test_a_name_ends_in_a_unit(name: str, unit: str | None) -> None:
    assert unit_of_name(name) == unit


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 10**6))
def test_any_number_has_an_answer(value: float, said: int) -> None:
    assert says_number(figures_of(str(said))[0], value) in (True, False)


@given(st.floats(-1e12, 1e12))
def test_exact_is_what_json_writes(value: float) -> None:
    assert float(exact(value)) == value
