"""The tool graph: which tool can feed which, read off schemas, formats, titles, examples and descriptions.

It is kept as lists of tools by key rather than as edges, of which a catalogue of 100,000 tools has too many: two
tools are neighbours when one gives a key that the other takes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.things import identity_in_result, identity_of_parameter
from tool_registry.drawing.value_kinds import Keys, keys_given, keys_in_words, keys_taken
from tool_registry.json.pointer import comparable, escape, leaf_name, scalars
from tool_registry.json.resolved import NOTHING_FITS, items_of, properties_of, required_of, resolve_below
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

#: `takes`: tools with a parameter of the key. `gives`: tools with it in their result.
Side = Literal["takes", "gives"]

_OPTIONAL = 0.3
_DEPTH_MAX = 6
_LEAVES_MAX = 60
_ITEMS_SEEN = 3
#: Keywords of schemas that hold others.
_HOLDING = frozenset({"properties", "items", "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf"})


@dataclass(frozen=True)
class Traits:
    """What a tool takes and gives. `required` has the keys of each required parameter that has some."""

    takes: Keys = field(default_factory=dict)
    gives: Keys = field(default_factory=dict)
    required: tuple[Keys, ...] = ()


class ToolPool(Protocol):
    """Tools to draw from, by number: nothing in it needs to hold all of them in memory."""

    def __len__(self) -> int:
        """Return the number of tools."""

    def __contains__(self, name: object) -> bool:
        """Say whether the tool of this name is in the pool."""

    def name_at(self, number: int) -> str:
        """Return the name of the tool with this number, from 0."""

    def categories(self) -> Mapping[str, int]:
        """Return how many tools each category has."""

    def name_in(self, category: str, number: int) -> str:
        """Return the name of the tool with this number, from 0, in the category."""

    def count(self, side: Side, key: str) -> int:
        """Return how many tools have the key on the side."""

    def tool_at(self, side: Side, key: str, number: int) -> tuple[str, float] | None:
        """Return the tool with this number among those that `count` counts, and the key's weight.

        None for one that has the key but is not in the pool.
        """

    def traits(self, name: str) -> Traits:
        """Return what the tool takes and gives."""


def traits_of(spec: ToolSpec) -> Traits:
    """Return the keys of the tool's parameters and results; a parameter that is optional weighs less."""
    root = spec.parameters
    needed = set(required_of(root))
    takes: Keys = {}
    required: list[Keys] = []
    for name, schema in properties_of(root).items():
        keys = keys_taken(name, schema, root, identity_of_parameter(spec, name))
        if name in needed and keys:
            required.append(keys)
        _merge(takes, keys, 1.0 if name in needed else _OPTIONAL)
    gives: Keys = {}
    if spec.output_schema is None:
        gives = keys_in_words(spec.description)
    else:
        for pointer, schema in _leaf_schemas(spec.output_schema, spec.output_schema):
            identity = identity_in_result(spec, pointer)
            _merge(gives, keys_given(leaf_name(pointer), schema, spec.output_schema, identity=identity))
    return Traits(takes, gives, tuple(required))


def keys_of_result(result: Any, spec: ToolSpec | None, arguments: Iterable[Any]) -> Keys:
    """Return the keys of what a result really holds, but for echoes: values that are among `arguments`."""
    schema = (spec.output_schema if spec else None) or {}
    known = set(map(comparable, arguments))
    keys: Keys = {}
    for seen, (pointer, value) in enumerate(scalars(result)):
        if seen >= _LEAVES_MAX:
            break
        if value is None or value == "" or comparable(value) in known:
            continue
        if any(token.isdecimal() and int(token) >= _ITEMS_SEEN for token in pointer.split("/")):
            continue
        described = schema_at(schema, pointer) if schema else {}
        identity = identity_in_result(spec, pointer, result) if spec else None
        _merge(keys, keys_given(leaf_name(pointer), described, schema, value, identity))
    return keys


def _merge(into: Keys, keys: Keys, factor: float = 1.0) -> None:
    for key, weight in keys.items():
        into[key] = max(into.get(key, 0.0), weight * factor)


