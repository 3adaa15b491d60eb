"""Which thing a value identifies: the `id` of a user is no `pet_id`, and an order's `name` no user's.

A bare `id`, `name`, `code`, `key` or `number` says what it identifies only by its thing, which is, in this order: the
hint `x-thing`, the words before it (`pet_id`), its title and description ("ID of the pet to return"), the member or
the schema around it (`/order/id`, a `Pet`), and the tool (`get_pet`, `/pets/{id}`). Where nothing tells
nothing agrees.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tool_registry.drawing.tool_nouns import KEYS, Nouns, nouns_of_tool
from tool_registry.drawing.value_words import singular, words_of_thing
from tool_registry.json.pointer import escape, resolve, tokens
from tool_registry.json.schema import names_at, schema_at
from tool_registry.spec import ToolSpec

#: The hint of a schema that says which thing its values identify: {"x-thing": "pet"}.
HINT = "x-thing"
#: Names of names: parts of one, or other words for it.
_OF_NAMES = {
    "first": "first name", "given": "first name", "last": "last name", "family": "last name", "middle": "middle name",
    "full": "name", "display": "name",
}  # fmt: skip
#: Which one of several: the parent of an issue is an issue, and the first team a team.
_ROLES = frozenset(
    "parent previous prev next root original source target first last new old current main primary default other "
    "linked related".split()
)
#: Alone before a key, they mean another of what they stand in: `parent_id` of an issue.
_OF_ITS_OWN = frozenset("parent previous prev next root original".split())
#: Members that hold a result rather than being a thing; and those that do so where no thing has them.
_WRAPPERS = frozenset("data result response payload body content output value object node edge".split())
_LISTS = frozenset("item record entry row element hit list".split())
#: Words of schemas' names that are about the schema.
_OF_SCHEMAS = frozenset(
    "get list read create update response result output out dto model schema simple full minimal nullable base data "
    "object info detail view summary v1 v2 collection page paginated dict typed entity resource item array".split()
)
_KEY_WORDS = r"(?:id|identifier|uuid|key|code|number|name|slug|login|username|title)s?"
_PHRASE_END = r"(?= (?:to|that|which|who|whose|in|of|from|for|with|you|by|is|are|as|and|or|on|at|within)\b|[^\w '-]|$)"
_KEY_OF = re.compile(
    rf"\b{_KEY_WORDS} (?:of|for) (?:(?:the|an?|this|each|one|your|its|specific|given) )*"
    rf"((?:[a-z-]+ ){{0,2}}?[a-z-]+){_PHRASE_END}"
)
_OWNERS_KEY = re.compile(rf"\b([a-z-]+)(?:'s?|’s?) (?:unique |numeric )?{_KEY_WORDS}\b")
_THING_KEY = re.compile(rf"^(?:(?:the|an?|unique|numeric|valid) )*((?:[a-z-]+ )?[a-z-]+) {_KEY_WORDS}\b")
_BY_KEY = re.compile(
    rf"\b(?:an?|the|one|single) ((?:[a-z-]+ )?[a-z-]+) (?:up )?(?:by|with|from|given) "
    rf"(?:(?:its|their|the|an?|given|unique|numeric) )*{_KEY_WORDS}\b"
)
_NO_THINGS = frozenset(
    "the a an unique numeric internal external public valid string integer number given its this".split()
)
_LOOKS_LIKE_A_CODE = re.compile(r"[A-Z0-9]{2,}|[a-z]{2,3}|\S*\d\S*")
_CACHE_MAX = 5_000

Thing = tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """What a value identifies, and by what.

    `keys` are what it identifies its thing by ("id"), empty where it is called as the thing itself (`pet`). `things`
    are ways to call the thing, each its words in the singular; empty where nothing tells. `around` are words of what
    it stands in, which may be left out or said: an item's id in an order is an order item's. `is_bare` tells that
    the value's own name does not say the thing.
    """

    keys: frozenset[str]
    things: frozenset[Thing]
    around: frozenset[str] = frozenset()
    is_bare: bool = False

    @property
    def called(self) -> str:
        """Return the thing in words, "order item", or "" where nothing tells."""
        return min((" ".join(thing) for thing in self.things), key=lambda words: (len(words), words), default="")


def agrees(offered: Identity, taken: Identity, value: Any) -> bool:
    """Tell whether a value that identifies one thing may be given where another, or the same, is asked for."""
    return _keys_agree(offered.keys, taken.keys, value) and any(
        one[-1] == other[-1]
        and offered.around.union(one).issuperset(other)
        and taken.around.union(other).issuperset(one)
        for one in offered.things
        for other in taken.things
    )


def _keys_agree(offered: frozenset[str], taken: frozenset[str], value: Any) -> bool:
    is_text = isinstance(value, str)
    if offered and taken:
        return bool(offered & taken)
    if offered:
        return bool(offered - {"type", "status", "first name", "last name"}) and (
            is_text or bool(offered & {"id", "number"})
        )
    if not is_text:
        return bool(taken & {"id", "number"})
    return bool(taken & {"name", "title", "login", "slug"}) or _LOOKS_LIKE_A_CODE.fullmatch(value) is not None


def linking_keys(identity: Identity, *, given: bool) -> list[str]:
    """Return texts of which one that is given and one that is taken share one where the two may agree."""
    if identity.keys:
        keys = [*sorted(identity.keys), *(["*"] if given else [])]
    else:
        keys = ["id", "name", "code"] if given else ["*"]
    return [f"{head}:{key}" for head in sorted({thing[-1] for thing in identity.things}) for key in keys]


# By the identity of the spec, which the entry keeps alive: a run asks for the same few tools again and again.
_cache: dict[int, tuple[ToolSpec, dict[str, Identity | None]]] = {}


def identity_in_result(spec: ToolSpec, pointer: str, result: Any = None) -> Identity | None:
    """Return what the value at a JSON Pointer of the tool's result identifies; None where nothing is said to be one.

    What stands in a list goes by the list's name, what has no name by the tool's: `list_pet_ids` gives pets' ids.
    `result` tells what else a result holds where no schema does.
    """
    if spec.output_schema is None and result is not None:
        return _in_result(spec, pointer, result)
    starred = re.sub(r"/\d+(?=/|$)", "/0", pointer)
    return _remember(spec, f"result {starred}", lambda: _in_result(spec, starred, None))


def identity_in_text(spec: ToolSpec, label: str, *, is_listed: bool = False) -> Identity | None:
    """Return what a value identifies that stands under a label in a text that the tool gives, or in a list of it."""
    return _remember(spec, f"text {is_listed} {label}", lambda: _identity_by_label(spec, label, is_listed=is_listed))


def identity_of_parameter(spec: ToolSpec, name: str) -> Identity:
    """Return what the tool's parameter asks for: a thing by a key, or by whatever it is called (`pet`)."""
    found = _remember(spec, f"parameter {name}", lambda: _of_parameter(spec, name))
    return found or Identity(frozenset(), frozenset())


