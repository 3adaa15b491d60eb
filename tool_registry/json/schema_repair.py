"""Schemas as servers and libraries write them, made JSON Schemas where what they mean is plain.

Many a generator writes `"required": null`, the bounds of OpenAPI 3.0, tuples of older drafts, or numbers that nothing
can carry. Each of these costs what it says, not the tool that says it. What could mean several things stays as it is,
and `check_schema` refuses it.
"""

from typing import Any

import jsonschema_rs

from tool_registry.json.native import INT_MAX, INT_MIN
from tool_registry.json.pointer import escape

#: Keywords whose value is a schema, a list of schemas, and an object of schemas.
HOLDS_ONE = frozenset(
    "items additionalItems additionalProperties not if then else contains propertyNames unevaluatedProperties "
    "unevaluatedItems".split()
)
HOLDS_LIST = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
HOLDS_MAP = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"))
#: Keywords that mean something where they are null.
MAY_BE_NULL = frozenset(("const", "default"))
_TEXTS = ("title", "description", "format", "$comment")
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_NUMBERS = (
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf maxItems maxLength maxProperties maxContains".split()
)
_DIALECTS = "json-schema.org/"
_DRAFT_4 = "/draft-04/"
_TEMPLATE = {"type": "string"}
_TEMPLATES = {"type": "array", "items": _TEMPLATE}
#: What docs/phrases.md allows.
_PHRASES = jsonschema_rs.validator_for(
    {
        "type": "object",
        "properties": {
            "intents": {
                "type": "array",
                "items": {"type": "object", "properties": {"ask": _TEMPLATES, "answer": _TEMPLATES}},
            },
            "situations": _TEMPLATES,
            "mention": _TEMPLATES,
            "made": _TEMPLATES,
            "refer": _TEMPLATES,
            "again": _TEMPLATE,
            "listed": _TEMPLATE,
        },
    }
)


def repair_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema made readable; the same object where nothing had to be. Raises RecursionError."""
    dialect = schema.get("$schema")
    has_dialect = isinstance(dialect, str) and _DIALECTS in dialect
    made: dict[str, Any] = _repair(schema, is_older=has_dialect and "/draft-0" in str(dialect))
    if "$schema" in made and (not has_dialect or _DRAFT_4 in str(dialect)):
        # A dialect that nobody else knows, or the one whose booleans are bounds now.
        made = {name: value for name, value in made.items() if name != "$schema"}
    return made


def beyond_64_bits(value: Any, place: str = "") -> str | None:
    """Return the place of an integer that no record can hold, or None."""
    if not _holds_beyond_64_bits(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return None if INT_MIN <= value <= INT_MAX else place
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    found = (beyond_64_bits(member, f"{place}/{escape(str(name))}") for name, member in members)
    return next((each for each in found if each is not None), None)


def _holds_beyond_64_bits(value: Any) -> bool:
    """Tell whether there is such an integer: where it stands is seldom asked, and each schema is looked through."""
    if isinstance(value, dict):
        return any(map(_holds_beyond_64_bits, value.values()))
    if isinstance(value, list):
        return any(map(_holds_beyond_64_bits, value))
    return isinstance(value, int) and not INT_MIN <= value <= INT_MAX


def _repair(schema: Any, *, is_older: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = {
        name: value
        for name, value in schema.items()
        if name in MAY_BE_NULL or not (value is None or (name in HOLDS_LIST and value == []))
    }
    for name, value in list(made.items()):
        if name in HOLDS_ONE and isinstance(value, dict):
            made[name] = _repair(value, is_older=is_older)
        elif name in HOLDS_LIST and isinstance(value, list):
            made[name] = [_repair(member, is_older=is_older) for member in value]
        elif name in HOLDS_MAP and isinstance(value, dict):
            made[name] = {
                key: {} if member is None else _repair(member, is_older=is_older) for key, member in value.items()
            }
    _repair_constraints(made)
    _repair_words(made)
    if isinstance(made.get("items"), list):
        items = [_repair(member, is_older=is_older) for member in made.pop("items")]
        rest = made.pop("additionalItems", None)
        if is_older:
            made["items"] = items
        else:
            made["prefixItems"] = items
        if rest is not None:
            made["additionalItems" if is_older else "items"] = rest
    return schema if made == schema else made


def _repair_constraints(made: dict[str, Any]) -> None:
    for bound, exclusive in _BOUNDS:
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)
    for name in _NUMBERS:
        if name in made and beyond_64_bits(made[name]) is not None:
            # A bound that every number within 64 bits keeps.
            del made[name]
    if isinstance(made.get("required"), bool):
        # Draft 3, in which a member says it of itself.
        del made["required"]
    required = made.get("required")
    if isinstance(required, list) and all(isinstance(name, str) for name in required):
        made["required"] = list(dict.fromkeys(required))


def _repair_words(made: dict[str, Any]) -> None:
    for name in _TEXTS:
        if name in made and not isinstance(made[name], str):
            del made[name]
    if "default" in made and beyond_64_bits(made["default"]) is not None:
        del made["default"]
    if "examples" in made and not isinstance(made["examples"], list):
        is_scalar = isinstance(made["examples"], str | int | float)
        made["examples"] = [made["examples"]] if is_scalar else []
    for name in ("examples", "enum"):
        if isinstance(made.get(name), list):
            made[name] = [value for value in made[name] if beyond_64_bits(value) is None]
    if made.get("examples") == []:
        del made["examples"]
    if "x-phrases" in made and not _PHRASES.is_valid(made["x-phrases"]):
        del made["x-phrases"]
