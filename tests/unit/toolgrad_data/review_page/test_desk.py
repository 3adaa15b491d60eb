"""What the page's requests do, without HTTP: what is decided, hidden, stale, taken back."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.review_server import reviews_of, run_of
from toolgrad_data.review_page.command import open_desk
from toolgrad_data.review_page.desk import Desk, Refusal
from toolgrad_data.review_page.order import Order

FIRST = "s0-000000"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_of(tmp_path, 2)


def decide(desk: Desk, decision: str, reviewer: str = "Ada", id: str = FIRST, **members: Any) -> dict[str, Any]:
    entry = desk.entry(reviewer, id)
    known = entry["mine"]["id"] if entry["mine"] else None
    given = {"record": id, "digest": entry["digest"], "reviewer": reviewer, "decision": decision, "known": known}
    return desk.decide({**given, **members})


def test_a_decision_stands_is_changed_and_is_taken_back(run: Path) -> None:
    desk = open_desk(run)
    assert decide(desk, "accept")["mine"]["decision"] == "accept"
    second = decide(desk, "reject", reason="odd")["mine"]
    assert desk.state("Ada")["decisions"] == {FIRST: "reject"}
    undone = decide(desk, "undo", undoes=second["id"])
    assert undone["mine"]["decision"] == "accept"
    with pytest.raises(Refusal, match="does not stand any more"):
        decide(desk, "undo", undoes=second["id"])
    assert [each["decision"] for each in reviews_of(run)] == ["accept", "reject", "undo"]


def test_lines_that_are_no_reviews_are_told_and_stay(run: Path) -> None:
    decide(open_desk(run), "accept")
    path = run / "reviews.jsonl"
    before = path.read_bytes() + b"{}\n" * 5
    path.write_bytes(before)
    desk = open_desk(run)
    assert desk.state("Ada")["decisions"] == {FIRST: "accept"}
    assert [f"line {number}: not a review" in note for number, note in enumerate(desk.notes, 2)] == [True] * 3 + [False]
    assert "2 more lines are no reviews" in desk.notes[-1]
    decide(desk, "reject", reason="odd")
    assert path.read_bytes().startswith(before)
    assert desk.state("Ada")["decisions"] == {FIRST: "reject"}


def test_a_decision_of_another_tab_is_not_decided_over(run: Path) -> None:
    desk = open_desk(run)
    decide(desk, "accept")
    with pytest.raises(Refusal, match="decided in another tab: accept") as raised:
        decide(desk, "reject", reason="odd", known=None)
    assert raised.value.status == 409


def test_a_review_of_a_record_that_was_changed_since_is_open_again(run: Path) -> None:
    decide(open_desk(run), "accept")
    path = run / "records.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([json.dumps(json.loads(lines[0]) | {"offered": []}), *lines[1:]]) + "\n", encoding="utf-8"
    )
    desk = open_desk(run)
    assert desk.state("Ada")["decisions"] == {}
    assert all(head["mine"] is None for head in desk.queue("Ada")["heads"])
    decide(desk, "reject", "Ben", reason="said of what it is now")
    entry = desk.entry("Ada", FIRST)
    assert entry["stale"]
    assert "said of what it is now" not in json.dumps(entry)
    decided = decide(desk, "reject", reason="odd")
    assert decided["stale"] is False
    assert [other["reason"] for other in decided["others"]] == ["said of what it is now"]
    assert desk.state("Ada")["decisions"] == {FIRST: "reject"}


def test_a_record_that_changes_while_it_is_looked_at_is_not_decided(run: Path) -> None:
    desk = open_desk(run)
    with pytest.raises(Refusal, match="was changed meanwhile"):
        decide(desk, "accept", digest="of before")
    path = run / "records.jsonl"
    path.write_bytes(path.read_bytes()[10:])
    with pytest.raises(Refusal, match="Start toolgrad review again"):
        desk.entry("Ada", FIRST)


def test_agreement_tells_nothing_of_what_one_has_not_decided(run: Path) -> None:
    desk = open_desk(run)
    for reviewer in ("Ada", "Ben"):
        decide(desk, "accept", reviewer)
        decide(desk, "accept", reviewer, "s0-000001")
    assert desk.state("Cleo")["agreement"] == []
    decide(desk, "reject", "Cleo", reason="odd")
    pairs = {(pair["first"], pair["second"]): pair["of"] for pair in desk.state("Cleo")["agreement"]}
    assert pairs == {("Ada", "Ben"): 1, ("Ada", "Cleo"): 1, ("Ben", "Cleo"): 1}
    assert {pair["of"] for pair in desk.state("Ada")["agreement"]} == {1, 2}


def test_what_is_hidden_is_not_sent(run: Path) -> None:
    path = run / "records.jsonl"
    lines = [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()]
    lines[0]["judge"] = {"model": "m", "naturalness": 2, "naturalness_reason": "stilted-words", "would_ask": 1,
                         "would_ask_reason": "nobody-asks-it", "trials": 2, "solved": 0}  # fmt: skip
    lines[0]["trajectories"] = []
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    desk = open_desk(run, order=Order.disagreement)
    assert next(iter(desk.items)) == FIRST
    decide(desk, "reject", "Ben", reason="secret words")
    seen = json.dumps([desk.run()["name"], desk.queue("Ada"), desk.state("Ada"), desk.entry("Ada", FIRST)])
    for hidden in ("stilted-words", "nobody-asks-it", "secret words", '"solved"'):
        assert hidden not in seen
    after = decide(desk, "accept")
    assert after["judge"]["naturalness"] == 2
    assert after["record"]["judge"]["naturalness_reason"] == "stilted-words"
    assert [other["reason"] for other in after["others"]] == ["secret words"]


@pytest.mark.parametrize("words", ["a\x00b", "\u202eabc", "😀" * 2000, "\\ud800"])
def test_any_words_are_kept_as_they_are(run: Path, words: str) -> None:
    decide(open_desk(run), "accept", note=words)
    assert [each["note"] for each in reviews_of(run)] == [words]


def test_what_is_no_text_is_refused(run: Path) -> None:
    with pytest.raises(Refusal) as raised:
        decide(open_desk(run), "accept", note="\ud800")
    assert raised.value.status == 400
    assert reviews_of(run) == []