def _remember(spec: ToolSpec, place: str, find: Callable[[], Identity | None]) -> Identity | None:
    known = _cache.get(id(spec))
    if known is None:
        if len(_cache) >= _CACHE_MAX:
            _cache.clear()
        known = _cache[id(spec)] = (spec, {})
    if place not in known[1]:
        known[1][place] = find()
    return known[1][place]


def _in_result(spec: ToolSpec, pointer: str, result: Any) -> Identity | None:
    place = _Place(spec.output_schema or {}, result, tokens(pointer))
    nouns = nouns_of_tool(spec)
    described = schema_at(spec.output_schema or {}, pointer)
    name = place.name
    keys, own = _key_and_thing(name)
    title_keys, titled = _key_and_thing(str(described.get("title") or ""))
    if title_keys and not (keys and own):
        # The title says it where the name does not: `pet` is a "Pet ID", and `id` as well.
        keys, own = title_keys, titled or own
    around = frozenset(nouns.words).union(*map(words_of_thing, place.tokens[:-1]))
    if not keys and set(own) <= _WRAPPERS | _LISTS:
        return _nameless(nouns, described, is_listed=bool(place.tokens) and place.tokens[-1].isdecimal())
    told = list(_told_things(described))
    if own and not (len(own) == 1 and own[0] in _OF_ITS_OWN):
        return Identity(keys, frozenset([_without_roles(own), *told]), around)
    if not own and not keys & {"id", "name", "login", "slug"} and place.is_alone():
        return None  # {"number": 5} is what comes out, and no issue's
    return Identity(keys, frozenset(told or _things_around(place, nouns)), around, is_bare=True)


