"""A chain cut into groups of calls, one after another, none of which needs what a later one gives.

A cut before a call that takes a value or a result of what came before makes a follow-up that goes on from it; a cut
before a call that has nothing in common with it makes a change of subject. Of all cuts of a few orders of the calls the
one with the most links is taken, found exactly: what a group is worth depends on what stands before it, not on how that
was cut.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nodes.dialogues.given import Chain

#: What a group is worth whose calls take a result of an earlier one, a value of an earlier one, or neither.
_RESULT, _VALUE, _NEITHER = 1.0, 0.8, -1.5
#: What a group loses for each further call in it that goes on from nothing before or in it: another subject.
_SUBJECT = 0.6
#: By how much groups of unlike length are worse, for each call more or less than the mean, squared.
_UNEVEN = 0.06
#: How far chance decides between cuts that are as good.
_CHANCE = 0.2


def cut(chain: Chain, groups: int, rng: random.Random) -> list[list[str]]:
    """Return the ids of the chain's steps in `groups` groups, in fewer where there are not so many steps."""
    ids = list(chain.by_id)
    groups = max(1, min(groups, len(ids)))
    if groups == 1:
        return [ids]
    orders = [ids]
    by_lines = line_by_line(chain)
    if by_lines != ids:
        orders.append(by_lines)
    found = [_best(chain, order, groups, rng) for order in orders]
    return max(found, key=lambda each: each[0])[1]


def line_by_line(chain: Chain) -> list[str]:
    """Return the steps so that each comes soon after what it goes on from, and after all that it needs."""
    waiting = list(chain.by_id)
    order: list[str] = []
    while waiting:
        ready = [name for name in waiting if chain.needs[name] <= set(order)]
        last = set(order[-1:])
        name = next((each for each in ready if chain.by_id[each].uses() & last), None)
        name = name or next((each for each in ready if chain.by_id[each].uses() & set(order)), None)
        name = name or next((each for each in ready if chain.shares(each, order)), ready[0])
        order.append(name)
        waiting.remove(name)
    return order


@dataclass(frozen=True)
class Link:
    """What a call takes of earlier ones."""

    result: bool
    value: bool

    def __bool__(self) -> bool:
        return self.result or self.value


def link(chain: Chain, step: str, earlier: Sequence[str]) -> Link:
    """Return what the step takes of the earlier ones: a result, or a value that the person gave for one."""
    uses = chain.by_id[step].uses() | set(chain.by_id[step].after)
    return Link(result=bool(uses & set(earlier)), value=chain.shares(step, earlier))


def _best(chain: Chain, order: list[str], groups: int, rng: random.Random) -> tuple[float, list[list[str]]]:
    """Return the worth of the best cut of the order, and the cut."""
    mean = len(order) / groups
    chance = [rng.random() * _CHANCE for _ in order]

    @cache
    def worth(start: int, end: int) -> float:
        value = chance[start] - _UNEVEN * (end - start - mean) ** 2
        if start:
            links = [link(chain, name, order[:start]) for name in order[start:end]]
            value += _RESULT if any(each.result for each in links) else _VALUE if any(links) else _NEITHER
        openings = sum(not link(chain, order[place], order[:place]) for place in range(start + 1, end))
        return value - _SUBJECT * openings

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        if left == 1:
            return worth(start, len(order)), (len(order),)
        ends = range(start + 1, len(order) - left + 2)
        tails = ((end, best(end, left - 1)) for end in ends)
        return max(((worth(start, end) + tail[0], (end, *tail[1])) for end, tail in tails), key=lambda each: each[0])

    value, ends = best(0, groups)
    starts = (0, *ends[:-1])
    return value, [order[start:end] for start, end in zip(starts, ends, strict=True)]
