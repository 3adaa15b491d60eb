from typing import Any

from graph.record import Step
from nodes.proofs import replayed
from tests.unit.nodes.proofs.records import one_call


def test_one_call_of_a_deterministic_tool_has_one_answer() -> None:
    def twice(result: Any, arguments: dict[str, Any]) -> list[str]:
        first = Step(id="e", tool="probe_call", arguments={"n": 1}, result={"v": 1})
        record = one_call("Hi", arguments, {}, {}, earlier=[first], result=result)
        return [finding.code for finding in replayed.check(record)]

    assert twice({"v": 2}, {"n": 1}) == ["answers_differ"]
    assert twice({"v": 1.0}, {"n": 1.0}) == []
    assert twice({"v": 2}, {"n": 2}) == []
