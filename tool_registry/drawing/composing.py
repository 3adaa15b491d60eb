"""Composable batches: tools that can go on from what the chain has found, among others.

A random batch of 50 out of 500 holds few tools that fit together, so chains do not emerge. Here a share of the
batch takes what the chain's results give, a share gives what those tools still lack; where there is no chain yet, or
nothing goes on from it, a share opens one: tools with others that go on from them. The rest explores: tools in
turn, some with a partner that they can feed or be fed by.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

from tool_registry.drawing.tool_graph import Side, ToolPool
from tool_registry.drawing.value_kinds import Keys

#: Shares of the batch once there is a chain.
_CONSUMERS, _PRODUCERS = 0.15, 0.05
#: Share of the batch that opens something, where the chain leads nowhere.
_OPENINGS = 0.3
#: Share of the batch that is the sample's own, the same in each iteration, as far as there is room.
_THEME = 0.4
#: How many of the tools that explore bring a partner.
_PARTNER_CHANCE = 0.1
#: A tool that failed n times in this sample is drawn with this chance to the power of n; one that is in the chain
#: already, with the other.
_AFTER_FAILURE, _AFTER_USE = 0.25, 0.35
#: Keys are followed until this many draws in a row have found nothing new.
_MISSES_MAX = 40
#: Tools looked at for one that something can go on from.
_LOOKS_MAX = 120
#: Weaker links are not worth a place.
_WEIGHT_MIN = 0.3
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class BatchGoal:
    """What a batch is to go on from.

    `produced` are the keys of the chain's results, `failures` how often each tool failed in this sample, `used`
    how often it is in the chain. `run_seed`, `index` and `iteration` say whose batch it is: samples take turns.
    `target` is how many calls the chain is to have, `stuck` that the last iteration made it no longer.
    """

    produced: Keys = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    run_seed: int = 0
    index: int = 0
    iteration: int = 0
    target: int = 2
    stuck: bool = False

    def chance(self, name: str) -> float:
        """Return the chance, from 0 to 1, that a tool is taken when it is drawn."""
        return _AFTER_FAILURE ** self.failures.get(name, 0) * _AFTER_USE ** self.used.get(name, 0)


def draw_composable(
    pool: ToolPool, size: int, rng: random.Random, needs: BatchGoal, first: Sequence[str] = ()
) -> list[str]:
    """Return up to `size` different names: those that come `first`, then others in no telling order.

    The others are consumers, producers, openings and exploration.
    """
    size = min(size, len(pool))
    if not size:
        return []
    # A dict for its order: a set of names would give another batch in another process.
    first = first[:size]
    drawn: dict[str, None] = dict.fromkeys(first)
    found = 0
    if needs.produced:
        found = _follow(pool, "takes", needs.produced, drawn, round(size * _CONSUMERS), rng, needs)
        lacking = _lacking(pool, drawn, needs.produced)
        _follow(pool, "gives", lacking, drawn, round(size * _PRODUCERS), rng, needs)
    if (needs.stuck or not found) and needs.target > 1:
        _open(pool, drawn, round(size * _OPENINGS), rng, needs)
    for name in _explore(pool, size, rng, needs):
        if len(drawn) >= size:
            break
        if name in drawn:
            continue
        drawn[name] = None
        if len(drawn) < size and rng.random() < _PARTNER_CHANCE:
            traits = pool.traits(name)
            sides: list[tuple[Side, Keys]] = [("takes", traits.gives), ("gives", traits.takes)]
            rng.shuffle(sides)
            _ = any(_follow(pool, side, keys, drawn, 1, rng, needs) for side, keys in sides)
    batch = list(drawn)[len(first) : size]
    # A model reads a list from its beginning: the place should not tell what a tool is there for.
    rng.shuffle(batch)
    return [*first, *batch]


def _open(pool: ToolPool, drawn: dict[str, None], wanted: int, rng: random.Random, needs: BatchGoal) -> None:
    """Add `wanted` tools: such as others can go on from, the sample's own first, each with one that does."""
    until = len(drawn) + wanted
    looks = chain(_theme(pool, wanted * 2, needs), _in_turn(pool, _LOOKS_MAX, needs))
    for name in looks:
        if len(drawn) + 1 >= until:
            break
        if name in drawn or rng.random() >= needs.chance(name):
            continue
        drawn[name] = None
        if not _follow(pool, "takes", pool.traits(name).gives, drawn, 1, rng, needs):
            del drawn[name]


