"""Values that nobody would type."""

from typing import Any

import pytest

from nodes.proofs.unsayable import USER_DECIMALS_MAX, USER_STRING_MAX, unsayable


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "a container"),
        ([], "a container"),
        (1.23456, "decimals"),
        ("-1.23456", "decimals"),
        ("", "empty"),
        (" \t", "empty"),
        ("n" * (USER_STRING_MAX + 1), "characters long"),
        ("id 123e4567-E89B-12d3-a456-426614174000", "a UUID"),
        ("0x0123456789abcdef", "hexadecimal"),
        ("deadbeefdeadbeef", "hexadecimal"),
    ],
)
def test_values_that_nobody_types_are_told_why(value: Any, reason: str) -> None:
    told = unsayable(value, {})
    assert told is not None
    assert reason in told


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -7,
        10**18,
        1.234,
        1e-3,
        "x",
        "n" * USER_STRING_MAX,
        "4111111111111111",  # a card number
        "DE89370400440532013000",  # an IBAN
        "1.234",
        "deadbeef",
    ],
)
def test_values_that_people_type_are_let_be(value: Any) -> None:
    assert unsayable(value, {}) is None


def test_a_labelled_value_is_typed_as_its_title() -> None:
    long = 10 ** -(USER_DECIMALS_MAX + 1)
    assert unsayable(long, {})
    assert unsayable(long, {"oneOf": [{"const": long, "title": "a little"}]}) is None
