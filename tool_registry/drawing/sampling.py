"""The mini-batch: which tools an iteration may look at."""

import random
from collections.abc import Mapping, Sequence
from typing import Literal

from tool_registry.drawing.composing import BatchGoal, draw_composable
from tool_registry.drawing.tool_graph import MemoryPool, ToolPool
from tool_registry.spec import ToolSpec

Strategy = Literal["uniform", "stratified", "composable"]


def draw_batch(
    tools: Mapping[str, ToolSpec] | ToolPool,
    size: int,
    strategy: Strategy,
    rng: random.Random,
    needs: BatchGoal | None = None,
    first: Sequence[str] = (),
) -> list[str]:
    """Return up to `size` different tool names: those that come `first`, then others in the order drawn.

    The draw depends on the generator, the names and what the strategy looks at, not on the mapping's order.
    `uniform` draws every tool alike, as the paper does. `stratified` takes one tool of each category in turn,
    so that a domain of 500 tools does not crowd out one of five: categories differ by at most one tool
    until the smaller of them is used up. `composable` mixes tools that can go on from the chain with others
    (see `draw_composable`); `needs` tells it of the chain. Raises ValueError for a negative size or an unknown
    strategy.
    """
    if size < 0:
        raise ValueError(f"a batch of {size} tools cannot be drawn: the size is 0 or more")
    pool = MemoryPool(tools) if isinstance(tools, Mapping) else tools
    drawn = dict.fromkeys(first[:size])
    if strategy == "uniform":
        numbers = rng.sample(range(len(pool)), min(size, len(pool)))
        return list(drawn | dict.fromkeys(map(pool.name_at, numbers)))[:size]
    if strategy == "composable":
        return draw_composable(pool, size, rng, needs or BatchGoal(), list(drawn))
    if strategy != "stratified":
        raise ValueError(f"unknown sampling strategy {strategy!r}: uniform, stratified or composable")
    counts = pool.categories()
    categories = sorted(counts)
    rng.shuffle(categories)
    left = {name: rng.sample(range(counts[name]), min(counts[name], size)) for name in categories}
    while len(drawn) < min(size, len(pool)) and any(left.values()):
        for category in categories:
            if left[category] and len(drawn) < size:
                drawn[pool.name_in(category, left[category].pop())] = None
    return list(drawn)
