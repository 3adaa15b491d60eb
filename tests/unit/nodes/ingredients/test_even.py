"""Draws are even, whole rounds at a time and in any stretch, and known from seed and number alone."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.ingredients.even import place_among, share_of


@given(st.integers(1, 400), st.integers(0, 2**63 - 1), st.integers(0, 3), st.sampled_from([2, 3, 5, 7]))
def test_a_round_gives_each_entry_once(count: int, seed: int, turn: int, prime: int) -> None:
    drawn = [place_among(count, turn * count + number, seed, "who", prime) for number in range(count)]
    assert sorted(drawn) == list(range(count))


@pytest.mark.parametrize("prime", [2, 3, 5, 7])
def test_few_draws_of_a_long_list_are_from_all_its_parts(prime: int) -> None:
    tenths = Counter(place_among(1_000_003, number, 1, "who", prime) * 10 // 1_000_003 for number in range(200))
    assert len(tenths) == 10
    assert max(tenths.values()) <= 24


def test_seeds_and_rounds_begin_elsewhere() -> None:
    assert len({place_among(10_007, 0, seed, "who", 2) for seed in range(20)}) == 20
    assert place_among(10_007, 0, 1, "who", 2) != place_among(10_007, 10_007, 1, "who", 2)


def test_shares_are_even() -> None:
    tenths = Counter(int(share_of(index, 3, "day", 11) * 10) for index in range(100))
    assert sorted(tenths) == list(range(10))
    assert max(tenths.values()) <= 13
