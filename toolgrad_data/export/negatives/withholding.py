"""Which tools may be offered where none of them is to be of any help."""

import random
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

from graph.record import Record, Step, Turn
from graph.sources import StepSource
from nodes.marks.find import find_words
from nodes.marks.says import Place
from nodes.proofs.executed import steps_needed
from tool_registry.json.pointer import scalars, tokens
from tool_registry.json.schema import schema_at
from toolgrad_data.export.datasets.likeness import ToolIndex, content_words

#: From this cosine on, two tools may do the same job; measured on tools that do (`price_with_tax`,
#: `price_before_tax`: 0.8) and tools that do not (`sun_times`, `moon_rise_and_set`: 0.29).
ALIKE = 0.3
_STEM = 5
#: Of a larger pool, as many are looked at for each negative.
_LOOKED_AT = 2000
#: The category of a tool whose source declares none.
_NO_CATEGORY = "general"


class Helpers:
    """Says of a tool whether it could help with what other tools were called for. Errs on the side of yes."""

    def __init__(self, index: ToolIndex, families: Mapping[str, str]) -> None:
        self._index = index
        self._families = families

    def could_help(self, tool: str, needed: Collection[str], kinds: Collection[str] = ()) -> bool:
        """Say whether `tool` could do the job of one in `needed`: itself, of its family or category, alike, or giving
        a value of a kind that is asked for (`kinds`; when empty, any kind that the needed tools give).
        """
        if tool in needed or tool not in self._index:
            return True
        if any(self.same_job(tool, other) for other in needed):
            return True
        wanted = frozenset(kinds) or frozenset().union(*map(self._kinds, needed))
        return not wanted.isdisjoint(self._kinds(tool))

    def same_job(self, tool: str, other: str) -> bool:
        """Say whether one tool could stand in for the other: the same family or (where it tells) category, or alike."""
        if self.family(tool) == self.family(other):
            return True
        specs = self._index.specs
        if other not in specs or tool not in specs:
            return False
        category = specs[tool].category
        if category == specs[other].category and self._tells(category):
            return True
        # Asked of the called tool, whose cosines are kept: it is one of few.
        return self._index.likeness(other, tool) >= ALIKE

    def harmless(self, needed: Collection[str], kinds: Collection[str], rng: random.Random) -> list[str]:
        """Return names of tools that cannot help, sorted: all of them, or in a large pool some and the likest."""
        names = self._index.names
        if len(names) > _LOOKED_AT:
            near = [
                name for own in needed if own in self._index for name, _ in islice(self._index.most_alike(own), 200)
            ]
            names = sorted({*rng.sample(names, _LOOKED_AT), *near})
        return [name for name in names if not self.could_help(name, needed, kinds)]

    def family(self, tool: str) -> str:
        """Return the family of a tool; one that the index does not know is its own."""
        return self._families.get(tool, tool)

    def _tells(self, category: str) -> bool:
        """Say whether a category tells what its tools do: not where none was declared, nor where most tools have it."""
        most = 2 * len(self._index.of_category(category)) > len(self._index.names)
        return category != _NO_CATEGORY and not most

    def _kinds(self, tool: str) -> frozenset[str]:
        return self._index.kinds_given(tool) if tool in self._index else frozenset()


def tools_called(record: Record) -> list[str]:
    """Return the names of the tools that the record calls, each once, in order."""
    return list(dict.fromkeys(step.tool for turn in record.turns for step in turn.steps))


def descendants(turn: Turn, roots: Iterable[str]) -> set[str]:
    """Return the steps that need a result or an effect of the roots, directly or not; the roots themselves not."""
    reached = set(roots)
    found: set[str] = set()
    for step in turn.steps:
        if step.id not in reached and steps_needed(step) & reached:
            reached.add(step.id)
            found.add(step.id)
    return found


def values_taken(turn: Turn, of: Collection[str]) -> dict[tuple[str, str], list[tuple[Step, str]]]:
    """Return what other steps take straight from the results of the steps `of`: (step, pointer) to who takes it."""
    taken: dict[tuple[str, str], list[tuple[Step, str]]] = {}
    for step in turn.steps:
        if step.id in of:
            continue
        for where, source in step.sources.items():
            if isinstance(source, StepSource) and source.step in of:
                taken.setdefault((source.step, source.pointer), []).append((step, where))
    return taken


def told(step: Step, turn: Turn, schema: dict[str, Any] | None = None) -> set[str]:
    """Return the pointers of the result's scalars that the turn's response tells or seems to; `schema` is the result's.

    By its marks, and by its words, for what is let be unmarked: a yes or a no is told where a word of its name or title
    stands (`is_valid` in "The number is valid.").
    """
    found = _marked(step, turn)
    said = words_in(turn.response)
    for pointer, value in scalars(step.result):
        described = schema_at(schema, pointer) if schema else {}
        name = pointer.rpartition("/")[2]
        if isinstance(value, bool):
            if words_in(f"{name} {described.get('title', '')}") & said:
                found.add(pointer)
        elif value is not None and len(str(value)) >= 2 and find_words(turn.response, Place(value, described, name)):
            found.add(pointer)
    return found


def _marked(step: Step, turn: Turn) -> set[str]:
    """Return the pointers of the scalars at or below what the response's marks name; `*` stands for any member."""
    named = [
        tokens(source.pointer)
        for tell in turn.tells or ()
        for origin in tell.sources()
        for source in origin.whole()
        if isinstance(source, StepSource) and source.step == step.id and f"{source.pointer}/".startswith("/")
    ]
    return {pointer for pointer, _ in scalars(step.result) if any(_is_below(tokens(pointer), above) for above in named)}


def _is_below(path: list[str], above: list[str]) -> bool:
    return len(path) >= len(above) and all(one in (own, "*") for own, one in zip(path, above, strict=False))


def words_in(text: str) -> frozenset[str]:
    """Return the stems of the content words of a text: its first five letters say what a word is about."""
    return frozenset(word.lower()[:_STEM] for word in content_words(text) if len(word) > 3)
