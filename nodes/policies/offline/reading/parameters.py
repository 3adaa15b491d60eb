"""A tool's parameters, read once: what each means, which go together, what is valid."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nodes.policies.offline.reading.templates import PhraseError, parse, slot_groups
from tool_registry.drawing.things import Identity, identity_of_parameter
from tool_registry.drawing.value_kinds import format_of
from tool_registry.drawing.value_words import words_of
from tool_registry.json.by_identity import ByIdentity
from tool_registry.json.native import is_json_native
from tool_registry.json.pointer import escape
from tool_registry.json.resolved import NOTHING_FITS, items_of, properties_of, required_of, resolve_schema
from tool_registry.json.schema import compile_at, compile_schema, labels, types_of
from tool_registry.spec import ToolSpec

#: What is found rather than made up, of what identifies things; a name may be made up.
LOOKED_UP = frozenset({"id", "key", "code", "login", "slug", "number"})
#: A code of a country, a currency or a language.
CODE = re.compile(r"[A-Z]{2,3}|[a-z]{2}")
#: Fewer examples do not tell how large a number can be.
_EXAMPLES_TELLING = 3
_QUOTED = re.compile(r"(?<!\w)['\"]([^'\"\n]{1,40})['\"](?!\w)")
_FOR_EXAMPLE = re.compile(r"\be\.?g\b|example|such as|like", re.IGNORECASE)
_COMMITS = re.compile(r"\b(commit|revision|sha)s?\b", re.IGNORECASE)
_BRANCHES = re.compile(r"\bbranch(?:es)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Parameter:
    """One parameter: its schema, resolved in `root`, and what is read off it. `stated` is the schema as it stands.

    `found` is what its texts are where they are found rather than made up: places in a file system and in a version
    history. `choices` are the texts that its description names as the only ones, or none. `usual` are bounds of the
    numbers that people use, as far as the examples tell, `labelled` the texts that the schema gives a title. `identity`
    is the thing that it asks for.
    """

    name: str
    schema: dict[str, Any]
    stated: Any
    root: dict[str, Any]
    required: bool
    types: frozenset[str]
    words: frozenset[str]
    format: str | None
    kind: str
    is_valid: Callable[[Any], bool]
    identity: Identity
    found: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    usual: tuple[float, float] | None = None
    labelled: frozenset[str] = frozenset()

    def has_name_for(self, value: Any) -> bool:
        """Tell whether people know the value by a name: a code is said where its schema's labels have it."""
        return not self.labelled or not isinstance(value, str) or value in self.labelled or not CODE.fullmatch(value)

    def is_usual(self, value: Any) -> bool:
        """Tell whether a number is of the size of the examples: nobody hikes from London to Paris."""
        if self.usual is None or isinstance(value, bool) or not isinstance(value, int | float):
            return True
        return self.usual[0] <= value <= self.usual[1]


@dataclass(frozen=True)
class Parameters:
    """A tool's parameters by name, in groups that are one thing, and its whole examples; `spoken`: of in its asks."""

    by_name: dict[str, Parameter]
    groups: tuple[tuple[str, ...], ...]
    examples: tuple[dict[str, Any], ...]
    is_valid: Callable[[Any], bool]
    spoken: frozenset[str] = frozenset()


_parameters: ByIdentity[Parameters] = ByIdentity(5_000)


def parameters_of(spec: ToolSpec) -> Parameters:
    """Return the tool's parameters."""
    return _parameters.get(spec.parameters, None, lambda: _read(spec))


def kind_of(name: str, schema: Mapping[str, Any], identity: Identity | None = None) -> str:
    """Return what kind of thing a parameter takes or a result holds: its format, else its title or name.

    A bare `id` goes by its thing: nobody says one number for a user and for an order.
    """
    if identity is not None and identity.is_bare and not format_of(schema):
        return f"{identity.called} {min(identity.keys, default=name)}"
    return str(format_of(schema) or schema.get("title") or name).lower().replace("_", " ")


def quoted_examples(schema: dict[str, Any]) -> list[str]:
    """Return the texts in quotation marks of a text's description: (e.g., 'Europe/London') or 'local', 'remote'."""
    if not is_text(schema) or "format" in schema or "pattern" in schema:
        return []
    return list(dict.fromkeys(_QUOTED.findall(str(schema.get("description") or ""))))


