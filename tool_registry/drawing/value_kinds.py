"""What a value is, as keys: two tools are linked where a key that one gives is a key that the other takes.

A key has a weight from 0 to 1, how surely values that share it are of one kind:

| key | from | weight |
|---|---|---|
| `format:F` | `format`, unless it says only how a value is written (`uri`) | 1 |
| `name:T:W` | all content words of name and title, where exactly one side has a format; T is the type | 0.7 |
| `word:T:W` | one content word of name and title, where neither side has a format | 1 / number of words |
| `thing:T:N:K` | what the value identifies (`things.py`): the noun N and the key K, `*` for any | 0.7 |
| `value:V` | a string among examples, an enum or constants (of a chain: in a result) | 0.6 |

Values of different formats never meet, whatever they are called: whoever declares a format means it. An `id` has none
but the keys of its thing.
"""

from collections.abc import Mapping
from typing import Any

from tool_registry.drawing.things import Identity, linking_keys
from tool_registry.drawing.value_words import words_of
from tool_registry.json.resolved import items_of, resolve_schema
from tool_registry.json.schema import labels, types_of

#: Formats that say how a value is written rather than what it is.
NOTATIONS = frozenset({"uri", "email", "uuid", "hostname", "regex", "json-pointer"})
#: Formats that say only how a value is stored or shown: `int64` is no kind of thing.
_STORAGE = frozenset(
    "int8 int16 int32 int64 uint8 uint16 uint32 uint64 integer float double double-int number decimal decimal128 char "
    "byte binary base64url password html commonmark markdown string".split()
)
_SURE, _SAME_NAME, _SAME_VALUE, _FROM_DESCRIPTION = 1.0, 0.7, 0.6, 0.25
_VALUES_MAX = 8
_DESCRIPTION_WORDS_MAX = 6
_VALUE_LENGTH = range(2, 41)

Keys = dict[str, float]


def format_of(schema: Mapping[str, Any]) -> str | None:
    """Return the format that says what values are or how they are written; None for one that tells neither."""
    format_ = schema.get("format")
    return format_ if isinstance(format_, str) and format_.lower() not in _STORAGE else None


def keys_given(
    name: str, schema: dict[str, Any], root: dict[str, Any], value: object = None, identity: Identity | None = None
) -> Keys:
    """Return the keys of a value in a result: of the one that is there, or of any when `value` is None.

    `identity` is what the value identifies.
    """
    return _keys(name, schema, root, value, identity, given=True)


def keys_taken(name: str, schema: dict[str, Any], root: dict[str, Any], identity: Identity | None = None) -> Keys:
    """Return the keys of what a parameter takes; none for a boolean, an object or a list."""
    return _keys(name, resolve_schema(schema, root), root, None, identity, given=False)


def keys_in_words(sentence: str) -> Keys:
    """Return weak keys for a result that is described by nothing but a sentence."""
    words = sorted(words_of(sentence), key=lambda word: (sentence.lower().find(word), word))[:_DESCRIPTION_WORDS_MAX]
    return {f"word:{type_}:{word}": _FROM_DESCRIPTION for type_ in ("string", "number") for word in words}


def _keys(
    name: str,
    schema: dict[str, Any],
    root: dict[str, Any],
    value: object,
    identity: Identity | None,
    *,
    given: bool,
) -> Keys:
    types = _types(schema, root, value)
    if not types:
        return {}
    words = words_of(name) | words_of(str(schema.get("title", "")))
    format_ = format_of(schema)
    if not words and not format_:
        words = frozenset(sorted(words_of(str(schema.get("description", ""))))[:_DESCRIPTION_WORDS_MAX])
    has_kind = format_ is not None and format_ not in NOTATIONS
    keys: Keys = {}
    identifies = identity is not None and bool(identity.keys)
    for type_ in types if words and not (identifies and identity and identity.is_bare) else ():
        # What a side without a format gives is looked for by a side with one, and the other way round.
        side = "kind" if has_kind == given else "plain"
        keys[f"name:{type_}:{side}:{' '.join(sorted(words))}"] = _SAME_NAME
    if has_kind:
        return {f"format:{format_}": _SURE, **keys}
    if identity is not None:
        texts = linking_keys(identity, given=given)
        keys.update({f"thing:{type_}:{text}": _SAME_NAME for type_ in types for text in texts})
    if not identifies:
        keys.update({f"word:{type_}:{word}": 1 / len(words) for type_ in types for word in words})
        keys.update({f"value:{text}": _SAME_VALUE for text in _texts(schema, value)})
    return keys


def _types(schema: dict[str, Any], root: dict[str, Any], value: object) -> list[str]:
    """Return `string`, `number` or both, the types that go from a result into an argument; sorted."""
    if isinstance(value, bool):
        return []
    if isinstance(value, str):
        return ["string"]
    if isinstance(value, int | float):
        return ["number"]
    declared = types_of(schema, root)
    if not declared:
        return ["number", "string"]
    return sorted({"number" if type_ == "integer" else type_ for type_ in declared} & {"number", "string"})


def _texts(schema: dict[str, Any], value: object) -> list[str]:
    if value is not None:
        return [value] if isinstance(value, str) and len(value) in _VALUE_LENGTH else []
    found = [
        *items_of(schema.get("enum")),
        *items_of(schema.get("examples")),
        *(const for const, _ in labels(schema)),
    ]
    texts = [text for text in found if isinstance(text, str) and len(text) in _VALUE_LENGTH]
    return texts[:_VALUES_MAX]