def _nameless(nouns: Nouns, described: Mapping[str, Any], *, is_listed: bool) -> Identity | None:
    """Return what a value without a name identifies: it is called as its tool is, or as that is described."""
    words = frozenset(nouns.words)
    told = list(_told_things(described) or _told_things({"description": nouns.sentence}))
    last = KEYS.get(nouns.words[-1]) if nouns.words else None
    if last is not None:
        return Identity(frozenset({last}), frozenset([nouns.words[:-1]] if nouns.words[1:] else told), words)
    if nouns.counts:
        return None
    if told:
        return Identity(
            _key_told({"description": described.get("description") or nouns.sentence}), frozenset(told), words
        )
    return Identity(frozenset(), frozenset([nouns.given]), words) if is_listed and nouns.given else None


def _identity_by_label(spec: ToolSpec, label: str, *, is_listed: bool) -> Identity | None:
    nouns = nouns_of_tool(spec)
    if not label:
        return _nameless(nouns, {}, is_listed=is_listed)
    keys, own = _key_and_thing(label)
    things = [_without_roles(own)] if own else [nouns.given] if nouns.given else []
    return Identity(keys, frozenset(things), frozenset(nouns.words), is_bare=not own)


def _of_parameter(spec: ToolSpec, name: str) -> Identity:
    schema = schema_at(spec.parameters, f"/{escape(name)}")
    nouns = nouns_of_tool(spec)
    around = frozenset(nouns.words)
    keys, own = _key_and_thing(name)
    title_keys, titled = _key_and_thing(str(schema.get("title") or ""))
    told = list(_told_things(schema))
    if own:
        # `user` is asked for by what its title or description says: "Login of the user".
        others = [_without_roles(titled)] if titled else []
        keys = keys or title_keys or (_key_told(schema) if told else keys)
        return Identity(keys, frozenset([_without_roles(own), *others, *told]), around)
    if titled and title_keys:
        told.append(_without_roles(titled))
    if not told and nouns.taken:
        told.append(nouns.taken)
    if not told and (match := _BY_KEY.search(nouns.sentence)):
        told += [thing for thing in [_plain_thing(match[1])] if thing]
    return Identity(title_keys or keys, frozenset(told), around, is_bare=True)


def _key_and_thing(name: str) -> tuple[frozenset[str], Thing]:
    """Return what a name says that its value identifies by, and the thing: (id, key) of an issue for `issueIdOrKey`."""
    words = list(words_of_thing(name))
    keys: set[str] = set()
    while words:
        last = words[-1]
        if last == "name" and len(words) > 1 and words[-2] == "user":
            last = "login"
        elif last == "name" and len(words) > 1 and words[-2] in _OF_NAMES:
            keys.add(_OF_NAMES[words[-2]])
            words = words[:-2]
            break
        if last not in KEYS and last != "login":
            break
        keys.add(KEYS.get(last, last))
        words = [*words[:-1], *(["user"] if last == "username" else [])]
        if len(words) > 1 and words[-1] == "or":
            words.pop()
            continue
        break
    return frozenset(keys), tuple(words)


