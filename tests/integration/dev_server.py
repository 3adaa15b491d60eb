"""A real `langgraph dev` on loopback: this project as a folder of its own, started, watched and stopped."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("graph", "nodes", "prompts", "tool_registry", "toolgrad_data")
COMMAND = (str(Path(sys.executable).with_name("langgraph")), "dev", "--no-browser", "--no-reload")
OFFLINE = {
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGGRAPH_NO_VERSION_CHECK": "true",
    "LANGSMITH_TRACING": "false",
    "NO_COLOR": "1",
    "PYTHONUNBUFFERED": "1",
}
_PRIVATE = ("LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_", "LANGSERVE_", "OPENAI_", "PYTHONPATH", "HTTP", "http")
_START_S, _STOP_S = 120, 60


def project(folder: Path, **more_graphs: str) -> Path:
    """Copy the project to a folder: the server keeps its files there, and a change elsewhere does not reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name)
    settings = json.loads((ROOT / "langgraph.json").read_text())
    settings["graphs"].update(more_graphs)
    (folder / "langgraph.json").write_text(json.dumps(settings))
    return folder


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without what would change the server, and with what keeps it offline."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
    return {**kept, **OFFLINE, **more}


class DevServer:
    """`langgraph dev` in a project's folder; the state in `.langgraph_api` outlives a stop and start."""

    def __init__(self, folder: Path, **more_environment: str) -> None:
        self.folder = folder
        self.environment = environment(**more_environment)
        self.url = ""
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """Everything the server has printed since it was first started, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self._log.read_text(errors="replace"))

    def start(self) -> None:
        """Return when the server answers."""
        since = len(self.log) if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "--port", str(_free_port())],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_S
        while not self._answers(since):
            assert self._process.poll() is None, f"langgraph dev ended\n{self.log[since:]}"
            assert time.monotonic() < deadline, f"langgraph dev does not answer\n{self.log[since:]}"
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server in order, then whatever is left of its process group."""
        if self._process is None:
            return
        try:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(_STOP_S)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self, since: int) -> bool:
        # From its own words: when the port was taken meanwhile, it chooses another.
        announced = re.search(r"API: (http://127\.0\.0\.1:\d+)", self.log[since:])
        if not announced:
            return False
        self.url = announced[1]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/ok", timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False


class Outside:
    """What a client of HTTP takes for the way to the network: a proxy on loopback that notes who wanted out."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads there."""
        ways = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), self.url)
        return {**ways, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.requests.append(connection.recv(4096).split(b"\r\n", 1)[0].decode(errors="replace"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
