"""Estimates agree with what they stand for, by enumeration and by simulation."""

import random
from itertools import combinations

import pytest

from toolgrad_data.estimates import mean, pass_all, pass_at, rate, wilson


@pytest.mark.parametrize("trials", [1, 2, 4, 6])
def test_both_are_the_share_of_all_ways_to_take_k_trials(trials: int) -> None:
    for passed in range(trials + 1):
        outcomes = [True] * passed + [False] * (trials - passed)
        for k in range(1, trials + 1):
            taken = list(combinations(outcomes, k))
            assert pass_at(k, passed, trials) == pytest.approx(sum(map(any, taken)) / len(taken))
            assert pass_all(k, passed, trials) == pytest.approx(sum(map(all, taken)) / len(taken))


@pytest.mark.parametrize(("k", "passed", "trials"), [(0, 1, 2), (3, 1, 2), (1, 3, 2), (1, -1, 2)])
def test_more_than_there_were_is_refused(k: int, passed: int, trials: int) -> None:
    with pytest.raises(ValueError, match="k must be from"):
        pass_at(k, passed, trials)
    with pytest.raises(ValueError, match="k must be from"):
        pass_all(k, passed, trials)


def test_wilson_as_in_the_literature() -> None:
    # Newcombe 1998 (Statistics in Medicine 17, 857-872), table I, method 3.
    for passed, trials, low, high in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)]:
        assert wilson(passed / trials, trials) == pytest.approx((low, high), abs=5e-5)


def test_an_interval_is_within_0_and_1_and_never_a_point() -> None:
    for values in ([1.0], [0.0, 0.0], [1.0] * 50, [0.5, 0.5], [0.0, 1.0]):
        found = mean(values)
        assert found is not None
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high
    assert mean([]) is None
    assert rate(0, 4).low == 0


@pytest.mark.parametrize("like", ["each task its own rate", "one rate", "all or nothing"])
def test_19_of_20_intervals_hold_the_truth(like: str) -> None:
    rng = random.Random(like)
    held, runs, tasks, trials = 0, 2000, 60, 4
    for _ in range(runs):
        values = []
        for _ in range(tasks):
            own = {"each task its own rate": rng.random(), "one rate": 0.7, "all or nothing": rng.random() < 0.9}[like]
            values.append(sum(rng.random() < own for _ in range(trials)) / trials)
        truth = {"each task its own rate": 0.5, "one rate": 0.7, "all or nothing": 0.9}[like]
        found = mean(values)
        assert found is not None
        held += found.low <= truth <= found.high
    assert 0.93 <= held / runs <= 0.975
