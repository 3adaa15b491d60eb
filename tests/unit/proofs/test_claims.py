"""What a response says was done: a deed that no step did is found, what is no deed is not."""

from typing import Any

import pytest

from graph.record import Record
from nodes.proofs import faithful
from nodes.proofs.claims import unfounded_claims
from tests.unit.proofs.records import one_call
from tool_registry.spec import Annotations

WRITES = Annotations(read_only=False)


def answering(response: str, tool: str = "find_rows", result: Any = "done", **annotations: bool | None) -> Record:
    """A record with one call of a tool that may change things."""
    record = one_call("Do it", {"what": "rows"}, {}, {"what": {"type": "string"}}, result=result)
    spec = record.tools[0].model_copy(
        update={"name": tool, "description": "", "annotations": WRITES.model_copy(update=annotations), "source": "mcp"}
    )
    step = record.turns[0].steps[0].model_copy(update={"tool": tool})
    turn = record.turns[0].model_copy(update={"steps": [step], "response": response})
    return record.model_copy(update={"turns": [turn], "tools": [spec]})


def claims(response: str, tool: str = "find_rows", result: Any = "done", **annotations: bool | None) -> list[str]:
    record = answering(response, tool, result, **annotations)
    return list(unfounded_claims(response, record))


@pytest.mark.parametrize(
    "response",
    [
        "I have emailed Anna the file.",
        "I also booked a table for two at eight.",
        "I've saved it to your desktop.",
        "It is 12 km. I've sent the result to your boss.",
        "We have reserved two seats for you.",
        "I've already scheduled the meeting for Friday.",
        "I looked up the time and emailed it to Anna.",
        "I checked the price, and then ordered two pizzas for you.",
        "I have cancelled your membership.",
        "I went ahead and purchased the tickets.",
        "I've created a reminder for six o'clock.",
        "I added the event to your calendar.",
        "I've updated your profile with the new address.",
        "I have set an alarm for 7 am.",
        "I’ve turned off the lights in the kitchen.",
        "I deleted the old backups.",
        "I posted it on your blog.",
        "I've uploaded the pictures.",
        "I transferred 50 euros to Tom.",
        "Your table has been booked.",
        "Your subscription has now been cancelled, and the fee is gone.",
        "I just printed the list.",
        "I have paid the invoice.",
        "I've shared the document with your team.",
        "I have invited Maria and Paul.",
    ],
)
def test_a_deed_that_no_step_did_is_found(response: str) -> None:
    assert len(claims(response)) == 1
    codes = [finding.code for finding in faithful.check(answering(response))]
    assert "claimed_action" in codes


@pytest.mark.parametrize(
    "response",
    [
        "I looked up the opening hours: nine to five.",
        "I found three trains.",
        "I checked the calendar and you are free.",
        "I converted the amount to euros.",
        "I have calculated the distance and rounded it.",
        "I've searched the archive and found nothing.",
        "I have not sent anything.",
        "I haven't booked a table.",
        "I can send it to Anna if you like.",
        "I could have booked a table, had you asked.",
        "I'll email you the list.",
        "Shall I book it?",
        "If I booked today, it would be 80 euros.",
        "I ordered the list by price.",
        "I've sorted and ordered them alphabetically.",
        "I added the two amounts.",
        "I made a table of the results below.",
        "I've set the tax rate to 8 percent.",
        "I changed the unit to miles.",
        "I created an overview.",
        "I've saved you some time by leaving out the small ones.",
        "I paid attention to the time zone.",
        "I've shared the details below.",
        "I've put the numbers in order.",
        "I moved the decimal point.",
        "The parcel was packed and shipped on Monday.",
        "I see that the parcel was packed and shipped on Monday.",
        "I found the order, packed and shipped on Monday.",
        "You booked two nights and paid in advance.",
        "The bridge was opened in 1890 and rebuilt since.",
        'The note says: "I have booked a table and emailed Anna."',
        "It can be booked online.",
        "The message that you sent has three words.",
    ],
)
def test_what_is_no_deed_is_not_found(response: str) -> None:
    assert claims(response, read_only=True) == []


@pytest.mark.parametrize(
    ("response", "tool"),
    [
        ("I have emailed Anna the file.", "send_message"),
        ("I've sent your boss the result.", "mail-client"),
        ("I booked a table for two.", "create_reservation"),
        ("I've saved it.", "write_file"),
        ("I added it to your calendar.", "create_event"),
        ("I have set an alarm for 7 am.", "set_timer"),
        ("I've ordered two pizzas.", "checkoutCart"),
        ("I deleted the file.", "rm"),
        ("Your table has been booked.", "book_table"),
    ],
)
def test_a_deed_that_a_step_did_may_be_told(response: str, tool: str) -> None:
    assert claims(response, tool) == []
    assert claims(response, tool, read_only=None) == []
    assert len(claims(response, "find_rows")) == 1


def test_a_tool_that_only_reads_did_nothing() -> None:
    assert len(claims("I have sent the message.", "send_message", read_only=True)) == 1


def test_the_arguments_and_the_result_say_what_a_general_tool_did() -> None:
    assert claims("I've sent it.", "run_action", {"status": "sent"}) == []
    assert len(claims("I've sent it.", "run_action", {"status": "queried"})) == 1


def test_a_tool_that_reads_may_tell_what_was_done() -> None:
    response = "Your parcel has been delivered."
    assert claims(response, "track", {"status": "Delivered at noon"}, read_only=True) == []
    assert len(claims(response, "track", {"status": "under way"}, read_only=True)) == 1
