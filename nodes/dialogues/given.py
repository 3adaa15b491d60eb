"""What the person has to say of a chain's calls, before the words are there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.record import RecordContext, Step
from nodes.marks.find import find_words
from nodes.marks.infer import setting_of
from nodes.marks.says import Setting
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.schemas import default_of, leaf_schema
from nodes.proofs.source_checks import Leaf
from nodes.proofs.unsayable import unsayable
from tool_registry.json.pointer import MISSING, equal, escape, scalars, tokens
from tool_registry.json.schema import closed_values
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

#: Shorter texts and smaller whole numbers are alike in two calls by chance.
_SHORTEST_TEXT, _SMALLEST_NUMBER = 3, 10


@dataclass(frozen=True)
class Given:
    """An argument leaf that no step, default or context gives: the person has to say it."""

    step: str
    leaf: Leaf

    @property
    def pointer(self) -> str:
        """Where it stands in the arguments."""
        return self.leaf.pointer

    @property
    def value(self) -> Any:
        """What is to be said."""
        return self.leaf.value


@dataclass(frozen=True)
class Chain:
    """An executed chain, with what its calls need of each other and what the person gives."""

    steps: Sequence[Step]
    specs: Mapping[str, ToolSpec]
    context: RecordContext

    @cached_property
    def by_id(self) -> dict[str, Step]:
        """The steps by id, in the order in which they were made."""
        return {step.id: step for step in self.steps}

    @cached_property
    def needs(self) -> dict[str, frozenset[str]]:
        """By step what must have been made before it: what it uses, and for an effect all around it in order."""
        found: dict[str, frozenset[str]] = {}
        for position, step in enumerate(self.steps):
            before = self.steps[:position]
            effects = (other.id for other in before if self.writes(step) or self.writes(other))
            found[step.id] = (step.uses() | set(step.after) | set(effects)) & self.by_id.keys()
        return found

    @cached_property
    def given(self) -> dict[str, list[Given]]:
        """By step the leaves that the person has to say."""
        return {step.id: list(self._given(step)) for step in self.steps}

    def writes(self, step: Step) -> bool:
        """Say whether the call may change something."""
        spec = self.specs.get(step.tool)
        return spec is None or effective(spec).read_only is not True

    def dependents(self, step: str) -> list[str]:
        """Return the ids of the steps that use the step's result, directly or not, in order."""
        found = {step}
        for each in self.steps:
            if each.uses() & found:
                found.add(each.id)
        return [each.id for each in self.steps if each.id in found and each.id != step]

    def says(self, steps: Iterable[str], value: Any) -> bool:
        """Say whether the person gives the value for one of the steps."""
        return any(equal(given.value, value) for step in steps for given in self.given[step])

    def shares(self, step: str, earlier: Iterable[str]) -> bool:
        """Say whether the step takes a value that the person gave for an earlier step."""
        return any(is_telling(given.value) and self.says(earlier, given.value) for given in self.given[step])

    def can_be_withheld(self, given: Given, earlier: Iterable[str], beside: Iterable[str]) -> bool:
        """Say whether an assistant would have to ask for the leaf, when the `earlier` steps are done.

        The call needs it, and neither they nor what the person says of the calls `beside` it tell it.
        """
        if isinstance(given.value, bool) or unsayable(given.value, given.leaf.place.schema):
            return False
        if not is_required(given.leaf.parameters, given.pointer):
            return False
        earlier = list(earlier)
        told = [each.value for step in earlier for each in self.given[step]]
        told += [value for step in earlier for _, value in scalars(self.by_id[step].result)]
        others = [each.value for step in beside for each in self.given[step] if not equal(each.value, given.value)]
        return not any(self._tells(value, given.leaf) for value in (*told, *others))

    def _tells(self, known: Any, leaf: Leaf) -> bool:
        """Say whether who knows the one value knows the leaf's: it is the same, or text that says it too."""
        if not isinstance(known, str) or not isinstance(leaf.value, str | int | float):
            return equal(known, leaf.value)
        if (
            isinstance(leaf.value, str)
            and len(leaf.value) >= _SHORTEST_TEXT
            and leaf.value.casefold() in known.casefold()
        ):
            return True
        return find_words(known, leaf.place, self._setting) is not None

    @cached_property
    def _setting(self) -> Setting:
        return setting_of(self.context)

    def _given(self, step: Step) -> Iterator[Given]:
        spec = self.specs.get(step.tool)
        parameters = spec.parameters if spec is not None else {}
        context = [value for _, value in scalars(self.context.model_dump(mode="python")) if value is not None]
        for leaf in argument_leaves(step, parameters):
            source = step.sources.get(leaf.pointer)
            if source is not None and not any(source.quotes()):
                continue
            if any(equal(leaf.value, value) for value in context if isinstance(value, str)):
                continue
            default = default_of(parameters, leaf.pointer)
            if default is MISSING or not equal(default, leaf.value):
                yield Given(step.id, leaf)


def is_telling(value: Any) -> bool:
    """Say whether two calls have the value in common for a reason."""
    if isinstance(value, str):
        return len(value) >= _SHORTEST_TEXT
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) >= _SMALLEST_NUMBER or not float(value).is_integer()


def is_required(parameters: dict[str, Any], pointer: str) -> bool:
    """Say whether a call cannot do without the leaf: it and what it stands in are required, and there is a choice.

    One item of a list can be left out.
    """
    outer = ""
    for token in tokens(pointer):
        required = leaf_schema(parameters, outer).get("required")
        if not isinstance(required, list) or token not in required:
            return False
        outer = f"{outer}/{escape(token)}"
    is_settled = len(closed_values(leaf_schema(parameters, pointer))) == 1
    return default_of(parameters, pointer) is MISSING and not is_settled
