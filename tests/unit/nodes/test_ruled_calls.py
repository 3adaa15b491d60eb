"""A call that a rule forbids is not made; one that waits is made once what its rule looks at is there."""

from types import SimpleNamespace
from typing import Any

from graph.context import Context
from graph.record import Gradient
from graph.routing import route_proposals
from graph.state import State
from nodes.execute_call import execute_call
from nodes.policies.base import Proposal, Proposals, ProposeRequest
from nodes.policies.model.sections import setting
from nodes.propose_calls import sound_proposals
from nodes.sample import Sample, record_context
from nodes.update_chain import update_chain
from tests.integration.desk_samples import settings

CONTEXT = settings(rules="ticket-desk")
LOOKED_UP: dict[str, Any] = {
    "id": "s1",
    "tool": "get_ticket",
    "arguments": {"ticket": "T-1001"},
    "result": {"priority": "P2", "has_agent": True},
    "sources": {},
    "after": [],
}
CLOSE = {"id": "p1", "tool": "close_ticket", "arguments": {"ticket": "T-1001"}}


async def attempts(context: Context, proposals: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[Any]:
    state: Any = {"proposals": proposals, "steps": steps, "ruled": True, "stateful": ["close_ticket", "get_ticket"]}
    made = []
    sends = route_proposals(state)
    assert not isinstance(sends, str)
    for send in sends:
        send.arg["call"]["accepted"] = []  # the desk is as it was
        made += (await execute_call(send.arg, SimpleNamespace(context=context)))["attempts"]  # type: ignore[arg-type]
    return made


async def test_a_call_that_a_rule_forbids_is_not_made_and_says_why() -> None:
    urgent = {"id": "p1", "tool": "create_ticket", "arguments": {"subject": "it burns", "priority": "P1"}}
    (made,) = await attempts(CONTEXT, [urgent], [])
    assert made["error"]["kind"] == "forbidden_by_rule"
    assert made["error"]["message"].startswith("the rule forbids it: Only the shift lead opens urgent tickets (P1)")
    assert not made["error"]["retryable"]
    assert made["arguments"] == urgent["arguments"]
    assert made["repairs"] == 0
    (made,) = await attempts(CONTEXT.model_copy(update={"rules": None}), [urgent], [])
    assert made["ok"]


async def test_a_call_waits_for_what_its_rule_looks_at() -> None:
    (made,) = await attempts(CONTEXT, [CLOSE], [])
    assert made["error"]["kind"] == "forbidden_by_rule"
    assert made["error"]["retryable"]
    assert "get_ticket was not called with the same /ticket" in made["error"]["message"]
    (made,) = await attempts(CONTEXT, [CLOSE], [LOOKED_UP])
    assert made["ok"]


async def test_it_may_be_proposed_again_where_one_that_is_forbidden_may_not() -> None:
    sample = await Sample.open({"batch": ["close_ticket"]}, SimpleNamespace(context=CONTEXT))  # type: ignore[arg-type]
    for error, count in (({"retryable": True}, 1), ({"retryable": False}, 0)):
        failed = {"kind": "forbidden_by_rule", "message": "the rule", **error}
        attempt = {**CLOSE, "iteration": 1, "ok": False, "error": failed}
        view = sample.view("propose")
        request = ProposeRequest.model_validate({**view, "batch": ["close_ticket"], "count": 2, "attempts": [attempt]})
        sound = sound_proposals(Proposals(proposals=[Proposal.model_validate(CLOSE)]), request)
        assert len(sound.proposals) == count


async def test_the_chain_takes_no_call_that_breaks_a_rule_after_what_was_kept() -> None:
    def opened(number: int) -> dict[str, Any]:
        arguments = {"subject": f"lamp {number} is dark"}
        return {"id": f"p{number}", "tool": "create_ticket", "arguments": arguments, "iteration": 1, "ok": True}

    gradient = Gradient(iteration=1, selected=["p1", "p2", "p3"], text="{p3} was kept.").model_dump()
    state: State = {
        "iteration": 1,
        "attempts": [{**opened(number), "result": {"ticket": f"T-100{number}"}} for number in (1, 2, 3)],
        "selection": [{"proposal": f"p{number}", "chain": None} for number in (1, 2, 3)],
        "gradients": [gradient],
    }
    update = await update_chain(state, SimpleNamespace(context=CONTEXT))  # type: ignore[arg-type]
    assert [step["id"] for step in update["steps"]] == ["s1", "s2"]
    (note,) = update["gradients"][0]["notes"]
    assert note["kind"] == "breaks_rule"
    assert "Open at most two tickets" in note["message"]


async def test_who_decides_is_shown_the_rules() -> None:
    sample = await Sample.open({}, SimpleNamespace(context=CONTEXT))  # type: ignore[arg-type]
    view = sample.view("propose")
    words = setting(view["context"], view["policy"])
    assert "4. Look a ticket up before you close it" in words
    assert '"Amina"' in words
    assert "policy" not in setting(record_context(Context()))
