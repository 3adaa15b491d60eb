"""Proposals follow the last gradient's words: over many seeds, and nothing but the words counts."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.record import Attempt, Gradient, RecordContext, Step
from nodes.policies.base import Proposal, ProposeRequest
from nodes.policies.offline.proposing.propose import propose
from tests.fixtures.parcels import DEPOTS
from tool_registry.registry import ToolRegistry, load_registry

SEEDS = range(200)
CHAIN = [
    Step(id="s1", tool="find_parcel", arguments={"parcel_number": 1001}, result={"depot": DEPOTS[1], "weight_kg": 2.5}),
    Step(id="s2", tool="find_parcel", arguments={"parcel_number": 1003}, result={"depot": DEPOTS[3], "weight_kg": 4.5}),
]
seeds = st.integers(0, 2**64 - 1)
#: Words in which neither advice nor one of our names can stand.
placebos = st.lists(
    st.sampled_from("evening harvest meadow quietly remembered seven silver weather".split()), max_size=9
)


@cache
def registry() -> ToolRegistry:
    return load_registry(["python:tests.fixtures.parcels:TOOLS"])


def proposed(seed: int, words: str, **more: Any) -> list[Proposal]:
    specs = registry().specs
    values: dict[str, Any] = {
        "seed": seed,
        "iteration": 3,
        "target_calls": 6,
        "context": RecordContext(),
        "tools": specs,
        "steps": CHAIN,
        "chains": [["s1"], ["s2"]],
        "gradients": [Gradient(iteration=2, selected=[], text=words)],
        "batch": list(specs),
        "count": 2,
        "attempts": [],
    }
    return propose(ProposeRequest(**{**values, **more})).proposals


def used(proposals: list[Proposal]) -> set[str]:
    return {source.step for proposal in proposals for source in proposal.sources.values()}


def test_how_often_a_tool_is_tried_after_it_failed() -> None:
    def tried(words: str) -> Counter[str]:
        return Counter(proposal.tool for seed in SEEDS for proposal in proposed(seed, words, **opening))

    opening: dict[str, Any] = {"steps": [], "chains": []}
    usual = tried("")
    assert set(usual) == set(registry().names)
    for tool in usual:
        assert tried(f"p1: tool {tool} failed (timeout: no answer within 20 s)")[tool] == 0


def test_how_often_a_result_is_used_when_it_is_called_unused() -> None:
    def uses(words: str) -> Counter[str]:
        return Counter(step for seed in SEEDS for step in used(proposed(seed, words)))

    usual = uses("")
    assert min(usual["s1"], usual["s2"]) > 0.2 * len(SEEDS)
    for step, other in (("s1", "s2"), ("s2", "s1")):
        told = uses(f"Result {step} is unused.")
        assert told[step] == len(SEEDS) > usual[step]
        assert told[other] < 0.1 * len(SEEDS)


@pytest.mark.parametrize(("domain", "tools"), [("people", 2), ("parcels", 2)])
def test_a_domain_to_explore_is_tried_more_often(domain: str, tools: int) -> None:
    specs = registry().specs
    assert sum(spec.category == domain for spec in specs.values()) == tools

    def share(words: str) -> int:
        return sum(
            specs[p.tool].category == domain for seed in SEEDS for p in proposed(seed, words, steps=[], chains=[])
        )

    assert share(f"Explore the domains {domain}.") > 1.1 * share("")


@given(seeds, placebos)
def test_a_placebo_changes_nothing(seed: int, words: list[str]) -> None:
    assert proposed(seed, " ".join(words)) == proposed(seed, "")


@given(seeds, st.sampled_from(["find_parcel", "depot_staff", "manager_office"]))
def test_only_the_last_gradient_counts(seed: int, tool: str) -> None:
    old = Gradient(iteration=1, selected=[], text=f"Tool {tool} failed.")
    new = Gradient(iteration=2, selected=[], text="")
    assert proposed(seed, "", gradients=[old, new]) == proposed(seed, "")


@given(seeds)
def test_a_call_is_never_repeated(seed: int) -> None:
    first = proposed(seed, "")
    attempts = [Attempt(iteration=2, id=p.id, tool=p.tool, arguments=p.arguments, ok=True, result=1) for p in first]
    again = proposed(seed, "", attempts=attempts)
    assert not [p for p in again if any((p.tool, p.arguments) == (f.tool, f.arguments) for f in first)]