def _explore(pool: ToolPool, size: int, rng: random.Random, needs: BatchGoal) -> Iterator[str]:
    """Yield the sample's own tools, then others in random order; those that chance leaves out come last."""
    passed = []
    # A single call needs nothing that fits it.
    own = _theme(pool, round(size * _THEME), needs) if needs.target > 1 else _in_turn(pool, size, needs)
    others = (pool.name_at(number) for number in rng.sample(range(len(pool)), min(len(pool), size * 4)))
    for name in chain(own, others):
        likely = needs.chance(name)
        if likely < 1 and rng.random() >= likely:
            passed.append(name)
            continue
        yield name
    yield from passed
    yield from map(pool.name_at, range(len(pool)))


def _theme(pool: ToolPool, width: int, needs: BatchGoal) -> Iterator[str]:
    """Yield the tools that are this sample's own: neighbours in a few categories, where tools fit together.

    Samples take turns over all tools, in an order of categories that the run's seed decides, so that each tool is
    some sample's own equally often. Otherwise those that fit most chains would be in all of them.
    """
    counts = pool.categories()
    categories = sorted(counts)
    random.Random(needs.run_seed).shuffle(categories)
    ends = list(accumulate(counts[category] for category in categories))
    for turn in range(needs.index * width, needs.index * width + min(width, len(pool))):
        number = turn % len(pool)
        which = bisect_right(ends, number)
        category = categories[which]
        yield pool.name_in(category, number - (ends[which] - counts[category]))


def _in_turn(pool: ToolPool, width: int, needs: BatchGoal) -> Iterator[str]:
    """Yield `width` tools: every tool comes about equally often over the batches of a run, far apart.

    A low-discrepancy sequence (the golden ratio's multiples) over all tools, of which each sample and each of its
    iterations has a stretch of its own.
    """
    total = len(pool)
    shift = random.Random(f"{needs.run_seed} in turn").random()
    start = (needs.index + needs.iteration * 7919) * width
    for turn in range(start, start + width):
        yield pool.name_at(int((shift + turn * _GOLDEN) % 1.0 * total))


def _follow(
    pool: ToolPool,
    side: Side,
    keys: Keys,
    drawn: dict[str, None],
    wanted: int,
    rng: random.Random,
    needs: BatchGoal,
) -> int:
    """Add up to `wanted` tools that have one of the keys on the side; return how many there were.

    Rare keys are followed more often than common ones: a reference that two tools know says more than a date.
    """
    counts = {key: pool.count(side, key) for key in sorted(keys)}
    followed = [key for key, count in counts.items() if count]
    weights = [keys[key] / math.log2(2 + counts[key]) for key in followed]
    found = misses = 0
    while followed and found < wanted and misses < _MISSES_MAX:
        key = rng.choices(followed, weights)[0]
        found_there = pool.tool_at(side, key, rng.randrange(counts[key]))
        misses += 1
        if found_there is None:
            continue
        name, weight = found_there
        if name in drawn or weight * keys[key] < _WEIGHT_MIN * rng.random() or rng.random() >= needs.chance(name):
            continue
        drawn[name] = None
        found, misses = found + 1, 0
    return found


def _lacking(pool: ToolPool, drawn: dict[str, None], produced: Keys) -> Keys:
    """Return the keys of required parameters of the drawn tools that nothing in the chain fills."""
    lacking: Keys = {}
    for name in drawn:
        for keys in pool.traits(name).required:
            if not keys.keys() & produced.keys():
                lacking.update(keys)
    return lacking
