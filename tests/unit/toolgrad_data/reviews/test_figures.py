"""Figures of a run's reviews, as `stats` and the card tell them."""

from pathlib import Path

import pytest

from tests.unit.toolgrad_data.reviews.test_reviewed import decide, mended, run  # noqa: F401 - a fixture
from toolgrad_data.publish.card.reviews import review_section
from toolgrad_data.reviews.audit import QUESTIONS
from toolgrad_data.reviews.figures import review_figures, review_lines

YES = dict.fromkeys(QUESTIONS, "yes")


def test_a_run_without_reviews_has_none(run: Path) -> None:  # noqa: F811
    assert review_figures(run) is None


def test_verdicts_reviewers_agreement_and_audit(run: Path) -> None:  # noqa: F811
    for number, answer in enumerate(["yes", "no", "yes", "unsure"]):
        decide(run, number, "accept", answers={**YES, "would_send": answer})
    decide(run, 0, "accept", "Ben", answers=YES)
    decide(run, 1, "reject", "Ben", answers={**YES, "would_send": "no"})
    decide(run, 3, "mend", "Ben", mended=mended(3, "[How long is", "Say, [how long is"))
    decide(run, 4, "accept", "Ben")
    decide(run, 5, "accept", "Ben", digest="of before")
    figures = review_figures(run)
    assert figures is not None
    assert (figures.records, figures.stale) == (5, 1)
    assert figures.verdicts == {"accepted": 3, "disputed": 1, "mended": 1}
    assert figures.reviewers == {"Ada": {"accept": 4}, "Ben": {"accept": 2, "mend": 1, "reject": 1}}
    (pair,) = figures.agreement
    assert (pair.records, pair.agreement, pair.kappa) == (3, pytest.approx(2 / 3), 0)
    asked = figures.audit["would_send"]
    assert (asked.records, asked.yes, asked.no, asked.unsure) == (4, 3, 2, 1)
    assert asked.share == 0.5
    assert asked.low < 0.5 < asked.high
    assert asked.agreement[0].agreement == 1
    assert [label for label, _ in review_lines(figures)][:3] == ["reviewed", "reviewers", "agreement"]
    card = review_section([("first", figures)])
    assert card.startswith("2 people reviewed 5 records: accepted 3, disputed 1, mended 1.")
    assert "A and B 67% of 3 (Cohen's kappa 0.00)" in card
    assert "| Would a person send it? | 4 | 3 | 2 | 1 | 50.0 % (" in card
    # A card is published: it names nobody.
    assert "Ada" not in card
    assert "Ben" not in card
