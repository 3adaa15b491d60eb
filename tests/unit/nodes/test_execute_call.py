"""Retries without a model, and what a branch's crash becomes."""

from types import SimpleNamespace
from typing import Any

import pytest
from langgraph.errors import NodeError

from graph.context import Context
from nodes import execute_call as node
from nodes.policies.base import PolicySetupError, Repair, RepairRequest
from tool_registry.registry import ToolRegistry
from tool_registry.result import ToolError, ToolFailure
from tool_registry.spec import Annotations, ToolSpec
from tool_registry.tool import Tool


def registry(failures: int, *, retryable: bool = True, read_only: bool = True) -> tuple[ToolRegistry, list[dict]]:
    calls: list[dict] = []

    async def answer(arguments: dict[str, Any]) -> Any:
        calls.append(arguments)
        if len(calls) <= failures:
            raise ToolFailure(ToolError(kind="unavailable", message="not now", retryable=retryable))
        return {"n": len(calls)}

    spec = ToolSpec(
        name="look_up",
        description="Look something up.",
        parameters={"type": "object", "properties": {}},
        source="python",
        annotations=Annotations(read_only=read_only),
    )
    tools = ToolRegistry()
    tools.add(Tool(spec, answer))
    return tools, calls


async def run(monkeypatch: pytest.MonkeyPatch, tools: ToolRegistry, **settings: Any) -> dict[str, Any]:
    async def registry_of(specs: list[str]) -> ToolRegistry:
        return tools

    monkeypatch.setattr("nodes.sample.get_registry", registry_of)
    monkeypatch.setattr(node, "RETRY_PAUSES_S", (0.0,) * 5)
    proposal = {"id": "p1", "tool": "look_up", "arguments": {}}
    call = {"proposals": [proposal], "iteration": 1, "seed": 0, "index": 0}
    update = await node.execute_call({"call": call}, SimpleNamespace(context=Context(**settings)))
    return update["attempts"][0]


async def test_a_failure_that_may_pass_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tools, calls = registry(failures=2)
    attempt = await run(monkeypatch, tools)
    assert attempt["ok"]
    assert len(calls) == 3
    assert attempt["repairs"] == 0


async def test_retries_end(monkeypatch: pytest.MonkeyPatch) -> None:
    tools, calls = registry(failures=9)
    attempt = await run(monkeypatch, tools, max_call_retries=1)
    assert attempt["error"]["kind"] == "unavailable"
    assert len(calls) == 2


async def test_a_final_failure_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tools, calls = registry(failures=9, retryable=False)
    assert not (await run(monkeypatch, tools))["ok"]
    assert len(calls) == 1


async def test_a_write_is_never_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tools, calls = registry(failures=9, read_only=False)
    assert not (await run(monkeypatch, tools, allow_writes=True))["ok"]
    assert len(calls) == 1


CALL = {"call": {"proposals": [{"id": "p1", "tool": "look_up", "arguments": {}}], "iteration": 2}}


async def test_a_crash_is_a_failed_attempt() -> None:
    update = await node.record_crash(CALL, NodeError(node="execute_call", error=RuntimeError("boom")))
    assert update["attempts"][0]["error"]["message"] == "the branch crashed: RuntimeError: boom"


async def test_a_setup_error_is_not_hidden() -> None:
    with pytest.raises(PolicySetupError):
        await node.record_crash(CALL, NodeError(node="execute_call", error=PolicySetupError("no key")))


class Mending:
    """A policy that gives the agent whom the error names first."""

    async def repair(self, request: RepairRequest) -> Repair:
        arguments = {"agent": request.error.message.rpartition("there are ")[2].partition(",")[0]}
        return Repair(proposal=request.proposal.model_copy(update={"arguments": arguments}))


@pytest.mark.parametrize(("read_only", "made"), [(True, ["Ruben", "Amina"]), (False, ["Ruben"])])
async def test_a_failure_that_names_what_there_is_can_be_repaired(
    monkeypatch: pytest.MonkeyPatch, read_only: bool, made: list[str]
) -> None:
    calls: list[str] = []

    async def find(arguments: dict[str, Any]) -> Any:
        calls.append(arguments["agent"])
        if arguments["agent"] != "Amina":
            raise ValueError(f"there is no agent {arguments['agent']!r}; there are Amina, Bruno")
        return {"tickets": 3}

    parameters = {"type": "object", "properties": {"agent": {"type": "string"}}}
    annotations = Annotations(read_only=read_only)
    spec = ToolSpec(name="look_up", description="", parameters=parameters, source="python", annotations=annotations)
    tools = ToolRegistry()
    tools.add(Tool(spec, find))

    async def registry_of(specs: list[str]) -> ToolRegistry:
        return tools

    monkeypatch.setattr("nodes.sample.get_registry", registry_of)
    monkeypatch.setattr("nodes.sample.policy_for", lambda *_: Mending())
    call = {"proposals": [{"id": "p1", "tool": "look_up", "arguments": {"agent": "Ruben"}}], "iteration": 1}
    context = Context(allow_writes=True)
    update = await node.execute_call({"call": {**call, "seed": 0, "index": 0}}, SimpleNamespace(context=context))
    attempt = update["attempts"][0]
    assert calls == made
    assert (attempt["ok"], attempt["repairs"]) == (read_only, len(made) - 1)
