"""One reader of reviewed records: which are taken, mended ones as they were mended, and who mended what."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from tests.fixtures.dialogues import FILE as DIALOGUES
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.reviews.mending import draft_of
from toolgrad_data.reviews.review import Review, record_digest
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.reviews.reviewed import ReviewTally, chosen_records

LINES = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()][:6]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return tmp_path


def decide(run: Path, number: int, decision: str, reviewer: str = "Ada", **members: Any) -> Review:
    data = LINES[number]
    given = {"reason": "odd"} if decision == "reject" else {}
    of = {"record": data["id"], "digest": record_digest(data), "reviewer": reviewer, "decision": decision}
    review = Review.model_validate({**of, **given, **members})
    ReviewFile(run).append(review)
    return review


def mended(number: int, old: str, new: str) -> dict[str, Any]:
    draft = draft_of(Record.model_validate(LINES[number])).model_dump()
    draft["turns"][0]["query"] = draft["turns"][0]["query"].replace(old, new)
    return draft


def taken(run: Path, choice: Reviewed | None) -> list[str]:
    return [chosen.record.id for chosen in chosen_records(run, choice)]


def ids(*numbers: int) -> list[str]:
    return [LINES[number]["id"] for number in numbers]


def test_what_is_taken_by_each_choice(run: Path) -> None:
    made = [("accept", "accept"), ("accept", "reject"), ("accept", None), ("reject", None)]
    for number, decisions in enumerate(made):
        for reviewer, decision in zip(("Ada", "Ben"), decisions, strict=True):
            if decision:
                decide(run, number, decision, reviewer)
    assert taken(run, None) == ids(0, 1, 2, 3, 4, 5)
    assert taken(run, Reviewed.accepted) == ids(0, 2)
    assert taken(run, Reviewed.any) == ids(0, 1, 2)
    assert taken(run, Reviewed.all) == ids(0)
    tally = ReviewTally()
    list(chosen_records(run, Reviewed.accepted, tally))
    assert tally.as_json() == {
        "taken": 2,
        "mended": {},
        "left_out": {
            "is not reviewed": 2,
            "was rejected by a reviewer": 1,
            "was rejected by a reviewer and accepted by another": 1,
        },
        "stale": 0,
    }


def test_a_mended_record_is_taken_as_it_was_mended_and_says_so(run: Path) -> None:
    review = decide(run, 3, "mend", mended=mended(3, "[How long is", "Say, [how long is"), reason="friendlier")
    (chosen,) = chosen_records(run, Reviewed.accepted)
    assert chosen.record.turns[0].query.startswith("Say, how long is")
    assert chosen.record.verification.findings == []
    assert chosen.original == Record.model_validate(LINES[3])
    assert chosen.mended_label() == {
        "mended": {
            "by": "Ada",
            "at": review.at,
            "reason": "friendlier",
            "before": [{"turn": 0, "query": LINES[3]["turns"][0]["query"]}],
        }
    }


def test_a_mend_that_does_not_hold_is_left_out(run: Path) -> None:
    decide(run, 3, "mend", mended=mended(3, "LIS", "OSL"))
    tally = ReviewTally()
    assert list(chosen_records(run, Reviewed.accepted, tally)) == []
    assert "its mended draft does not hold any more; mend it again" in tally.left_out


def test_a_review_of_what_the_record_was_before_counts_no_more(run: Path) -> None:
    decide(run, 0, "accept")
    lines = [*LINES]
    lines[0] = {**lines[0], "offered": []}
    (run / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    tally = ReviewTally()
    assert list(chosen_records(run, Reviewed.any, tally)) == []
    assert tally.stale == 1
    assert tally.left_out["was changed since it was reviewed"] == 1
