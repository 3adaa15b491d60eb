from typing import Any

import pytest

from graph.marks import Tell
from graph.record import Record, RefusedCall, Trajectory, TrajectoryCall, TrajectoryTurn
from nodes.trial_outcome import compare, disagreement, end_steps
from tests.unit.nodes.proofs.records import example
from tool_registry.result import ToolError
from tool_registry.spec import Annotations

LOOKUP: dict[str, Any] = {"tool": "airport_lookup", "arguments": {"iata": "HND"}}
SUN: dict[str, Any] = {"tool": "sun_times", "arguments": {"lat": 35.55, "lon": 139.78, "date": "2026-03-01"}}
REFUSED = ToolError(kind="forbidden_by_rule", message="no")
FOUND = {"sunrise": "06:11", "sunset": "17:35"}


def turns(*calls: dict[str, Any]) -> list[TrajectoryTurn]:
    return [TrajectoryTurn(reasoning="", calls=[TrajectoryCall.model_validate(call)]) for call in calls]


def other(tool: str, result: Any = None, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments, "result": result}


@pytest.mark.parametrize(
    ("calls", "outcome", "missing"),
    [
        ([LOOKUP, SUN], "same", []),
        ([SUN, LOOKUP], "same", []),
        ([LOOKUP, other("convert_units"), SUN], "same", []),
        # A default that is given is as good as left out.
        ([LOOKUP, {**SUN, "arguments": {**SUN["arguments"], "kind": "civil"}}], "same", []),
        ([LOOKUP, {**SUN, "arguments": {**SUN["arguments"], "kind": "nautical"}}], "different", ["s2"]),
        # The end's result is what counts, by whichever way.
        ([SUN], "equivalent", ["s1"]),
        ([other("almanac", FOUND, place="Tokyo")], "equivalent", ["s1"]),
        ([other("sun_times", FOUND, lat=35.6, lon=139.8, date="2026-03-01")], "equivalent", ["s1"]),
        ([LOOKUP], "different", ["s2"]),
        ([], "different", ["s1", "s2"]),
        ([LOOKUP, {**SUN, "error": ToolError(kind="timeout", message="")}], "different", ["s2"]),
    ],
)
def test_a_trial_beside_the_record(calls: list[dict[str, Any]], outcome: str, missing: list[str]) -> None:
    compared = compare(turns(*calls), example())
    assert (compared.outcome, compared.missing) == (outcome, missing)


def test_each_call_says_which_step_it_stands_for() -> None:
    given = turns(LOOKUP, other("almanac", FOUND))
    [first], [second] = (turn.calls for turn in compare(given, example()).turns)
    assert [(call.step, call.how) for call in (first, second)] == [("s1", "same"), ("s2", "equivalent")]
    assert given[0].calls[0].step is None  # what was passed in is left alone


def test_a_short_result_of_another_tool_is_chance() -> None:
    made = example()
    made.turns[0].steps[1].result = True
    assert compare(turns(other("light_on", True)), made).outcome == "different"
    assert compare(turns(other("sun_times", True, lat=1)), made).outcome == "equivalent"


def test_ends_are_what_nothing_uses() -> None:
    made = example()
    assert end_steps(made.turns[0].steps) == {"s2"}
    made.turns[0].steps[1].sources = {}
    assert end_steps(made.turns[0].steps) == {"s1", "s2"}
    made.turns[0].steps[1].after = ["s1"]
    assert end_steps(made.turns[0].steps) == {"s2"}


def trial(outcome: Any, *calls: dict[str, Any]) -> Trajectory:
    return Trajectory(trial=1, model="m", outcome=outcome, turns=turns(*calls))


A, B = other("a", x=1), other("b", x=1)


@pytest.mark.parametrize(
    ("trials", "meaning"),
    [
        ([trial("different", A), trial("different", A)], "wrong_chain"),
        ([trial("different", A, B), trial("different", B, A)], "wrong_chain"),
        ([trial("different", A), trial("different", A), trial("same")], "wrong_chain"),
        ([trial("different", A), trial("different", B)], "ambiguous_query"),
        ([trial("different", A), trial("different", A), trial("same"), trial("same")], "ambiguous_query"),
        ([trial("different", A)], "ambiguous_query"),
        ([trial("different"), trial("different")], "ambiguous_query"),
        ([trial("different", A), trial("different", A), trial("failed"), trial("failed")], "wrong_chain"),
    ],
)
def test_what_it_means_that_too_few_agree(trials: list[Trajectory], meaning: str) -> None:
    assert disagreement(trials, {}) == meaning


