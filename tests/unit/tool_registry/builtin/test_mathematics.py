"""Arithmetic that a pupil can check."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.mathematics import (
    common_divisor_and_multiple,
    count_combinations,
    neighbouring_primes,
    number_in_base,
    prime_factors,
    roman_numeral,
    simplify_fraction,
)


def test_360() -> None:
    assert prime_factors(360) == {
        "is_prime": False,
        "factorisation": "2^3 × 3^2 × 5",
        "largest_prime_factor": 5,
        "divisor_count": 24,
        "divisor_sum": 1170,
    }


def test_a_prime() -> None:
    assert prime_factors(97) == {
        "is_prime": True,
        "factorisation": "97",
        "largest_prime_factor": 97,
        "divisor_count": 2,
        "divisor_sum": 98,
    }


def test_28_is_perfect() -> None:
    assert prime_factors(28)["divisor_sum"] == 2 * 28


def test_the_largest_prime_allowed_is_found_quickly() -> None:
    assert prime_factors(9_999_999_967)["is_prime"]


@given(st.integers(2, 3000))
def test_divisors_agree_with_trying_them_all(number: int) -> None:
    divisors = [d for d in range(1, number + 1) if number % d == 0]
    result = prime_factors(number)
    assert (result["divisor_count"], result["divisor_sum"]) == (len(divisors), sum(divisors))


def test_divisor_and_multiple() -> None:
    assert common_divisor_and_multiple(84, 30) == {"greatest_common_divisor": 6, "least_common_multiple": 420}
    assert common_divisor_and_multiple(8, 15) == {"greatest_common_divisor": 1, "least_common_multiple": 120}


def test_primes_around_a_number() -> None:
    assert neighbouring_primes(100) == {"previous_prime": 97, "next_prime": 101}
    assert neighbouring_primes(97) == {"previous_prime": 89, "next_prime": 101}
    assert neighbouring_primes(3) == {"previous_prime": 2, "next_prime": 5}


@pytest.mark.parametrize(
    ("year", "numeral"),
    [(1, "I"), (4, "IV"), (1066, "MLXVI"), (1999, "MCMXCIX"), (2024, "MMXXIV"), (3999, "MMMCMXCIX")],
)
def test_roman_numerals(year: int, numeral: str) -> None:
    assert roman_numeral(year) == {"roman_numeral": numeral}


@pytest.mark.parametrize(
    ("number", "base", "digits", "digit_sum"),
    [(42, 2, "101010", 3), (255, 16, "FF", 30), (1024, 8, "2000", 2), (143, 12, "BB", 22), (35, 36, "Z", 35)],
)
def test_number_systems(number: int, base: int, digits: str, digit_sum: int) -> None:
    assert number_in_base(number, base) == {"digits": digits, "digit_sum": digit_sum}


@given(st.integers(1, 10**10), st.sampled_from([2, 3, 8, 12, 16, 36]))
def test_digits_read_back(number: int, base: int) -> None:
    assert int(number_in_base(number, base)["digits"], base) == number


def test_lottery_and_podium() -> None:
    assert count_combinations(49, 6)["combinations"] == 13_983_816
    assert count_combinations(10, 3) == {"combinations": 120, "permutations": 720}


def test_counts_stay_exact_in_javascript_too() -> None:
    assert count_combinations(100, 8)["permutations"] < 2**53


def test_more_picked_than_there_are() -> None:
    with pytest.raises(ToolkitError, match="at most 3"):
        count_combinations(3, 4)


def test_fractions() -> None:
    assert simplify_fraction(84, 210) == {"numerator": 2, "denominator": 5, "percent": 40.0}
    assert simplify_fraction(45, 18) == {"numerator": 5, "denominator": 2, "percent": 250.0}


@given(st.integers(1, 10**6), st.integers(2, 10**6))
def test_lowest_terms_share_no_divisor(numerator: int, denominator: int) -> None:
    result = simplify_fraction(numerator, denominator)
    assert math.gcd(result["numerator"], result["denominator"]) == 1
    assert result["numerator"] * denominator == result["denominator"] * numerator
