"""School mathematics with whole numbers and fractions, computed exactly."""

import math
from fractions import Fraction
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import WholeNumber, Year
from tool_registry.declare import Kind

tool = pure(category="mathematics")


# Trial division up to the square root of the largest takes a few milliseconds.
Number = Annotated[
    WholeNumber,
    Kind(
        "number",
        minimum=2,
        maximum=10_000_000_000,
        examples=[12, 18, 24, 36, 48, 60, 84, 91, 97, 360, 391, 420, 512, 729, 1001, 1024, 5040],
    ),
]
Digits = Annotated[str, Kind("digits", format="digits")]
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def _factors(number: int) -> list[tuple[int, int]]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        exponent = 0
        while number % divisor == 0:
            number, exponent = number // divisor, exponent + 1
        if exponent:
            factors.append((divisor, exponent))
        divisor += 1 if divisor == 2 else 2
    if number > 1:
        factors.append((number, 1))
    return factors


def _is_prime(number: int) -> bool:
    return number > 1 and _factors(number) == [(number, 1)]


class _PrimeFactors(Result):
    is_prime: Annotated[bool, Kind("prime", "Whether the number is prime.")]
    factorisation: Annotated[str, Kind("prime factorisation", "Product of prime powers, such as 2^3 × 3^2 × 5.")]
    largest_prime_factor: Annotated[WholeNumber, Kind("largest prime factor", "Largest prime that divides the number.")]
    divisor_count: Annotated[
        int,
        Kind(
            "number of divisors",
            "How many whole numbers divide it, 1 and itself included.",
            format="divisor-count",
            minimum=1,
        ),
    ]
    divisor_sum: Annotated[
        int, Kind("sum of the divisors", "Sum of all divisors, 1 and itself included.", format="divisor-sum", minimum=1)
    ]


@tool
def prime_factors(number: Number) -> _PrimeFactors:
    """Factor a whole number into primes, tell whether it is prime, and count and add up its divisors."""
    factors = _factors(number)
    return {
        "is_prime": factors == [(number, 1)],
        "factorisation": " × ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in factors),
        "largest_prime_factor": factors[-1][0],
        "divisor_count": math.prod(e + 1 for _, e in factors),
        "divisor_sum": math.prod((p ** (e + 1) - 1) // (p - 1) for p, e in factors),
    }


class _CommonDivisorAndMultiple(Result):
    greatest_common_divisor: Annotated[
        WholeNumber, Kind("greatest common divisor", "Largest number that divides both.")
    ]
    least_common_multiple: Annotated[
        WholeNumber, Kind("least common multiple", "Smallest positive number that both divide.")
    ]


@tool
def common_divisor_and_multiple(
    first: Annotated[Number, Kind("first number", minimum=1)],
    second: Annotated[Number, Kind("second number", minimum=1)],
) -> _CommonDivisorAndMultiple:
    """Give the greatest common divisor and the least common multiple of two whole numbers."""
    return {"greatest_common_divisor": math.gcd(first, second), "least_common_multiple": math.lcm(first, second)}


class _NeighbouringPrimes(Result):
    previous_prime: Annotated[WholeNumber, Kind("previous prime", "Largest prime below the number.")]
    next_prime: Annotated[WholeNumber, Kind("next prime", "Smallest prime above the number.")]


@tool
def neighbouring_primes(number: Annotated[Number, Kind(minimum=3, maximum=1_000_000_000)]) -> _NeighbouringPrimes:
    """Give the largest prime below and the smallest prime above a whole number."""
    below, above = number - 1, number + 1
    while not _is_prime(below):
        below -= 1
    while not _is_prime(above):
        above += 1
    return {"previous_prime": below, "next_prime": above}


class _RomanNumeral(Result):
    roman_numeral: Annotated[str, Kind("Roman numeral", "The number in Roman numerals.", format="short-text")]


@tool
def roman_numeral(
    year: Annotated[Year, Kind(description="Year or any other number from 1 to 3999.", minimum=1, maximum=3999)],
) -> _RomanNumeral:
    """Write a year or another number from 1 to 3999 in Roman numerals."""
    numeral, rest = "", year
    for value, letters in _ROMAN:
        numeral += letters * (rest // value)
        rest %= value
    return {"roman_numeral": numeral}


class _NumberInBase(Result):
    digits: Annotated[Digits, Kind(description="The number in that system, capital letters for digits above 9.")]
    digit_sum: Annotated[int, Kind("digit sum", "Sum of the digits in that system.", format="digit-sum", minimum=1)]


@tool
def number_in_base(
    number: Annotated[Number, Kind(minimum=1)],
    base: Annotated[
        int,
        Kind(
            "number system",
            "Base of the number system to write the number in.",
            labels={2: "binary", 3: "ternary", 8: "octal", 12: "base twelve", 16: "hexadecimal", 36: "base 36"},
        ),
    ],
) -> _NumberInBase:
    """Write a whole number in binary, octal, hexadecimal or another number system."""
    values = []
    while number:
        number, value = divmod(number, base)
        values.append(value)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {"digits": "".join(alphabet[value] for value in reversed(values)), "digit_sum": sum(values)}


class _CountCombinations(Result):
    combinations: Annotated[WholeNumber, Kind("combinations", "Selections when the order does not matter.")]
    permutations: Annotated[WholeNumber, Kind("permutations", "Selections when the order matters.")]


@tool
def count_combinations(
    items: Annotated[
        int, Kind("number of items", "How many different items there are.", format="item-count", minimum=1, maximum=100)
    ],
    picked: Annotated[
        int, Kind("number picked", "How many of the items are picked.", format="items-picked", minimum=1, maximum=8)
    ],
) -> _CountCombinations:
    """Count the ways to pick some of a number of different items, with and without regard to order."""
    if picked > items:
        raise ToolkitError(f"You cannot pick {picked} out of {items}; pick at most {items}.")
    return {"combinations": math.comb(items, picked), "permutations": math.perm(items, picked)}


class _SimplifyFraction(Result):
    numerator: Annotated[WholeNumber, Kind("reduced numerator", "Numerator in lowest terms.")]
    denominator: Annotated[WholeNumber, Kind("reduced denominator", "Denominator in lowest terms.")]
    percent: Annotated[float, Kind("percentage", "The fraction as a percentage.")]


@tool
def simplify_fraction(
    # Kinds of their own: two numbers that came out somewhere make no share of anything.
    numerator: Annotated[Number, Kind("numerator", format="numerator", minimum=1)],
    denominator: Annotated[Number, Kind("denominator", format="denominator")],
) -> _SimplifyFraction:
    """Reduce a fraction to lowest terms and give it as a percentage."""
    reduced = Fraction(numerator, denominator)
    return {
        "numerator": reduced.numerator,
        "denominator": reduced.denominator,
        "percent": round(numerator / denominator * 100, 4),
    }


TOOLS = [
    prime_factors, common_divisor_and_multiple, neighbouring_primes, roman_numeral, number_in_base,
    count_combinations, simplify_fraction,
]  # fmt: skip
