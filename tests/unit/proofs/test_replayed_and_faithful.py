from typing import Any

import pytest

from graph.record import Record, Step
from nodes.proofs import faithful, replayed
from tests.unit.proofs.records import example, one_call


def answering(response: str, result: Any, query: str = "Tell me") -> Record:
    record = one_call(query, {"n": 7}, {}, {}, result=result)
    return record.model_copy(update={"turns": [record.turns[0].model_copy(update={"response": response})]})


def test_one_call_of_a_deterministic_tool_has_one_answer() -> None:
    def twice(result: Any, arguments: dict[str, Any]) -> list[str]:
        first = Step(id="e", tool="probe_call", arguments={"n": 1}, result={"v": 1})
        record = one_call("Hi", arguments, {}, {}, earlier=[first], result=result)
        return [finding.code for finding in replayed.check(record)]

    assert twice({"v": 2}, {"n": 1}) == ["answers_differ"]
    assert twice({"v": 1.0}, {"n": 1.0}) == []
    assert twice({"v": 2}, {"n": 2}) == []


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("It is 35.6 degrees.", {"lat": 35.55}),
        ("It is 35.5512 degrees.", {"lat": 35.5512}),
        ("It is 1,234 m.", {"m": 1234}),
        ("It loses 5 points.", {"change": -5}),
        ("There are three of them.", {"list": ["a", "b", "c"]}),
        ("At 6:11 am on 1 March 2026.", {"up": "2026-03-01T06:11:30Z"}),
        ("It is in March 2026.", {"day": "2026-03-01"}),
        ("You asked for 7.", {}),
        ("Nothing to count.", {}),
    ],
)
def test_a_figure_from_the_record_is_faithful(response: str, result: Any) -> None:
    assert faithful.check(answering(response, result)) == []


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("It is 35.7 degrees.", {"lat": 35.55}),
        ("It is 1,235 m.", {"m": 1234}),
        ("There are four of them.", {"list": ["a", "b", "c"]}),
        ("At 6:12 am.", {"up": "2026-03-01T06:11:30Z"}),
        ("On 2 March 2026.", {"day": "2026-03-01"}),
        ("In April 2026.", {"day": "2026-03-01"}),
    ],
)
def test_a_figure_from_nowhere_is_found(response: str, result: Any) -> None:
    assert [finding.code for finding in faithful.check(answering(response, result))] == ["unfounded"]


def test_the_example_of_the_design_is_faithful() -> None:
    assert faithful.check(example()) == []
    assert replayed.check(example()) == []
