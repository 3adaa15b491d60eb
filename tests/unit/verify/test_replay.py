"""Steps run again: what a tool gives now against what the record says."""

import asyncio
from typing import Any

import pytest

from graph.context import Context
from graph.record import Record
from tests.unit.runs.helpers import record
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolError, ToolFailure
from tool_registry.spec import Annotations, ToolSpec
from tool_registry.tool import Tool
from toolgrad_data.verify.replay import replay
from toolgrad_data.verify.replayed import Replayed


def registry(answer: Any, **changes: Any) -> ToolRegistry:
    made = ToolRegistry()

    async def call(arguments: dict[str, Any]) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    spec = record().tools[0]
    made.add(Tool(ToolSpec.model_validate({**spec.model_dump(), **changes}), call))
    return made


def replayed(made: Record, tools: ToolRegistry) -> Replayed:
    return asyncio.run(replay(made, tools, Context(max_call_retries=0)))


def said(result: Any) -> Record:
    made = record(4)
    made.turns[0].steps[0].result = result
    return made


OPEN = {"annotations": Annotations(read_only=True, deterministic=False).model_dump()}


@pytest.mark.parametrize(
    ("recorded", "now", "changes", "outcome", "words"),
    [
        ({"answer": 8}, {"answer": 8.0}, {}, "same", ""),
        ({"answer": 8}, {"answer": 9}, {}, "differs", "/answer is 8 in the record, 9 now"),
        ({"answer": 8}, {"answer": 8, "more": 1}, {}, "differs", "/more is missing in the record"),
        ({"answer": [1, 2]}, {"answer": [1]}, {}, "differs", "/answer has 2 items in the record, 1 now"),
        ({"answer": 8}, {"answer": 9}, OPEN, "same_shape", ""),
        ({"answer": 8}, {"answer": None, "more": 1}, OPEN, "same_shape", ""),
        ({"answer": 8}, {"answer": "nine"}, OPEN, "differs", "/answer is number in the record, string now"),
        ([{"a": 1}], [{"b": 1}], OPEN, "differs", "has no member in common"),
    ],
)
def test_exactly_for_deterministic_tools_and_by_shape_for_others(
    recorded: Any, now: Any, changes: dict[str, Any], outcome: str, words: str
) -> None:
    found = replayed(said(recorded), registry(now, **changes))
    assert dict(found.outcomes) == {outcome: 1}
    assert [words in finding.message for finding in found.findings] == [True] * (outcome == "differs")


def test_the_tool_says_whether_it_is_deterministic_and_not_the_record() -> None:
    made = said({"answer": 8})
    made.tools[0] = made.tools[0].model_copy(update={"annotations": Annotations(deterministic=False)})
    assert replayed(made, registry({"answer": 9})).outcomes["differs"] == 1


def test_a_vanished_and_a_changed_tool_are_named() -> None:
    found = replayed(record(), ToolRegistry())
    assert found.vanished_tools == {"double"}
    assert found.unchecked == {"the tool double is not among those loaded": 1}
    changed = registry({"answer": 0}, parameters={"type": "object", "properties": {"number": {"type": "number"}}})
    found = replayed(record(), changed)
    assert found.changed_tools == {"double"}
    assert not found.findings


def test_a_tool_that_cannot_be_asked_proves_nothing() -> None:
    down = ToolFailure(ToolError(kind="unavailable", message="the server is down"))
    found = replayed(record(), registry(down))
    assert (found.unchecked, found.findings) == ({"unavailable: the server is down": 1}, [])
    refused = registry({"answer": 0}, annotations=Annotations(read_only=False).model_dump())
    assert "not_allowed" in str(replayed(record(), refused).unchecked)


def test_a_call_that_fails_now_is_a_finding() -> None:
    found = replayed(record(), registry(ValueError("no such number")))
    assert found.findings[0].code == "fails"


def test_forged_flags_are_found() -> None:
    made = said({"answer": 8})
    made.turns[0].steps[0].truncated = True
    assert replayed(made, registry({"answer": 8})).findings[0].code == "flags_differ"
