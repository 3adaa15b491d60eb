"""Steps run again: what a tool gives now against what the record says."""

import asyncio
from typing import Any

import pytest

from graph.context import Context
from graph.record import Record, Step
from tests.unit.tool_registry.sessions.making import counters, registry_of
from tests.unit.toolgrad_data.runs.helpers import record
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
        ({"answer": 8}, {"answer": 9}, {}, "differs", "another at /answer: 8 was recorded, now it is 9"),
        ({"answer": 8}, {"answer": 8, "more": 1}, {}, "differs", "/more: nothing was recorded, now it is 1"),
        ({"answer": [1, 2]}, {"answer": [1]}, {}, "differs", "/answer/1: 2 was recorded, now it is nothing"),
        ({"answer": 8}, {"answer": 9}, OPEN, "same_shape", ""),
        ({"answer": 8}, {"answer": None}, OPEN, "same_shape", ""),
        (
            {"answer": 8},
            {"answer": "nine"},
            OPEN,
            "differs",
            "at /answer: number was recorded, now it is string",
        ),
        ([{"a": 1}], [{"b": 1}], OPEN, "differs", "the member was recorded, now it is missing"),
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


def test_other_phrases_and_examples_change_no_tool() -> None:
    parameters = {**record().tools[0].parameters, "x-phrases": {"situations": ["I'm curious."]}, "examples": [{}]}
    found = replayed(said({"answer": 8}), registry({"answer": 8}, parameters=parameters))
    assert (found.changed_tools, dict(found.outcomes)) == (set(), {"same": 1})


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


def counting(*amounts: int) -> Record:
    """A record of a counter's steps: each adds, the last says the total."""
    made, tools = record(), registry_of(counters())
    steps, value = [], 0
    for number, amount in enumerate(amounts, start=1):
        value += amount
        steps.append(Step(id=f"s{number}", tool="add", arguments={"amount": amount}, result={"value": value}))
    steps.append(Step(id="last", tool="total", arguments={}, result={"value": value, "log": list(amounts)}))
    made.turns[0].steps = steps
    made.tools = [tools.get("add").spec, tools.get("total").spec]
    return made


def replayed_counting(made: Record) -> Replayed:
    settings = Context(tools=[counters()], allow_writes=True)
    return asyncio.run(replay(made, registry_of(counters()), settings))


def test_stateful_steps_run_in_order_in_a_session_of_their_own_and_strictly() -> None:
    for _ in range(2):
        assert replayed_counting(counting(1, 2, 3)).outcomes == {"same": 4}
    made = counting(1, 2)
    made.turns[0].steps[0].arguments["amount"] = 5
    assert [finding.where for finding in replayed_counting(made).findings] == [
        "/turns/0/steps/0/result/value",
        "/turns/0/steps/1/result/value",
        "/turns/0/steps/2/result/value",
    ]


def test_what_follows_a_step_that_cannot_run_in_a_session_is_not_checkable() -> None:
    made = counting(1, 2)
    made.turns[0].steps[0].tool = "gone"
    found = replayed_counting(made)
    assert found.findings == []
    assert found.unchecked == {
        "the tool gone is not among those loaded": 1,
        "an earlier step of its session could not be run again": 2,
    }
