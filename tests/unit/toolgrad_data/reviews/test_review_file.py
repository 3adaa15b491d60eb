"""reviews.jsonl: durable lines of several writers, each once, and clear words for what is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from toolgrad_data.errors import CorruptFileError
from toolgrad_data.reviews.review import DraftTurn, MendedDraft, Review
from toolgrad_data.reviews.review_file import ReviewFile, read_reviews


def made(number: int, **members: object) -> Review:
    given = {"record": f"s1-{number:06d}", "digest": "d", "reviewer": "Ada", "decision": "accept", **members}
    return Review.model_validate(given)


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    draft = MendedDraft(turns=[DraftTurn(query="[How far](s1)?", response="[5](s1/km) km.")])
    reviews = [made(1, tags=["good"], note="kept"), made(2, decision="mend", mended=draft.model_dump())]
    file = ReviewFile(tmp_path)
    for review in reviews:
        file.append(review)
    assert file.reviews() == reviews == list(read_reviews(tmp_path))


def test_the_same_line_is_appended_once(tmp_path: Path) -> None:
    review = made(1)
    ReviewFile(tmp_path).append(review)
    ReviewFile(tmp_path).append(review)
    assert list(read_reviews(tmp_path)) == [review]


def test_a_line_cut_off_by_a_crash_is_removed_and_nothing_else(tmp_path: Path) -> None:
    file = ReviewFile(tmp_path)
    file.append(made(1))
    with open(file.path, "ab") as raw:
        raw.write(b'{"schema_version":1,"id":"x","rec')
    assert len(list(read_reviews(tmp_path))) == 1
    after = ReviewFile(tmp_path)
    after.append(made(2))
    assert [review.record for review in after.reviews()] == ["s1-000001", "s1-000002"]
    assert "cut off" in after.notes[0]
    # Who had the file open sees it too.
    assert len(file.reviews()) == 2


_WRITER = """
import sys
from pathlib import Path
from toolgrad_data.reviews.review import Review
from toolgrad_data.reviews.review_file import ReviewFile
for number in range(40):
    ReviewFile(Path(sys.argv[1])).append(
        Review(record=f"s1-{number}", digest="d", reviewer=sys.argv[2], decision="accept", note="n" * 5000)
    )
"""


def test_several_processes_append_at_once(tmp_path: Path) -> None:
    names = ["Ada", "Ben", "Cleo"]
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), name]) for name in names]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    reviews = list(read_reviews(tmp_path))
    found = {(review.reviewer, review.record) for review in reviews}
    assert found == {(n, f"s1-{i}") for n in names for i in range(40)}
    assert len(reviews) == 120


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema_version": 2}, "schema_version is 2; this program reads 1"),
        ({"decision": "maybe"}, "decision: Input should be"),
        ({"decision": "reject"}, "a rejection needs a reason"),
        ({"other": 1}, "other: Extra inputs"),
    ],
)
def test_a_line_that_is_no_review_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    lines = [made(1).model_dump(mode="json"), {**made(2).model_dump(mode="json"), **change}]
    (tmp_path / "reviews.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(CorruptFileError, match=r"reviews\.jsonl, line 2: not a review: ") as raised:
        list(read_reviews(tmp_path))
    assert told in str(raised.value)


def test_a_line_that_is_no_review_keeps_its_number_and_can_be_passed_over(tmp_path: Path) -> None:
    strict, lenient = ReviewFile(tmp_path), ReviewFile(tmp_path, skips_wrong=True)
    strict.append(made(1))
    with open(strict.path, "ab") as raw:
        raw.write(b"\xff no review\n\n")
    for _ in range(2):
        with pytest.raises(CorruptFileError, match=r"line 2: not a review"):
            strict.reviews()
    lenient.append(made(2))
    assert [review.record for review in lenient.reviews()] == ["s1-000001", "s1-000002"]
    assert ["line 2:" in str(lenient.wrong[0]), "line 3:" in str(lenient.wrong[1])] == [True, True]
    assert strict.path.read_bytes().splitlines()[1:3] == [b"\xff no review", b""]


@pytest.mark.parametrize(
    "members",
    [
        {"decision": "mend"},
        {"decision": "accept", "mended": {"turns": []}},
        {"decision": "undo"},
        {"decision": "accept", "undoes": "a"},
        {"decision": "reject", "reason": "  "},
        {"reviewer": " "},
    ],
)
def test_a_review_says_what_its_decision_needs_and_no_more(members: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        made(1, **members)
