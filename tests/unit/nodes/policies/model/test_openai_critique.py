"""What a model is told to judge calls, and what comes of its answers."""

from typing import Any

import pytest

from graph.record import RoleUsage
from nodes.policies.base import PolicyError, Proposal
from tests.model_server import ModelServer, answer, text
from tests.unit.nodes.policies.model.conftest import TOOLS
from tests.unit.nodes.policies.model.deciding import BOOK, WAITING, critique_request, policy, report, verdicts


async def test_a_critique_selects_places_and_names_failures() -> None:
    reply = verdicts({"proposal": "p1", "keep": True, "chain": 0}, {"proposal": "p2", "keep": False})
    async with ModelServer([reply]) as server:
        critique = await policy(server).critique(critique_request(report("p1"), report("p2", ok=False)))
        told = server.asked[0].user
    assert [(choice.proposal, choice.chain) for choice in critique.selected] == [("p1", 0)]
    assert critique.gradient.startswith("Use s1.")
    assert "Tool sun_times failed: tool_error: polar night." in critique.gradient
    assert '"sunrise":"06:11"' in told
    assert "wanted: for the trip" in told
    assert "convert(" not in told, "tools that no report is of are not told again"


async def test_a_critic_sees_the_reserve_and_keeps_from_it_by_names_in_braces() -> None:
    reply = answer(
        {
            "verdicts": [
                {"proposal": "{p1}", "reason": "r", "keep": False, "chain": None},
                {"proposal": " {r2} ", "reason": "r", "keep": True, "chain": 0},
            ],
            "gradient": "{r2} has /minutes.",
            "concluded": True,
        }
    )
    request = critique_request(report("p1"), reserve=[WAITING], conclude_from=2)
    async with ModelServer([reply]) as server:
        critique = await policy(server).critique(request)
        told = server.asked[0].user
    assert [choice.proposal for choice in critique.selected] == ["r2"]
    assert (critique.gradient, critique.concluded) == ("{r2} has /minutes.", True)
    assert "{p1} sun_times(" in told
    assert '{r2} sun_times(lat=35.5523, lon=1, date="2026-03-02") = {"sunrise":"06:11"' in told
    assert "fewer good calls are better than more" in told
    assert "(2 calls at least)" in told


async def test_a_critic_is_told_that_reads_beside_a_change_do_not_see_it() -> None:
    booked = report("p2", proposal=Proposal(id="p2", tool="book", arguments={"amount": 5, "to": "EUR"}))
    async with ModelServer([verdicts({"proposal": "p1", "keep": True})]) as server:
        await policy(server).critique(critique_request(report("p1")))
        await policy(server).critique(critique_request(report("p1"), booked, tools={**TOOLS, "book": BOOK}))
        plain, beside = (asked.user for asked in server.asked)
    assert "as it was before them" not in plain
    assert "as it was before them" in beside


async def test_a_reserve_is_judged_where_nothing_new_worked() -> None:
    reply = verdicts({"proposal": "{r2}", "keep": True})
    async with ModelServer([reply]) as server:
        critique = await policy(server).critique(critique_request(report("p1", ok=False), reserve=[WAITING]))
        assert "ends the chain" not in server.asked[0].user, "where it may not"
    assert [choice.proposal for choice in critique.selected] == ["r2"]


@pytest.mark.parametrize("said", [None, "no", "false", 0, {}, "maybe"])
async def test_only_a_clear_word_ends_a_chain(said: Any) -> None:
    document = {"verdicts": [{"proposal": "p1", "reason": "", "keep": True}], "gradient": "g", "concluded": said}
    async with ModelServer([answer(document)]) as server:
        assert not (await policy(server).critique(critique_request(report("p1")))).concluded


@pytest.mark.parametrize(
    ("chain", "read"), [(0, 0), ("0", 0), ("chain 0", 0), ("new", None), (7, 7), (-1, None), (True, None)]
)
async def test_a_place_is_read(chain: Any, read: int | None) -> None:
    async with ModelServer([verdicts({"proposal": "p1", "keep": True, "chain": chain})]) as server:
        critique = await policy(server).critique(critique_request(report("p1")))
    assert critique.selected[0].chain == read


async def test_without_a_call_that_worked_no_model_is_asked() -> None:
    async with ModelServer([text("")]) as server:
        critique = await policy(server).critique(critique_request(report("p1", ok=False)))
        nothing = await policy(server).critique(critique_request())
        assert not server.asked
    assert "sun_times failed" in critique.gradient
    assert nothing.gradient
    assert nothing.usage == RoleUsage()


@pytest.mark.parametrize(
    "bad",
    [
        verdicts(),
        verdicts({"proposal": "p9", "keep": True}),
        verdicts({"proposal": "p1", "keep": True}, gradient="  "),
        verdicts({"proposal": "p1", "keep": "perhaps"}),
        verdicts({"proposal": "p1", "keep": True, "chain": 1.5}, gradient=""),
    ],
)
async def test_an_unsound_critique_is_told_once(bad: Any) -> None:
    async with ModelServer([bad]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await policy(server).critique(critique_request(report("p1")))
        assert len(server.asked) == 2


async def test_a_large_result_is_a_view() -> None:
    large = report("p1", result={"rows": [{"text": "y" * 500} for _ in range(200)]})
    async with ModelServer([verdicts({"proposal": "p1", "keep": True})]) as server:
        await policy(server).critique(critique_request(large))
        assert len(server.asked[0].user) < 3_000
        assert "items]" in server.asked[0].user
