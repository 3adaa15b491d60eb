"""Schemas of an OpenAPI document as the library jsonschema reads them, where they stand in the document.

Nothing of the project's own reading of documents is used: what it sends is judged by somebody else.
"""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

_URI = "urn:document"
#: What both sides can check alike; `uri` and the like are read differently by each library.
_FORMATS = FormatChecker(formats=("date", "date-time", "email", "ipv4", "ipv6", "uuid"))


def escaped(token: str) -> str:
    """A member's name as it stands in a JSON Pointer of a URI's fragment."""
    text = token.replace("~", "~0").replace("/", "~1")
    return "".join(each if re.match(r"[A-Za-z0-9._~-]", each) else _percent(each) for each in text)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


class DocumentSchemas:
    """Checks values by schemas that are named by their place in the document, as `#/paths/…/schema`."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        old = str(content.get("openapi", "")).startswith("3.0")
        specification = DRAFT4 if old else DRAFT202012
        resource: Resource[Any] = Resource(contents=content, specification=specification)
        registry: Registry[Any] = Registry().with_resource(_URI, resource)
        kind = _OAS30 if old else _OAS31
        self._validator = kind({}, registry=registry, format_checker=_FORMATS, _resolver=registry.resolver(_URI))

    def at(self, place: str) -> Any:
        """What stands at a place."""
        found: Any = self.content
        for token in place.removeprefix("#").split("/")[1:]:
            name = _unescaped(token)
            found = found[int(name)] if isinstance(found, list) else found[name]
        return found

    def followed(self, place: str) -> tuple[Any, str]:
        """What stands at a place, or where its `$ref` leads, and the place of that."""
        found = self.at(place)
        for _ in range(32):
            if not (isinstance(found, dict) and isinstance(found.get("$ref"), str)):
                break
            place = found["$ref"]
            found = self.at(place)
        return found, place

    def error(self, value: Any, place: str) -> str | None:
        """What is wrong with a value by the schema at a place."""
        found = best_match(self._validator.evolve(schema={"$ref": place}).iter_errors(value))
        if found is None:
            return None
        where = "".join(f"/{token}" for token in found.absolute_path)
        return f"{where}: {found.message[:200]}"


def _unescaped(token: str) -> str:
    plain = re.sub(r"(?:%[0-9A-Fa-f]{2})+", lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), token)
    return plain.replace("~1", "/").replace("~0", "~")


def _is_nullable(schema: dict[str, Any], value: Any) -> bool:
    return value is None and schema.get("nullable") is True


def _unless_null(name: str) -> Any:
    usual = Draft4Validator.VALIDATORS[name]

    def check(validator: Any, said: Any, value: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
        return iter(()) if _is_nullable(schema, value) else usual(validator, said, value, schema)

    return check


def _required(validator: Any, names: Any, value: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    """What is read-only is required of answers alone."""
    if not isinstance(value, dict):
        return
    properties = schema.get("properties")
    for name in names:
        member = properties.get(name) if isinstance(properties, dict) else None
        if name not in value and not (isinstance(member, dict) and member.get("readOnly") is True):
            yield ValidationError(f"{name!r} is a required property")


def _pattern(validator: Any, pattern: Any, value: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    """Documents have expressions of other languages than this one."""
    if not isinstance(value, str):
        return
    try:
        found = re.search(pattern, value)
    except re.error:
        return
    if not found:
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_OURS = {"required": _required, "pattern": _pattern}
_OAS30 = extend(
    Draft4Validator,
    {**_OURS, **{name: _unless_null(name) for name in ("type", "enum", "anyOf", "oneOf", "allOf")}},
)
_OAS31 = extend(Draft202012Validator, _OURS)
