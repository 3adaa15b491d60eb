"""The nodes' door: what a sample's state holds, and decisions that are made, refused or broken."""

import sys
from typing import Any

import pytest

from graph.context import Context
from graph.record import RoleUsage
from graph.state import State
from nodes.policies.base import PolicyError, Proposals
from nodes.sample import Sample, total_usage
from tool_registry.calling.crashes import tool_of
from tool_registry.registry import ToolRegistry

PAID = RoleUsage(llm_calls=2, input_tokens=30, cost_usd=None)


def sample(context: Context | None = None, **state: Any) -> Sample:
    return Sample(State(**{"seed": 7, "index": 3, "iteration": 2, **state}), context or Context(), ToolRegistry())


async def answering(usage: RoleUsage) -> Proposals:
    return Proposals(proposals=[], usage=usage)


async def refusing(usage: RoleUsage) -> Proposals:
    raise PolicyError("nothing fits", usage=usage)


@pytest.mark.parametrize(("usage", "kept"), [(RoleUsage(), 0), (PAID, 1)])
async def test_a_decision_that_is_made_leaves_what_it_took(usage: RoleUsage, kept: int) -> None:
    decision = sample().decision("propose", "a")
    answer = await decision.ask(answering, usage)
    assert answer == Proposals(proposals=[], usage=usage)
    assert decision.entries == {
        "usage": [{"iteration": 2, "role": "propose", "id": "a", "usage": usage.model_dump()}][:kept]
    }


async def test_a_decision_that_is_refused_costs_what_it_took_and_says_why() -> None:
    decision = sample().decision("propose")
    assert await decision.ask(refusing, PAID) is None
    assert decision.entries["policy_failures"] == [{"iteration": 2, "role": "propose", "message": "nothing fits"}]
    assert total_usage(decision.entries["usage"]).by_role == {"propose": PAID}


async def breaking(tools: list[str]) -> Proposals:
    if "odd" in tools:
        raise LookupError("no such thing")
    return Proposals(proposals=[])


def about(tool: str | None) -> list[str]:
    return [] if tool is None else [tool]


async def test_a_free_decision_that_breaks_is_made_again_to_find_the_tool() -> None:
    with pytest.raises(LookupError) as broken:
        await sample().decision("propose").ask(breaking, ["plain", "odd"], (["plain", "odd"], about))
    assert tool_of(broken.value) == "odd"


async def test_one_that_is_paid_for_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    decision = sample(Context(proposer="openai:gpt-5-mini")).decision("propose")
    with pytest.raises(LookupError) as broken:
        await decision.ask(breaking, ["plain", "odd"], (["plain", "odd"], about))
    assert tool_of(broken.value) is None


async def test_a_policy_that_would_end_the_process_breaks_its_sample_alone() -> None:
    async def leaving(names: list[str]) -> Proposals:
        if "odd" in names:
            sys.exit(3)
        return Proposals(proposals=[])

    with pytest.raises(RuntimeError, match="would end the process: SystemExit: 3") as broken:
        await sample().decision("propose").ask(leaving, ["plain", "odd"], (["plain", "odd"], about))
    assert tool_of(broken.value) == "odd"


def step(name: str) -> dict[str, Any]:
    return {"id": name, "tool": "gone", "arguments": {}, "result": 1}


def test_pruned_steps_are_no_part_of_the_chain_but_of_the_record() -> None:
    under_way = sample(steps=[step("s1"), step("s2")], chains=[["s1"]], pruned=["s2"])
    assert [each.id for each in under_way.steps] == ["s1"]
    assert under_way.length == 2
    record = under_way.record()
    assert [each.id for each in record.pruned] == ["s2"]
    assert (record.id, record.turns, record.tools) == ("s7-000003", [], [])


def test_a_view_has_the_seed_of_its_purpose_and_number() -> None:
    under_way = sample()
    seeds = {under_way.view(purpose, number)["seed"] for purpose in ("a", "b") for number in (None, 0, 1)}
    assert len(seeds) == 6
    assert under_way.view("a", 2)["seed"] == under_way.view("a")["seed"] == under_way.derive_seed("a", 2)
