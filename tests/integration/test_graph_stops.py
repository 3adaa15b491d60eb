"""Each reason to stop can happen, is named in the record, and means what it says."""

import pytest

from graph.context import Context
from graph.record import RejectedRecord
from tests.integration.workflow import sample, settings, tools
from tool_registry.registry import ToolRegistry


async def test_target_reached() -> None:
    output = await sample(settings(), target_calls=3)
    assert output["record"]["meta"]["stop_reason"] == "target_reached"
    assert len(output["record"]["turns"][0]["steps"]) == 3


async def test_max_iterations_keeps_what_there_is() -> None:
    output = await sample(settings(max_iterations=2, accept_per_iteration=1), target_calls=9)
    assert output["status"] == "accepted"
    assert output["record"]["meta"]["stop_reason"] == "max_iterations"
    assert output["record"]["meta"]["iterations"] == 2
    assert 1 <= len(output["record"]["turns"][0]["steps"]) <= 2


async def test_budget() -> None:
    output = await sample(settings(max_tool_calls=5, accept_per_iteration=1), target_calls=9)
    assert output["status"] == "accepted"
    assert output["record"]["meta"]["stop_reason"] == "budget"
    # Checked between iterations: the budget may be overrun by the calls of one.
    assert output["record"]["meta"]["tool_calls"] == 8


async def test_no_progress_when_every_call_fails() -> None:
    output = await sample(settings(tools=tools("RAISING", "trouble"), patience=3))
    record = RejectedRecord.model_validate(output["record"])
    assert (output["status"], record.meta.stop_reason, record.meta.iterations) == ("rejected", "no_progress", 3)
    assert "the chain is empty" in output["reasons"][0]
    assert record.turns == []
    assert [attempt.ok for attempt in record.attempts] == [False] * 3


async def test_no_progress_when_every_answer_is_empty() -> None:
    output = await sample(settings(tools=tools("EMPTY_ANSWERS", "trouble"), patience=2))
    assert output["record"]["meta"]["stop_reason"] == "no_progress"
    assert all(attempt["ok"] for attempt in output["record"]["attempts"])


async def test_max_iterations_with_nothing_selected_is_a_rejection() -> None:
    output = await sample(settings(tools=tools("RAISING", "trouble"), max_iterations=1))
    assert (output["status"], output["record"]["meta"]["stop_reason"]) == ("rejected", "max_iterations")


async def test_no_tools_when_none_may_run() -> None:
    unannotated = tools("UNANNOTATED", "trouble")
    output = await sample(settings(tools=unannotated))
    record = RejectedRecord.model_validate(output["record"])
    assert (output["status"], record.meta.stop_reason) == ("rejected", "no_tools")
    assert output["reasons"] == record.reasons == ["the chain is empty: no tool may run (see `toolgrad tools`)"]
    assert (record.offered, record.attempts, record.meta.iterations) == ([], [], 1)
    allowed = await sample(settings(tools=unannotated, allow_unannotated=True), target_calls=1)
    assert allowed["status"] == "accepted"


async def test_no_tools_in_an_empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that loads and then lists nothing."""

    async def empty(_: object) -> ToolRegistry:
        return ToolRegistry()

    monkeypatch.setattr("nodes.sample.get_registry", empty)
    output = await sample(Context())
    assert (output["status"], output["record"]["meta"]["stop_reason"]) == ("rejected", "no_tools")
