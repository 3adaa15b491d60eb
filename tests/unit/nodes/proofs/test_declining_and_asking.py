"""Words that decline and words that ask back: what is marked holds however it is worded, what is not is found."""

from typing import Any

import pytest

from graph.record import Record
from nodes.proofs import prove
from tests.fixtures.dialogues import dialogues, respond
from tests.fixtures.dialogues.scripts import SCRIPTS
from toolgrad_data.files.lines import Line
from toolgrad_data.verify.checking import check_record

RECORDS = {script.name: record for script, record in zip(SCRIPTS, dialogues(), strict=True)}
RATES = "no exchange rates"


def asking(*pointers: str) -> tuple[dict[str, Any], int]:
    """Return the dialogue, as JSON, whose assistant asks for these arguments, and the turn."""
    for record in RECORDS.values():
        for number, turn in enumerate(record.turns):
            if [each.pointer for each in turn.awaits] == list(pointers):
                return record.model_dump(mode="json"), number
    raise LookupError(pointers)


def codes(data: dict[str, Any]) -> set[str]:
    return {finding.code for finding in prove(Record.model_validate(data)).findings}


@pytest.mark.parametrize(
    "response",
    [
        "[I'm afraid I can't convert money](x1).",
        "Sorry, [no can do](x1): I have no exchange rates here.",
        "[That's beyond me](x1), your bank will know.",
        "[Das kann ich leider nicht](x1).",
        "[申し訳ありませんが、できません](x1)。",
        "I'd love to, but [I'd need an exchange rate for your 250 euros, which I don't have](x1).",
    ],
)
def test_a_refusal_may_be_worded_in_any_way_that_is_marked(response: str) -> None:
    data = RECORDS[RATES].model_dump(mode="json")
    respond(data, 1, response)
    data["turns"][1]["tells"] = []
    assert codes(data) == set()


@pytest.mark.parametrize("response", ["Done.", "I listed them for you.", "Sure, anything else?", "[Of course](s1)."])
def test_a_refusal_whose_words_decline_nothing_is_found(response: str) -> None:
    data = RECORDS[RATES].model_dump(mode="json")
    kept = data["turns"][1]["declines"]
    respond(data, 1, response)
    data["turns"][1]["tells"] = []
    assert "not_declined" in codes(data)
    data["turns"][1]["declines"] = kept
    assert codes(data) == {"bad_span"}


@pytest.mark.parametrize(
    ("pointers", "response"),
    [
        (["/country"], "[Where does she live](s1/country)?"),
        (["/country"], "I need [the country](s1/country) for that. Which one is it?"),
        (["/country"], "And [where's she based](s1)?"),
        (["/country"], "[In welchem Land](s1/country) wohnt sie?"),
        (["/date"], "[When](s2/date) will you be there?"),
        (["/date"], "Gladly, [which evening](s2/date) are we talking about?"),
        (["/people", "/tip"], "[How many of you](s1/people), and [how generous](s1/tip)?"),
        (["/people", "/tip"], "[How many were you, and what tip do you want to leave](s1/people s1/tip)?"),
        (
            ["/consumption", "/price_per_litre"],
            "[What does it burn](s3/consumption), [at what price](s3/price_per_litre)?",
        ),
    ],
)
def test_a_question_may_be_worded_in_any_way_that_is_marked(pointers: list[str], response: str) -> None:
    data, number = asking(*pointers)
    respond(data, number, response)
    assert codes(data) == set()


@pytest.mark.parametrize(
    ("pointers", "response", "code"),
    [
        (["/country"], "Which colour would you like?", "not_asked_for"),
        (["/country"], "[Which date](s1/country) do you mean?", "asks_for_another"),
        (["/country"], "[Which date](s1/date) do you mean?", "asks_for_another"),
        (["/country"], "[Which country](s1/country) that is matters.", "not_asked_for"),
        (["/people", "/tip"], "[How many people](s1/people) were you?", "not_asked_for"),
    ],
)
def test_a_question_for_something_else_is_found(pointers: list[str], response: str, code: str) -> None:
    data, number = asking(*pointers)
    respond(data, number, response)
    assert code in codes(data)


def test_a_question_may_list_the_choices_that_the_schema_alone_has() -> None:
    data, number = asking("/people", "/tip")
    tool = data["turns"][number + 1]["steps"][0]["tool"]
    tip = data["turns"][number + 1]["steps"][0]["arguments"]["tip"]
    schema = next(spec for spec in data["tools"] if spec["name"] == tool)["parameters"]["properties"]["tip"]
    schema["enum"] = [tip, tip + 7, tip + 13]
    choices = f"{tip}, {tip + 7} or {tip + 13}"
    respond(data, number, f"[How many people](s1/people) were you, and [should the tip be {choices} percent](s1/tip)?")
    assert codes(data) == set()
    respond(data, number, f"[How many people](s1/people) were you, and [should the tip be {tip} percent](s1/tip)?")
    assert codes(data) == {"given_away"}
    respond(data, number, f"[How many people](s1/people) were you, and [should the tip be {tip + 9} percent](s1/tip)?")
    assert codes(data) == {"no_mark"}


def test_what_older_files_do_not_mark_is_said_and_is_no_finding() -> None:
    notes = []
    for data in (RECORDS[RATES].model_dump(mode="json"), asking("/country")[0]):
        for turn in data["turns"]:
            turn.pop("declines", None)
            turn.pop("questions", None)
        record = Record.model_validate(data)
        assert "declines" not in record.model_dump_json()
        checked = check_record(record, Line(1, b"", 0, end=0))
        assert checked.findings == []
        notes += checked.notes
    assert [note.partition(" whose")[0] for note in notes] == ["with a refusal", "with a question back"]
