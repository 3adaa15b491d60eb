"""Proper names that nothing in the record gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.record import RecordContext, Turn
from nodes.screens import names
from nodes.screens.kinds import Dialogue
from tests.unit.nodes.proofs.marked import SPECS, step

RESULT = {
    "city": "São Paulo",
    "street": "Main Street",
    "country": "FR",
    "land": "Germany",
    "agency": "World Health Organization",
    "note": "Ask for Anna-Lena O'Brien.",
    "zone": "Europe/Oslo",
}


def unknown(response: str, query: str = "", locale: str = "en") -> list[str]:
    turn = Turn(query=query, steps=[step(1, RESULT, {"to": "Bergen"})], chains=[["s1"]], response=response)
    found = names.check(Dialogue([turn], RecordContext(locale=locale, user={"name": "Maria"}), SPECS))
    return [finding.message.split("'")[1] for finding in found]


KNOWN = [
    "It is in São Paulo, Sao Paulo, on Main St, near Main Street.",
    "You fly to Bergen, Maria.",
    "It is in France, so the French speak there; the German one too.",
    "The WHO says so.",
    "Call Anna-Lena O'Brien, or Anna-Lena's boss.",
    "It is Oslo time.",
    "On Monday, 3 May, at 5 PM UTC it is 20 °C or 68 °F, and I am OK.",
    "Henriksen opens the sentence. Bellevue too.",
    "# Grand Heading\n**Big Label** and\n- Opening Hours: 9 to 5\n| Table Head | Value |",
    "It is A4 paper, MP3 or H2O.",
]
UNKNOWN = [
    ("Ask for Mr. Henriksen.", ["Henriksen"]),
    ("It is at the Grand Bellevue.", ["Grand", "Bellevue"]),
    ("You go to Tokyo and Tokyo again.", ["Tokyo"]),
    ("It is in Spain, where Maria lives.", ["Spain"]),
    ("The NATO says so.", ["NATO"]),
]


@pytest.mark.parametrize("response", KNOWN)
def test_names_that_were_given_are_known(response: str) -> None:
    assert unknown(response) == []


@pytest.mark.parametrize(("response", "expected"), UNKNOWN)
def test_names_that_nothing_gives_are_found(response: str, expected: list[str]) -> None:
    assert unknown(response) == expected


def test_the_query_and_the_turn_before_give_names() -> None:
    assert unknown("You go to Tokyo.", "Is it Tokyo?") == []


def test_elsewhere_a_capital_makes_no_name() -> None:
    assert unknown("Das Haus ist bei Henriksen.", locale="de") == []


@given(st.text(max_size=60))
def test_any_response_is_read(response: str) -> None:
    turn = Turn(query="", steps=[step(1, RESULT, {"to": "Bergen"})], chains=[["s1"]], response=response)
    found = names.check(Dialogue([turn], RecordContext(), SPECS))
    assert {finding.code for finding in found} <= {"untraced_name"}
