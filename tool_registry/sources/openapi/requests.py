"""The HTTP request of a call: arguments written into path, query, headers and body as OpenAPI says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus, urlencode

from tool_registry.sources.openapi.operations import Body, Parameter, Signature, is_json
from tool_registry.sources.openapi.styles import (
    as_json,
    as_text,
    in_cookies,
    in_header,
    in_media_type,
    in_path,
    in_query,
    pairs,
    unfit,
)

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
        # Some documents tell operations of one path apart by a fragment, which is no part of a request, and some
        # have a part of the query there.
        self.path, _, fixed = self.path.partition("#")[0].partition("?")
        self.query = [*filter(None, fixed.split("&")), *self.query]
        if signature.body is not None:
            self._fill(signature.body, arguments)

    def _place(self, parameter: Parameter, value: Any) -> None:
        if value in ([], {}) and parameter.media_type is None and parameter.place != "path":
            if parameter.required:
                raise unfit(f"/{parameter.name}: nothing is sent for an empty value, and one is required")
            return
        if parameter.media_type is not None:
            value = in_media_type(parameter.media_type, value)
        match parameter.place:
            case "path":
                self.path = self.path.replace("{" + parameter.name + "}", in_path(parameter, value))
            case "query":
                self.query.extend(in_query(parameter, value))
            case "header":
                self.headers[parameter.name] = in_header(parameter, value)
            case "cookie":
                self.cookies.extend(in_cookies(parameter, value))

    def _fill(self, body: Body, arguments: dict[str, Any]) -> None:
        value: Any
        if body.argument is not None:
            if body.argument not in arguments:
                return
            value = arguments[body.argument]
        else:
            value = {member: arguments[name] for name, member in body.members.items() if name in arguments}
            if not value and not body.required:
                return
        self.headers["content-type"] = body.media_type
        plain = body.media_type.partition(";")[0].strip().lower()
        if is_json(plain):
            self.content = as_json(value).encode()
        elif plain == "application/x-www-form-urlencoded" and isinstance(value, dict):
            self.content = _form(body, value).encode()
        elif plain == "multipart/form-data" and isinstance(value, dict):
            self.headers["content-type"] = f"multipart/form-data; boundary={_BOUNDARY}"
            self.content = _multipart(body, value)
        else:
            self.content = as_text(value).encode()


def _form(body: Body, value: dict[str, Any]) -> str:
    written: list[str] = []
    for name, member in value.items():
        styled = body.styled.get(name)
        if styled is not None:
            written += [f"{quote_plus(key, safe='[]')}={text}" for key, text in pairs(styled, member, quote_plus)]
        else:
            written.append(urlencode([(name, text) for text, _ in _fields(body, name, member)]))
    return "&".join(filter(None, written))


def _fields(body: Body, name: str, member: Any) -> Iterator[tuple[str, str | None]]:
    """Yield a member's texts with their media types, None for plain text: of an array one an item."""
    for item in member if isinstance(member, list) else [member]:
        media_type = body.media_types.get(name) or ("application/json" if isinstance(item, dict | list) else None)
        yield (in_media_type(media_type, item), media_type) if media_type else (as_text(item), None)


def _multipart(body: Body, value: dict[str, Any]) -> bytes:
    lines = []
    for name, text, media_type in _parts(body, value):
        if _BOUNDARY in text:
            raise unfit(f"/{name}: the value holds the boundary between the parts of a form")
        said = name.replace("\r", "").replace("\n", "").replace('"', "%22")
        kind = [] if media_type is None else [f"Content-Type: {media_type}"]
        lines += [f"--{_BOUNDARY}", f'Content-Disposition: form-data; name="{said}"', *kind, "", text]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode()


def _parts(body: Body, value: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for name, member in value.items():
        styled = body.styled.get(name)
        if styled is not None:
            yield from ((key, text, None) for key, text in pairs(styled, member, str))
        else:
            yield from ((name, text, media_type) for text, media_type in _fields(body, name, member))
