"""Which tools to hold out so that the test calls nothing that training calls or offers, and few records are lost.

A record that calls tools of both sides fits neither. So what is called together is held out together, as far as it
goes: from several beginnings a set of groups grows by the one that brings the most test records for those it loses.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

#: Beginnings that are tried; the one that loses least for what it gains is taken.
_TRIES = 24
#: A set is large enough from this share of what was asked for on, and too large from the other one.
_ENOUGH, _OVERSHOOT = 0.95, 1.2


@dataclass
class _Growth:
    """A set of groups that grows: the records all of whose groups are in it, and those of which only some are."""

    sets: dict[frozenset[str], int]
    held: set[str] = field(default_factory=set)
    inside: int = 0
    torn: int = 0

    def with_group(self, group: str) -> tuple[int, int]:
        """Return how many records are inside, and how many are torn, once the group is added."""
        inside, torn = self.inside, self.torn
        for groups, count in self.sets.items():
            if group in groups:
                left = len(groups - self.held)
                inside += count if left == 1 else 0
                torn += count * ((left > 1) - (left < len(groups)))
        return inside, torn

    def add(self, group: str) -> None:
        """Hold the group out."""
        self.inside, self.torn = self.with_group(group)
        self.held.add(group)


def draw_unseen(groups: Sequence[frozenset[str]], target: float, rng: random.Random) -> frozenset[str]:
    """Return the groups to hold out, given those that each record calls: about `target` records call them alone."""
    sets = Counter(groups)
    names = sorted(frozenset().union(*groups)) if groups else []
    found: list[tuple[tuple[bool, float, list[str]], frozenset[str]]] = []
    for first in rng.sample(names, min(_TRIES, len(names))):
        growth = _Growth(dict(sets))
        growth.add(first)
        while growth.inside < target * _ENOUGH:
            options = [(name, *growth.with_group(name)) for name in names if name not in growth.held]
            fitting = [one for one in options if one[1] <= target * _OVERSHOOT and one[1] + one[2] < len(groups)]
            if not fitting:
                break
            # The more records a group brings, the more may be torn for it.
            best = max(
                fitting, key=lambda one: ((one[1] - growth.inside + 1) / (max(0, one[2] - growth.torn) + 1), one[0])
            )
            growth.add(best[0])
        small = growth.inside < target * _ENOUGH
        loss = growth.torn / growth.inside if growth.inside else float("inf")
        found.append(((small, loss, sorted(growth.held)), frozenset(growth.held)))
    return min(found, key=lambda one: one[0])[1] if found else frozenset()
