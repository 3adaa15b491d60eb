"""Reading parameters and forms back from a request, by the styles of the OpenAPI specification.

The readings that a text may have are tried, and the first that its schema takes is the one: a text "3" is the number
where a number is wanted, and the text where a text is.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, unquote_plus

Pairs = list[tuple[str, str]]


def pairs_of(text: str) -> Pairs:
    """Names, decoded, and values as they stand."""
    found = [part.partition("=") for part in text.split("&") if part]
    return [(unquote_plus(name), value) for name, _, value in found]


def written(text: str) -> Iterator[Any]:
    """What a decoded text may be where JSON may stand: in a media type, and inside of what a style writes."""
    yield from scalars(text)
    if text[:1] in "{[":
        with suppress(ValueError):
            yield json.loads(text)


def scalars(text: str) -> Iterator[Any]:
    """What a decoded text may be."""
    yield text
    if re.fullmatch(r"-?\d+", text):
        yield int(text)
    with suppress(ValueError):
        if re.match(r"[-\d.]", text):
            yield float(text)
    if text in ("true", "false"):
        yield text == "true"
    if text == "":
        yield None


def _typed(text: str, kinds: dict[str, Any]) -> Any:
    """A text as its kinds have it: of members and items, whose schemas the whole is checked by."""
    wanted = kinds.get("types") or ()
    found = list(written(text))
    for kind, classes in (
        ("integer", int),
        ("number", int | float),
        ("boolean", bool),
        ("object", dict),
        ("array", list),
    ):
        if kind in wanted:
            for each in found:
                if isinstance(each, classes) and (kind == "boolean" or not isinstance(each, bool)):
                    return each
    if text == "" and "null" in wanted and "string" not in wanted:
        return None
    return text


class Shapes:
    """What types a schema's value, members and items may have."""

    def __init__(self, follow: Any) -> None:
        self._follow = follow

    def of(self, schema: Any) -> dict[str, Any]:
        types: set[str] = set()
        members: dict[str, Any] = {}
        items: Any = None
        others: Any = None
        waiting, seen = [schema], 0
        while waiting and seen < 200:
            seen += 1
            part = waiting.pop()
            if not isinstance(part, dict):
                continue
            if isinstance(part.get("$ref"), str):
                waiting.append(self._follow(part["$ref"]))
            for name in ("allOf", "anyOf", "oneOf"):
                waiting.extend(part.get(name) or ())
            kind = part.get("type")
            types |= set(kind) if isinstance(kind, list) else {kind} if isinstance(kind, str) else set()
            if part.get("nullable"):
                types.add("null")
            if "enum" in part and kind is None:
                types |= {_NAMES[type(each)] for each in part["enum"]}
            for name, member in (part.get("properties") or {}).items():
                members[name] = {"anyOf": [members[name], member]} if name in members else member
                types.add("object")
            if "items" in part:
                items = part["items"] if items is None else {"anyOf": [items, part["items"]]}
                types.add("array")
            if isinstance(part.get("additionalProperties"), dict | bool):
                others = part["additionalProperties"]
        return {"types": types, "members": members, "items": items, "others": others}

    def typed(self, text: str, schema: Any) -> Any:
        return _typed(text, self.of(schema))

    def members(self, found: dict[str, str], schema: Any) -> dict[str, Any]:
        """Members that came as texts."""
        shape = self.of(schema)
        return {name: self.typed(text, shape["members"].get(name, shape["others"])) for name, text in found.items()}

    def items(self, texts: list[str], schema: Any) -> list[Any]:
        """Items that came as texts."""
        shape = self.of(schema)
        return [self.typed(text, shape["items"]) for text in texts]

    def tree(self, keys: list[tuple[list[str], str]], schema: Any) -> Any:
        """The value of `a[b][0]=c`, given as keys inside the name and texts."""
        if keys and not keys[0][0]:
            return self.typed(keys[0][1], schema)
        shape = self.of(schema)
        groups: dict[str, list[tuple[list[str], str]]] = {}
        for path, text in keys:
            groups.setdefault(path[0] if path else "", []).append((path[1:], text))
        if shape["items"] is not None and all(name.isdecimal() or name == "" for name in groups):
            return [
                self.tree(group, shape["items"])
                for _, group in sorted(groups.items(), key=lambda one: int(one[0] or 0))
            ]
        return {name: self.tree(group, shape["members"].get(name, shape["others"])) for name, group in groups.items()}


_NAMES: dict[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null", dict: "object", list: "array",
}  # fmt: skip


def simple(text: str, delimiter: str, explode: bool, schema: Any, shapes: Shapes) -> Iterator[Any]:
    """The readings of a value in a path, a header or one pair of a query; `text` is not decoded."""
    yield from scalars(unquote(text))
    parts = [unquote(part) for part in text.split(delimiter)]
    yield shapes.items(parts, schema)
    if explode and all("=" in part for part in text.split(delimiter)):
        named = [part.partition("=") for part in text.split(delimiter)]
        yield shapes.members({unquote(name): unquote(value) for name, _, value in named}, schema)
    elif not explode and len(parts) % 2 == 0:
        yield shapes.members(dict(zip(parts[::2], parts[1::2], strict=True)), schema)


def deep(name: str, pairs: Pairs) -> list[tuple[list[str], str]]:
    """The keys inside `name[…][…]` with their decoded texts."""
    found = []
    for key, value in pairs:
        inside = re.fullmatch(re.escape(name) + r"((?:\[[^\]]*\])+)", key)
        if inside:
            found.append((re.findall(r"\[([^\]]*)\]", inside[1]), unquote_plus(value)))
    return found
