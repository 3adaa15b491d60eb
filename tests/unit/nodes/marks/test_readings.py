"""Which figures are small, so that their value alone says little."""

from decimal import Decimal

import pytest

from nodes.marks.readings import Clock, Day, Figure, Length, Number, Reading


@pytest.mark.parametrize(
    ("reading", "small"),
    [
        (Number(Decimal(7)), True),
        (Number(Decimal(-99)), True),
        (Number(Decimal(100)), False),
        (Number(Decimal("7.5"), step=Decimal("0.1")), False),
        (Day(2026, 5, 9), False),
        (Clock(8, 0), False),
        (Length(Decimal(60), Decimal(1)), False),
    ],
)
def test_whole_numbers_of_one_or_two_digits_are_small(reading: Reading, small: bool) -> None:
    assert Figure(0, 1, (reading,)).small is small


def test_the_first_reading_decides() -> None:
    readings = (Number(Decimal(2026)), Number(Decimal(26)))
    assert not Figure(0, 4, readings).small
    assert Figure(0, 4, readings[::-1]).small
