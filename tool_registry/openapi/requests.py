"""The HTTP request of a call: arguments written into path, query, headers and body as OpenAPI says."""

import json
import re
from typing import Any
from urllib.parse import quote, urlencode

from tool_registry.failures import tool_error
from tool_registry.openapi.operations import Body, Parameter, Signature, is_json
from tool_registry.result import ToolFailure

_RESERVED = ":/?#[]@!$&'()*+,;="
_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
#: A fixed boundary keeps equal calls equal; values that hold it are refused.
_BOUNDARY = "toolgrad-7MA4YWxkTrZu0gW"


class Parts:
    """What a call is made of before it is sent: URL path, query, headers, cookies and body."""

    def __init__(self, path: str, signature: Signature, arguments: dict[str, Any]) -> None:
        """Write the arguments, which the signature's schema allows.

        Raises ToolFailure (`invalid_arguments`) for a value that cannot stand where it belongs.
        """
        self.path = path
        self.query: list[str] = []
        self.headers: dict[str, str] = {}
        self.cookies: list[str] = []
        self.content: bytes | None = None
        for argument, parameter in signature.parameters.items():
            if argument in arguments and arguments[argument] is not None:
                self._place(parameter, arguments[argument])
        if signature.body is not None:
            self._fill(signature.body, arguments)

    def _place(self, parameter: Parameter, value: Any) -> None:
        if parameter.media_type is not None:
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        match parameter.place:
            case "path":
                self.path = self.path.replace("{" + parameter.name + "}", _in_path(parameter, value))
            case "query":
                self.query.extend(_in_query(parameter, value))
            case "header":
                self.headers[parameter.name] = _in_header(parameter, value)
            case "cookie":
                self.cookies.append(f"{parameter.name}={quote(_joined(value, parameter.explode), safe='')}")

    def _fill(self, body: Body, arguments: dict[str, Any]) -> None:
        value: Any
        if body.argument is not None:
            if body.argument not in arguments:
                return
            value = arguments[body.argument]
        else:
            value = {member: arguments[name] for name, member in body.members.items() if name in arguments}
            if not value and not any(name in arguments for name in body.members):
                return
        self.headers["content-type"] = body.media_type
        plain = body.media_type.partition(";")[0].strip().lower()
        if is_json(plain):
            self.content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        elif plain == "application/x-www-form-urlencoded" and isinstance(value, dict):
            self.content = urlencode(_form_fields(value)).encode()
        elif plain == "multipart/form-data" and isinstance(value, dict):
            self.headers["content-type"] = f"multipart/form-data; boundary={_BOUNDARY}"
            self.content = _multipart(_form_fields(value))
        else:
            self.content = _text(value).encode()


def _in_path(parameter: Parameter, value: Any) -> str:
    match parameter.style:
        case "label":
            text = "." + _joined(value, parameter.explode, "." if parameter.explode else ",", safe="")
        case "matrix":
            text = _matrix(parameter, value)
        case _:
            text = _joined(value, parameter.explode, safe="")
    if text in ("", ".", ".."):
        # A server, or the way to it, would read another path.
        raise _unfit(f"/{parameter.name}: {text!r} cannot stand in a URL's path")
    return text


def _matrix(parameter: Parameter, value: Any) -> str:
    name = quote(parameter.name, safe="")
    if parameter.explode and isinstance(value, list):
        return "".join(f";{name}={quote(_text(item), safe='')}" for item in value)
    if parameter.explode and isinstance(value, dict):
        return "".join(f";{quote(key, safe='')}={quote(_text(item), safe='')}" for key, item in value.items())
    return f";{name}={_joined(value, False, safe='')}"


def _in_query(parameter: Parameter, value: Any) -> list[str]:
    safe = _RESERVED.replace("&", "").replace("#", "").replace("+", "") if parameter.allow_reserved else ""
    name = quote(parameter.name, safe="[]")

    def pair(key: str, text: str) -> str:
        return f"{key}={quote(text, safe=safe)}"

    if isinstance(value, dict):
        if parameter.style == "deepObject":
            return [pair(f"{name}[{quote(str(key), safe='')}]", _text(item)) for key, item in value.items()]
        if parameter.explode:
            return [pair(quote(str(key), safe=""), _text(item)) for key, item in value.items()]
        return [pair(name, ",".join(part for key, item in value.items() for part in (str(key), _text(item))))]
    if isinstance(value, list):
        if parameter.explode:
            return [pair(name, _text(item)) for item in value]
        return [pair(name, _DELIMITERS.get(parameter.style, ",").join(map(_text, value)))] if value else []
    return [pair(name, _text(value))]


def _in_header(parameter: Parameter, value: Any) -> str:
    text = _joined(value, parameter.explode)
    if re.search(r"[\r\n\0]", text):
        raise _unfit(f"/{parameter.name}: a header is one line")
    return text


def _joined(value: Any, explode: bool, delimiter: str = ",", safe: str | None = None) -> str:
    def text(item: Any) -> str:
        return _text(item) if safe is None else quote(_text(item), safe=safe)

    if isinstance(value, list):
        return delimiter.join(map(text, value))
    if isinstance(value, dict):
        if explode:
            return delimiter.join(f"{text(key)}={text(item)}" for key, item in value.items())
        return delimiter.join(part for key, item in value.items() for part in (text(key), text(item)))
    return text(value)


def _text(value: Any) -> str:
    """Return a value as URLs and forms have it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        # 3 and 3.0 are the same JSON number, and a path with "3.0" is no item's.
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _form_fields(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, _text(item))
        for name, member in value.items()
        for item in (member if isinstance(member, list) else [member])
    ]


def _multipart(fields: list[tuple[str, str]]) -> bytes:
    lines = []
    for name, text in fields:
        if _BOUNDARY in text:
            raise _unfit(f"/{name}: the value holds the boundary between the parts of a form")
        said = name.replace("\r", "").replace("\n", "").replace('"', "%22")
        lines += [f"--{_BOUNDARY}", f'Content-Disposition: form-data; name="{said}"', "", text]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode()


def _unfit(message: str) -> ToolFailure:
    return ToolFailure(tool_error("invalid_arguments", message))
