"""A small Hub and a small LangSmith on loopback: what their own libraries send is kept, and refused on demand."""

import base64
import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.langsmith_server import INFO, PROJECT, parts
from tests.services.http import Reply, Seen, serving


@dataclass
class Published:
    """`files` are what a commit holds, by path; `examples` are LangSmith's, by id; `refused` paths answer 403."""

    url: str = ""
    refused: str = ""
    tokens: set[str] = field(default_factory=set)
    made: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: LangSmith's feedback by id; after so many changes it answers 403, if that is set.
    feedback: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    changes_allowed: int | None = None

    def answer(self, method: str, path: str, content_type: str, body: bytes) -> tuple[int, Any]:
        if self.refused and self.refused in path:
            return 403, {"error": "you may not"}
        if path.startswith("/info"):
            flags = {**INFO["instance_flags"], "dataset_examples_multipart_enabled": True}
            return 200, {**INFO, "instance_flags": flags}
        if path.startswith("/api/repos/create"):
            asked = json.loads(body)
            self.made.append(asked)
            return 200, {"url": f"{self.url}/datasets/{asked['organization']}/{asked['name']}"}
        if "/preupload/" in path:
            files = json.loads(body)["files"]
            return 200, {"files": [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in files]}
        if "/commit/" in path:
            return 200, self.commit(body)
        if path.startswith("/api/datasets/"):
            return 200, {"id": "me/calls", "sha": "0" * 40, "siblings": []}
        if path.startswith("/sessions"):
            return 200, [{**PROJECT, "name": path.partition("name=")[2].partition("&")[0]}]
        if path.startswith("/feedback"):
            return self.answer_feedback(method, path, body)
        if path.startswith("/datasets") and method == "POST":
            asked = json.loads(body)
            self.made.append(asked)
            return 200, {
                "id": str(uuid.uuid4()),
                "name": asked["name"],
                "created_at": "2026-01-01T00:00:00Z",
                "tenant_id": str(uuid.uuid4()),
            }
        if path.startswith("/datasets"):
            return 200, [self.dataset(one["name"]) for one in self.made if f"name={one['name']}" in path]
        if path.endswith("/examples"):
            return 200, self.take_examples(content_type, body)
        return 200, {}

    def dataset(self, name: str) -> dict[str, Any]:
        return {"id": str(uuid.uuid4()), "name": name, "created_at": "2026-01-01T00:00:00Z"}

    def answer_feedback(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        id = urlsplit(path).path.removeprefix("/feedback").strip("/")
        if method == "GET":
            asked = {value for name, value in parse_qsl(urlsplit(path).query) if name == "run"}
            first = dict(parse_qsl(urlsplit(path).query)).get("offset", "0") == "0"
            return 200, [each for each in self.feedback.values() if each["run_id"] in asked and first]
        if self.changes_allowed is not None and len(self.changes) >= self.changes_allowed:
            return 403, {"error": "enough"}
        told = json.loads(body) if body else {}
        match method:
            case "POST" if told["id"] in self.feedback:
                return 409, {"error": "it is there"}
            case "POST":
                id = told["id"]
                self.feedback[id] = {"trace_id": told["run_id"], **told}
            case "PATCH":
                self.feedback[id].update(told)
            case "DELETE":
                del self.feedback[id]
        self.changes.append(f"{method} {id}")
        return 200, {}

    def commit(self, body: bytes) -> dict[str, Any]:
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "header":
                self.commits.append(line["value"]["summary"])
            elif line["key"] == "file":
                self.files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
        return {"commitUrl": f"{self.url}/datasets/me/calls/commit/abc", "commitOid": "abc", "success": True}

    def take_examples(self, content_type: str, body: bytes) -> dict[str, Any]:
        ids = set()
        for name, content in parts(content_type, body):
            id, _, member = name.partition(".")
            ids.add(id)
            one = self.examples.setdefault(id, {})
            one.update({member: json.loads(content)} if member else json.loads(content))
        return {"count": len(ids), "example_ids": sorted(ids)}


@contextlib.contextmanager
def publishing() -> Iterator[Published]:
    state = Published()

    def answer(seen: Seen) -> Reply:
        state.tokens.add(seen.headers.get("authorization") or seen.headers.get("x-api-key") or "")
        status, value = state.answer(seen.method, seen.target, seen.headers.get("content-type", ""), seen.body)
        return Reply(value, status)

    with serving(answer) as service:
        state.url = service.url
        yield state
