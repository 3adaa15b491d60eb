"""Numbers in English words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks.language.en import ENGLISH
from nodes.marks.number_words import spoken_number
from nodes.policies.spelling import number_words

NUMBERS = [
    ("zero", "0"),
    ("seven", "7"),
    ("twenty-five", "25"),
    ("twenty five", "25"),
    ("a hundred", "100"),
    ("a hundred and five", "105"),
    ("nineteen hundred", "1900"),
    ("two thousand and twenty-six", "2026"),
    ("one hundred and five thousand and one", "105001"),
    ("two million three hundred thousand", "2300000"),
    ("a dozen", "12"),
    ("two dozen", "24"),
    ("a couple", "2"),
    ("twice", "2"),
    ("zero point five", "0.5"),
    ("a hundred thousand", "100000"),
    ("one hundred and first", "101"),
    ("Two Thirds", str(Decimal(2) / 3)),
    ("two point five", "2.5"),
    ("three point one four", "3.14"),
    ("fifteen and a half", "15.5"),
    ("two and a half million", "2500000"),
    ("half", "0.5"),
    ("a quarter", "0.25"),
    ("three quarters", "0.75"),
    ("minus five", "-5"),
    ("twenty-first", "21"),
    ("hundredth", None),
    ("the", None),
    ("and", None),
    ("a", None),
    ("a half", "0.5"),
]


def spoken(text: str) -> Decimal | None:
    """Return the number that is the whole text."""
    found = spoken_number(text, 0, ENGLISH)
    return found.value if found is not None and found.end == len(text) else None


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_words_are_numbers(text: str, value: str | None) -> None:
    assert spoken(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["two three", "twenty thirty", "hundred five", "five and six", "ten one", "half two"])
def test_words_that_are_two_numbers_are_not_one(text: str) -> None:
    assert spoken(text) is None


@given(st.integers(0, 999_999))
def test_each_number_is_read_as_it_is_spelt(number: int) -> None:
    assert spoken(number_words(number)) == number
