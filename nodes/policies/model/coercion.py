"""Values that a model wrote in another form than the schema's, put right where only one thing can be meant.

A choice of integers takes "11" for 11; a choice of codes takes what the schema calls a value ("feet" for `ft`), in any
case. Where no text is allowed, a text that is a number or a truth value is that. Everything else stays as it is, for
validation to tell.
"""

import json
import re
from typing import Any

from nodes.proofs.schemas import leaf_schema
from tool_registry.json.pointer import MISSING, equal, escape
from tool_registry.json.schema import closed_values, compile_schema, labels, type_name, types_of

#: What may stand between the words of a name: "rear left", `rear_left`.
_BETWEEN = re.compile(r"(?<=\w)[\s_-]+(?=[^\W_])")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?")
_SCALARS = frozenset(("string", "integer", "number", "boolean"))


def coerced(arguments: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with their values as the schema writes them; references are left alone."""
    found = _walk(arguments, "", parameters)
    return found if isinstance(found, dict) else arguments


def _walk(value: Any, pointer: str, parameters: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _walk(member, f"{pointer}/{escape(name)}", parameters) for name, member in value.items()}
    if isinstance(value, list):
        return [_walk(item, f"{pointer}/{index}", parameters) for index, item in enumerate(value)]
    if type_name(value) not in _SCALARS:
        return value
    schema = leaf_schema(parameters, pointer)
    if _fits(value, schema):
        return value
    choices = closed_values(schema)
    if choices:
        return _of_choice(value, choices, schema)
    return _of_type(value, types_of(schema, parameters)) if isinstance(value, str) else value


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    try:
        return compile_schema(schema).is_valid(value)
    except ValueError:
        return False  # it refers to what stands elsewhere


def _of_choice(value: Any, choices: list[Any], schema: dict[str, Any]) -> Any:
    """Return the one value of the choice that reads alike, or that the schema calls so."""
    if any(equal(value, choice) for choice in choices):
        return value
    names = [(choice, _plain(choice)) for choice in choices]
    names += [(choice, _plain(name)) for choice, name in labels(schema)]
    for form in (str, _joined):
        alike = [choice for choice, name in names if form(name) == form(_plain(value))]
        if alike and all(equal(alike[0], other) for other in alike):
            return alike[0]
    return value


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.strip().casefold()


def _joined(text: str) -> str:
    return _BETWEEN.sub("", text)


def _of_type(text: str, types: set[str]) -> Any:
    """Return the number or truth value that the text is where the schema admits no text."""
    if not types or "string" in types:
        return text
    found = _read(text.strip())
    if found is MISSING:
        return text
    kind = type_name(found)
    return found if kind in types or (kind == "integer" and "number" in types) else text


def _read(text: str) -> Any:
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    return json.loads(text) if _NUMBER.fullmatch(text) else MISSING
