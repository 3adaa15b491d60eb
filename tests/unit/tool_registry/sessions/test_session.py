"""Sessions: what one does no other sees, and none is opened for nothing."""

import asyncio
from typing import Any

import pytest

from tests.fixtures.counters import Managed
from tests.unit.tool_registry.sessions.making import LIMITS, counters, registry_of
from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.sessions.session import ToolSession, open_session
from tool_registry.tool import LoadError


async def total(session: ToolSession) -> Any:
    result = await session.execute("total", {}, **LIMITS)
    assert result.ok, result.error
    return result.content


@pytest.mark.parametrize("attribute", ["Counter", "make", "ONE", "METHODS", "Managed"])
async def test_sessions_share_nothing(attribute: str) -> None:
    registry = registry_of(counters(attribute))
    async with await open_session(registry) as one, await open_session(registry) as other:
        for amount in (2, 3):
            assert (await one.execute("add", {"amount": amount}, **LIMITS)).ok
        assert await total(one) == {"value": 5, "log": [2, 3]}
        assert await total(other) == {"value": 0, "log": []}
    async with await open_session(registry) as later:
        assert await total(later) == {"value": 0, "log": []}


async def test_a_call_outside_of_a_session_leaves_nothing_behind() -> None:
    registry = registry_of()
    for _ in range(2):
        result = await execute(registry.get("add"), {"amount": 7}, **LIMITS)
        assert result.content == {"value": 7}


async def test_nothing_is_opened_for_what_may_not_run() -> None:
    registry = registry_of(counters("Managed"))
    Managed.notes.clear()
    async with await open_session(registry) as session:
        refused = await session.execute("add", {"amount": 1}, **{**LIMITS, "permissions": Permissions()})
        assert refused.error is not None
        assert refused.error.kind == "not_allowed"
        assert Managed.notes == []
        assert (await session.execute("add", {"amount": 1}, **LIMITS)).ok
        assert Managed.notes == ["entered"]
    assert Managed.notes == ["entered", "left"]


async def test_calls_of_a_session_run_one_after_the_other() -> None:
    async with await open_session(registry_of()) as session:
        calls = [session.execute("add", {"amount": 1}, **LIMITS) for _ in range(20)]
        values = [result.content["value"] for result in await asyncio.gather(*calls)]
        assert values == list(range(1, 21))


async def test_after_a_timeout_the_state_is_not_known() -> None:
    async with await open_session(registry_of()) as session:
        late = await session.execute("slow_add", {"amount": 1}, **{**LIMITS, "timeout_s": 0.05})
        assert late.error is not None
        assert late.error.kind == "timeout"
        after = await session.execute("total", {}, **LIMITS)
        assert after.error is not None
        assert after.error.kind == "unavailable"
        assert "slow_add took too long" in after.error.message
        await session.forget()
        assert await total(session) == {"value": 0, "log": []}


async def test_states_of_two_sessions_are_equal_when_the_same_was_done() -> None:
    registry = registry_of()
    source = registry.stateful_source("add")
    assert source is not None
    async with await open_session(registry) as one, await open_session(registry) as other:
        assert await one.state(source, 5) == await other.state(source, 5) is not None
        await one.execute("add", {"amount": 2}, **LIMITS)
        assert await one.state(source, 5) != await other.state(source, 5)
        await other.execute("add", {"amount": 2}, **LIMITS)
        await total(other)
        assert await one.state(source, 5) == await other.state(source, 5)
    with pytest.raises(RuntimeError, match="closed"):
        await one.state(source, 5)


async def test_a_closed_session_says_so() -> None:
    session = await open_session(registry_of())
    await session.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await session.execute("total", {}, **LIMITS)


@pytest.mark.parametrize(
    ("attribute", "says"),
    [
        ("LOCKED", "cannot be copied for each sample.*name a class"),
        ("FUNCTIONS", "double keeps its state outside"),
        ("double", "it needs amount; name a class"),
        ("Needs", "it needs path; name a class"),
        ("shared", "gives the same object each time"),
    ],
)
def test_what_cannot_be_made_again_is_refused(attribute: str, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        registry_of(counters(attribute))


def test_the_sessions_belong_to_no_loop() -> None:
    session = ToolSession(registry_of())
    for expected in (1, 2):
        result = asyncio.run(session.execute("add", {"amount": 1}, **LIMITS))
        assert result.content == {"value": expected}
    asyncio.run(session.aclose())
