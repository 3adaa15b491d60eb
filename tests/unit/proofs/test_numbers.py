from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.proofs.numbers import decimals, number_words, ordinal_suffix, parse_number, scan_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", "10"),
        ("1,000", "1000"),
        ("1 000", "1000"),
        ("1\u202f000", "1000"),
        ("1'234'567", "1234567"),
        ("-2.5", "-2.5"),
        ("−5", "-5"),
        (".5", "0.5"),
        ("2.50", "2.5"),
        ("½", "0.5"),
        ("1½", "1.5"),
        ("2 ¾", "2.75"),
        ("-1¼", "-1.25"),
        ("1,000⅛", "1000.125"),
        ("1½ million", "1500000"),
        ("6.02e23", "6.02e23"),
        ("10 %", "10"),
        ("10 percent", "10"),
        ("ten", "10"),
        ("Twenty-Five", "25"),
        ("twenty five", "25"),
        ("a hundred and five", "105"),
        ("one hundred five", "105"),
        ("fifteen hundred", "1500"),
        ("two thousand twenty-six", "2026"),
        ("one million two hundred thousand and three", "1200003"),
        ("2.5 million", "2500000"),
        ("two dozen", "24"),
        ("a dozen", "12"),
        ("two point five", "2.5"),
        ("two and a half", "2.5"),
        ("minus five", "-5"),
        ("negative 3", "-3"),
        ("zero", "0"),
    ],
)
def test_reads_a_number(text: str, value: str) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.value == Decimal(value)
    assert not number.ordinal


@pytest.mark.parametrize(("text", "value"), [("3rd", 3), ("21st", 21), ("third", 3), ("twenty-first", 21)])
def test_reads_an_ordinal(text: str, value: int) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.value == value
    assert number.ordinal


@pytest.mark.parametrize(
    "text",
    ["10 and 20", "10, 20", "one two", "007", "2,5", "1,00", "250k", "10km", "3/4", "2½5", "½½", "⅓", "3.11.2", "half",
     "one third", "3th", "hundred", "a", "", "twenty ten", "1,0000", "10:30", "and five", "ten and"],
)  # fmt: skip
def test_does_not_read_what_is_no_single_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("from 10 to 20 km", ["10", "20"]),
        ("between 10-20 km", ["10", "20"]),
        ("in 2026 100 people", ["2026", "100"]),
        ("take 2, ½ and 1½ cups", ["2", "½", "1½"]),
        ("what is 5 minus 3", ["5", "3"]),
        ("it was -4 or minus four", ["-4", "minus four"]),
        ("on 2026-03-01", ["2026"]),
        ("one hundred and the rest", ["one hundred"]),
        ("the 10th of two hundred and five", ["10th", "two hundred and five"]),
    ],
)
def test_scans_numbers_as_long_as_they_go(text: str, stretches: list[str]) -> None:
    assert [text[span.start : span.end] for span in scan_numbers(text)] == stretches


@given(st.integers(0, 999_999))
def test_words_read_back(number: int) -> None:
    read = parse_number(number_words(number))
    assert read is not None
    assert read.value == number


def test_words_read_back_for_every_small_number() -> None:
    for number in range(10_000):
        read = parse_number(number_words(number))
        assert read is not None, number
        assert read.value == number


@given(st.integers(1, 9999))
def test_ordinal_digits_read_back(number: int) -> None:
    read = parse_number(f"{number}{ordinal_suffix(number)}")
    assert read is not None
    assert read.value == number
    assert read.ordinal


@given(st.integers(-(10**15), 10**15))
def test_grouped_digits_read_back(number: int) -> None:
    for text in (str(number), f"{number:,}"):
        read = parse_number(text)
        assert read is not None
        assert read.value == number


def test_words_refuse_what_they_cannot_write() -> None:
    with pytest.raises(ValueError, match="999,999"):
        number_words(10**6)


@pytest.mark.parametrize(("value", "count"), [(3, 0), (2.0, 0), (2.5, 1), (0.1 + 0.2, 17), (1e-5, 5), (1e22, 0)])
def test_decimals_are_those_that_json_shows(value: float, count: int) -> None:
    assert decimals(value) == count
