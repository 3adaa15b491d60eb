"""Whatever the pipeline accepts keeps its promises: any seed, length and tools, whoever decides, however badly."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bench.endpoint.server import sensible_endpoint
from graph.context import Context
from graph.record import Record
from nodes.proofs import prove
from tests.integration import simulated
from tests.integration.workflow import sample, settings
from tool_registry.registry import get_registry
from toolgrad_data.verify.replay import replay

TOOLS = {
    "builtin": ["builtin"],
    "parcels": ["python:tests.fixtures.parcels:TOOLS"],
}


async def assert_verified(final: dict[str, Any], context: Context) -> None:
    """Prove an accepted record again, with replay; a rejected one says why it is."""
    if final["status"] != "accepted":
        assert final["reasons"]
        return
    record = Record.model_validate(final["record"])
    assert prove(record).findings == []
    again = await replay(record, await get_registry(context.tools), context)
    assert again.findings == []
    assert not again.unchecked


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**40),
    index=st.integers(0, 10_000),
    target=st.integers(1, 8),
    tools=st.sampled_from(["builtin", "builtin", "parcels"]),
    sampling=st.sampled_from(["uniform", "stratified", "composable"]),
)
def test_offline_records_verify(seed: int, index: int, target: int, tools: str, sampling: str) -> None:
    context = settings(tools=TOOLS[tools], sampling=sampling)
    final = asyncio.run(sample(context, seed=seed, index=index, target_calls=target))
    asyncio.run(assert_verified(final, context))


@pytest.mark.parametrize("rate", [0.2, 0.6])
@pytest.mark.usefixtures("fresh_process")
async def test_records_of_a_model_that_errs_verify(rate: float) -> None:
    async with sensible_endpoint(["builtin"], bad_decisions=rate) as running:
        context = simulated.context(running, tools=["builtin"], calls="1:30,3:40,5:30")
        finals = await simulated.samples(context, range(8))
    for final in finals:
        await assert_verified(final, context)
    assert sum(final["status"] == "accepted" for final in finals) >= 2
