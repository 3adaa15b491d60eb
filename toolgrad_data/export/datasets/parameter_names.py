"""Other names for the properties of a JSON Schema, and for the arguments that it describes."""

from collections.abc import Iterator, Mapping
from typing import Any

from tool_registry.json.pointer import escape, resolve, tokens

_MAPS_OF_SCHEMAS = {"patternProperties", "$defs", "definitions", "dependentSchemas"}
_LISTS_OF_SCHEMAS = {"anyOf", "oneOf", "allOf", "prefixItems"}
_SCHEMAS = {"items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"}
_INSTANCES = {"default", "const"}
_LISTS_OF_INSTANCES = {"enum", "examples"}


def rename_in_schema(schema: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema with its properties under their new names, wherever it names them."""
    return _schema(schema, schema, names)


def rename_in_arguments(value: Any, schema: Any, names: Mapping[str, str]) -> Any:
    """Return an instance of the schema with its properties under their new names; keys of a map are data."""
    return _instance(value, [schema], schema, names)


def rename_in_pointer(pointer: str, schema: Any, names: Mapping[str, str]) -> str:
    """Return a pointer into an instance as it is after `rename_in_arguments`."""
    places = [schema]
    text = ""
    for token in tokens(pointer):
        known = any(token in _properties(place) for place in _applying(places, schema))
        text += f"/{escape(names.get(token, token) if known else token)}"
        places = _below(places, schema, token)
    return text


def _schema(schema: dict[str, Any], root: Any, names: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "properties" and isinstance(value, dict):
            value = {names.get(name, name): _part(below, root, names) for name, below in value.items()}
        elif keyword == "required" and isinstance(value, list):
            value = [names.get(name, name) if isinstance(name, str) else name for name in value]
        elif keyword == "dependentRequired" and isinstance(value, dict):
            value = {names.get(key, key): [names.get(name, name) for name in needed] for key, needed in value.items()}
        elif keyword in _MAPS_OF_SCHEMAS and isinstance(value, dict):
            renames = keyword == "dependentSchemas"
            value = {
                names.get(name, name) if renames else name: _part(below, root, names) for name, below in value.items()
            }
        elif keyword in _LISTS_OF_SCHEMAS and isinstance(value, list):
            value = [_part(below, root, names) for below in value]
        elif keyword in _SCHEMAS:
            value = _part(value, root, names)
        elif keyword in _INSTANCES:
            value = _instance(value, [schema], root, names)
        elif keyword in _LISTS_OF_INSTANCES and isinstance(value, list):
            value = [_instance(one, [schema], root, names) for one in value]
        elif keyword == "$ref" and isinstance(value, str) and value.startswith("#/"):
            value = "#" + _reference(value[1:], names)
        changed[keyword] = value
    return changed


def _part(schema: Any, root: Any, names: Mapping[str, str]) -> Any:
    return _schema(schema, root, names) if isinstance(schema, dict) else schema


def _reference(pointer: str, names: Mapping[str, str]) -> str:
    path = tokens(pointer)
    return "".join(
        f"/{escape(names.get(token, token) if place and path[place - 1] == 'properties' else token)}"
        for place, token in enumerate(path)
    )


def _instance(value: Any, places: list[Any], root: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_instance(one, _below(places, root, str(number)), root, names) for number, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    known = {name for place in _applying(places, root) for name in _properties(place)}
    return {
        names.get(name, name) if name in known else name: _instance(below, _below(places, root, name), root, names)
        for name, below in value.items()
    }


def _properties(schema: Any) -> Mapping[str, Any]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def _below(places: list[Any], root: Any, token: str) -> list[Any]:
    """Return the schemas that describe a member or an item of what the places describe."""
    found: list[Any] = []
    for place in _applying(places, root):
        prefix = place.get("prefixItems")
        if token in _properties(place):
            found.append(_properties(place)[token])
        elif token.isdecimal() and isinstance(prefix, list) and int(token) < len(prefix):
            found.append(prefix[int(token)])
        elif token.isdecimal() and isinstance(place.get("items"), dict):
            found.append(place["items"])
        elif isinstance(place.get("additionalProperties"), dict):
            found.append(place["additionalProperties"])
    return found


def _applying(places: list[Any], root: Any) -> Iterator[dict[str, Any]]:
    """Yield the schemas and what applies beside them, each once."""
    waiting, seen = list(places), set()
    while waiting:
        place = waiting.pop()
        if not isinstance(place, dict) or id(place) in seen:
            continue
        seen.add(id(place))
        yield place
        reference = place.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            waiting.append(resolve(root, reference[1:]))
        for keyword in ("anyOf", "oneOf", "allOf"):
            members = place.get(keyword)
            waiting += members if isinstance(members, list) else []
        waiting += [place.get(keyword) for keyword in ("if", "then", "else")]
