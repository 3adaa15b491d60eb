"""Other hosts and origins, no token, and bodies that are too large are refused, over HTTP and WebSockets alike."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.unit.toolgrad_data.serve.serving import HEADERS, SECRET, Serving, serving

PATHS = ("/episodes/x", "/openenv/state", "/openenv/schema", "/mcp")


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serving]:
    async with serving(tmp_path, monkeypatch, body_bytes=4096) as made:
        yield made


async def test_who_is_refused(running: Serving) -> None:
    port = running.url.rpartition(":")[2]
    async with running.http() as client:
        for path in PATHS:
            for host in (
                "evil.example",
                f"evil.example:{port}",
                "127.0.0.1.evil.example",
                "localhost@evil.example",
                "",
            ):
                answer = await client.get(path, headers={"Host": host})
                # A request without any host is refused before it comes here.
                assert answer.status_code in (421, 400), (path, host)
            for origin in ("http://evil.example", "null", "https://localhost.evil.example", "file://"):
                answer = await client.get(path, headers={"Origin": origin})
                assert answer.status_code == 403, (path, origin)
            for token in (
                "",
                "Bearer",
                "Bearer wrong",
                f"Basic {SECRET}",
                f"Bearer {SECRET}x",
                f"Bearer {SECRET[:-1]}",
            ):
                answer = await client.get(path, headers={"Authorization": token})
                assert answer.status_code == 401, (path, token)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert SECRET not in answer.text
        for host in (f"localhost:{port}", "127.0.0.1", f"[::1]:{port}"):
            mine = {"Host": host, "Origin": f"http://localhost:{port}"}
            assert (await client.get("/openenv/schema", headers=mine)).status_code == 200
        # Whether the server is there may be asked without a token, and not by a page of elsewhere.
        assert (await client.get("/health", headers={"Authorization": ""})).json()["status"] == "healthy"
        assert (await client.get("/health", headers={"Origin": "http://evil.example"})).status_code == 403
        assert (await client.get("/nowhere")).status_code == 404


async def test_connections_are_refused_as_requests_are(running: Serving) -> None:
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({**HEADERS, "Origin": "http://evil.example"}, 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with running.socket({"User-Agent": "x", **headers}):
                pass
        assert refused.value.response.status_code == status
    async with running.socket() as mine:
        assert (await mine.reset(index=0))["done"] is False


async def test_bodies_that_are_too_large_are_refused(running: Serving) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100

    async with running.http() as client:
        for path in ("/openenv/reset", "/openenv/step", "/mcp"):
            assert (await client.post(path, content=b"x" * 5000)).status_code == 413, path
            assert (await client.post(path, content=parts())).status_code == 413, path
    async with running.socket() as mine:
        await mine.socket.send("x" * 5000)
        with pytest.raises(ConnectionClosed, match="1009"):
            await mine.socket.recv()
    async with running.socket() as mine:
        assert (await mine.reset(index=0))["done"] is False
