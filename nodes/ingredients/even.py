"""Even draws: each sample knows its own from the run seed and its index, whatever the other samples do."""

from math import gcd, sqrt

from nodes.seeding import derive_seed


def place_among(count: int, draw: int, run_seed: int, purpose: str, prime: int) -> int:
    """Return which of `count` entries the run's draw of that number gets, from 0.

    The draws of a round, `count` in a row, get each entry once, and those of any stretch lie evenly over the list: a
    sorted one is not read from its beginning. The stride is `count` times the fraction of the square root of a `prime`,
    another for each purpose, so that draws of different purposes are not tied to each other. Each round begins at a
    place of its own.
    """
    stride = max(round(count * (sqrt(prime) % 1.0)), 1)
    while gcd(stride, count) > 1:
        stride += 1
    turn, within = divmod(draw, count)
    return (derive_seed(run_seed, turn, 0, f"ingredients {purpose}") + within * stride) % count


def share_of(index: int, run_seed: int, purpose: str, prime: int) -> float:
    """Return where a sample stands between 0 and 1: those of any stretch of samples lie evenly between them."""
    shift = derive_seed(run_seed, 0, 0, f"ingredients {purpose}") / 2**64
    return (shift + index * (sqrt(prime) % 1.0)) % 1.0