def test_a_judgement_is_part_of_the_record_and_nothing_else_is() -> None:
    data = example().model_dump(mode="json")
    scores = {"naturalness_reason": "", "naturalness": 4, "would_ask_reason": "", "would_ask": 4}
    data["judge"] = {"model": "m", **scores}
    assert Record.model_validate(data).judge is not None
    for wrong in ({**scores}, {"model": "m", **scores, "naturalness": 6}, {"model": "m", **scores, "more": 1}):
        with pytest.raises(ValueError, match="judge"):
            Record.model_validate({**data, "judge": wrong})


def dialogue() -> Record:
    """The airport in one message, the sun there in the next, then a wish that is refused."""
    made = example()
    first = made.turns[0]
    refused = RefusedCall(id="x1", tool="book", arguments={"seats": 2}, rule=0)
    turns = [
        first.model_copy(update={"steps": first.steps[:1]}),
        first.model_copy(update={"kind": "follow_up", "steps": first.steps[1:]}),
        first.model_copy(update={"kind": "refusal", "steps": [], "refuses": refused}),
    ]
    book = made.tools[0].model_copy(update={"name": "book", "annotations": Annotations(read_only=False)})
    return made.model_copy(update={"turns": turns, "tools": [*made.tools, book]})


@pytest.mark.parametrize(
    ("calls", "outcome", "missing"),
    [
        ([(0, LOOKUP), (1, SUN)], "same", []),
        ([(0, LOOKUP), (0, SUN)], "same", []),  # a read may come early
        ([(1, LOOKUP), (1, SUN)], "different", ["s1"]),  # what was asked for first was not told then
        ([(0, LOOKUP), (2, SUN)], "different", ["s2"]),
        ([(1, SUN)], "different", ["s1"]),  # no step of its own turn uses it
        ([(0, LOOKUP), (1, SUN), (2, other("convert_units"))], "same", []),
        ([(0, LOOKUP), (1, SUN), (2, other("book", seats=2))], "different", ["x1"]),
        ([(0, LOOKUP), (1, SUN), (2, other("book", seats=3))], "different", ["x1"]),  # a write all the same
        ([(0, LOOKUP), (1, SUN), (2, {**other("book", seats=2), "error": REFUSED})], "same", []),
    ],
)
def test_a_dialogue_is_compared_message_by_message(
    calls: list[tuple[int, dict[str, Any]]], outcome: str, missing: list[str]
) -> None:
    made = [turn.model_copy(update={"message": number}) for number, call in calls for turn in turns(call)]
    compared = compare(made, dialogue())
    assert (compared.outcome, compared.missing) == (outcome, missing)


def test_a_moment_is_the_same_in_any_zone() -> None:
    made = example()
    made.turns[0].steps[1].result = {"sunrise": "2026-03-01T06:11:00+09:00", "name": "1 March 2026"}
    call = other("sun_times", {"sunrise": "2026-02-28T21:11:00Z", "name": "1 March 2026"}, lat=1)
    assert compare(turns(call), made).outcome == "equivalent"
    call = other("sun_times", {"sunrise": "2026-02-28T21:12:00Z", "name": "1 March 2026"}, lat=1)
    assert compare(turns(call), made).outcome == "different"


def test_the_values_of_a_read_may_stand_in_other_places_where_what_is_told_is_the_same() -> None:
    made = example()
    source = {"kind": "step", "step": "s2", "pointer": "/sunrise"}
    made.turns[0].tells = [Tell.model_validate({"start": 0, "end": 1, "quote": "x", "source": source})]
    turned = {"lat": 139.78, "lon": 35.55, "date": "2026-03-01"}
    call = other("sun_times", {"sunrise": "06:11", "sunset": "17:00"}, **turned)
    assert compare(turns(call), made).outcome == "equivalent"
    for wrong in (
        other("sun_times", {"sunrise": "06:12", "sunset": "17:35"}, **turned),
        other("sun_times", {"sunrise": "06:11", "sunset": "17:00"}, **{**turned, "date": "2026-03-02"}),
        other("almanac", {"sunrise": "06:11", "sunset": "17:00"}, **turned),
    ):
        assert compare(turns(wrong), made).outcome == "different"
    made.turns[0].tells = []
    assert compare(turns(call), made).outcome == "different", "nothing says what matters of the result"
