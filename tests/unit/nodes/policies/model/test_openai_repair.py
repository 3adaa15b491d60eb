"""What a model is told to mend the arguments of a call, and what comes of its answers."""

from typing import Any

import pytest

from graph.record import RecordContext
from graph.sources import StepSource
from nodes.policies.base import PolicyError, Proposal, RepairRequest
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import CURRENCY, SUN
from tests.unit.nodes.policies.model.deciding import policy
from tool_registry.result import ToolError


def repair_request(**changes: Any) -> RepairRequest:
    proposal = Proposal(id="p1", tool="convert", arguments={"amount": 5, "to": "euro"}, rationale="to pay")
    members = {
        "seed": 1,
        "context": RecordContext(),
        "spec": CURRENCY,
        "proposal": proposal,
        "error": ToolError(kind="invalid_arguments", message="/to: 'euro' is not valid"),
        "tried": [proposal.arguments],
        **changes,
    }
    return RepairRequest(**members)


async def test_a_repair_sees_the_error_and_what_is_allowed() -> None:
    mended = {"why": "typo", "arguments": {"amount": 5, "to": "EUR"}}
    async with ModelServer([answer(mended)]) as server:
        repair = await policy(server).repair(repair_request())
        told = server.asked[0].user
    assert repair.proposal is not None
    assert repair.proposal.arguments == {"amount": 5, "to": "EUR"}
    assert "'euro' is not valid" in told
    assert "EUR (euros)" in told
    assert "to pay" in told


async def test_a_repair_in_the_schema_s_words_is_put_right() -> None:
    async with ModelServer([answer({"why": "typo", "arguments": {"amount": "5", "to": "euros"}})]) as server:
        repair = await policy(server).repair(repair_request())
    assert repair.proposal is not None
    assert repair.proposal.arguments == {"amount": 5, "to": "EUR"}


async def test_a_repair_may_be_given_up() -> None:
    async with ModelServer([answer({"why": "no", "arguments": None})]) as server:
        assert (await policy(server).repair(repair_request())).proposal is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"amount": 5, "to": "pounds"}, "/to"),
        ({"amount": 5, "to": "euro"}, "failed already"),
        ({"amount": "five", "to": "EUR"}, "/amount: "),
        ({"amount": {"$from": "s1", "pointer": "/x"}, "to": "EUR"}, "there is no result 's1'"),
        ({}, "is a required property"),
    ],
)
async def test_a_repair_that_is_none_is_told_once(arguments: dict[str, Any], words: str) -> None:
    async with ModelServer([answer({"why": "", "arguments": arguments})]) as server:
        with pytest.raises(PolicyError, match="invalid_answer") as caught:
            await policy(server).repair(repair_request())
        assert words in server.asked[1].last
        assert caught.value.usage.llm_calls == 2


async def test_a_wrong_reference_to_another_proposal_can_be_corrected() -> None:
    broken = {name: {"$from": "p1", "pointer": f"/{name}itude"} for name in ("lat", "lon")}
    proposal = Proposal(
        id="p2",
        tool="sun_times",
        arguments={**broken, "date": "2026-01-01"},
        references={"/lat": StepSource(step="p1", pointer="/latitude")},
    )
    mended = {name: {"$from": "p1", "pointer": f"/{name}"} for name in ("lat", "lon")}
    reply = answer({"why": "", "arguments": {**mended, "date": "2026-01-01"}})
    async with ModelServer([reply]) as server:
        request = repair_request(spec=SUN, proposal=proposal, tried=[proposal.arguments])
        repaired = (await policy(server).repair(request)).proposal
    assert repaired is not None
    assert repaired.references["/lat"] == StepSource(step="p1", pointer="/lat")
