"""Mixes of lengths and of kinds, as settings write them."""

import pytest
from pydantic import ValidationError

from graph.context import Context
from graph.mix import parse_lengths, parse_turn_kinds
from nodes.dialogues.kinds import USUAL
from nodes.sample_tools import draw_length


def test_a_mix_of_lengths_is_read() -> None:
    assert parse_lengths("1:50, 2:25,3-4:25", "turns") == [(1, 1, 50.0), (2, 2, 25.0), (3, 4, 25.0)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1:x", "cannot read '1:x' in turns '1:x': write LENGTH:PERCENT or LOW-HIGH:PERCENT"),
        ("4-2:50", "'4-2:50' in turns '4-2:50': lengths go from 1 to 100, the shorter first"),
        ("0:50", "lengths go from 1 to 100"),
        ("1:0", "at least one part needs a percentage above 0"),
    ],
)
def test_what_is_wrong_with_a_mix_of_turns_is_said(text: str, why: str) -> None:
    with pytest.raises(ValidationError, match="turns") as error:
        Context(turns=text)
    assert why in str(error.value)


def test_a_mix_of_kinds_is_read() -> None:
    assert parse_turn_kinds("follow-up:3, chat:0") == {"follow_up": 3.0, "chat": 0.0}
    assert parse_turn_kinds(Context().turn_kinds) == USUAL


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("thanks:10", "KIND of follow_up, clarification, correction, refusal, chat"),
        ("request:10", "cannot read 'request:10'"),  # it is the first turn's
        ("chat", "cannot read 'chat' in turn_kinds 'chat': write KIND:PERCENT"),
        ("chat:1,chat:2", "names chat twice"),
        ("chat:0", "needs a percentage above 0"),
    ],
)
def test_what_is_wrong_with_a_mix_of_kinds_is_said(text: str, why: str) -> None:
    with pytest.raises(ValidationError, match="turn_kinds") as error:
        Context(turn_kinds=text)
    assert why in str(error.value)


def test_turns_are_drawn_as_wanted_whatever_the_length_of_the_chain() -> None:
    calls, turns = "1:50,8:50", "1:50,2:25,3-4:25"
    drawn = [(draw_length(calls, 7, index), draw_length(turns, 7, index, "turns")) for index in range(400)]
    for length in (1, 8):
        of_length = [count for calls, count in drawn if calls == length]
        assert of_length.count(1) == pytest.approx(0.5 * len(of_length), abs=12)
        assert of_length.count(2) == pytest.approx(0.25 * len(of_length), abs=12)
        assert {3, 4} <= set(of_length)
