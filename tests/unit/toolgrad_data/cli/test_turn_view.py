"""`toolgrad show` of dialogues: each turn's kind, what it asks for, corrects and refuses."""

import re

import pytest
from rich.console import Console

from graph.record import Awaited, Record, Replacement
from tests.fixtures.dialogues import dialogues
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.cli.record_view import record_view

RECORDS = {made.id: made for made in dialogues()}


def text(made: Record) -> str:
    console = Console(width=300)
    with console.capture() as captured:
        console.print(record_view(made))
    return re.sub(r"[ \n]+", " ", captured.get())


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_each_turn_has_its_number_its_kind_and_its_words(made: Record) -> None:
    shown = text(made)
    assert f"{made.id} {len(made.turns)} turns" in shown
    at = 0
    for number, turn in enumerate(made.turns, start=1):
        at = shown.index(f"Turn {number}: {turn.kind.replace('_', ' ')} Query", at)
        assert at >= 0


def test_what_is_asked_for_corrected_and_refused_is_told() -> None:
    assert "Asks for people, which s1 split_bill needs" in text(RECORDS["s0-000007"])
    assert "Corrects s1 by s2: people 4 → 5" in text(RECORDS["s0-000007"])
    forbidden = text(RECORDS["s0-000005"])
    assert 'Refuses x1 close_ticket(ticket="T-1002"): rule 1 “An urgent ticket (P1) is never closed' in forbidden
    assert "close it⁽ˣ¹⁾" in forbidden
    assert "convert_currency" in text(RECORDS["s0-000004"])
    assert ": no tool that is offered can do it" in text(RECORDS["s0-000004"])


def test_the_nearest_allowed_call_is_told_by_what_differs() -> None:
    made = RECORDS["s0-000005"].model_copy(deep=True)
    refused = made.turns[1].refuses
    assert refused is not None
    refused.allowed = {"ticket": "T-1001"}
    assert 'allowed with ticket "T-1002" → "T-1001"' in text(made)


def test_a_single_query_has_no_heading_and_what_points_nowhere_is_told() -> None:
    assert "Turn 1" not in text(record())
    broken = RECORDS["s0-000007"].model_copy(deep=True)
    broken.turns[0].awaits = [Awaited(step="s9", pointer="/people")]
    broken.turns[2].replaces = Replacement(step="s8", by="s2")
    shown = text(broken)
    assert "Asks for people, which s9 a call that is not there needs" in shown
    assert "Corrects s8 by s2: a call is not there" in shown
