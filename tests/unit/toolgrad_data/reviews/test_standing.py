"""Which decisions stand, and what they come to."""

from tests.unit.toolgrad_data.reviews.test_review_file import made
from toolgrad_data.reviews.review import Review
from toolgrad_data.reviews.standing import Standing

DRAFT = {"turns": [{"query": "q", "response": "r"}]}


def undo(review: Review, **members: object) -> Review:
    return made(1, decision="undo", undoes=review.id, **members)


def status(*reviews: Review) -> str:
    return Standing.of(reviews).verdict("s1-000001", "d").status


def test_a_later_decision_takes_the_place_of_an_earlier_one() -> None:
    assert status(made(1), made(1, decision="reject", reason="odd")) == "rejected"


def test_an_undo_lets_the_one_before_stand_again() -> None:
    first, second = made(1), made(1, decision="reject", reason="odd")
    assert status(first, second, undo(second)) == "accepted"
    assert status(first, second, undo(second), undo(first)) == "open"
    # Two tabs that took the same one back took back one.
    assert status(first, second, undo(second), undo(second)) == "accepted"
    # Nobody takes back another's.
    assert status(first, undo(first, reviewer="Ben")) == "accepted"


def test_what_several_people_decided() -> None:
    ben = {"reviewer": "Ben"}
    assert status(made(1), made(1, **ben)) == "accepted"
    assert status(made(1), made(1, decision="mend", mended=DRAFT, **ben)) == "mended"
    assert status(made(1), made(1, decision="reject", reason="odd", **ben)) == "disputed"
    assert status(made(2)) == "open"


def test_the_last_mend_counts() -> None:
    mends = [made(1, decision="mend", mended=DRAFT, reviewer=name) for name in ("Ada", "Ben")]
    verdict = Standing.of(mends).verdict("s1-000001", "d")
    assert verdict.mend == mends[1]
    assert verdict.accepted_by == ["Ada", "Ben"]


def test_a_decision_about_what_the_record_was_before_is_stale() -> None:
    verdict = Standing.of([made(1, digest="before"), made(1, reviewer="Ben")]).verdict("s1-000001", "d")
    assert verdict.status == "accepted"
    assert [review.reviewer for review in verdict.stale] == ["Ada"]
