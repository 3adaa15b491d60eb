"""A small LangSmith on loopback for tests: takes traces as the real one does, and lets them be read."""

import contextlib
import io
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import zstandard

from tests.services.http import Reply, Seen, serving

Manner = Literal["good", "refusing", "failing", "hanging"]

INFO = {
    "version": "0.12.0",
    "instance_flags": {"zstd_compression_enabled": True},
    "batch_ingest_config": {
        "use_multipart_endpoint": True,
        "scale_up_qsize_trigger": 1000,
        "scale_up_nthreads_limit": 16,
        "scale_down_nempty_trigger": 4,
        "size_limit": 100,
        "size_limit_bytes": 20_971_520,
    },
}

#: The one project that there is, whatever its name.
PROJECT = {
    "id": "11111111-1111-4111-8111-111111111111",
    "tenant_id": "22222222-2222-4222-8222-222222222222",
    "start_time": "2026-01-01T00:00:00Z",
    "reference_dataset_id": None,
}


@dataclass
class LangSmithServer:
    """`raw` is every byte that came, unpacked; `runs` are the traced runs by id, updates merged."""

    manner: Manner = "good"
    key_echoed: bool = False
    raw: list[bytes] = field(default_factory=list)
    encodings: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    url: str = ""
    _lock: Any = field(default_factory=threading.Lock)

    def take(self, content_type: str, encoding: str | None, body: bytes) -> None:
        if encoding == "zstd":
            body = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)).read()
        with self._lock:
            self.raw.append(body)
            self.encodings.append(encoding)
            for name, content in parts(content_type, body):
                event, id, *member = name.split(".")
                if event not in ("post", "patch"):
                    continue
                run = self.runs.setdefault(id, {})
                value = json.loads(content)
                if member:
                    run[member[0]] = value
                else:
                    run.update({key: item for key, item in value.items() if item is not None})

    def roots(self) -> list[dict[str, Any]]:
        return [run for run in self.runs.values() if not run.get("parent_run_id")]

    def inside(self, root: dict[str, Any]) -> list[dict[str, Any]]:
        return [run for run in self.runs.values() if run.get("trace_id") == root["id"] and run is not root]

    def everything(self) -> str:
        return b"\n".join(self.raw).decode()


def parts(content_type: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a multipart body: name and content."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    for part in body.split(b"--" + boundary)[1:]:
        if part.startswith(b"--"):
            return
        head, _, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        disposition = next(line for line in head.decode().split("\r\n") if line.lower().startswith("content-disp"))
        yield disposition.partition('name="')[2].partition('"')[0], content.removesuffix(b"\r\n")


@contextlib.contextmanager
def langsmith(manner: Manner = "good") -> Iterator[LangSmithServer]:
    """Serve until the end of the block. `hanging` takes requests and never answers."""
    state = LangSmithServer(manner)
    ended = threading.Event()

    def answer(seen: Seen) -> Reply:
        state.paths.append(seen.target)
        if seen.method == "GET" and seen.path == "/sessions":
            return Reply([{**PROJECT, "name": dict(seen.query)["name"]}])
        if seen.method == "GET":
            return Reply(INFO)
        match state.manner:
            case "hanging":
                ended.wait(60)
            case "refusing":
                return Reply({"error": f"invalid key {seen.headers.get('x-api-key', '')}"}, 401)
            case "failing":
                return Reply({"error": "no"}, 500)
        if seen.target == "/runs/multipart" and state.manner == "good":
            state.take(seen.headers["content-type"], seen.headers.get("content-encoding"), seen.body)
        return Reply({}, 202)

    with serving(answer) as service:
        state.url = service.url
        try:
            yield state
        finally:
            ended.set()


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
