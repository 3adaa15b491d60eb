"""An OpenAPI document: read from a file or a URL, checked, and its references followed."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import yaml

from tool_registry.calling import background
from tool_registry.calling.web import WebRequest, origin_of, send
from tool_registry.json.pointer import MISSING, resolve
from tool_registry.result import ToolFailure
from tool_registry.tool import LoadError

_REFERENCES_MAX = 32
_DEPTH_MAX = 300
_FETCH_S = 60.0


class UnusableError(ValueError):
    """A part of a document cannot be used; the message says why."""


@dataclass(frozen=True)
class Document:
    """A document's content. `url` is where it was read from, None for a file."""

    content: dict[str, Any]
    url: str | None

    @property
    def before_3_1(self) -> bool:
        """Whether schemas are in the dialect of OpenAPI 3.0, which is not JSON Schema."""
        return str(self.content.get("openapi", "")).startswith("3.0")

    def at(self, reference: str) -> Any:
        """Return what a `$ref` names. Raises UnusableError for a reference to elsewhere or to nothing."""
        if not reference.startswith("#"):
            raise UnusableError(f"the $ref {reference!r} leads out of the document, which is never followed")
        try:
            found = resolve(self.content, unquote(reference[1:]))
        except ValueError as error:
            raise UnusableError(f"the $ref {reference!r} is no JSON Pointer") from error
        if found is MISSING:
            raise UnusableError(f"the $ref {reference!r} leads to nothing")
        return found

    def follow(self, value: Any) -> Any:
        """Return the value, or what its `$ref`, and the `$ref` there, lead to. Raises UnusableError."""
        seen: set[str] = set()
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            if value["$ref"] in seen or len(seen) >= _REFERENCES_MAX:
                raise UnusableError(f"the $ref {value['$ref']!r} leads to itself")
            seen.add(value["$ref"])
            value = self.at(value["$ref"])
        return value

    def server(self, *scopes: Any) -> str | None:
        """Return the base URL of the first server that one of the scopes declares, the innermost scope first.

        Variables take their defaults; a relative URL is one beside the document. None when no absolute URL
        comes of it.
        """
        for scope in (*scopes, self.content):
            servers = scope.get("servers") if isinstance(scope, dict) else None
            if isinstance(servers, list) and servers and isinstance(servers[0], dict):
                return self._absolute(_with_defaults(servers[0]))
        return self._absolute("/")

    def _absolute(self, url: str) -> str | None:
        try:
            joined = urljoin(self.url, url) if self.url else url
            origin_of(joined)
        except ValueError:
            return None
        return joined.rstrip("/")


def is_url(target: str) -> bool:
    """Return whether a target is a URL rather than a file."""
    return re.match(r"https?://", target, re.IGNORECASE) is not None


def read_document(target: str, headers: dict[str, str], max_bytes: int) -> Document:
    """Return the document at a file's path or a URL, which the user named and which may thus be private.

    Blocks: call it in a thread. Raises LoadError that says what was wrong and what is allowed.
    """
    raw = _fetch(target, headers, max_bytes) if is_url(target) else _read(target, max_bytes)
    content = _parse(raw, target)
    if not isinstance(content, dict):
        raise LoadError(f"openapi {target}: an OpenAPI document is an object, not {type(content).__name__}")
    _check(content, target)
    return Document(content, target if is_url(target) else None)


def _read(target: str, max_bytes: int) -> bytes:
    path = Path(target).expanduser()
    try:
        if path.stat().st_size > max_bytes:
            raise LoadError(
                f"openapi {target}: larger than {max_bytes} bytes; raise `max_document_bytes` in its options"
            )
        return path.read_bytes()
    except OSError as error:
        raise LoadError(
            f"openapi {target}: cannot read it: {error.strerror}. A path is absolute or relative to the working "
            f"directory; a URL begins with http:// or https://."
        ) from error


def _fetch(url: str, headers: dict[str, str], max_bytes: int) -> bytes:
    request = WebRequest("GET", url, headers, trusted=True, timeout_s=_FETCH_S, max_bytes=max_bytes)
    try:
        answer = background.submit(send(request)).result(_FETCH_S)
    except ToolFailure as error:
        raise LoadError(f"openapi {url}: {error.error.message}") from error
    except TimeoutError as error:
        raise LoadError(f"openapi {url}: not read within {_FETCH_S:g} s") from error
    if answer.status != 200:
        raise LoadError(f"openapi {url}: HTTP {answer.status}. Name the URL of the document itself.")
    return answer.body


def _parse(raw: bytes, target: str) -> Any:
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise LoadError(f"openapi {target}: nested too deeply to be read") from error
    except ValueError as error:
        if raw.lstrip()[:1] in (b"{", b"["):
            raise LoadError(f"openapi {target}: not JSON: {error}") from error
    try:
        _check_depth(raw, target)
        return yaml.load(raw, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise LoadError(f"openapi {target}: neither JSON nor YAML: {said}") from error


def _check_depth(raw: bytes, target: str) -> None:
    """Raise LoadError for YAML so deep that the C library's recursion would end the process."""
    depth = 0
    for event in yaml.parse(raw, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH_MAX:
                raise LoadError(f"openapi {target}: nested too deeply to be read")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check(content: dict[str, Any], target: str) -> None:
    if "swagger" in content:
        raise LoadError(
            f"openapi {target}: a Swagger {content['swagger']} document. Convert it to OpenAPI 3, for example with "
            f"https://converter.swagger.io or `npx swagger2openapi`."
        )
    version = content.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        raise LoadError(f'openapi {target}: no OpenAPI 3 document: it needs "openapi": "3.x.y", not {version!r}')
    if not isinstance(content.get("paths", {}), dict):
        raise LoadError(f"openapi {target}: `paths` must be an object")


def _with_defaults(server: dict[str, Any]) -> str:
    variables = server.get("variables")
    url = str(server.get("url", "/"))
    for name, variable in (variables if isinstance(variables, dict) else {}).items():
        if isinstance(variable, dict):
            url = url.replace("{" + str(name) + "}", str(variable.get("default", "")))
    return url


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML 1.2 as JSON has it: dates and times stay text, only true and false are booleans, names are text."""


def _members(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    # As they are written: `200:` is a status, `on:` and `no:` are names.
    return {
        key.value if isinstance(key, yaml.ScalarNode) else str(loader.construct_object(key, deep=True)): (
            loader.construct_object(value, deep=True)
        )
        for key, value in node.value
    }


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first, _read_scalar in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF", lambda text: text.lower() == "true"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789", int),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789", float),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", lambda _, node, read=_read_scalar: read(node.value))
_Loader.add_constructor("tag:yaml.org,2002:map", _members)
