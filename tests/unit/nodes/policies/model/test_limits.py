"""Pace and waiting, on a clock of the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.limits import Pace, RetryLimits


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_without_limits_nobody_waits() -> None:
    pace = Pace(Clock())
    assert [pace.reserve(None) for _ in range(100)] == [0.0] * 100


def test_slots_of_a_minute() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert [pace.reserve(60) for _ in range(3)] == [0.0, 1.0, 2.0]
    clock.now += 10
    assert pace.reserve(60) == 0.0


def test_slowing_down_and_recovering() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.limited(2.0)
    assert pace.reserve(None) == 2.0
    first = pace.gap_s
    for _ in range(20):
        pace.limited(None)
    assert pace.gap_s == first, "requests that were under way meet the same limit"
    clock.now += 1
    pace.limited(None)
    assert pace.gap_s == 2 * first
    for _ in range(100):
        clock.now += 1
        pace.limited(None)
    assert pace.gap_s <= 5.0
    for _ in range(50):
        pace.succeeded()
    assert pace.gap_s == 0.0


@given(st.integers(1, 50), st.none() | st.floats(0, 1e6))
def test_waits_are_bounded_and_never_shorter_than_asked(failures: int, asked: float | None) -> None:
    limits = RetryLimits()
    wait = limits.wait(failures, asked)
    if asked is None:
        assert 0 < wait <= limits.cap_s
    else:
        assert asked <= wait <= asked + 0.25
