"""Words mended by hand: marks written out and read again, the record proved anew, its calls as they were."""

import json
from pathlib import Path

import pytest

from graph.record import Record
from tests.fixtures.dialogues import FILE as DIALOGUES
from toolgrad_data.reviews.mending import MendError, draft_of, mend
from toolgrad_data.reviews.review import DraftTurn, MendedDraft

VERSION_1 = Path(__file__).parents[3] / "fixtures" / "version_1" / "records.jsonl"


def records(path: Path) -> list[Record]:
    return [Record.model_validate(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def changed(record: Record, old: str, new: str) -> Record:
    """The record with its draft's words replaced."""
    draft = draft_of(record)
    written = [[turn.query.replace(old, new), turn.response.replace(old, new)] for turn in draft.turns]
    assert written != [[turn.query, turn.response] for turn in draft.turns]
    return mend(record, MendedDraft(turns=[DraftTurn(query=query, response=response) for query, response in written]))


@pytest.mark.parametrize("record", [*records(DIALOGUES), *records(VERSION_1)], ids=lambda record: record.id)
def test_the_words_as_they_are_make_the_same_turns(record: Record) -> None:
    mended = mend(record, draft_of(record))
    assert mended.verification.findings == record.verification.findings
    if record.schema_version == 2:
        assert mended.turns == record.turns
    else:
        assert [turn.asks for turn in mended.turns] == [turn.asks for turn in record.turns]
        assert [[turn.query, turn.response] for turn in mended.turns] == [[t.query, t.response] for t in record.turns]


def dialogue(number: int) -> Record:
    return records(DIALOGUES)[number]


def test_words_may_change_around_the_marks() -> None:
    record = dialogue(3)
    mended = changed(record, "[How long is the flight](s2)", "Tell me, please: [how long is the flight](s2)")
    assert mended.verification.findings == []
    assert mended.turns[0].query.startswith("Tell me, please: how long")
    source = mended.turns[0].steps[0].sources["/destination"]
    assert source.kind == "user"
    assert mended.turns[0].query[source.start : source.end] == source.quote
    assert [turn.steps[0].result for turn in mended.turns] == [turn.steps[0].result for turn in record.turns]
    assert record == dialogue(3), "the record itself stays"


def test_a_figure_that_no_call_gave_is_found() -> None:
    mended = changed(dialogue(3), "193 minutes", "194 minutes")
    (finding, *_) = mended.verification.findings
    assert finding.promise == "cited"
    assert finding.where.startswith("/turns/0/tells/")


def test_what_a_model_judged_of_other_words_is_left_out() -> None:
    record = dialogue(3)
    judged = record.model_copy(update={"trajectories": []})
    assert mend(judged, draft_of(judged)).trajectories is None


def test_a_draft_has_words_for_each_turn() -> None:
    record = dialogue(3)
    draft = draft_of(record)
    with pytest.raises(MendError, match="has 3 turns, and the draft 1"):
        mend(record, MendedDraft(turns=draft.turns[:1]))
    draft.turns[1].response = " "
    with pytest.raises(MendError, match="turn 2: the response is empty"):
        mend(record, draft)


def test_brackets_of_hostile_words_make_no_marks() -> None:
    record = dialogue(3)
    mended = changed(
        record, "[How long is the flight](s2)", "[How long is the flight](s2)\n<script>alert(1)</script> [x](s99/y) [["
    )
    assert "<script>alert(1)</script>" in mended.turns[0].query
