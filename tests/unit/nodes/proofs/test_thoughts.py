"""A thought before a call tells nothing that is found out later, and every call of a turn that has any has one."""

import pytest

from graph.record import Record
from nodes.proofs import prove, thoughts
from tests.unit.nodes.proofs.records import example

BOTH = {
    "s1": "They land at HND on 1 March 2026 and want the sunrise; for that I need to know where the airport lies.",
    "s2": "Tokyo Haneda lies at 35.55 north, 139.78 east, so I can ask for the sun on 1 March.",
}


def thinking(said: dict[str, str] | None) -> Record:
    record = example()
    turn = record.turns[0].model_copy(update={"thoughts": said})
    return record.model_copy(update={"turns": [turn]})


def codes(said: dict[str, str] | None) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in thoughts.check(thinking(said))]


@pytest.mark.parametrize("said", [None, BOTH, {**BOTH, "s1": "First: where is that airport? airport_lookup knows."}])
def test_what_is_known_may_be_thought(said: dict[str, str] | None) -> None:
    assert prove(thinking(said)).findings == []


@pytest.mark.parametrize(
    "text",
    [
        "The airport is at 35.55 north, so the sun is asked for there.",
        "I look up Tokyo Haneda, where they land.",
        "The sun rises at 06:11 there, I think.",
        "I land at HND on 2 March 2026 and want the sunrise.",
    ],
)
def test_what_only_a_later_result_has_is_told_ahead(text: str) -> None:
    assert codes({**BOTH, "s1": text}) == [("told_ahead", "/turns/0/thoughts/s1")]


def test_a_call_does_not_know_its_own_result() -> None:
    (found,) = thoughts.check(thinking({**BOTH, "s2": "The sun comes up at 06:11 there."}))
    assert (found.promise, found.code) == ("cited", "told_ahead")
    assert found.message == "the thought before s2 says '06:11', which is not known before s2 is made"


def test_words_of_a_result_to_come_are_told_ahead_in_small_letters_too() -> None:
    record = thinking({**BOTH, "s1": "That airport lies in tokyo haneda."})
    assert [finding.code for finding in thoughts.check(record)] == ["told_ahead"]


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ({"s1": BOTH["s1"]}, "no_thought", "/turns/0/thoughts/s2"),
        ({**BOTH, "s2": "  "}, "no_thought", "/turns/0/thoughts/s2"),
        ({**BOTH, "s9": "And then?"}, "thought_of_nothing", "/turns/0/thoughts"),
        ({**BOTH, "s1": "So " * 900}, "long_thought", "/turns/0/thoughts/s1"),
    ],
)
def test_each_call_has_a_thought_and_nothing_else_has(said: dict[str, str], code: str, where: str) -> None:
    assert codes(said) == [(code, where)]


def test_none_at_all_are_two() -> None:
    assert [code for code, _ in codes({})] == ["no_thought", "no_thought"]
