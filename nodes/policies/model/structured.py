"""Asking for an answer of a given shape: the ladder of ways, validation, and one chance to mend it.

The ways are those of `Rung`: a JSON Schema, a call of a tool, JSON mode, plain text with a JSON block. A way
that the endpoint refuses (HTTP 400) or whose format the model ignores is left for the next one, and the
process remembers which one worked. A schema is sent as a dict and not strict: tools' arguments are free-form
objects, which strict schemas forbid.
"""

import json
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from graph.record import Role, RoleUsage
from nodes.policies.base import PolicyError, PolicyFailure
from nodes.policies.model.answers import Answer, schema_of
from nodes.policies.model.cache import ResponseCache, cache_key
from nodes.policies.model.endpoint import ModelMemory, Rung, endpoint
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.reading import UnreadableError, read_json
from nodes.policies.model.settings import AskSettings, scrubbed
from nodes.policies.model.transport import Completion, Message, RequestRefusedError, Transport
from prompts import Prompt

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Answer)

_TOOL = "answer"
_TRIES = 2
_QUOTED_MAX = 1_500
_PROBLEMS_MAX = 8
_PROBLEM_CHARACTERS = 240


class _Unusable(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, problems: list[str], kind: PolicyFailure, *, format_ignored: bool = False) -> None:
        super().__init__("; ".join(problems))
        self.problems = [problem[:_PROBLEM_CHARACTERS] for problem in problems[:_PROBLEMS_MAX]]
        self.kind: PolicyFailure = kind
        self.format_ignored = format_ignored


class Asker:
    """Asks one role's model. Holds no state of a sample."""

    def __init__(self, settings: AskSettings, role: Role, limits: RetryLimits | None = None) -> None:
        self._settings = settings
        self._role: Role = role
        self._transport = Transport(settings, role, limits)
        self._cache = ResponseCache(settings.response_cache) if settings.response_cache else None

    async def ask(
        self, prompt: Prompt, answer: type[A], check: Callable[[A], list[str]], seed: int
    ) -> tuple[A, RoleUsage]:
        """Return a valid answer and what it took.

        `check` returns what is wrong with an answer that has the right shape; it is told to the model once,
        with the exact errors, as are violations of the shape. `seed` tells samples apart in the cache. Raises
        PolicyError, which carries the usage, and PolicySetupError.
        """
        usage = RoleUsage()
        memory = endpoint(self._settings.base_url).memory(self._settings.model)
        messages: list[Message] = [("system", prompt.system), ("user", prompt.user)]
        rung = memory.rung
        ignored: list[Rung] = []
        fresh: list[tuple[str, dict[str, Any]]] = []
        for remaining in reversed(range(_TRIES)):
            stored, key = None, ""
            if self._cache:
                key = self._key(messages, answer, seed, remaining)
                stored = await self._cache.get(key)
            if stored is None:
                completion, rung = await self._send(messages, answer, max(rung, memory.rung), memory, usage)
                if self._cache:
                    fresh.append((key, completion.as_json()))
            else:
                completion = Completion(**stored)
            try:
                value = _read(completion, answer, check, self._settings)
            except _Unusable as error:
                if not remaining:
                    message = f"{self._settings.model}: {scrubbed(error, self._settings)}"
                    raise PolicyError(message, kind=error.kind, usage=usage) from None
                if error.format_ignored and stored is None and rung < Rung.TEXT:
                    ignored.append(rung)
                    rung = Rung(rung + 1)
                messages = [*messages[:2], *_mending(completion, error)]
                continue
            if stored is None:
                for left in ignored:
                    memory.ignored(left)
                memory.followed(rung)
            if self._cache:
                await self._cache.put(fresh)
            return value, usage
        raise AssertionError("the last try returns or raises")

    def _key(self, messages: list[Message], answer: type[Answer], seed: int, remaining: int) -> str:
        # Not the rung: it is a way to ask for the same, found out anew by each process.
        settings = self._settings
        return cache_key(
            {
                "url": settings.base_url,
                "model": settings.model,
                "messages": messages,
                "schema": schema_of(answer),
                "seed": seed,
                "remaining": remaining,
                "temperature": settings.temperature,
                "reasoning_effort": settings.reasoning_effort,
                "max_answer_tokens": settings.max_answer_tokens,
                "extra_body": settings.extra_body,
            }
        )

    async def _send(
        self, messages: list[Message], answer: type[Answer], rung: Rung, memory: ModelMemory, usage: RoleUsage
    ) -> tuple[Completion, Rung]:
        """Return an answer and the rung it came on, going down while the endpoint refuses the request."""
        first = rung
        while True:
            try:
                completion = await self._transport.send(
                    _messages(messages, answer, rung), self._body(answer, rung, memory), usage
                )
            except RequestRefusedError as error:
                if error.parameter and error.parameter not in memory.refused:
                    log.warning("%s refuses %s: asking without it", self._settings.model, error.parameter)
                    memory.refused.add(error.parameter)
                elif rung < Rung.TEXT:
                    rung = Rung(rung + 1)
                else:
                    raise PolicyError(str(error), kind="bad_request", usage=usage) from None
                continue
            if rung > first:
                memory.lower_to(rung)
            return completion, rung

    def _body(self, answer: type[Answer], rung: Rung, memory: ModelMemory) -> dict[str, Any]:
        """Return the request's members beside model and messages."""
        settings = self._settings
        body: dict[str, Any] = {}
        # In `extra_body`: with `response_format` as such the client parses answers and raises on cut ones.
        extra: dict[str, Any] = json.loads(settings.extra_body)
        if settings.temperature is not None and "temperature" not in memory.refused:
            body["temperature"] = settings.temperature
        if settings.reasoning_effort is not None and "reasoning_effort" not in memory.refused:
            body["reasoning_effort"] = settings.reasoning_effort
        if "max_completion_tokens" not in memory.refused:
            extra["max_completion_tokens"] = settings.max_answer_tokens
        elif "max_tokens" not in memory.refused:
            extra["max_tokens"] = settings.max_answer_tokens
        match rung:
            case Rung.JSON_SCHEMA:
                extra["response_format"] = {
                    "type": "json_schema",
                    "json_schema": {"name": self._role, "schema": schema_of(answer), "strict": False},
                }
            case Rung.TOOL_CALL:
                function = {"name": _TOOL, "description": "Give the answer.", "parameters": schema_of(answer)}
                body["tools"] = [{"type": "function", "function": function}]
                body["tool_choice"] = {"type": "function", "function": {"name": _TOOL}}
            case Rung.JSON_MODE:
                extra["response_format"] = {"type": "json_object"}
        if extra:
            body["extra_body"] = extra
        return body


