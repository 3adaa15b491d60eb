"""Samples take turns, so that few values are spread over a run."""

from nodes.seeding import place_in_turn


def test_any_stretch_of_samples_is_spread_evenly() -> None:
    for seed in range(20):
        turns = [place_in_turn(seed, index) for index in range(40)]
        assert all(0 <= turn < 1 for turn in turns)
        # Of three values five samples in a row have each.
        assert all({int(turn * 3) for turn in turns[start : start + 5]} == {0, 1, 2} for start in range(35))
    assert place_in_turn(1, 0) != place_in_turn(2, 0)
