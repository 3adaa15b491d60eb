"""Samples made through the real client over HTTP, against simulated endpoints in the same process."""

from collections.abc import Iterable
from typing import Any

import pytest

from bench.endpoint.server import Running
from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from nodes.policies import kinds
from nodes.policies.model import client, endpoint, transport
from nodes.policies.model.limits import RetryLimits

WORKLOAD = "python:bench.workload:TOOLS"
WORKLOAD_20KB = "python:bench.workload:TOOLS_20KB"


def forget_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process without a key, but with waits between repeats that a test has time for."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(transport, "RetryLimits", lambda: RetryLimits(base_s=0.005, cap_s=0.05))
    endpoint.endpoint.cache_clear()
    kinds._openai.cache_clear()


close = client.close_clients


def context(running: Running, **changes: Any) -> Context:
    return Context.model_validate(
        {
            "tools": [WORKLOAD],
            "base_url": running.base_url,
            "proposer": "openai:simulated",
            "critic": "openai:simulated",
            "writer": "openai:simulated",
            "accept_per_iteration": 3,
            "calls": "6:100",
            "turns": "1:100",
            **changes,
        }
    )


async def samples(settings: Context, indices: Iterable[int], seed: int = 1) -> list[dict[str, Any]]:
    """The final states; a crash of the workflow is a crash of the test."""
    workflow = build_graph().compile()
    return [await workflow.ainvoke({"seed": seed, "index": index}, context=settings) for index in indices]


def accepted(finals: list[dict[str, Any]]) -> list[Record]:
    return [Record.model_validate(final["record"]) for final in finals if final["status"] == "accepted"]
