"""The mini-batch: which tools an iteration may look at."""

import random
from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

from tool_registry.spec import ToolSpec


def draw_batch(
    specs: Mapping[str, ToolSpec],
    size: int,
    strategy: Literal["uniform", "stratified"],
    rng: random.Random,
) -> list[str]:
    """Return up to `size` different tool names, in the order drawn.

    The draw depends on the generator, the names and (stratified) the categories, not on the mapping's order.
    `uniform` draws every tool alike, as the paper does. `stratified` takes one tool of each category in turn,
    so that a domain of 500 tools does not crowd out one of five: categories differ by at most one tool
    until the smaller of them is used up. Raises ValueError for a negative size or an unknown strategy.
    """
    if size < 0:
        raise ValueError(f"a batch of {size} tools cannot be drawn: the size is 0 or more")
    names = sorted(specs)
    if strategy == "uniform":
        return rng.sample(names, min(size, len(names)))
    if strategy != "stratified":
        raise ValueError(f"unknown sampling strategy {strategy!r}: uniform or stratified")
    by_category: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        by_category[specs[name].category].append(name)
    categories = sorted(by_category)
    rng.shuffle(categories)
    for category in categories:
        rng.shuffle(by_category[category])
    drawn: list[str] = []
    while len(drawn) < min(size, len(names)):
        for category in categories:
            if by_category[category] and len(drawn) < size:
                drawn.append(by_category[category].pop())
    return drawn
