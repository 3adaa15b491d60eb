"""The structure of a record's calls: which needs which, how deep, in which shape; and its query without values."""

import re
from collections import Counter
from typing import Literal

from graph.record import Record
from nodes.proofs.executed import steps_needed

Shape = Literal["single", "linear", "parallel", "tree", "joined", "mixed"]

#: What stands for a value in a skeleton.
MASK = "_"


def edges(record: Record) -> set[tuple[str, str]]:
    """Return (earlier step, later step) for each pair where the later one uses the result or effect of the earlier."""
    found: set[tuple[str, str]] = set()
    for turn in record.turns:
        for step in turn.steps:
            found.update((target, step.id) for target in steps_needed(step))
    return found


def depth(record: Record) -> int:
    """Return the number of steps on the longest path of steps that need each other; 0 without steps."""
    needs: dict[str, set[str]] = {}
    for earlier, later in edges(record):
        needs.setdefault(later, set()).add(earlier)
    longest: dict[str, int] = {}
    for turn in record.turns:
        for step in turn.steps:  # in the order of execution: what a step needs comes before it
            longest[step.id] = 1 + max((longest.get(target, 0) for target in needs.get(step.id, ())), default=0)
    return max(longest.values(), default=0)


def shape(record: Record) -> Shape | None:
    """Return the shape of the record's calls; None without steps.

    `single`: one call. `parallel`: several, none needs another. `linear`: one path through all. `tree`: all hang
    together, each needs at most one other, and one is needed by several. `joined`: all hang together and one
    needs several. `mixed`: several groups, and within one of them calls need each other.
    """
    ids = [step.id for turn in record.turns for step in turn.steps]
    if len(ids) < 2:
        return "single" if ids else None
    pairs = {(earlier, later) for earlier, later in edges(record) if earlier in ids}
    if not pairs:
        return "parallel"
    if _groups(ids, pairs) > 1:
        return "mixed"
    if max(Counter(later for _, later in pairs).values()) > 1:
        return "joined"
    return "tree" if max(Counter(earlier for earlier, _ in pairs).values()) > 1 else "linear"


def skeleton(record: Record) -> str:
    """Return the queries with every quoted value masked, turns on lines of their own."""
    quotes = {
        said.quote
        for turn in record.turns
        for step in turn.steps
        for source in step.sources.values()
        for said in source.quotes()
        if said.quote
    }
    text = "\n".join(turn.query for turn in record.turns)
    for quote in sorted(quotes, key=lambda quote: (-len(quote), quote)):
        text = re.sub(rf"(?<!\w){re.escape(quote)}(?!\w)", MASK, text)
    return text


def _groups(ids: list[str], pairs: set[tuple[str, str]]) -> int:
    """Return the number of groups of steps that hang together."""
    group = {id: id for id in ids}

    def root(id: str) -> str:
        while group[id] != id:
            id = group[id]
        return id

    for earlier, later in pairs:
        group[root(earlier)] = root(later)
    return len({root(id) for id in ids})
