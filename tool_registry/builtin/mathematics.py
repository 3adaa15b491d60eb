"""School mathematics with whole numbers and fractions, computed exactly."""

import math
from fractions import Fraction
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, labelled, obj
from tool_registry.builtin.kinds import WHOLE_NUMBER, YEAR, kind
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("mathematics")

#: Trial division up to its square root takes a few milliseconds.
LARGEST = 10_000_000_000

NUMBER = kind(
    WHOLE_NUMBER,
    title="number",
    minimum=2,
    maximum=LARGEST,
    examples=[12, 18, 24, 36, 48, 60, 84, 91, 97, 360, 391, 420, 512, 729, 1001, 1024, 5040],
)
DIGITS: dict[str, Any] = {"type": "string", "format": "digits", "title": "digits"}
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


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


@KIT.tool(
    parameters=obj(
        {"number": NUMBER},
        examples=[{"number": 360}, {"number": 97}, {"number": 1001}],
        x_phrases=phrases("""
? the prime factors of {number}
? how {number} breaks down into primes
? What is the prime factorisation of {number}?
? Which primes do I multiply to get {number}?
? Factor {number} into primes.
= As a product of primes, {number} is {/factorisation}.
= The prime factorisation of {number} is {/factorisation}.

? whether {number} is prime
? Is {number} a prime number?
? Can {number} be divided by anything but 1 and itself?
? Check if {number} is prime.
= The number {number} {/is_prime?is:is not} prime.

? how many divisors {number} has and what they add up to
? How many divisors does {number} have, and what is their sum?
? By how many numbers can {number} be divided, and what do those add up to?
? Count the divisors of {number} and add them up.
= The number {number} has {/divisor_count} divisors, and they add up to {/divisor_sum}.

~ I'm doing my maths homework.
~ I'm preparing a number theory lesson.
~ We're cutting a field into equal plots.
~ It's part of a puzzle hunt.
~ My son asked me and I've forgotten how it goes.
"""),
    ),
    output=obj(
        {
            "is_prime": {"type": "boolean", "title": "prime", "description": "Whether the number is prime."},
            "factorisation": {
                "type": "string",
                "title": "prime factorisation",
                "description": "Product of prime powers, such as 2^3 × 3^2 × 5.",
            },
            "largest_prime_factor": told(
                WHOLE_NUMBER,
                "the largest prime factor of {number}",
                title="largest prime factor",
                again="that prime factor",
                description="Largest prime that divides the number.",
            ),
            "divisor_count": told(
                WHOLE_NUMBER,
                "the number of divisors of {number}",
                format="divisor-count",
                title="number of divisors",
                again="that number of divisors",
                description="How many whole numbers divide it, 1 and itself included.",
            ),
            "divisor_sum": told(
                WHOLE_NUMBER,
                "the sum of the divisors of {number}",
                format="divisor-sum",
                title="sum of the divisors",
                again="that divisor sum",
                description="Sum of all divisors, 1 and itself included.",
            ),
        }
    ),
)
def prime_factors(number: int) -> dict[str, Any]:
    """Factor a whole number into primes, tell whether it is prime, and count and add up its divisors."""
    factors = _factors(number)
    return {
        "is_prime": factors == [(number, 1)],
        "factorisation": " × ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in factors),
        "largest_prime_factor": factors[-1][0],
        "divisor_count": math.prod(e + 1 for _, e in factors),
        "divisor_sum": math.prod((p ** (e + 1) - 1) // (p - 1) for p, e in factors),
    }


@KIT.tool(
    parameters=obj(
        {
            "first": kind(NUMBER, title="first number", minimum=1),
            "second": kind(
                NUMBER,
                title="second number",
                minimum=1,
                examples=[8, 15, 16, 20, 28, 30, 42, 45, 90, 96, 108, 125, 150, 180, 210, 300],
            ),
        },
        examples=[
            {"first": 84, "second": 30},
            {"first": 360, "second": 150},
            {"first": 18, "second": 45},
        ],
        x_phrases=phrases("""
? the greatest common divisor of {first} and {second}
? the largest number that divides both {first} and {second}
? What is the greatest common factor of {first} and {second}?
? What's the biggest number that goes into both {first} and {second}?
? Find the highest common factor of {first} and {second}.
= The greatest common divisor of {first} and {second} is {/greatest_common_divisor}.
= Both {first} and {second} can be divided by {/greatest_common_divisor}, and by nothing larger.

? the least common multiple of {first} and {second}
? the smallest number that both {first} and {second} divide
? What is the lowest common multiple of {first} and {second}?
? Find the smallest number that is a multiple of both {first} and {second}.
= The least common multiple of {first} and {second} is {/least_common_multiple}.

~ I want to tile a floor without cutting any tiles.
~ I'm adding fractions and need a common denominator.
~ Two buses start together and I'm wondering when they meet again.
~ I'm packing identical party bags with nothing left over.
"""),
    ),
    output=obj(
        {
            "greatest_common_divisor": told(
                WHOLE_NUMBER,
                "the greatest common divisor of {first} and {second}",
                title="greatest common divisor",
                again="that common divisor",
                description="Largest number that divides both.",
            ),
            "least_common_multiple": told(
                WHOLE_NUMBER,
                "the least common multiple of {first} and {second}",
                title="least common multiple",
                again="that common multiple",
                description="Smallest positive number that both divide.",
            ),
        }
    ),
)
def common_divisor_and_multiple(first: int, second: int) -> dict[str, Any]:
    """Give the greatest common divisor and the least common multiple of two whole numbers."""
    return {
        "greatest_common_divisor": math.gcd(first, second),
        "least_common_multiple": math.lcm(first, second),
    }


@KIT.tool(
    parameters=obj(
        {"number": kind(NUMBER, minimum=3, maximum=1_000_000_000)},
        examples=[{"number": 100}, {"number": 2024}, {"number": 97}],
        x_phrases=phrases("""
? the next prime after {number}
? the first prime number that is larger than {number}
? What is the next prime number after {number}?
? Which prime comes right after {number}?
? Find the smallest prime above {number}.
= The next prime is {/next_prime}.
= After {number} comes the prime {/next_prime}.

? which primes come right before and after {number}
? Which prime numbers are the neighbours of {number} on either side?
? Between which two primes does {number} lie, not counting itself?
? Find the primes just below and just above {number}.
= The prime before {number} is {/previous_prime} and the prime after it is {/next_prime}.

~ I'm choosing a size for a hash table.
~ I'm playing a number game with my kids.
~ I'm writing exercises for a maths club.
~ It's a clue in a treasure hunt.
"""),
    ),
    output=obj(
        {
            "previous_prime": told(
                WHOLE_NUMBER,
                "the last prime before {number}",
                title="previous prime",
                again="that smaller prime",
                description="Largest prime below the number.",
            ),
            "next_prime": told(
                WHOLE_NUMBER,
                "the next prime after {number}",
                title="next prime",
                again="that larger prime",
                description="Smallest prime above the number.",
            ),
        }
    ),
)
def neighbouring_primes(number: int) -> dict[str, Any]:
    """Give the largest prime below and the smallest prime above a whole number."""
    below, above = number - 1, number + 1
    while not _is_prime(below):
        below -= 1
    while not _is_prime(above):
        above += 1
    return {"previous_prime": below, "next_prime": above}


@KIT.tool(
    parameters=obj(
        {
            "year": kind(
                YEAR,
                description="Year or any other number from 1 to 3999.",
                minimum=1,
                maximum=3999,
                examples=[1066, 1492, 1776, 1789, 1815, 1848, 1984, 1999, 2008, 2024, 2026],
            )
        },
        examples=[{"year": 1999}, {"year": 2024}, {"year": 1776}],
        x_phrases=phrases("""
? how to write {year} in Roman numerals
? the Roman numerals for {year}
? How do you write {year} in Roman numerals?
? What does {year} look like as a Roman numeral?
? Turn {year} into Roman numerals for me.
= In Roman numerals, {year} is {/roman_numeral}.
= The Roman numeral for {year} is {/roman_numeral}.

~ I'm designing a tattoo.
~ I want to carve the date above the front door.
~ I'm making the end credits of a short film.
~ The invitation should look old-fashioned.
~ I'm engraving a ring.
"""),
    ),
    output=obj(
        {
            "roman_numeral": {
                "type": "string",
                "format": "short-text",
                "title": "Roman numeral",
                "description": "The number in Roman numerals.",
                "x-phrases": {"refer": ["the Roman numeral for {year}"], "again": "that Roman numeral"},
            }
        }
    ),
)
def roman_numeral(year: int) -> dict[str, Any]:
    """Write a year or another number from 1 to 3999 in Roman numerals."""
    numeral, rest = "", year
    for value, letters in _ROMAN:
        numeral += letters * (rest // value)
        rest %= value
    return {"roman_numeral": numeral}


@KIT.tool(
    parameters=obj(
        {
            "number": kind(NUMBER, minimum=1),
            "base": labelled(
                {2: "binary", 3: "ternary", 8: "octal", 12: "base twelve", 16: "hexadecimal", 36: "base 36"},
                type="integer",
                title="number system",
                description="Base of the number system to write the number in.",
            ),
        },
        examples=[
            {"number": 255, "base": 16},
            {"number": 42, "base": 2},
            {"number": 1024, "base": 8},
        ],
        x_phrases=phrases("""
? what {number} is in {base}
? how to write {number} in {base}
? How do I write {number} in {base}?
? What does {number} look like in {base}?
? Convert {number} to {base}.
= In {base}, {number} is {/digits}.
= {number} is written {/digits} in {base}.

? the digit sum of {number} when written in {base}
? What do you get if you write {number} in {base} and add up the digits?
? How large is the digit sum of {number} in {base}?
? Write {number} in {base} and add up its digits.
= In {base}, {number} is {/digits}, of which the digits add up to {/digit_sum}.

~ I'm learning how computers store numbers.
~ I'm debugging a configuration register.
~ I have a computer science exam next week.
~ It's a step in a mystery geocache.
"""),
    ),
    output=obj(
        {
            "digits": {
                **DIGITS,
                "description": "The number in that system, capital letters for digits above 9.",
            },
            "digit_sum": told(
                WHOLE_NUMBER,
                "the digit sum of {number} in {base}",
                format="digit-sum",
                title="digit sum",
                again="that digit sum",
                description="Sum of the digits in that system.",
            ),
        }
    ),
)
def number_in_base(number: int, base: int) -> dict[str, Any]:
    """Write a whole number in binary, octal, hexadecimal or another number system."""
    values = []
    while number:
        number, value = divmod(number, base)
        values.append(value)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {"digits": "".join(alphabet[value] for value in reversed(values)), "digit_sum": sum(values)}


@KIT.tool(
    parameters=obj(
        {
            "items": kind(
                WHOLE_NUMBER,
                format="item-count",
                title="number of items",
                description="How many different items there are.",
                maximum=100,
                examples=[5, 6, 7, 8, 9, 10, 12, 15, 16, 18, 20, 24, 26, 30, 35, 42, 45, 49, 50, 52, 59],
            ),
            "picked": {
                "type": "integer",
                "format": "items-picked",
                "title": "number picked",
                "description": "How many of the items are picked.",
                "minimum": 1,
                "maximum": 8,
                "examples": [2, 3, 4, 5, 6, 7, 8],
                "x-phrases": {"again": "that many"},
            },
        },
        examples=[{"items": 49, "picked": 6}, {"items": 10, "picked": 3}, {"items": 52, "picked": 5}],
        x_phrases=phrases("""
? how many ways there are to choose {picked} out of {items}, order aside
? how many combinations {picked} out of {items} gives
? In how many ways can I pick {picked} out of {items} if the order doesn't matter?
? How many different groups of {picked} can be formed from {items}?
? Compute the number of combinations of {picked} out of {items}.
= There are {/combinations} ways to choose {picked} out of {items} when the order doesn't matter.
= For {picked} out of {items} you get {/combinations} combinations.

? how many ordered arrangements of {picked} out of {items} there are
? In how many ways can {picked} out of {items} be put in order?
? How many permutations of {picked} out of {items} are possible?
? Count the ordered selections of {picked} out of {items}.
= There are {/permutations} ordered ways to pick {picked} out of {items}.

~ I want to know my odds in the lottery.
~ I'm drawing up the match schedule of a tournament.
~ We're choosing a committee.
~ I'm stuck on a combinatorics exercise.
"""),
    ),
    output=obj(
        {
            "combinations": told(
                WHOLE_NUMBER,
                "the number of ways to choose {picked} out of {items}",
                title="combinations",
                description="Selections when the order does not matter.",
            ),
            "permutations": told(
                WHOLE_NUMBER,
                "the number of ordered arrangements of {picked} out of {items}",
                title="permutations",
                description="Selections when the order matters.",
            ),
        }
    ),
)
def count_combinations(items: int, picked: int) -> dict[str, Any]:
    """Count the ways to pick some of a number of different items, with and without regard to order."""
    if picked > items:
        raise ToolkitError(f"You cannot pick {picked} out of {items}; pick at most {items}.")
    return {"combinations": math.comb(items, picked), "permutations": math.perm(items, picked)}


@KIT.tool(
    parameters=obj(
        {
            # Kinds of their own: two numbers that came out somewhere make no share of anything.
            "numerator": kind(NUMBER, format="numerator", title="numerator", minimum=1),
            "denominator": kind(
                NUMBER,
                format="denominator",
                title="denominator",
                examples=[16, 20, 28, 30, 42, 45, 54, 64, 125, 150, 180, 210, 300, 365, 400],
            ),
        },
        examples=[
            {"numerator": 84, "denominator": 210},
            {"numerator": 36, "denominator": 64},
            {"numerator": 18, "denominator": 45},
        ],
        x_phrases=phrases("""
? the simplest form of the fraction {numerator} over {denominator}
? What is the fraction {numerator} over {denominator} in lowest terms?
? Reduce the fraction {numerator} over {denominator} as far as possible.
? how the fraction {numerator} over {denominator} can be simplified
= In lowest terms, {numerator} over {denominator} is {/numerator}/{/denominator}.

? what percentage of {denominator} {numerator} is
? What percent of {denominator} is {numerator}?
? How much is {numerator} as a percentage of {denominator}?
? Express {numerator} as a percentage of {denominator}.
= Of {denominator}, {numerator} is {/percent} %.

~ I'm grading tests and want clean fractions.
~ I'm scaling a recipe.
~ I'm checking my homework on fractions.
~ I'm comparing gear ratios on my bike.
"""),
    ),
    output=obj(
        {
            "numerator": told(
                WHOLE_NUMBER,
                "the numerator of {numerator} over {denominator} in lowest terms",
                title="reduced numerator",
                description="Numerator in lowest terms.",
            ),
            "denominator": told(
                WHOLE_NUMBER,
                "the denominator of {numerator} over {denominator} in lowest terms",
                title="reduced denominator",
                description="Denominator in lowest terms.",
            ),
            "percent": {
                "type": "number",
                "title": "percentage",
                "description": "The fraction as a percentage.",
            },
        }
    ),
)
def simplify_fraction(numerator: int, denominator: int) -> dict[str, Any]:
    """Reduce a fraction to lowest terms and give it as a percentage."""
    reduced = Fraction(numerator, denominator)
    return {
        "numerator": reduced.numerator,
        "denominator": reduced.denominator,
        "percent": round(numerator / denominator * 100, 4),
    }
