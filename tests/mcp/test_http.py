import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.mcp.files import called, loaded_tools, servers_file
from tests.ports import free_port
from tool_registry.tool import LoadError

SERVER = Path(__file__).with_name("http_server.py")


@contextmanager
def running(port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, str(SERVER), str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("entry", [{"auth": "${DESK_TOKEN}"}, {"headers": {"Authorization": "Bearer ${DESK_TOKEN}"}}])
async def test_token_structured_answers_and_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: dict[str, object]
) -> None:
    monkeypatch.setenv("DESK_TOKEN", "open-sesame-42")
    port = free_port()
    target = servers_file(tmp_path, desk={"url": f"http://127.0.0.1:{port}/mcp", **entry})
    with running(port):
        tools = loaded_tools(target)
        assert (await called(tools["ticket"], number=7)).content == {"number": 7, "state": "open"}
        # What FastMCP wraps is unwrapped, in the answer and in the schema.
        assert (await called(tools["waiting"])).content == [4, 7]
        assert tools["waiting"].spec.output_schema == {"type": "array", "items": {"type": "integer"}}
    gone = await called(tools["ticket"], number=7)
    assert gone.error is not None
    assert (gone.error.kind, gone.error.retryable) == ("unavailable", True)
    with running(port):
        assert (await called(tools["ticket"], number=8)).ok


def test_a_wrong_token_is_said_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_TOKEN", "wrong-password-1")
    port = free_port()
    target = servers_file(tmp_path, desk={"url": f"http://127.0.0.1:{port}/mcp", "auth": "${DESK_TOKEN}"})
    with (
        running(port),
        pytest.raises(LoadError, match=r"'desk' at http://127.0.0.1:\d+ refuses: HTTP 401") as raised,
    ):
        loaded_tools(target)
    assert "wrong-password-1" not in str(raised.value)
    assert "renew it" in str(raised.value)


@pytest.mark.parametrize(("status", "path"), [(401, "mcp"), (403, "mcp"), (401, "sse")])
def test_a_server_that_refuses_is_named_with_what_to_set(tmp_path: Path, status: int, path: str) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        url = f"http://ada:sesame@127.0.0.1:{service.server_port}/{path}?key=sesame"
        try:
            with pytest.raises(LoadError, match=rf"'maps' at http://127.0.0.1:\d+ refuses: HTTP {status}") as raised:
                loaded_tools(servers_file(tmp_path, maps={"url": url}))
        finally:
            service.shutdown()
    said = str(raised.value)
    assert "sesame" not in said
    assert "given no token" in said
    assert '"auth"' in said
    assert '"headers"' in said
