"""One branch that goes wrong costs its own call and nothing else, and says what it was."""

from typing import Any

import pytest

from nodes.policies import kinds
from nodes.policies.base import Policy, PolicyError, ProposeRequest
from nodes.policies.offline.policy import OfflinePolicy
from tests.fixtures.policies import BrokenRepair, CarelessWriter
from tests.integration.workflow import Json, compiled, history, sample, settings, thread, tools


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let a policy of the test make the offline decisions."""

    def use(policy: Policy) -> Policy:
        monkeypatch.setattr(kinds, "_offline", lambda: policy)
        return policy

    return use


def failures(record: Json) -> dict[str, Json]:
    return {attempt["tool"]: attempt["error"] for attempt in record["attempts"] if not attempt["ok"]}


async def test_tools_that_raise_and_hang_are_typed_failures_beside_one_that_works() -> None:
    context = settings(tools=tools("MIXED", "trouble"), tool_timeout_s=0.1, max_call_retries=0)
    output = await sample(context, target_calls=2)
    record = output["record"]
    assert output["status"] == "accepted"
    assert {step["tool"] for step in record["turns"][0]["steps"]} == {"letter_postage"}
    found = failures(record)
    assert {tool: error["kind"] for tool, error in found.items()} == {
        "raising_scale": "tool_error",
        "hanging_scale": "timeout",
    }
    assert "the scale is broken" in found["raising_scale"]["message"]
    assert record["meta"]["tool_failures"] == sum(not attempt["ok"] for attempt in record["attempts"])


async def test_the_gradient_names_what_failed() -> None:
    output = await sample(settings(tools=tools("MIXED", "trouble"), tool_timeout_s=0.1, max_call_retries=0))
    assert "tool raising_scale failed (tool_error: " in output["record"]["gradients"][0]["text"]


@pytest.mark.parametrize("error", [RuntimeError("a bug in the policy"), KeyError("no such thing")])
async def test_a_bug_inside_a_branch_leaves_the_other_branches_alone(decide: Any, error: Exception) -> None:
    decide(BrokenRepair(error))
    graph = compiled()
    output = await sample(settings(), graph, target_calls=3)
    assert output["status"] == "accepted"
    crashed = [attempt for attempt in output["record"]["attempts"] if not attempt["ok"]]
    assert crashed
    for attempt in crashed:
        assert attempt["error"]["kind"] == "tool_error"
        assert type(error).__name__ in attempt["error"]["message"]
    for iteration in range(1, output["record"]["meta"]["iterations"] + 1):
        tried = [attempt for attempt in output["record"]["attempts"] if attempt["iteration"] == iteration]
        assert [attempt["ok"] for attempt in tried] == [False, *[True] * (len(tried) - 1)]
        assert len(tried) > 1
    assert (await history(graph))[-1].next == ()


async def test_a_repair_that_a_policy_gives_up_on_is_told(decide: Any) -> None:
    decide(BrokenRepair(PolicyError("the model is down")))
    graph = compiled()
    output = await sample(settings(), graph, target_calls=1)
    assert output["status"] == "accepted"
    failed = [attempt for attempt in output["record"]["attempts"] if not attempt["ok"]]
    assert [attempt["error"]["kind"] for attempt in failed] == ["invalid_arguments"]
    told = (await graph.aget_state(thread())).values["policy_failures"]
    assert [(failure["role"], failure["message"]) for failure in told] == [("repair", "the model is down")]


class _NoProposals(OfflinePolicy):
    async def propose(self, request: ProposeRequest) -> Any:
        raise PolicyError("no model today")


async def test_a_proposer_that_fails_ends_in_a_rejection_that_says_why(decide: Any) -> None:
    decide(_NoProposals())
    output = await sample(settings(patience=2))
    assert output["status"] == "rejected"
    assert "propose: no model today" in output["reasons"]
    assert output["record"]["meta"]["iterations"] == 2


async def test_the_second_draft_is_accepted_when_the_first_fails_its_proofs(decide: Any) -> None:
    writer = decide(CarelessWriter(careless=1))
    output = await sample(settings(), target_calls=2)
    assert output["status"] == "accepted"
    assert output["record"]["meta"]["repairs"] == 1
    first, second = writer.asked
    assert (first.findings, first.previous) == ([], None)
    assert "tool_name" in {finding.code for finding in second.findings}
    assert second.previous.turns[0].query.text.endswith(f"Use {second.steps[0].tool} for it.")


@pytest.mark.parametrize("repairs", [0, 1, 3])
async def test_without_a_repair_left_the_sample_is_rejected_with_the_findings(decide: Any, repairs: int) -> None:
    writer = decide(CarelessWriter())
    output = await sample(settings(max_repairs=repairs), target_calls=2)
    record = output["record"]
    assert output["status"] == "rejected"
    assert len(writer.asked) == repairs + 1
    assert record["meta"]["repairs"] == repairs
    assert record["reasons"] == output["reasons"]
    assert any(reason.startswith("natural: ") for reason in output["reasons"])
    assert record["verification"]["natural"] is False
    assert record["turns"][0]["steps"]  # what was made is kept
