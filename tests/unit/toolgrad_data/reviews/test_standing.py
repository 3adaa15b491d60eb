"""Which decisions stand, and what they come to."""

from graph.record import RecordReview
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


def in_loop(decision: str = "accept", at: str = "2030-01-01T00:00:00+00:00") -> RecordReview:
    return RecordReview.model_validate({"decision": decision, "reviewer": "Ada", "at": at})


def test_what_a_person_decided_while_the_run_was_made_stands() -> None:
    # The line by which Ada decided is about the record as it waited; the record then says it itself.
    waited = made(1, digest="as it waited", decision="mend", mended=DRAFT, at="2029-01-01T00:00:00+00:00")
    verdict = Standing.of([waited]).verdict("s1-000001", "d", in_loop("mend"))
    assert (verdict.status, verdict.stale) == ("accepted", ())
    assert verdict.accepted_by == ["Ada"]
    assert Standing().verdict("s1-000001", "d", in_loop("reject")).status == "rejected"


def test_who_decides_otherwise_later_is_heard() -> None:
    again = made(1, decision="reject", reason="odd", at="2031-01-01T00:00:00+00:00")
    assert Standing.of([again]).verdict("s1-000001", "d", in_loop()).status == "rejected"
    other = made(1, decision="reject", reason="odd", reviewer="Ben")
    assert Standing.of([other]).verdict("s1-000001", "d", in_loop()).status == "disputed"
    changed = made(1, digest="later", at="2031-01-01T00:00:00+00:00")
    assert [each.digest for each in Standing.of([changed]).verdict("s1-000001", "d", in_loop()).stale] == ["later"]
