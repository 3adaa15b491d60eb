"""Agreement of reviewers, against figures that are known."""

import pytest

from toolgrad_data.reviews.agreement import agreements, cohens_kappa


def test_kappa_of_a_textbook_table() -> None:
    # 50 applications: both say yes 20 times, both no 15, only the first 5, only the second 10: kappa is 0.4.
    pairs: list[tuple[object, object]] = [("y", "y")] * 20 + [("n", "n")] * 15 + [("y", "n")] * 5 + [("n", "y")] * 10
    assert cohens_kappa(pairs) == pytest.approx(0.4)


def test_kappa_has_no_value_where_all_is_the_same() -> None:
    assert cohens_kappa([("y", "y")] * 7) is None
    assert cohens_kappa([("y", "n")] * 7) == 0


def test_each_pair_over_what_both_decided() -> None:
    answers = {"Ada": {"1": True, "2": True, "3": False}, "Ben": {"2": True, "3": True}, "Cleo": {"9": True}}
    (pair,) = agreements(answers)
    assert (pair.first, pair.second, pair.of, pair.agreement, pair.kappa) == ("Ada", "Ben", 2, 0.5, 0)