def _leaf_schemas(
    schema: Any, root: dict[str, Any], pointer: str = "", above: frozenset[str] = frozenset(), depth: int = 0
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (pointer, schema) of what a result holds, of a list its first item."""
    if depth > _DEPTH_MAX:
        return
    schema, above = resolve_below(schema, root, above)
    properties, items = properties_of(schema), schema.get("items")
    members = [member for word in ("anyOf", "oneOf") for member in items_of(schema.get(word))]
    within = [member for member in members if isinstance(member, dict) and _HOLDING & member.keys()]
    for own, below in properties.items():
        yield from _leaf_schemas(below, root, f"{pointer}/{escape(own)}", above, depth + 1)
    if not properties and isinstance(items, dict):
        yield from _leaf_schemas(items, root, f"{pointer}/0", above, depth + 1)
    elif not properties:
        for member in within:
            yield from _leaf_schemas(member, root, pointer, above, depth + 1)
        if not within and pointer and schema is not NOTHING_FITS:
            yield pointer, schema


class MemoryPool:
    """A pool of tools whose specs are at hand; the graph is built when it is first asked for."""

    def __init__(self, specs: Mapping[str, ToolSpec]) -> None:
        self._specs = specs
        self._names = sorted(specs)
        self._by_category: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._names:
            self._by_category[specs[name].category].append(name)
        self._traits: dict[str, Traits] = {}
        self._lists: dict[Side, dict[str, list[tuple[str, float]]]] | None = None

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._specs

    def name_at(self, number: int) -> str:
        """Return the name with this number in alphabetical order."""
        return self._names[number]

    def categories(self) -> Mapping[str, int]:
        """Return how many tools each category has."""
        return {category: len(names) for category, names in self._by_category.items()}

    def name_in(self, category: str, number: int) -> str:
        """Return the name with this number in the category's alphabetical order."""
        return self._by_category[category][number]

    def count(self, side: Side, key: str) -> int:
        """Return how many tools have the key on the side."""
        return len(self._links_by(side).get(key, ()))

    def tool_at(self, side: Side, key: str, number: int) -> tuple[str, float]:
        """Return the tool with this number among those that have the key on the side, and the key's weight."""
        return self._links_by(side)[key][number]

    @property
    def linked_up(self) -> bool:
        """Say whether the graph has been built."""
        return self._lists is not None

    def traits(self, name: str) -> Traits:
        """Return what the tool takes and gives."""
        if name not in self._traits:
            with attributed_to(name):
                self._traits[name] = traits_of(self._specs[name])
        return self._traits[name]

    def _links_by(self, side: Side) -> dict[str, list[tuple[str, float]]]:
        if self._lists is None:
            lists: dict[Side, dict[str, list[tuple[str, float]]]] = {"takes": {}, "gives": {}}
            for name in self._names:
                traits = self.traits(name)
                for key, weight in traits.takes.items():
                    lists["takes"].setdefault(key, []).append((name, weight))
                for key, weight in traits.gives.items():
                    lists["gives"].setdefault(key, []).append((name, weight))
            self._lists = lists
        return self._lists[side]


class JoinedPool:
    """Several pools, whose names differ, as one."""

    def __init__(self, pools: Sequence[ToolPool]) -> None:
        self._pools = pools

    def __len__(self) -> int:
        return sum(map(len, self._pools))

    def name_at(self, number: int) -> str:
        """Return the name of the tool with this number, the pools one after the other."""
        for pool in self._pools:
            if number < len(pool):
                return pool.name_at(number)
            number -= len(pool)
        raise IndexError(number)

    def categories(self) -> Mapping[str, int]:
        """Return how many tools each category has."""
        return sum((Counter(pool.categories()) for pool in self._pools), Counter[str]())

    def name_in(self, category: str, number: int) -> str:
        """Return the name with this number in the category."""
        for pool in self._pools:
            count = pool.categories().get(category, 0)
            if number < count:
                return pool.name_in(category, number)
            number -= count
        raise IndexError(number)

    def count(self, side: Side, key: str) -> int:
        """Return how many tools have the key on the side."""
        return sum(pool.count(side, key) for pool in self._pools)

    def tool_at(self, side: Side, key: str, number: int) -> tuple[str, float] | None:
        """Return the tool with this number among those that have the key on the side, and the key's weight."""
        for pool in self._pools:
            count = pool.count(side, key)
            if number < count:
                return pool.tool_at(side, key, number)
            number -= count
        raise IndexError(number)

    def traits(self, name: str) -> Traits:
        """Return what the tool takes and gives."""
        for pool in self._pools:
            if name in pool:
                return pool.traits(name)
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in pool for pool in self._pools)
