"""Deeds that a response claims and no step did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.record import RecordContext, Step
from nodes.screens import deeds
from nodes.screens.kinds import Dialogue
from tests.unit.nodes.proofs import marked
from tests.unit.nodes.proofs.marked import tool, turn

MAIL = tool("send_email", "Send a mail to somebody.", reads=False)
marked.SPECS["send_email"] = MAIL
SENT = Step(id="s1", tool="send_email", arguments={"to": "Anna"}, result={"ok": True})
READ = Step(id="s2", tool="look", arguments={}, result={"open": True})


def claimed(response: str, *steps: Step) -> list[str]:
    return [
        finding.code for finding in deeds.check(Dialogue([turn("", response, *steps)], RecordContext(), marked.SPECS))
    ]


CLAIMS = [
    "I have emailed it to Anna.",
    "I've also just emailed it to Anna.",
    "We have already sent the file.",
    "I have checked the file and emailed Anna.",
    "I looked it all up, and then emailed it to Anna.",
    "Your message to Anna has been sent.",
]


@pytest.mark.parametrize("response", CLAIMS)
def test_a_deed_that_no_step_did_is_found(response: str) -> None:
    assert claimed(response, READ) == ["claimed_deed"]


@pytest.mark.parametrize("response", CLAIMS)
def test_a_deed_of_a_step_holds(response: str) -> None:
    assert claimed(response, SENT) == []


@pytest.mark.parametrize(
    "response",
    [
        "I looked it up.",
        "I added the two amounts and ordered the list.",
        "If I booked it now it would cost 12.",
        "When I booked it, it was free.",
        'The note says "I have emailed Anna".',
        "You could have emailed Anna.",
        "Anna has booked a table.",
        "",
    ],
)
def test_what_is_no_claim_of_a_deed_is_let_be(response: str) -> None:
    assert claimed(response, READ) == []


def test_a_marked_deed_holds_by_its_step_alone() -> None:
    add = Step(id="s1", tool="add", arguments={}, result={"ok": True})
    assert claimed("[I have booked it](s1).", add) == []
    assert claimed("I have booked it.", add) == ["claimed_deed"]
    assert claimed("[I have booked it](s2).", READ) == ["claimed_deed"]  # a step that only reads


@given(st.text(max_size=60))
def test_any_response_is_read(response: str) -> None:
    assert set(claimed(response, READ)) <= {"claimed_deed"}
