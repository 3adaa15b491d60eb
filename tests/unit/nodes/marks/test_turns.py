"""What is known at each turn of a record, and what its response tells, stored or inferred."""

from typing import Any

from graph.marks import Tell
from graph.record import Record, RecordContext, Step, Turn
from graph.sources import StepSource
from nodes.marks.turns import read_turns, with_tells
from tests.unit.nodes.proofs.records import META, spec

SPEC = spec("probe_call", {})


def turn(number: int, result: Any, response: str, **members: Any) -> Turn:
    step = Step(id=f"s{number}", tool="probe_call", arguments={}, result=result)
    return Turn(query=f"Question {number}?", steps=[step], chains=[[step.id]], response=response, **members)


TOLD = Tell(start=3, end=6, quote="412", source=StepSource(step="s1", pointer="/a"))
FIRST = turn(1, {"a": 412}, "It 412.", tells=[TOLD])
SECOND = turn(2, {"b": 977}, "977, and 412 before.")


def record(*turns: Turn) -> Record:
    return Record(id="r", turns=list(turns), tools=[SPEC], offered=[], meta=META)


def told(tells: Any) -> list[tuple[str, set[str]]]:
    return [(tell.quote, {step for source in tell.sources() for step in source.steps()}) for tell in tells]


def test_stored_tells_stand_and_others_are_inferred_from_what_is_known_by_then() -> None:
    first, second = read_turns([FIRST, SECOND], RecordContext(), {"probe_call": SPEC})
    assert first.tells == [TOLD]
    assert told(second.tells) == [("977", {"s2"}), ("412", {"s1"})]


def test_a_turn_does_not_know_the_steps_of_later_ones() -> None:
    turns = read_turns([SECOND, FIRST], RecordContext(), {})
    first = next(turns)
    assert set(first.steps) == {"s2"}
    assert told(first.tells) == [("977", {"s2"})]
    assert set(next(turns).steps) == {"s1", "s2"}


def test_figures_of_the_queries_need_no_mark() -> None:
    asked = turn(1, {"a": 412}, "Of 5321 it is 412.").model_copy(update={"query": "What of 5321?"})
    (read,) = read_turns([asked], RecordContext(), {})
    assert told(read.tells) == [("412", {"s1"})]


def test_a_record_gets_the_tells_that_it_lacks() -> None:
    whole = with_tells(record(FIRST, SECOND))
    assert whole.turns[0].tells == [TOLD]
    assert told(whole.turns[1].tells) == [("977", {"s2"}), ("412", {"s1"})]
    complete = record(FIRST)
    assert with_tells(complete) is complete
