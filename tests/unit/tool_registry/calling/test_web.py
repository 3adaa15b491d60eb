"""Requests against real servers on loopback: what is refused, what is cut off, what becomes which failure."""

import asyncio
import gzip
import json
import socket
import threading
from typing import Any

import pytest

from tests.services.http import Reply, Seen, serving
from tool_registry.calling.web import WebRequest, content_of, origin_of, send
from tool_registry.result import ToolError, ToolFailure


async def get(url: str, **members: Any) -> Any:
    return await content_of(await send(WebRequest("GET", url, trusted=True, **members)))


async def failure(url: str, **members: Any) -> ToolError:
    with pytest.raises(ToolFailure) as raised:
        await get(url, **members)
    return raised.value.error


def always(reply: Reply) -> Any:
    return lambda request: reply


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, "tool_error", False),
        (401, "tool_error", False),
        (404, "tool_error", False),
        (408, "timeout", True),
        (422, "tool_error", False),
        (429, "rate_limited", True),
        (500, "unavailable", True),
        (502, "unavailable", True),
        (503, "unavailable", True),
        (504, "timeout", True),
        (304, "tool_error", False),
    ],
)
async def test_a_status_is_a_typed_failure(status, kind, retryable):
    body = None if status == 304 else {"detail": "because  of\nthis"}
    with serving(always(Reply(body, status))) as service:
        error = await failure(service.url)
    assert (error.kind, error.retryable) == (kind, retryable)
    assert error.message == f"HTTP {status}" + (": because of this" if body else "")


async def test_words_of_failure_come_from_json_or_text_but_not_from_a_web_page():
    bodies = iter(
        [
            (b'{"error": {"message": "deep"}}', "application/json"),
            (b"plain words", "text/plain"),
            (b"<html><body>Error</body></html>", "text/html"),
            (b"{broken", "application/json"),
            (b"\x89PNG", "image/png"),
        ]
    )

    def answer(request: Seen) -> Reply:
        body, media_type = next(bodies)
        return Reply(body, 400, {"content-type": media_type})

    with serving(answer) as service:
        said = [(await failure(service.url)).message for _ in range(5)]
    assert said == ["HTTP 400: deep", "HTTP 400: plain words", "HTTP 400", "HTTP 400", "HTTP 400"]


@pytest.mark.parametrize(
    ("body", "media_type", "content"),
    [
        (b'{"a": 1}', "application/json; charset=utf-8", {"a": 1}),
        (b'{"a": 1}', "application/problem+json", {"a": 1}),
        (b'{"a": 1}', "text/plain", '{"a": 1}'),
        ("é".encode("latin-1"), "text/plain; charset=latin-1", "é"),
        (b"<a/>", "application/xml", "<a/>"),
        (b"", "application/json", None),
    ],
)
async def test_content_is_what_its_type_says(body, media_type, content):
    with serving(always(Reply(body, headers={"content-type": media_type}))) as service:
        assert await get(service.url) == content


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", {"content-type": "application/json"}),
        (b"[" * 100_000, {"content-type": "application/json"}),
        (b"\x89PNG", {"content-type": "image/png"}),
        (b"\xff\xfe\xfa", {"content-type": "text/plain"}),
        (b"no gzip", {"content-type": "text/plain", "content-encoding": "gzip"}),
    ],
)
async def test_what_cannot_be_read_is_malformed(body, headers):
    with serving(always(Reply(body, headers=headers))) as service:
        assert (await failure(service.url)).kind == "malformed_output"


async def test_an_answer_over_the_cap_is_refused_before_it_is_read():
    with serving(always(Reply(b"x" * 5_000_000, headers={"content-type": "text/plain"}))) as service:
        error = await failure(service.url, max_bytes=1000)
        assert await get(service.url, max_bytes=5_000_000) == "x" * 5_000_000
    assert error.kind == "malformed_output"
    assert "larger than 1000 bytes" in error.message


async def test_the_cap_counts_decompressed_bytes():
    bomb = gzip.compress(b" " * 50_000_000)
    headers = {"content-type": "text/plain", "content-encoding": "gzip"}
    with serving(always(Reply(bomb, headers=headers))) as service:
        error = await failure(service.url, max_bytes=100_000)
    assert len(bomb) < 100_000
    assert "larger" in error.message


async def test_the_cap_holds_where_no_length_is_announced():
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    reply = Reply(chunk * 100, headers={"content-type": "text/plain", "transfer-encoding": "chunked"})
    with serving(always(reply)) as service:
        assert (await failure(service.url, max_bytes=100_000)).kind == "malformed_output"


async def test_redirects_within_the_server_are_followed_with_the_headers():
    def answer(request: Seen) -> Reply:
        if request.path == "/old":
            return Reply(None, 301, {"location": "/new?x=1"})
        return Reply([request.target, request.headers.get("x-key")])

    with serving(answer) as service:
        assert await get(f"{service.url}/old", headers={"x-key": "k"}) == ["/new?x=1", "k"]


