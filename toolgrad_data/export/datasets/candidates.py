"""Candidates: the tools that are offered beside those that are called, so that choosing is part of the task."""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain, cycle

from graph.record import Record
from toolgrad_data.export.conversation import Example, Tool
from toolgrad_data.export.datasets.lacking import would_grant
from toolgrad_data.export.datasets.likeness import SAME_TOOL, ToolIndex
from toolgrad_data.export.datasets.trials import Trials, answers_for_any
from toolgrad_data.export.negative_kinds import KINDS
from toolgrad_data.export.offered import offered_tool
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for

#: Draws, not tools: a pool may be a catalogue of a hundred thousand, which is not shuffled for each example.
_RANDOM_DRAWS = 1000


class Candidates:
    """Adds distractors to examples until `count` tools are offered: hard ones, of the same category, and any.

    The tools that are called are always among them, also when they are more. `without` has the tools that are never
    drawn for an example of a split.
    `counts` tells what was added and what was left out, by reason.
    """

    def __init__(
        self,
        index: ToolIndex,
        count: int,
        seed: int,
        trials: Trials | None = None,
        without: Mapping[str | None, Collection[str]] | None = None,
    ) -> None:
        self._index = index
        self._count = count
        self._seed = seed
        self._trials = trials
        self._without = without or {}
        self._tools: dict[str, Tool] = {}
        self.counts: Counter[str] = Counter()

    def widen(self, example: Example) -> Example:
        """Return the example with distractors, all its tools shuffled."""
        record = example.record
        if record is None:
            return example
        rng = rng_for(self._seed, "candidates", example.id)
        offered = {tool.name: tool for tool in example.tools}
        # What the record calls is a right answer even where this example does not call it.
        called = {step.tool for turn in record.turns for step in turn.steps}
        without = self._without.get(example.split, ())
        would_help = would_grant(record, self._index)
        for kind, name in self._draw(sorted(called), rng):
            if len(offered) >= self._count:
                break
            if would_help(name):
                self.counts["left out: might do what is refused"] += 1
                continue
            if name in offered or name in without or not self._is_distractor(name, called, record):
                continue
            offered[name] = self.tool(name)
            self.counts[f"added: {kind}"] += 1
        tools = list(offered.values())
        rng.shuffle(tools)
        return replace(example, tools=tuple(tools))

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Widen what is not a negative, which has its tools already."""
        for example in examples:
            yield example if example.kind in KINDS else self.widen(example)
        report.notes["candidates"] = dict(sorted(self.counts.items()))

    def tool(self, name: str) -> Tool:
        """Return a tool of the pool as it is offered."""
        if name not in self._tools:
            self._tools[name] = offered_tool(self._index.specs[name])
        return self._tools[name]

    def _is_distractor(self, name: str, called: Collection[str], record: Record) -> bool:
        if answers_for_any(self._trials, name, record):
            self.counts["left out: answers a call alike"] += 1
            return False
        if any(self._index.likeness(other, name) >= SAME_TOOL for other in called if other in self._index):
            self.counts["left out: the same tool under another name"] += 1
            return False
        return True

    def _draw(self, called: list[str], rng: random.Random) -> Iterator[tuple[str, str]]:
        """Yield (kind, name) in turns of a hard one, one of a called tool's category, and any."""
        known = [name for name in called if name in self._index]
        hard = _in_turns([(name for name, _ in self._index.most_alike(own)) for own in known])
        category = list(
            dict.fromkeys(name for own in known for name in self._index.of_category(self._index.specs[own].category))
        )
        rng.shuffle(category)
        names = self._index.names
        anything = (names[rng.randrange(len(names))] for _ in range(_RANDOM_DRAWS))
        turns = cycle([("hard", hard), ("category", iter(category)), ("random", anything)])
        seen: set[str] = set(called)
        idle = 0
        for kind, drawn in turns:
            name = next((name for name in drawn if name not in seen), None)
            idle = idle + 1 if name is None else 0
            if name is not None:
                seen.add(name)
                yield kind, name
            elif idle == 3:
                return


def _in_turns(lists: list[Iterator[str]]) -> Iterator[str]:
    """Yield the first of each, then the second of each, and so on."""
    lists = list(lists)
    while lists:
        heads = [(names, next(names, None)) for names in lists]
        lists = [names for names, head in heads if head is not None]
        yield from chain(head for _, head in heads if head is not None)
