"""Which records are reviewed, and in which order: the same for each reviewer, and for the same seed."""

import random
from collections.abc import Sequence

from toolgrad_data.review_page.order import Order
from toolgrad_data.review_page.records import Item


def draw(items: Sequence[Item], order: Order, limit: int | None, seed: int) -> list[Item]:
    """Return the first `limit` items in the order; `screened` and `disagreement` put first what has most of it.

    What is equal in that stays in the order of the file.
    """
    drawn = list(items)
    match order:
        case Order.random:
            random.Random(f"review {seed}").shuffle(drawn)
        case Order.screened:
            drawn.sort(key=lambda item: -item.screened)
        case Order.disagreement:
            drawn.sort(key=lambda item: item.doubt is None)
            drawn.sort(key=lambda item: item.doubt or (float("-inf"),), reverse=True)
        case Order.file:
            pass
    return drawn if limit is None else drawn[:limit]


def draw_audit(items: Sequence[Item], count: int, seed: int) -> list[Item]:
    """Return a sample in which length, turns, kinds and category are spread as in the whole, in random order.

    Systematic: the items, shuffled and then sorted by stratum, are taken at even distances from a random start, so each
    is as likely as any other and each stratum has its share, rounded up or down.
    """
    rng = random.Random(f"audit {seed}")
    shuffled = list(items)
    rng.shuffle(shuffled)
    shuffled.sort(key=lambda item: item.stratum)
    if count < len(shuffled):
        step = len(shuffled) / count
        start = rng.random() * step
        shuffled = [shuffled[min(int(start + number * step), len(shuffled) - 1)] for number in range(count)]
    rng.shuffle(shuffled)
    return shuffled
