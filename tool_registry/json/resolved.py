"""A schema as one plain object: what it says of a value that is there, whichever way it says it.

`{"type": ["string", "null"]}`, `{"anyOf": [{"type": "string"}, {"type": "null"}]}`, `{"type": "string", "nullable":
true}` and a `$ref` to any of them all read `{"type": "string"}`. What reads a schema compares with that; what validates
takes the schema as it stands.
"""

from collections.abc import Iterator, Set
from typing import Any
from urllib.parse import unquote

from tool_registry.json.pointer import MISSING, equal, resolve

#: What leads elsewhere.
REFERENCES = ("$ref", "$dynamicRef")
#: A schema that nothing fits.
NOTHING_FITS: dict[str, Any] = {"not": {}}
_UNIONS = ("anyOf", "oneOf")
_REFERENCES_MAX = 16
#: Entries keep whole schemas alive, and a file that is verified brings new ones with each record.
_CACHE_MAX = 1_000
#: What a keyword has to be to say anything. A schema may come from a record that nobody has checked.
_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("$ref", "$dynamicRef", "title", "description", "format", "pattern"), str),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "enum", "examples", "prefixItems", "required"), list),
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions"), dict),
    **dict.fromkeys(("items", "additionalProperties"), (dict, bool, list)),
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"), int),
    **dict.fromkeys(("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"), (int, float)),
    "type": (str, list),
}
_COUNTED = frozenset(name for name, kind in _KINDS.items() if kind in (int, (int, float)))
#: Without one of these, and without a list of types, a schema is plain already.
_COMPLEX = frozenset((*REFERENCES, "allOf", *_UNIONS, "nullable", "enum"))
_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}

# By the identities of the schema and of what it stands in, which the entry keeps alive.
_cache: dict[tuple[int, int], tuple[Any, Any, dict[str, Any]]] = {}


