"""Numbers by rounding, approximation, percentage, unit and length of time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.figures import figures_of
from nodes.marks.quantities import exact, says_number, unit_of_name
from nodes.marks.says import Holding, Place
from tests.unit.nodes.marks.saying import held

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


NUMBERS_SAID = [
    ("1,234.56", 1234.56),
    ("1234.56", 1234.56),
    ("1,234.6", 1234.56),
    ("about 1,200", 1234.56),
    ("just over 1,200", 1234.56),
    ("twenty-five", 25),
    ("a hundred and five", 105),
    ("two and a half million", 2500000),
    ("2.5 million", 2512000),
    ("2.5m", 2500000),
    ("250k", 250000),
    ("€250k", 250000),
    ("$1,299.00", 1299),
    ("1,299 dollars", 1299),
    ("£12.50", 12.5),
    ("12.50€", 12.5),
    ("US$ 45", 45),
    ("45 USD", 45),
    ("−5 °C", -5),
    ("-5°C", -5),
    ("minus five", -5),
    ("5 degrees below zero", -5),
    ("12%", 12),
    ("12 %", 0.12),
    ("12 percent", 0.12),
    ("12.5 per cent", 0.125),
    ("the 3rd", 3),
    ("third", 3),
    ("half", 0.5),
    ("three quarters", 0.75),
    ("3/4", 0.75),
    ("1½", 1.5),
    ("½ cup", 0.5),
    ("two thirds", 0.6667),
    ("1 1/2 cups", 1.5),
    ("6.02 × 10^23", 6.022e23),
    ("6.02e23", 6.022e23),
    ("6.02 x 10²³", 6.022e23),
    ("1.2 × 10⁻⁶", 1.2e-06),
    ("a dozen", 12),
    ("two dozen", 24),
    ("nineteen hundred", 1900),
    ("fifteen and a half", 15.5),
    ("15½", 15.5),
    ("4/5", 4),
    ("4.5 stars", 4.5),
    ("4.5/5", 4.5),
    ("#3", 3),
    ("No. 3", 3),
    ("x3", 3),
    ("3x", 3),
    ("3×", 3),
    ("twice", 2),
    ("once", 1),
    ("7-day", 7),
    ("7-night stay", 7),
    ("three-bedroom", 3),
    ("two-thirds", 0.6667),
    ("1.5k", 1500),
    ("3 mn", 3000000),
    ("$4.2bn", 4200000000),
    ("4.2 billion dollars", 4213000000),
    ("zero", 0),
    ("no", 0),
    ("none", 0),
    ("33.87°S", -33.8688),
    ("€1.50", 1.5),
    ("1.50 €", 1.5),
    ("EUR 1,500", 1500),
    ("1 500 €", 1500),
    ("Rs. 500", 500),
    ("¥1,200", 1200),
    ("50p", 50),
    ("$0.50", 0.5),
    ("-$45.20", -45.2),
    ("$-45.20", -45.2),
    ("($45.20)", -45.2),
    ("USD 1.2M", 1200000),
    ("10K", 10000),
    ("£3.4m", 3400000),
    ("0.5%", 0.005),
    ("half a percent", 0.5),
    ("five percent", 0.05),
    ("+3.2%", 3.2),
    ("down 3.2%", -3.2),
    ("−3.2 %", -0.032),
    ("100%", 1),
    ("zero percent", 0),
    ("99.9%", 0.999),
    ("10+", 10),
    ("~10", 10),
    ("≈ 10.2", 10.18),
    (">10", 10),
    ("10 or more", 10),
    ("up to 10", 10),
    ("at least ten", 10),
    ("no fewer than 10", 10),
    ("nearly 3,000", 2988),
    ("over half", 0.53),
    ("a third", 0.3333),
    ("two-fifths", 0.4),
    ("a hundred thousand", 100000),
    ("1.5 × 10⁻³", 0.0015),
    ("1.5e-3", 0.0015),
    ("1.5·10^3", 1500),
    ("10³", 1000),
    ("10^6", 1000000),
    ("3 thousand", 3000),
    ("12°", 12),
    ("minus twelve", -12),
    ("twelve below", -12),
]

NUMBERS_NOT_SAID = [
    ("1,235.56", 1234.56),
    ("1,234.5", 1234.56),
    ("about 1,300", 1234.56),
    ("just over 1,300", 1234.56),
    ("just under 1,200", 1234.56),
    ("twenty-six", 25),
    ("a hundred and six", 105),
    ("2.6 million", 2512000),
    ("250k", 260000),
    ("$1,299.00", 1298),
    ("12.51€", 12.5),
    ("-6°C", -5),
    ("13%", 12),
    ("13 %", 0.12),
    ("1.2%", 0.12),
    ("the 4th", 3),
    ("third", 4),
    ("three quarters", 0.5),
    ("3/4", 0.8),
    ("1½", 1.25),
    ("6.03 × 10^23", 6.022e23),
    ("6.02 × 10^22", 6.022e23),
    ("6.02e24", 6.022e23),
    ("a dozen", 13),
    ("2,701", 2688),
    ("15.6", 15.5),
    ("2.5m", 2600000),
    ("$4.3bn", 4200000000),
    ("€1.51", 1.5),
    ("1 501 €", 1500),
    ("$45.21", -45.2),
    ("USD 1.3M", 1200000),
    ("0.6%", 0.005),
    ("six percent", 0.05),
    ("3.3%", 3.2),
    ("90%", 0.999),
    ("nearly 3,000", 3012),
    ("a third", 0.25),
    ("10^7", 1000000),
    ("4 thousand", 3000),
]

UNITS_SAID = [
    ("5 miles", Place(8.05, name="distance_km")),
    ("8 km", Place(8.05, name="distance_km")),
    ("70 °F", Place(21.1, name="temperature_c")),
    ("70°F", Place(21.1, name="temperature_celsius")),
    ("21 °C", Place(21.1, name="temperature_c")),
    ("3 hours and 5 minutes", Place(185, name="duration_minutes")),
    ("3h 5m", Place(185, name="duration_min")),
    ("3:05", Place(185, name="duration_minutes")),
    ("3 hr 5 min", Place(11100, name="duration_seconds")),
    ("just over 3 hours", Place(185, name="minutes")),
    ("two weeks", Place(14, name="days")),
    ("90 minutes", Place(1.5, name="hours")),
    ("an hour and a half", Place(90, name="minutes")),
    ("half an hour", Place(30, name="minutes")),
    ("a quarter of an hour", Place(15, name="minutes")),
    ("1.5 hours", Place(90, name="minutes")),
    ("2 lb", Place(907, name="weight_g")),
    ("180 g", Place(0.18, name="weight_kg")),
    ("60 mph", Place(96.56, name="speed_kmh")),
    ("almost 5 hours", Place(4.9, name="hours")),
    ("a couple of days", Place(2, name="days")),
    ("6 feet", Place(1.83, name="height_m")),
    ("183 cm", Place(1.83, name="height_m")),
    ("1.8 m", Place(183, name="height_cm")),
    ("two litres", Place(2000, name="volume_ml")),
    ("500 ml", Place(0.5, name="volume_l")),
    ("3,000 m", Place(3, name="distance_km")),
    ("20 knots", Place(37.04, name="speed_kmh")),
    ("1 GB", Place(1, name="size_gb")),
    ("25 MB", Place(25, name="size_mb")),
    ("4 hrs", Place(240, name="minutes")),
    ("2 days and 3 hours", Place(51, name="hours")),
    ("1 h 30 min", Place(90, name="duration_min")),
    ("01:30:00", Place(5400, name="duration_s")),
    ("one and a half hours", Place(90, name="minutes")),
    ("forty-five minutes", Place(45, name="minutes")),
    ("a day and a half", Place(36, name="hours")),
    ("six months", Place(6, name="months")),
    ("12 degrees", Place(12, name="temp_c")),
    ("54 degrees Fahrenheit", Place(12, name="temp_c")),
]

UNITS_NOT_SAID = [
    ("6 miles", Place(8.05, name="distance_km")),
    ("9 km", Place(8.05, name="distance_km")),
    ("71 °F", Place(21.1, name="temperature_c")),
    ("3 hours and 6 minutes", Place(185, name="duration_minutes")),
    ("3h 15m", Place(185, name="duration_min")),
    ("3:06", Place(185, name="duration_minutes")),
    ("90 minutes", Place(1.6, name="hours")),
    ("1.5 hours", Place(95, name="minutes")),
    ("60 mph", Place(100, name="speed_kmh")),
    ("half an hour", Place(45, name="minutes")),
    ("an hour and a half", Place(80, name="minutes")),
    ("6 feet", Place(1.5, name="height_m")),
    ("184 cm", Place(1.83, name="height_m")),
    ("3 GB", Place(1, name="size_gb")),
    ("2 days and 4 hours", Place(51, name="hours")),
    ("1 h 40 min", Place(90, name="duration_min")),
    ("01:40:00", Place(5400, name="duration_s")),
    ("55 degrees Fahrenheit", Place(12, name="temp_c")),
]


@pytest.mark.parametrize(("words", "values"), [*NUMBERS_SAID, *UNITS_SAID])
def test_words_say_values(words: str, values: Any) -> None:
    assert held(words, values, opening=True) == Holding("")


@pytest.mark.parametrize(("words", "values"), [*NUMBERS_NOT_SAID, *UNITS_NOT_SAID])
def test_other_words_do_not(words: str, values: Any) -> None:
    assert held(words, values).problem
