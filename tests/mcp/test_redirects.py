"""A server over HTTP that sends its caller elsewhere: neither tokens nor calls follow."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.mcp.files import loaded_tools, servers_file
from tool_registry.tool import LoadError


class Elsewhere(BaseHTTPRequestHandler):
    """Notes who comes."""

    came: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.came.append(dict(self.headers))
        self.send_error(404)

    do_GET = do_POST

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Redirecting(Elsewhere):
    """Sends everybody to the other server."""

    target: ClassVar[str] = ""
    status: ClassVar[int] = 307
    came: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.came.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Location", self.target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST


@pytest.fixture
def redirecting() -> Iterator[str]:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), kind) for kind in (Elsewhere, Redirecting)]
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    Redirecting.target = f"http://127.0.0.1:{servers[0].server_port}/mcp"
    Elsewhere.came.clear()
    Redirecting.came.clear()
    yield f"http://127.0.0.1:{servers[1].server_port}/mcp"
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [302, 307, 308])
@pytest.mark.parametrize("path", ["/mcp", "/sse"])
def test_no_redirect_to_another_server_is_followed(
    tmp_path: Path, redirecting: str, monkeypatch: pytest.MonkeyPatch, status: int, path: str
) -> None:
    monkeypatch.setattr(Redirecting, "status", status)
    monkeypatch.setenv("DESK_TOKEN", "open-sesame-42")
    target = servers_file(
        tmp_path,
        desk={
            "url": redirecting.replace("/mcp", path),
            "auth": "Bearer ${DESK_TOKEN}",
            "headers": {"X-Shop-Key": "${DESK_TOKEN}"},
        },
    )
    with pytest.raises(LoadError) as failed:
        loaded_tools(target, start_timeout_s=5)
    assert Redirecting.came
    assert Elsewhere.came == []
    assert "open-sesame-42" not in str(failed.value)