def is_text(schema: dict[str, Any]) -> bool:
    """Tell whether a schema that is `resolved` says that strings fit it."""
    alternatives = (member for member in items_of(schema.get("anyOf")) if isinstance(member, dict))
    return any(each.get("type") == "string" for each in (schema, *alternatives))


def _read(spec: ToolSpec) -> Parameters:
    root = spec.parameters
    required = frozenset(required_of(root))
    by_name = {
        name: _parameter(name, member, spec, name in required)
        for name, member in properties_of(root).items()
        if resolve_schema(member, root) is not NOTHING_FITS
    }
    whole = tuple(e for e in items_of(root.get("examples")) if isinstance(e, dict))
    spoken = frozenset(name for names in _slots_of_asks(root) for name in names)
    return Parameters(by_name, _groups(by_name, root), whole, _valid(compile_schema(root).is_valid), spoken)


def _valid(fits_schema: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return the test of values for arguments: what no record can hold is none, whatever the schema allows."""
    return lambda value: is_json_native(value) and fits_schema(value)


def _parameter(name: str, stated: Any, spec: ToolSpec, required: bool) -> Parameter:
    root = spec.parameters
    schema = resolve_schema(stated, root)
    words = words_of(name) | words_of(str(schema.get("title", "")))
    told = frozenset(quoted_examples(schema))
    identity = identity_of_parameter(spec, name)
    only = len(told) > 1 and not _FOR_EXAMPLE.search(str(schema["description"]))
    return Parameter(
        name=name,
        schema=schema,
        stated=stated,
        root=root,
        required=required,
        types=frozenset(types_of(schema, root)),
        words=words,
        format=format_of(schema),
        kind=kind_of(name, schema, identity),
        is_valid=_valid(compile_at(root, f"/properties/{escape(name)}").is_valid),
        identity=identity,
        found=_found(words, schema, spec.description) if not told else frozenset(),
        choices=told if only else frozenset(),
        usual=_usual(schema),
        labelled=frozenset(value for value, _ in labels(schema) if isinstance(value, str)),
    )


def _usual(schema: dict[str, Any]) -> tuple[float, float] | None:
    """Return half of the smallest and twice the largest of the examples, where all are positive numbers."""
    examples = schema.get("examples")
    if not isinstance(examples, list) or len(examples) < _EXAMPLES_TELLING:
        return None
    if any(isinstance(e, bool) or not isinstance(e, int | float) or e <= 0 for e in examples):
        return None
    return min(examples) / 2, max(examples) * 2


def _found(words: frozenset[str], schema: dict[str, Any], tool: str) -> frozenset[str]:
    """Return what kinds of found things a text is, by its own words, else by what it or its tool is said to be."""
    own = words & {"path", "paths", "folder", "commit"}
    if own or not is_text(schema) or "format" in schema:
        return own
    described = str(schema.get("description") or tool)
    if not _COMMITS.search(described):
        return frozenset()
    return frozenset(
        {"commit", "branch"} if _BRANCHES.search(described) and "description" not in schema else {"commit"}
    )


def _slots_of_asks(root: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the arguments of each slot of the asks, those in optional parts too."""
    phrases = root.get("x-phrases") or {}
    for template in (ask for intent in phrases.get("intents", ()) for ask in intent.get("ask", ())):
        try:
            yield from slot_groups(parse(template))
        except PhraseError:
            continue


def _groups(by_name: dict[str, Parameter], root: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the names, those together that the phrases speak of as one, and those that are a pair of coordinates."""
    grouped: dict[str, tuple[str, ...]] = {}
    for names in _slots_of_asks(root):
        if len(names) > 1 and set(names) <= set(by_name):
            grouped.update(dict.fromkeys(names, names))
    places: dict[frozenset[str], list[str]] = {}
    for name in by_name:
        words = words_of(name)
        if name not in grouped and words & {"latitude", "longitude"}:
            places.setdefault(words - {"latitude", "longitude"}, []).append(name)
    for names_of_place in places.values():
        grouped.update(dict.fromkeys(names_of_place, tuple(names_of_place)))
    return tuple(dict.fromkeys(grouped.get(name, (name,)) for name in by_name))
