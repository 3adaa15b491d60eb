"""Units by whatever name."""

import subprocess
import sys
from decimal import Decimal

import pytest

from nodes.marks.units import convert_number, unit_named


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mi", "miles"),
        ("kmh", "km/h"),
        ("km/h", "kilometres per hour"),
        ("°C", "degrees Celsius"),
        ("l", "litres"),
        ("mpg", "miles per gallon"),
        ("lb", "pounds"),
    ],
)
def test_one_unit_has_many_names(one: str, other: str) -> None:
    assert unit_named(one) == unit_named(other) is not None


@pytest.mark.parametrize(
    ("one", "other"), [("km", "miles"), ("apples", "km"), ("", "km"), ("m", "min"), ("x" * 99, "km")]
)
def test_other_names_are_of_other_units(one: str, other: str) -> None:
    assert unit_named(one) is None or unit_named(one) != unit_named(other)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        ("0", "c", "f", "32"),
        ("100", "celsius", "fahrenheit", "212"),
        ("1", "mi", "km", "1.609344"),
        ("5", "km/h", "mph", "3.1068559612"),
    ],
)
def test_units_convert_where_they_can(value: str, source: str, target: str, result: str | None) -> None:
    one, other = unit_named(source), unit_named(target)
    assert one is not None
    assert other is not None
    assert one.dimension == other.dimension
    assert abs(convert_number(Decimal(value), one, other) - Decimal(result)) < Decimal("1e-8")


def test_what_is_no_unit_is_none() -> None:
    for name in ("", "the", "%%", "🙂", "1", "a" * 60, "__import__('os')"):
        assert unit_named(name) is None


def test_texts_without_units_need_no_library_of_units() -> None:
    program = (
        "import sys; from nodes.marks.says import Place, hold; hold('Bergen at 06:11, 12 eggs', [Place('Bergen'), "
        "Place('06:11'), Place(12, name='count')]); sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
