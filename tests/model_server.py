"""A small OpenAI-compatible server on loopback for tests: its answers are scripted, its requests recorded."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from bench.endpoint.http import HttpRequest, HttpResponse, HttpServer

Body = dict[str, Any]


@dataclass
class Asked:
    """One request to /chat/completions."""

    body: Body
    headers: dict[str, str]

    @property
    def rung(self) -> str:
        """How the answer's shape was asked for."""
        if self.body.get("tools"):
            return "tool"
        return str(self.body.get("response_format", {}).get("type", "text"))

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def last(self) -> str:
        return str(self.body["messages"][-1]["content"])


@dataclass
class Reply:
    """What the server sends. `cut` closes the connection after so many bytes; `hang_s` waits first."""

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cut: int | None = None
    hang_s: float = 0.0


Script = Callable[[Asked], "Reply | Any"]


def completion(message: Body, finish: str = "stop", usage: Body | None = None) -> Reply:
    """A chat completion with the assistant's message."""
    counts = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120} if usage is None else usage
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}],
        **({"usage": counts} if counts else {}),
    }
    return Reply(content=json.dumps(body).encode())


def text(content: str, finish: str = "stop", usage: Body | None = None) -> Reply:
    return completion({"content": content}, finish, usage)


def answer(value: Any, usage: Body | None = None) -> Reply:
    return text(json.dumps(value), usage=usage)


def called(value: Any) -> Reply:
    """A call of the tool `answer` with the value as arguments."""
    arguments = value if isinstance(value, str) else json.dumps(value)
    call = {"id": "call_1", "type": "function", "function": {"name": "answer", "arguments": arguments}}
    return completion({"content": None, "tool_calls": [call]}, "tool_calls")


def failing(status: int, message: str = "no", **members: Any) -> Reply:
    headers = members.pop("headers", {})
    body = {"error": {"message": message, "type": "error", **members}}
    return Reply(status=status, content=json.dumps(body).encode(), headers=headers)


def html() -> Reply:
    page = b"<!DOCTYPE html><html><body>It works!</body></html>"
    return Reply(content=page, content_type="text/html; charset=utf-8")


def truncated() -> Reply:
    """Half of a completion, with the length of the half."""
    whole = answer({"calls": []}).content
    return Reply(content=whole[: len(whole) // 2])


def cut() -> Reply:
    """A connection that ends in the middle of the answer."""
    return Reply(content=answer({"calls": []}).content, cut=40)


def refusal(words: str = "I cannot help with that.") -> Reply:
    return completion({"content": None, "refusal": words})


def no_choices() -> Reply:
    return Reply(content=json.dumps({"id": "x", "object": "chat.completion", "choices": []}).encode())


def null_choices() -> Reply:
    return Reply(content=json.dumps({"id": "x", "object": "chat.completion", "choices": None}).encode())


def hanging(seconds: float = 30.0) -> Reply:
    return Reply(content=answer({}).content, hang_s=seconds)


class ModelServer:
    """Answers POST /v1/chat/completions by a function of the request, or by a list whose last repeats."""

    def __init__(self, script: Script | Iterable[Reply]) -> None:
        self._script: Script
        if callable(script):
            self._script = script
        else:
            replies = list(script)
            self._script = lambda _: replies[min(len(self.asked), len(replies)) - 1]
        self.asked: list[Asked] = []
        self._server = HttpServer(self._answer)

    @property
    def url(self) -> str:
        return f"{self._server.url}/v1"

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.__aexit__()

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/v1/chat/completions":
            asked = Asked(json.loads(request.body), request.headers)
            self.asked.append(asked)
            reply = self._script(asked)
        else:
            reply = failing(404, "Not Found")
        if reply.hang_s:
            await asyncio.sleep(reply.hang_s)
        return HttpResponse(reply.status, reply.content, reply.headers, reply.content_type, reply.cut)
