import random
from collections import Counter
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tool_registry.making import spec
from tool_registry.drawing.sampling import draw_batch
from tool_registry.spec import ToolSpec

Strategy = Literal["uniform", "stratified", "composable"]
STRATEGIES = st.sampled_from(["uniform", "stratified", "composable"])
CATEGORIES = st.lists(st.integers(1, 8), min_size=1, max_size=8)


def tools(sizes: list[int]) -> dict[str, ToolSpec]:
    return {
        name: spec(name, category=f"category {category}")
        for category, size in enumerate(sizes)
        for name in (f"t{category}_{n}" for n in range(size))
    }


@settings(deadline=None)
@given(CATEGORIES, st.integers(0, 80), STRATEGIES, st.integers(), st.randoms())
def test_a_draw_depends_on_the_seed_alone(
    sizes: list[int], size: int, strategy: Strategy, seed: int, shuffler: random.Random
) -> None:
    specs = tools(sizes)
    shuffled = list(specs.items())
    shuffler.shuffle(shuffled)
    drawn = draw_batch(specs, size, strategy, random.Random(seed))
    assert drawn == draw_batch(dict(shuffled), size, strategy, random.Random(seed))
    assert len(drawn) == len(set(drawn)) == min(size, len(specs))
    assert set(drawn) <= set(specs)


@settings(deadline=None)
@given(CATEGORIES, st.integers(0, 80), STRATEGIES, st.integers(), st.integers(0, 6))
def test_what_comes_first_is_in_the_batch_and_the_rest_is_filled(
    sizes: list[int], size: int, strategy: Strategy, seed: int, many: int
) -> None:
    specs = tools(sizes)
    first = random.Random(seed).sample(sorted(specs), min(many, len(specs)))
    drawn = draw_batch(specs, size, strategy, random.Random(seed), first=first)
    assert drawn[: len(first)] == first[:size]
    assert len(drawn) == len(set(drawn)) == min(size, len(specs))


@settings(deadline=None)
@given(CATEGORIES, st.integers(0, 80), st.integers())
def test_stratified_spreads_evenly(sizes: list[int], size: int, seed: int) -> None:
    specs = tools(sizes)
    drawn = Counter(specs[name].category for name in draw_batch(specs, size, "stratified", random.Random(seed)))
    most = max(drawn.values(), default=0)
    for category, available in Counter(each.category for each in specs.values()).items():
        assert drawn[category] >= min(most - 1, available)


def test_uniform_draws_every_tool_alike() -> None:
    specs = tools([90, 10])
    rng = random.Random(5)
    drawn = Counter(name for _ in range(2000) for name in draw_batch(specs, 10, "uniform", rng))
    assert all(120 < drawn[name] < 280 for name in specs)


def test_stratified_draws_all_categories_and_all_tools_in_time() -> None:
    specs = tools([90, 2])
    rng = random.Random(5)
    first = Counter(specs[draw_batch(specs, 1, "stratified", rng)[0]].category for _ in range(1000))
    assert all(400 < count < 600 for count in first.values())
    assert {name for _ in range(1000) for name in draw_batch(specs, 4, "stratified", rng)} == set(specs)


def test_seeds_differ() -> None:
    specs = tools([20, 20])
    for strategy in ("uniform", "stratified"):
        assert len({tuple(draw_batch(specs, 5, strategy, random.Random(n))) for n in range(50)}) > 45


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        draw_batch(tools([3]), -1, "uniform", random.Random(0))
    with pytest.raises(ValueError, match="uniform, stratified or composable"):
        draw_batch(tools([3]), 1, "best", random.Random(0))  # type: ignore[arg-type]
    assert draw_batch({}, 5, "stratified", random.Random(0)) == []