def is_bare(name: str) -> bool:
    """Tell whether a name is a key alone, such as `id`: what it identifies is said elsewhere."""
    keys, thing = _key_and_thing(name)
    return bool(keys) and not thing


def _without_roles(thing: Thing) -> Thing:
    return tuple(word for word in thing if word not in _ROLES) or thing


def _plain_thing(words: str) -> Thing:
    return tuple(word for word in words_of_thing(words) if word not in _NO_THINGS)


def _told_things(schema: Mapping[str, Any]) -> list[Thing]:
    """Return the thing that a schema says by its hint or by the first sentence of its description, if any."""
    hint = schema.get(HINT)
    if isinstance(hint, str) and words_of_thing(hint):
        return [words_of_thing(hint)]
    sentence = re.split(r"[.;\n(]", str(schema.get("description") or ""), maxsplit=1)[0].strip().lower()
    found = (_plain_thing(m[1]) for pattern in (_KEY_OF, _OWNERS_KEY, _THING_KEY) for m in pattern.finditer(sentence))
    return [_without_roles(thing) for thing in found if thing][:1]


def _key_told(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the key that a schema's description speaks of first, if any."""
    found = re.search(rf"\b{_KEY_WORDS}\b", str(schema.get("description") or "").lower())
    return frozenset({KEYS[singular(found[0])]}) if found else frozenset()


def _things_around(place: "_Place", nouns: Nouns) -> list[Thing]:
    """Return what a value's container is called, by its schema and by its member; else what the tool gives."""
    end = len(place.tokens) - 1
    while end >= 0:
        found = _named_schemas(place.schema, place.tokens[:end])
        while end > 0 and place.tokens[end - 1].isdecimal():
            end -= 1
            found += _named_schemas(place.schema, place.tokens[:end])
        if end == 0:
            return [*found, *([nouns.given] if nouns.given else [])]
        member = words_of_thing(place.tokens[end - 1])
        holds = set(member) <= _WRAPPERS or (set(member) <= _LISTS and not place.has_id(end - 1))
        if not holds:
            found.append(_without_roles(member))
        if found:
            return found
        end -= 1
    return [nouns.given] if nouns.given else []


def _named_schemas(schema: dict[str, Any], place: list[str]) -> list[Thing]:
    """Return the things that the schemas at a place are called by, without words that are about schemas."""
    things = []
    for name in names_at(schema, _pointer(place)):
        words = words_of_thing(name)
        while words and words[-1] in _OF_SCHEMAS | _LISTS:
            words = words[:-1]
        while words and words[0] in _OF_SCHEMAS:
            words = words[1:]
        things += [words] if words else []
    return things


def _pointer(place: list[str]) -> str:
    return "".join(f"/{escape(token)}" for token in place)


@dataclass(frozen=True)
class _Place:
    """A place of a result, and what is known of the members beside it: by the schema, else by the result."""

    schema: dict[str, Any]
    result: Any
    tokens: list[str]

    @property
    def name(self) -> str:
        """The name of the value there, or of the list that it stands in."""
        return next((token for token in reversed(self.tokens) if not token.isdecimal()), "")

    def is_alone(self) -> bool:
        return len(self._members(len(self.tokens) - 1)) == 1

    def has_id(self, end: int) -> bool:
        """Tell whether the container of that depth has an id of its own: what it holds is not what was asked for."""
        return any(_key_and_thing(name) == (frozenset({"id"}), ()) for name in self._members(end))

    def _members(self, end: int) -> list[str]:
        pointer = _pointer(self.tokens[:end])
        properties = schema_at(self.schema, pointer).get("properties") if self.schema else None
        found = properties or (resolve(self.result, pointer) if self.result is not None else None)
        return list(found) if isinstance(found, dict) else []
