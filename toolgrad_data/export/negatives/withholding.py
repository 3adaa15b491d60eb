"""Which tools may be offered where none of them is to be of any help."""

import random
from collections.abc import Collection, Mapping
from itertools import islice

from toolgrad_data.export.datasets.likeness import ALIKE, SAME_TOOL, ToolIndex

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

    def neighbours(self, tool: str, kinds: Collection[str]) -> list[str]:
        """Return the tools of the same topic that give no value of the `kinds`, the likest first.

        Only such whose specs tell what they give, and none that is the same tool under another name.
        """
        found = [
            name
            for name in self._index.names
            if name != tool
            and self.same_job(name, tool)
            and self._index.likeness(tool, name) < SAME_TOOL
            and self.gives_other(name, kinds)
        ]
        return sorted(found, key=lambda name: (-self._index.likeness(tool, name), name))

    def gives_other(self, tool: str, kinds: Collection[str]) -> bool:
        """Say whether the tool's spec tells what it gives, and that is of none of the kinds."""
        given = self._kinds(tool)
        return bool(given) and given.isdisjoint(kinds)

    def family(self, tool: str) -> str:
        """Return the family of a tool; one that the index does not know is its own."""
        return self._families.get(tool, tool)

    def _tells(self, category: str) -> bool:
        """Say whether a category tells what its tools do: not where none was declared, nor where most tools have it."""
        most = 2 * len(self._index.of_category(category)) > len(self._index.names)
        return category != _NO_CATEGORY and not most

    def _kinds(self, tool: str) -> frozenset[str]:
        return self._index.kinds_given(tool) if tool in self._index else frozenset()
