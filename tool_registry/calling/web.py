"""Requests to web services: connections that are kept, guarded addresses, capped answers, typed failures."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from tool_registry.calling import background
from tool_registry.calling.addresses import is_public
from tool_registry.calling.failures import tool_error
from tool_registry.calling.threads import in_thread
from tool_registry.result import ErrorKind, ToolFailure

_REDIRECTS_MAX = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_S = 10.0
#: A longer body is parsed in a thread: 10 MB of JSON would hold the event loop for a tenth of a second.
_PARSED_INLINE_BYTES = 64 * 1024
_SAID_MAX = 300
_TEXT_TYPES = (
    "application/xml",
    "application/yaml",
    "application/x-yaml",
    "application/javascript",
    "application/x-ndjson",
    "application/jsonl",
)


@dataclass(frozen=True)
class WebRequest:
    """One request. `trusted` says that the user named this server: it may have a private address.

    `timeout_s` bounds each wait for the network; the executor's timeout bounds the call. `max_bytes` bounds
    the body of the answer after decompression.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    trusted: bool = False
    timeout_s: float = 60.0
    max_bytes: int = 10 * 1024 * 1024


@dataclass(frozen=True)
class WebAnswer:
    """An answer of any status. `media_type` is in lower case without parameters, "" where none was sent."""

    status: int
    media_type: str
    charset: str
    headers: Mapping[str, str]
    body: bytes


