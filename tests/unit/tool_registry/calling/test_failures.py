import socket
import urllib.error
from email.message import Message
from typing import Any

import httpx
import pytest
import requests

from tool_registry.calling.failures import from_exception


def httpx_status(status: int) -> httpx.HTTPStatusError:
    request = httpx.Request("GET", "http://127.0.0.1/")
    return httpx.HTTPStatusError("status", request=request, response=httpx.Response(status, request=request))


def requests_status(status: int) -> requests.HTTPError:
    response = requests.Response()
    response.status_code = status
    return requests.HTTPError("status", response=response)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.ConnectError("refused"), "unavailable"),
        (httpx_status(429), "rate_limited"),
        (httpx_status(503), "unavailable"),
        (httpx_status(404), "tool_error"),
        (httpx_status(500), "tool_error"),
        (requests.Timeout("slow"), "timeout"),
        (requests.ConnectionError("refused"), "unavailable"),
        (requests_status(429), "rate_limited"),
        (requests_status(504), "timeout"),
        (urllib.error.HTTPError("http://x/", 502, "bad", Message(), None), "unavailable"),
        (urllib.error.URLError("no route"), "unavailable"),
        (socket.gaierror("no name"), "unavailable"),
        (BrokenPipeError(), "unavailable"),
        (FileNotFoundError("x"), "tool_error"),
        (PermissionError("x"), "tool_error"),
    ],
)
def test_errors_of_http_clients_are_typed(error: Exception, kind: str) -> None:
    result = from_exception(error)
    assert result.kind == kind
    assert result.retryable == (kind in ("timeout", "unavailable", "rate_limited"))
    assert result.message


def test_an_exception_that_cannot_be_shown() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError("no words")

    assert from_exception(Mute()).message == "Mute"


def test_a_message_is_always_unicode() -> None:
    said: Any = from_exception(ValueError("a\ud800b")).message
    assert said.encode() == "ValueError: a\ufffdb".encode()
