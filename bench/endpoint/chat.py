"""The chat completions protocol around whoever answers: forms of answers, latency, failures and counting."""

import asyncio
import hashlib
import json
import logging
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.endpoint.failures import Failures
from bench.endpoint.http import HttpRequest, HttpResponse, json_response
from bench.endpoint.stats import Stats
from bench.endpoint.tokens import prompt_text

Form = Literal["json_schema", "tools", "json_object", "text"]
FORMS: tuple[Form, ...] = ("json_schema", "tools", "json_object", "text")

log = logging.getLogger(__name__)

_CHAIN_LENGTH = re.compile(r"The chain has (\d+) of \d+ calls")


@dataclass(frozen=True)
class ChatRequest:
    """A request to /chat/completions; `seed` follows from the server's seed and the body."""

    body: dict[str, Any]
    form: Form
    schema: dict[str, Any] | None
    seed: int

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Return the messages as they were sent."""
        return list(self.body.get("messages") or ())


@dataclass(frozen=True)
class Answered:
    """An answer: a JSON value, or text as it is, which may be no JSON; `role` is only for counting.

    `message` is a whole message of the assistant, with calls of tools, which is sent instead.
    """

    value: Any
    role: str = "unknown"
    raw: str | None = None
    message: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """Return what is sent."""
        if self.message is not None:
            return json.dumps(self.message, ensure_ascii=False)
        return self.raw if self.raw is not None else json.dumps(self.value, ensure_ascii=False)


Answerer = Callable[[ChatRequest], Answered]


@dataclass(frozen=True)
class ChatOptions:
    """How the server behaves beside its answers. Times are in milliseconds and tokens a second (0: at once)."""

    seed: int = 0
    latency_ms: float = 0.0
    tokens_per_second: float = 0.0
    failures: Failures = field(default_factory=Failures)
    accepts: tuple[Form, ...] = FORMS
    remember: bool = False


class Chat:
    """Handles HTTP requests: POST …/chat/completions, GET …/models, GET /stats, POST /stats/reset, POST /latency.

    With `remember` a request that was answered before is answered with the same bytes and little CPU, so that a
    run that is repeated measures its client.
    """

    def __init__(self, answer: Answerer, options: ChatOptions) -> None:
        self._answer = answer
        self._options = options
        self._latency_ms = options.latency_ms
        self._seen: Counter[bytes] = Counter()
        self._answers: dict[bytes, bytes] = {}
        self.stats = Stats()

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Return the response to any request."""
        match request.method, request.path:
            case "POST", path if path.endswith("/chat/completions"):
                return await self._complete(request)
            case "GET", path if path.endswith("/models"):
                return json_response({"object": "list", "data": [{"id": "simulated", "object": "model"}]})
            case "GET", "/stats":
                return json_response(self.stats.as_json())
            case "POST", "/stats/reset":
                self.stats = Stats(in_flight=self.stats.in_flight)
                return json_response({"ok": True})
            case "POST", "/latency":
                self._latency_ms = float(json.loads(request.body)["ms"])
                return json_response({"ms": self._latency_ms})
        return json_response({"error": {"message": f"there is no {request.path} here"}}, 404)

    async def _complete(self, request: HttpRequest) -> HttpResponse:
        stats = self.stats
        stats.requests += 1
        stats.in_flight += 1
        stats.most_in_flight = max(stats.most_in_flight, stats.in_flight)
        try:
            return await self._answered(request.body)
        finally:
            # Not `stats`: a reset in between has a counter of its own, which this request is part of.
            self.stats.in_flight -= 1

    async def _answered(self, content: bytes) -> HttpResponse:
        began = asyncio.get_running_loop().time()
        digest = hashlib.sha256(content).digest()
        if (known := self._answers.get(digest)) is not None:
            self.stats.repeated += 1
            await asyncio.sleep(self._latency_ms / 1000)
            return HttpResponse(body=known)
        try:
            body = json.loads(content)
            form, schema = form_of(body)
        except (ValueError, KeyError, TypeError) as error:
            return _bad_request(f"the body is no chat request: {error}")
        if form not in self._options.accepts:
            what = "tools" if form == "tools" else f"response_format {form!r}"
            return _bad_request(f"{what} is not supported by this model")
        self._seen[digest] += 1
        # The answer depends on the request alone; whether it fails also on how often it was tried.
        seed = int.from_bytes(hashlib.sha256(b"%d|" % self._options.seed + digest).digest()[:8], "big")
        failure = self._options.failures.draw(random.Random(f"{seed}|{self._seen[digest]}"))
        try:
            answered = self._answer(ChatRequest(body, form, schema, seed))
        except ValueError as error:  # a request that is not the project's own
            return _bad_request(str(error))
        except Exception as error:  # the boundary: a fault of this server, which is not to pass for a model's
            self.stats.failures["crash"] += 1
            log.exception("the simulated model crashed")
            return json_response({"error": {"message": f"{type(error).__name__}: {error}"}}, 500)
        prompt = prompt_text(body)
        completion = _completion(answered, form, str(body.get("model")), seed)
        if failure is None:
            length = _CHAIN_LENGTH.search(prompt)
            counted = self.stats.answered(answered.role, form, int(length[1]) if length else -1, prompt, answered.text)
            completion["usage"] = _usage(*counted)
        else:
            self.stats.failures[failure] += 1
        await asyncio.sleep(self._seconds(answered.text) - (asyncio.get_running_loop().time() - began))
        if failure is not None:
            return self._options.failures.response(failure, completion)
        response = json_response(completion)
        if self._options.remember:
            self._answers[digest] = response.body
        return response

    def _seconds(self, text: str) -> float:
        pace = self._options.tokens_per_second
        return self._latency_ms / 1000 + (len(text) / 4 / pace if pace else 0.0)


def form_of(body: Any) -> tuple[Form, dict[str, Any] | None]:
    """Return how the answer is wanted, and its JSON Schema where the request carries one.

    Raises TypeError and KeyError for what is no chat request.
    """
    if not isinstance(body, dict):
        raise TypeError("it is no JSON object")
    if body.get("tools"):
        return "tools", body["tools"][0]["function"]["parameters"]
    shape = body.get("response_format") or {}
    match shape.get("type"):
        case "json_schema":
            return "json_schema", shape["json_schema"]["schema"]
        case "json_object":
            return "json_object", None
    return "text", None


def _completion(answered: Answered, form: Form, model: str, seed: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answered.text}
    if answered.message is not None:
        message = {"role": "assistant", **answered.message}
    elif form == "tools":
        function = {"name": "answer", "arguments": answered.text}
        message["content"] = None
        message["tool_calls"] = [{"id": f"call_{seed:x}", "type": "function", "function": function}]
    elif form == "text" and answered.raw is None:
        message["content"] = f"Here it is:\n\n```json\n{answered.text}\n```"
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        "id": f"chatcmpl-{seed:x}",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
    }


def _usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _bad_request(message: str) -> HttpResponse:
    return json_response({"error": {"message": message, "type": "invalid_request_error"}}, 400)