def resolve_schema(schema: Any, root: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with its references followed and its parts made one; {} for what says nothing.

    `$ref` and `allOf` are merged into it, members beside them win; null leaves types, enums and unions; a union of
    one is that one. So `type` is a string or not there: several types are an `anyOf`. What the members, items and
    alternatives are is as it stands. `NOTHING_FITS` comes of `false`. The same schema gives the same object.
    """
    if isinstance(schema, dict) and _is_plain(schema):
        return schema
    key = (id(schema), id(root))
    known = _cache.get(key)
    if known is None:
        if len(_cache) >= _CACHE_MAX:
            _cache.clear()
        known = _cache[key] = (schema, root, _resolve(schema, root, frozenset(), set()))
    return known[2]


def resolve_below(schema: Any, root: dict[str, Any], above: Set[str]) -> tuple[dict[str, Any], frozenset[str]]:
    """Resolve the schema for one that walks down a schema, and the references followed to here.

    `above` are those that lead to the place; one that comes again would hold itself, and nothing fits it. So walks
    end, and find the shallowest form: an optional member, an empty list, the other alternative.
    """
    followed: set[str] = set()
    if isinstance(schema, dict) and _is_plain(schema):
        return schema, frozenset(above)
    return _resolve(schema, root, above, followed), frozenset(above | followed)


def dereference(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with its own `$ref` replaced by its target; members beside the reference win.

    It says of a value exactly what it said before; `resolve_schema` is the one to read.
    """
    for _ in range(_REFERENCES_MAX):
        reference = schema.get("$ref")
        found = target(reference, root) if isinstance(reference, str) else MISSING
        if not isinstance(found, dict):
            break
        schema = {**found, **{name: value for name, value in schema.items() if name != "$ref"}}
    return schema


def target(reference: str, root: dict[str, Any]) -> Any:
    """Return what a reference into the schema itself leads to, by JSON Pointer or by anchor, or MISSING."""
    if not reference.startswith("#"):
        return MISSING
    place = unquote(reference[1:])
    if not place or place.startswith("/"):
        return resolve(root, place)
    named = [member for word in ("$defs", "definitions") for member in items_of(root.get(word))]
    anchored = (one for one in (root, *named) if isinstance(one, dict))
    return next((one for one in anchored if place in (one.get("$anchor"), one.get("$dynamicAnchor"))), MISSING)


def alternatives(schema: Any, root: dict[str, Any], followed: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the schema and what applies beside it: through references (each once), allOf, anyOf and oneOf."""
    if not isinstance(schema, dict):
        return
    followed = set() if followed is None else followed
    yield schema
    for word in REFERENCES:
        reference = schema.get(word)
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            yield from alternatives(target(reference, root), root, followed)
    for keyword in ("allOf", *_UNIONS):
        for member in items_of(schema.get(keyword)):
            yield from alternatives(member, root, followed)


def items_of(value: Any) -> list[Any]:
    """Return the items of a list or the values of an object; [] for anything else."""
    return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []


def properties_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas of an object's members by name, as they stand."""
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def required_of(schema: dict[str, Any]) -> list[str]:
    """Return the names of the members that an object must have, each once."""
    names = schema.get("required")
    return list(dict.fromkeys(name for name in names if isinstance(name, str))) if isinstance(names, list) else []


def _is_plain(schema: dict[str, Any]) -> bool:
    return (
        _COMPLEX.isdisjoint(schema)
        and isinstance(schema.get("type", ""), str)
        and all(_says_something(name, value) for name, value in schema.items() if name in _KINDS)
    )


def _says_something(name: str, value: Any) -> bool:
    return isinstance(value, _KINDS[name]) and not (isinstance(value, bool) and name in _COUNTED)


def _resolve(schema: Any, root: dict[str, Any], above: Set[str], followed: set[str]) -> dict[str, Any]:
    if not isinstance(schema, dict):
        return NOTHING_FITS if schema is False else {}
    made = {name: value for name, value in schema.items() if name not in _KINDS or _says_something(name, value)}
    _make_modern(schema, made)
    for word in REFERENCES:
        reference = made.pop(word, None)
        if reference is None:
            continue
        if reference in above:
            return NOTHING_FITS
        if reference not in followed:
            followed.add(reference)
            made = _merge(made, _resolve(target(reference, root), root, above, followed))
    for member in made.pop("allOf", ()):
        made = _merge(made, _resolve(member, root, above, followed))
    _drop_null(made)
    for keyword in _UNIONS:
        if keyword in made:
            made = _with_union(made, keyword, root, above, followed)
    return made


def _make_modern(schema: dict[str, Any], made: dict[str, Any]) -> None:
    """Read the bounds of OpenAPI 3.0 and draft 4, `"exclusiveMinimum": true` beside a `minimum`."""
    made.pop("nullable", None)
    for bound, exclusive in _EXCLUSIVE.items():
        if schema.get(exclusive) is True and bound in made:
            made[exclusive] = made.pop(bound)


def _drop_null(made: dict[str, Any]) -> None:
    """Leave null out of types and enums that have something else; several types become alternatives."""
    if any(value is None for value in made.get("enum", ())):
        values = [value for value in made["enum"] if value is not None]
        made["enum"] = values or made["enum"]
    types = made.get("type")
    if not isinstance(types, list):
        return
    del made["type"]
    names = [name for name in dict.fromkeys(map(str, types)) if name != "null"] or ["null"] * bool(types)
    if len(names) == 1:
        made["type"] = names[0]
    elif names and not made.keys() & {"enum", "const", *_UNIONS}:
        made["anyOf"] = [{"type": name} for name in names]


def _with_union(
    made: dict[str, Any], keyword: str, root: dict[str, Any], above: Set[str], followed: set[str]
) -> dict[str, Any]:
    """Return what is left of a union without null and without what holds itself: of one alternative, that one."""
    members = [member for member in made[keyword] if not _is_null(member)]
    possible = [member for member in members if not _holds_itself(member, root, above)]
    if not members:
        return {**{name: value for name, value in made.items() if name != keyword}, "type": "null"}
    if not possible:
        return NOTHING_FITS if len(members) == len(made[keyword]) else {"type": "null"}
    only = possible[0]
    if len(possible) > 1 or (isinstance(only, dict) and "const" in only and "title" in only):
        # A labelled constant is read with its label.
        return {**made, keyword: possible}
    rest = {name: value for name, value in made.items() if name != keyword}
    return _merge(rest, _resolve(only, root, above, followed))


def _is_null(member: Any) -> bool:
    if not isinstance(member, dict):
        return member is False
    return (
        member.get("type") in ("null", ["null"])
        or ("const" in member and member["const"] is None)
        or member.get("enum") == [None]
    )


def _holds_itself(member: Any, root: dict[str, Any], above: Set[str]) -> bool:
    return bool(above) and _resolve(member, root, above, set()) is NOTHING_FITS


def _merge(own: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return both as one: members of both, the narrower of types, bounds and enums, else what `own` says."""
    if other is NOTHING_FITS or own is NOTHING_FITS:
        return NOTHING_FITS
    made = {**other, **own}
    for name in made.keys() & own.keys() & other.keys():
        ours, theirs = own[name], other[name]
        match name:
            case "properties" | "$defs" | "definitions" | "patternProperties":
                made[name] = {**theirs, **ours}
                if name == "properties":
                    made[name].update(
                        {
                            member: {"allOf": [ours[member], theirs[member]]}
                            for member in theirs.keys() & ours.keys()
                            if ours[member] is not theirs[member]
                        }
                    )
            case "required":
                made[name] = [*theirs, *(each for each in ours if each not in theirs)]
            case "type":
                made[name] = "integer" if {"integer", "number"} == {str(ours), str(theirs)} else ours
            case "enum":
                both = [value for value in ours if any(equal(value, other) for other in theirs)]
                made[name] = both or ours
            case "minimum" | "exclusiveMinimum" | "minItems" | "minLength":
                made[name] = max(ours, theirs)
            case "maximum" | "exclusiveMaximum" | "maxItems" | "maxLength":
                made[name] = min(ours, theirs)
    return made
