"""Values written into paths, queries, headers, cookies and forms by the styles of the OpenAPI specification.

Pure functions of a `Parameter` and a value. What a style leaves open is decided here: arrays inside `deepObject` are
numbered (`items[0][price]=…`), and an object or array inside any other style is JSON text.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from tool_registry.calling.failures import tool_error
from tool_registry.result import ToolFailure
from tool_registry.sources.openapi.operations import Parameter, is_json

Encode = Callable[[str], str]

_RESERVED = ":/?#[]@!$&'()*+,;="
_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def unfit(message: str) -> ToolFailure:
    """Return the failure of a value that cannot stand where it belongs."""
    return ToolFailure(tool_error("invalid_arguments", message))


def as_text(value: Any) -> str:
    """Return a value as URLs and forms have it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        # 3 and 3.0 are the same JSON number, and a path with "3.0" is no item's.
        return str(int(value))
    return as_json(value)


def as_json(value: Any) -> str:
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def in_media_type(media_type: str, value: Any) -> str:
    """Return a value as a media type has it: JSON or plain text."""
    return as_json(value) if is_json(media_type) else as_text(value)


def in_path(parameter: Parameter, value: Any) -> str:
    """Return what stands for `{name}` in a path. Raises ToolFailure for what would make another path."""
    if value in ([], {}):
        raise unfit(f"/{parameter.name}: nothing stands in a URL's path for an empty value")
    match parameter.style:
        case "label":
            text = "." + _join(value, parameter.explode, "." if parameter.explode else ",", _encode)
        case "matrix":
            text = _matrix(parameter, value)
        case _:
            text = _join(value, parameter.explode, ",", _encode)
    if text in ("", ".", ".."):
        # A server, or the way to it, would read another path.
        raise unfit(f"/{parameter.name}: {text!r} cannot stand in a URL's path")
    return text


def in_query(parameter: Parameter, value: Any) -> list[str]:
    """Return the pairs `name=value` of a query or of a form that is written like one, percent-encoded."""
    safe = _RESERVED.replace("&", "").replace("#", "").replace("+", "") if parameter.allow_reserved else ""

    def encode(text: str) -> str:
        return quote(text, safe=safe)

    return [f"{quote(name, safe='[]')}={text}" for name, text in pairs(parameter, value, encode)]


def in_header(parameter: Parameter, value: Any) -> str:
    """Return a header's value. Raises ToolFailure for what a header cannot hold."""
    text = _join(value, parameter.explode, ",", lambda item: item)
    if re.search(r"[^\t\x20-\x7e]", text):
        raise unfit(f"/{parameter.name}: a header is one line of ASCII")
    return text.strip()


def in_cookies(parameter: Parameter, value: Any) -> list[str]:
    """Return the cookies `name=value`."""
    if parameter.explode and isinstance(value, list | dict):
        return [f"{name}={text}" for name, text in pairs(parameter, value, _encode)]
    return [f"{parameter.name}={_encode(_join(value, False, ',', lambda item: item))}"]


def pairs(parameter: Parameter, value: Any, encode: Encode) -> list[tuple[str, str]]:
    """Return names, as they are, and values, encoded, of a value by its style.

    An empty array or object has none. Raises ToolFailure for an item that holds the style's delimiter.
    """
    name = parameter.name
    if not isinstance(value, list | dict):
        return [(name, encode(as_text(value)))]
    if parameter.style == "deepObject":
        return [(inside, encode(as_text(leaf))) for inside, leaf in _leaves(name, value)]
    if parameter.explode:
        members = value.items() if isinstance(value, dict) else ((name, item) for item in value)
        return [(str(key), encode(as_text(item))) for key, item in members]
    return [(name, _delimit(parameter, value, encode))] if value else []


def _delimit(parameter: Parameter, value: Any, encode: Encode) -> str:
    delimiter = _DELIMITERS.get(parameter.style, ",")
    items = _flat(value)
    if delimiter != "," and any(delimiter in item for item in items):
        raise unfit(f"/{parameter.name}: an item holds {delimiter!r}, which stands between items")
    # A comma stays as it is, so that one inside an item can be told from one between items.
    return (delimiter if delimiter == "," else encode(delimiter)).join(map(encode, items))


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if item in ([], {}):
                raise unfit(f"/{name}/{key}: an empty array or object cannot be written here; leave it out")
            yield from _leaves(f"{name}[{key}]", item)
    else:
        yield name, value


def _matrix(parameter: Parameter, value: Any) -> str:
    name = _encode(parameter.name)
    if parameter.explode and isinstance(value, list):
        return "".join(f";{name}={_encode(as_text(item))}" for item in value)
    if parameter.explode and isinstance(value, dict):
        return "".join(f";{_encode(key)}={_encode(as_text(item))}" for key, item in value.items())
    return f";{name}={_join(value, False, ',', _encode)}"


def _join(value: Any, explode: bool, delimiter: str, encode: Encode) -> str:
    if explode and isinstance(value, dict):
        return delimiter.join(f"{encode(key)}={encode(as_text(item))}" for key, item in value.items())
    return delimiter.join(map(encode, _flat(value)))


def _flat(value: Any) -> list[str]:
    """Return items, or names and values by turns, or the one value, as texts."""
    if isinstance(value, dict):
        return [part for key, item in value.items() for part in (str(key), as_text(item))]
    return [as_text(item) for item in value] if isinstance(value, list) else [as_text(value)]


def _encode(text: str) -> str:
    return quote(text, safe="")
