"""Requests in a query: which there are, and which no step answers."""

import pytest

from graph.record import Record
from nodes.proofs import faithful
from nodes.proofs.requests import clauses
from tests.unit.proofs.records import example


@pytest.mark.parametrize(
    "more",
    [
        "Then book me a hotel room.",
        "Also remind me to buy milk.",
        "Please tell me a joke too.",
        "I'd also like a recipe for carbonara.",
        "Who won the world cup final?",
        "When does the sun set there on 7 July 2031?",
        "How far is the airport from a place 35.7 km north of it?",
        "Do I need an umbrella?",
        "And what's the weather in Oslo?",
        "Email it to Anna.",
        "Put a reminder on my fridge.",
    ],
)
def test_a_request_beside_what_is_answered_is_in_vain(more: str) -> None:
    record = example()
    record.turns[0].query += f" {more}"
    assert [(finding.code, finding.where) for finding in faithful.check(record)] == [
        ("asked_in_vain", "/turns/0/query")
    ]
    assert more in faithful.check(record)[0].message


@pytest.mark.parametrize(
    "more",
    [
        "Give me a short answer.",
        "Please tell me everything in one sentence.",
        "I'm booking a table for two.",
        "Tell me the time of sunset too.",
        "Is the sun up there by 06:11 on that day?",
        "Tell me the 2 times in short.",
        "Thanks, and have a nice evening!",
    ],
)
def test_small_talk_and_how_to_answer_are_no_requests(more: str) -> None:
    record = example()
    record.turns[0].query += f" {more}"
    assert faithful.check(record) == []


def asking(query: str, response: str | None = None) -> Record:
    record = example()
    change = {"query": query, **({"response": response} if response else {})}
    return record.model_copy(update={"turns": [record.turns[0].model_copy(update=change)]})


@pytest.mark.parametrize(
    "query",
    [
        "I land at HND on 1 March 2026 and hate getting up in the dark. When will it get light there?",
        "Flying into HND on 1 March 2026 with my two kids, what time is sunrise?",
        "My sister Anna lives in Porto. She lands at HND on 1 March 2026, when does the sun rise for her?",
        "Sunrise at HND on 1 March 2026, please.",
        "I'm at HND on 1 March 2026. Do I need a torch at six in the morning?",
        "what's the sunrise at HND on 1 March 2026",
        "I want to photograph the runway at HND. Could you tell me the time of sunrise on 1 March 2026?",
        "We're a group of 4, landing at HND on 1 March 2026. When is it light?",
        "Hi! Quick question: sunrise time at HND on 1 March 2026? Thanks a lot!",
        "Please look up when the sun rises at HND on 1 March 2026 and let me know in one short sentence.",
        "I'd like to know how early I have to get up. When does the sun come up at HND on 1 March 2026?",
        "I need a plan for my layover. Find the time the sun rises at HND on 1 March 2026, and round it to the minute.",
        "Can you check when the sun rises at HND on 1 March 2026? I have booked a hotel already.",
        "How early does the sun rise at HND on 1 March 2026, and is that in the local time zone there?",
        "Where is HND, and when does the sun come up there on 1 March 2026?",
        "I asked my boss for 3 days off and booked a flight to HND for 1 March 2026. When is sunrise?",
        "Tell me the sunrise at HND on 1 March 2026. No rush. That's all for now.",
        "Ich lande am 1 March 2026 in HND. Wann geht dort die Sonne auf? Brauche ich eine Lampe?",
    ],
)
def test_what_the_steps_answer_is_not_in_vain(query: str) -> None:
    assert [finding.message for finding in faithful.check(asking(query)) if finding.code == "asked_in_vain"] == []


def test_what_the_response_speaks_of_is_answered() -> None:
    query = f"{example().turns[0].query} Will I need a torch at breakfast?"
    silent = asking(query)
    assert [finding.code for finding in faithful.check(silent)] == ["asked_in_vain"]
    told = asking(query, "The sun rises at 06:11 on 1 March 2026, so you will not need a torch at breakfast.")
    assert faithful.check(told) == []


@pytest.mark.parametrize(
    ("query", "requests"),
    [
        ("I'm tired. What time is it?", ["What time is it?"]),
        ("Find a hotel and book me a table there.", ["Find a hotel", "and book me a table there."]),
        ("Find a hotel and a table.", ["Find a hotel and a table."]),
        ("Is it far, and what does a taxi cost?", ["Is it far", "and what does a taxi cost?"]),
        ("How long do I have to pack and book a table?", ["How long do I have to pack and book a table?"]),
        ("Ask Dr. Weiss about it.", ["Ask Dr. Weiss about it."]),
        ("I have to pack and book a hotel. Thanks!", []),
        ("I also need a taxi. My flight is at 9.", ["I also need a taxi."]),
        ("Could you, please, tell me 2.5 km in miles?", ["Could you, please, tell me 2.5 km in miles?"]),
        ("That's all for now. Thanks, and have a nice day!", []),
    ],
)
def test_the_requests_of_a_query(query: str, requests: list[str]) -> None:
    assert [clause.text for clause in clauses(query) if clause.request] == requests
