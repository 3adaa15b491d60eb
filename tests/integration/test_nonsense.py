"""Nothing that a model says may crash a sample, run it without end, or get a bad record accepted."""

import copy

import pytest

from bench.endpoint.chat import ChatOptions, Form
from bench.endpoint.server import sensible_endpoint, serving
from bench.nonsense import MANNERS, Manner, nonsense
from bench.promises import broken_promises, most_calls
from tests.integration.simulated import WORKLOAD, accepted, context, samples
from tool_registry.registry import get_registry

pytestmark = pytest.mark.usefixtures("fresh_process")


@pytest.mark.parametrize("manner", MANNERS)
async def test_nonsense_ends_within_the_limits_and_breaks_no_promise(manner: Manner) -> None:
    registry = await get_registry([WORKLOAD])
    async with serving(nonsense(manner)) as running:
        settings = context(running, max_iterations=4, calls="2:100")
        for index in range(6):
            before = running.chat.stats.requests
            [final] = await samples(settings, [index])
            assert final["status"] in ("accepted", "rejected")
            assert final["reasons"] or final["status"] == "accepted"
            assert 0 < running.chat.stats.requests - before <= most_calls(settings)
            for record in accepted([final]):
                assert await broken_promises(record, registry) == []


@pytest.mark.parametrize("form", ["tools", "json_object", "text"])
async def test_nonsense_in_other_forms(form: Form) -> None:
    async with serving(nonsense("any"), ChatOptions(accepts=(form,))) as running:
        settings = context(running, max_iterations=2, calls="2:100")
        finals = await samples(settings, range(4))
        # Going down the ladder takes a refused request a rung, once a process.
        assert running.chat.stats.requests <= 4 * most_calls(settings) + 3
    assert all(final["status"] for final in finals)


@pytest.mark.parametrize("role", ["proposer", "critic", "writer"])
async def test_one_senseless_role_among_sensible_ones(role: str) -> None:
    registry = await get_registry([WORKLOAD])
    async with serving(nonsense("any")) as senseless:
        settings = context(
            senseless, **dict.fromkeys({"proposer", "critic", "writer"} - {role}, "offline"), max_iterations=3
        )
        finals = await samples(settings, range(6))
    for record in accepted(finals):
        assert await broken_promises(record, registry) == []
    if role == "writer":
        assert not accepted(finals), "a senseless query says none of what the calls need"


async def test_the_judge_of_these_tests_sees_what_is_broken() -> None:
    registry = await get_registry([WORKLOAD])
    async with sensible_endpoint([WORKLOAD]) as running:
        [record] = accepted(await samples(context(running, calls="3:100"), [0]))
    assert await broken_promises(record, registry) == []
    told = copy.deepcopy(record)
    told.turns[0].steps[-1].result["name"] = "Somewhere else"
    assert any("does not answer this" in words for words in await broken_promises(told, registry))
    told = copy.deepcopy(record)
    told.turns[0].query = "Could you look it up?"
    assert any(words.startswith("grounded") for words in await broken_promises(told, registry))