@pytest.mark.parametrize(
    "location",
    ["{other}/x", "//{host}/x", "https://{mine}/x", "http://user@{host}/x", "file:///etc/passwd", "ftp://a/b"],
)
async def test_redirects_to_another_server_are_refused(location):
    with serving(always(Reply("secret"))) as other, serving(lambda request: redirect) as service:
        host, mine = other.url.removeprefix("http://"), service.url.removeprefix("http://")
        redirect = Reply(None, 302, {"location": location.format(other=other.url, host=host, mine=mine)})
        error = await failure(service.url, headers={"authorization": "Bearer t"})
    assert error.kind == "not_allowed"
    assert other.seen == []


async def test_a_loop_of_redirects_ends():
    with serving(always(Reply(None, 302, {"location": "/"}))) as service:
        assert "redirects" in (await failure(service.url)).message
        assert len(service.seen) == 5


@pytest.mark.parametrize(("status", "method", "body"), [(303, "GET", b""), (302, "GET", b""), (307, "POST", b"data")])
async def test_a_redirected_post_is_sent_again_only_where_http_says_so(status, method, body):
    def answer(request: Seen) -> Reply:
        return Reply(None, status, {"location": "/to"}) if request.path == "/" else Reply("done")

    with serving(answer) as service:
        await send(WebRequest("POST", f"{service.url}/", content=b"data", trusted=True))
    assert (service.last.method, service.last.body) == (method, body)


async def test_nothing_is_sent_to_a_private_address_that_the_user_did_not_name():
    with serving(always(Reply("inside"))) as service:
        with pytest.raises(ToolFailure) as raised:
            await send(WebRequest("GET", service.url))
        assert raised.value.error.kind == "not_allowed"
        assert "server" in raised.value.error.message
        # Nor over a connection that a trusted request has left open.
        assert await get(service.url) == "inside"
        with pytest.raises(ToolFailure):
            await send(WebRequest("GET", service.url))
    assert len(service.seen) == 1


async def test_a_name_is_judged_by_the_address_that_it_leads_to(monkeypatch):
    real = socket.getaddrinfo
    with serving(always(Reply("inside"))) as service:
        port = origin_of(service.url)[2]
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1", *a, **k))
        with pytest.raises(ToolFailure) as raised:
            await send(WebRequest("GET", f"http://public.example.com:{port}/"))
    assert raised.value.error.kind == "not_allowed"
    assert service.seen == []


async def test_cookies_do_not_travel_from_call_to_call():
    with serving(always(Reply("ok", headers={"set-cookie": "session=1; Path=/"}))) as service:
        await get(service.url)
        await get(service.url)
    assert "cookie" not in service.last.headers


async def test_a_connection_is_kept():
    with serving(always(Reply("ok"))) as service:
        await get(service.url)
        for _ in range(20):
            await get(service.url)
        assert len({seen.port for seen in service.seen}) == 1


async def test_no_server_there_is_unavailable_and_a_slow_one_a_timeout():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = await failure(f"http://127.0.0.1:{port}/")
    assert (error.kind, error.retryable) == ("unavailable", True)

    given_up = threading.Event()

    def slow(request: Seen) -> Reply:
        given_up.wait(60)
        return Reply("late")

    with serving(slow) as service:
        error = await failure(service.url, timeout_s=0.1)
        given_up.set()
    assert (error.kind, error.retryable) == ("timeout", True)


async def test_a_server_that_goes_away_in_the_middle_is_unavailable():
    def serve(listener: socket.socket) -> None:
        with listener:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(10_000)
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 99\r\n\r\npart")

    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread = threading.Thread(target=serve, args=(listener,), daemon=True)
    thread.start()
    for _ in range(2):
        assert (await failure(url)).kind == "unavailable"
    thread.join(5)


@pytest.mark.parametrize("path", ["/with space", "/ünïcode", "/%zz", "/?q=a b"])
async def test_a_url_that_is_written_loosely_still_reaches_its_server(path):
    with serving(always(Reply("ok"))) as service:
        assert await get(service.url + path) == "ok"


async def test_calls_run_side_by_side_and_from_any_loop():
    together = threading.Barrier(8)

    def slow(request: Seen) -> Reply:
        if request.target != "/x":
            together.wait(20)
        return Reply(request.target)

    with serving(slow) as service:
        answers = await asyncio.gather(*(get(f"{service.url}/{n}") for n in range(8)))
        # A second loop, in a thread, uses the same connections.
        assert await asyncio.to_thread(lambda: asyncio.run(get(f"{service.url}/x"))) == "/x"
    assert answers == [f"/{n}" for n in range(8)]


async def test_a_cancelled_call_gives_its_connection_back():
    given_up = threading.Event()

    def slow(request: Seen) -> Reply:
        given_up.wait(60)
        return Reply("late")

    with serving(slow) as service:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(get(service.url), 0.05)
        given_up.set()
        assert await get(service.url) == "late"


async def test_large_json_is_read():
    rows = [{"n": n} for n in range(50_000)]
    with serving(always(Reply(json.dumps(rows).encode(), headers={"content-type": "application/json"}))) as service:
        assert await get(service.url) == rows


@pytest.mark.parametrize("url", ["ftp://x/y", "file:///etc/passwd", "http://", "x"])
def test_only_web_addresses_have_an_origin(url):
    with pytest.raises(ValueError, match="not an http"):
        origin_of(url)