def origin_of(url: str) -> tuple[str, str, int]:
    """Return (scheme, host, port) of an http(s) URL. Raises ValueError for any other."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http(s) URL: {parts.scheme or 'no scheme'}")
    return parts.scheme, parts.hostname.lower(), parts.port or (443 if parts.scheme == "https" else 80)


async def send(request: WebRequest) -> WebAnswer:
    """Return what the server answers, redirects within the same server followed.

    Raises ToolFailure: `not_allowed` for a private address of a server that is not trusted and for a redirect
    to another server, `malformed_output` for an answer over the cap, `timeout` and `unavailable` as they are.
    """
    return await background.run(_send(request))


async def _send(request: WebRequest) -> WebAnswer:
    for _ in range(_REDIRECTS_MAX):
        answer = await _send_once(request)
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTS or location is None:
            return answer
        request = _redirect(request, answer.status, location)
    raise _failure("tool_error", f"more than {_REDIRECTS_MAX} redirects")


def _redirect(request: WebRequest, status: int, location: str) -> WebRequest:
    target = urljoin(request.url, location)
    try:
        before, after = origin_of(request.url), origin_of(target)
    except ValueError as error:
        raise _failure("not_allowed", "the server redirects to something that is no web address") from error
    upgraded = ("https", before[1], 443) if before[0] == "http" and before[2] == 80 else None
    if after not in (before, upgraded):
        raise _failure(
            "not_allowed", f"the server redirects to {after[0]}://{after[1]}:{after[2]}; other servers are not followed"
        )
    if request.method in ("GET", "HEAD"):
        return replace(request, url=target)
    if status in (307, 308):
        return replace(request, url=target)
    return replace(request, method="GET", url=target, content=None)


async def _send_once(request: WebRequest) -> WebAnswer:
    client = _client(request.trusted)
    try:
        async with client.stream(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.content,
            timeout=httpx2.Timeout(request.timeout_s, connect=min(_CONNECT_S, request.timeout_s)),
            extensions={} if request.trusted else {"trace": _refuse_private},
        ) as response:
            body = await _body(response, request)
            return WebAnswer(
                response.status_code,
                response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                response.charset_encoding or "utf-8",
                dict(response.headers),
                body,
            )
    except httpx2.TimeoutException as error:
        raise _failure("timeout", f"no answer from the server within {request.timeout_s:g} s") from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, UnicodeEncodeError) as error:
        # The server is never asked: an argument does not fit into a URL or a header.
        raise _failure("invalid_arguments", f"no request can be made of these arguments: {error}") from error
    except httpx2.TransportError as error:
        # Without the error's own words: they name addresses and differ between systems.
        raise _failure("unavailable", f"the connection to the server failed ({type(error).__name__})") from error
    except httpx2.DecodingError as error:
        raise _failure("malformed_output", "the answer is compressed in a way that cannot be read") from error


async def _body(response: httpx2.Response, request: WebRequest) -> bytes:
    declared = response.headers.get("content-length", "")
    body = bytearray()
    if not declared.isdecimal() or int(declared) <= request.max_bytes or request.method == "HEAD":
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > request.max_bytes:
                break
        else:
            return bytes(body)
    raise _failure("malformed_output", f"the answer is larger than {request.max_bytes} bytes")


async def _refuse_private(event: str, info: Mapping[str, Any]) -> None:
    """Close a new connection to a private address before anything is sent over it.

    On the connection, not on the name: a name may stand for another address the next time it is looked up.
    """
    if event != "connection.connect_tcp.complete":
        return
    stream = info["return_value"]
    address = stream.get_extra_info("server_addr")
    if not address or not is_public(str(address[0])):
        with contextlib.suppress(Exception):
            await stream.aclose()
        raise _failure(
            "not_allowed",
            "the server has a private address, and only the document names it: "
            "set `server` in the source's options to allow it",
        )


_clients: dict[bool, httpx2.AsyncClient] = {}


def _client(trusted: bool) -> httpx2.AsyncClient:
    # Two, so that no connection that was made without the guard serves a request that wants it. Only the
    # background loop comes here, so there is no race. No proxy from the environment: it would look names up
    # by itself, past the guard.
    if trusted not in _clients:
        client = httpx2.AsyncClient(
            verify=httpx2.create_ssl_context(),
            trust_env=False,
            follow_redirects=False,
            limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30),
            headers={"user-agent": "toolgrad", "accept": "application/json, */*;q=0.5"},
            # The client is shared: a cookie that one call was given must not reach another sample's call.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        )
        background.at_exit(client.aclose)
        _clients[trusted] = client
    return _clients[trusted]


async def content_of(answer: WebAnswer) -> Any:
    """Return what a 2xx answer holds: JSON where it is JSON, text where it is text, None where it is nothing.

    Raises ToolFailure by status (429 `rate_limited`; 408 and 504 `timeout`; other 5xx `unavailable`; anything
    else that is not 2xx `tool_error`, with the server's words) and `malformed_output` for what cannot be read.
    """
    if not 200 <= answer.status < 300:
        raise _failure(_kind(answer.status), f"HTTP {answer.status}{_error_words(answer)}")
    if not answer.body:
        return None
    if len(answer.body) > _PARSED_INLINE_BYTES:
        return await in_thread(_parse, answer)
    return _parse(answer)


def _kind(status: int) -> ErrorKind:
    match status:
        case 429:
            return "rate_limited"
        case 408 | 504:
            return "timeout"
        case _:
            return "unavailable" if status >= 500 else "tool_error"


def _parse(answer: WebAnswer) -> Any:
    if _is_json(answer.media_type):
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise _failure("malformed_output", f"the answer says it is JSON and is not: {error}") from error
    if not answer.media_type:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(answer.body)
    elif not (answer.media_type.startswith("text/") or answer.media_type in _TEXT_TYPES or "+xml" in answer.media_type):
        raise _failure("malformed_output", f"the answer is {answer.media_type}, neither JSON nor text")
    try:
        return answer.body.decode(answer.charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise _failure("malformed_output", f"the answer is no text in {answer.charset}") from error


def _is_json(media_type: str) -> bool:
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def _error_words(answer: WebAnswer) -> str:
    """Return what the body of an error says, as ": words", or nothing."""
    text = ""
    with contextlib.suppress(ToolFailure):
        said = _parse(replace(answer, status=200)) if answer.body else None
        text = said if isinstance(said, str) else _words(said)
    text = " ".join(text.split())
    return f": {text[:_SAID_MAX]}" if text and not text.startswith("<") else ""


def _words(said: Any) -> str:
    if isinstance(said, dict):
        for name in ("message", "detail", "error_description", "title", "error", "reason"):
            if said.get(name):
                return _words(said[name])
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False) if said else ""


def _failure(kind: ErrorKind, message: str) -> ToolFailure:
    return ToolFailure(tool_error(kind, message))