def _messages(messages: list[Message], answer: type[Answer], rung: Rung) -> list[Message]:
    """Return the messages with the shape in words where the request does not carry it."""
    if rung < Rung.JSON_MODE:
        return messages
    shape = json.dumps(schema_of(answer), separators=(",", ":"))
    where = "one JSON object" if rung is Rung.JSON_MODE else "one JSON object in a ```json block and nothing else"
    (role, system), *rest = messages
    return [(role, f"{system}\n\nAnswer with {where}, of this JSON Schema:\n{shape}"), *rest]


def _mending(completion: Completion, error: _Unusable) -> list[Message]:
    """Return what the model said, cut, and what is wrong with it."""
    if error.kind == "refused":
        return []
    said = (completion.arguments if completion.arguments is not None else completion.text).strip()
    wrong = "\n".join(f"- {problem}" for problem in error.problems)
    ask = f"That answer cannot be used:\n{wrong}\nAnswer again, in full, with this put right."
    return [("assistant", said[:_QUOTED_MAX] or "(empty)"), ("user", ask)]


def _read(completion: Completion, answer: type[A], check: Callable[[A], list[str]], settings: AskSettings) -> A:
    """Return the valid answer or raise _Unusable with the exact errors."""
    if completion.refusal or completion.finish == "content_filter":
        raise _Unusable([f"the model refused: {completion.refusal or 'content filter'}"], "refused")
    said = completion.arguments if completion.arguments is not None else completion.text
    try:
        document = read_json(said)
    except UnreadableError as error:
        if completion.finish == "length":
            limit = f"the answer was cut after {settings.max_answer_tokens} tokens"
            what = f"{limit}; be shorter, or raise max_answer_tokens"
            raise _Unusable([what], "cut_answer") from None
        raise _Unusable([str(error)], "invalid_answer", format_ignored=not error.is_json) from None
    try:
        value = answer.model_validate(document)
    except ValidationError as error:
        raise _Unusable(_in_words(error), "invalid_answer") from None
    problems = check(value)
    if problems:
        raise _Unusable(problems, "invalid_answer")
    return value


def _in_words(error: ValidationError) -> list[str]:
    return [
        f"/{'/'.join(map(str, wrong['loc']))}: {wrong['msg']}"
        for wrong in error.errors(include_input=False, include_url=False)
    ]
