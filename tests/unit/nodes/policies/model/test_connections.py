"""Connections to endpoints: each in a pool, kept open, and left to httpx where a proxy stands between."""

import asyncio

import httpx2
import pytest

from nodes.policies.model.connections import SpreadTransport, spread_transport

AT_ONCE = 40


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(spread_transport(), SpreadTransport)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert spread_transport() is None


async def test_a_burst_is_answered_and_its_connections_serve_the_next() -> None:
    ports: list[int] = []
    # None is answered before all are there: as many connections are needed at once.
    burst = asyncio.Barrier(AT_ONCE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.append(writer.get_extra_info("peername")[1])
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await burst.wait()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    transport = SpreadTransport()
    async with server, httpx2.AsyncClient(transport=transport, timeout=30) as client:
        for _ in range(3):
            answers = await asyncio.gather(*(client.get(url) for _ in range(AT_ONCE)))
            assert [answer.text for answer in answers] == ["ok"] * AT_ONCE
        assert len(ports) == AT_ONCE
        for _ in range(3):
            with pytest.raises(httpx2.TransportError):
                await client.get("http://127.0.0.1:1/")
    assert len(transport._pools) == AT_ONCE, "a pool whose request failed is lent again"
